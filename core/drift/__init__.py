"""Drift: a change in the mix of interests that generates the events of a user."""
