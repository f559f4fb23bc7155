"""What the browser plays, in arrays: one user, two sides, the points of the map."""
