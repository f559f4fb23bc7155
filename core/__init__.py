"""Meander's engine: import a log, train, track interests, detect drift, recommend, explain."""
