"""A log that grows, followed: each event once, into states, and nothing lost by a kill."""
