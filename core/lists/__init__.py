"""One user's list, and what changes it."""
