"""Why an item was recommended, and whether the explanation holds."""
