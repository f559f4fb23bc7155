"""Who drifted: what is found, how sure it is, and what happened."""
