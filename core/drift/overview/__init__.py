"""All users together: how many drifted, when, from what to what, and who."""
