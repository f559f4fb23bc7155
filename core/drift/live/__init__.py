"""Drift as events arrive."""
