"""From any log to canonical events, and from events to per-user sequences."""
