"""The model's view of drift."""
