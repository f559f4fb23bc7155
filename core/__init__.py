"""Meander's engine: import a log, train, track interests, detect drift, recommend, explain."""

import os

# What is computed here is many small products: a second thread waits for the first, takes a core while it does, and
# saves no time (lists for all users of Amazon Beauty: 13.8 CPU-s in 8.9 s, against 8.6 in 8.6). Training has its own
# setting. Whoever sets the variable keeps what was set.
os.environ.setdefault("OMP_NUM_THREADS", "1")
