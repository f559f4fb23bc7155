"""The attention model of interests, its trainer and its baselines: the home of torch."""
