"""Who drifted: what is found, how sure it is, and what happened.

Numbers at the heads of these files, and of those of `core.drift.evidence`, that are neither derived nor learned from
the log were chosen on simulated worlds (`bench.drift simulated` and `habits`, seeds other than those of the tables in
bench/RESULTS.md, where also stands what was tried without gain). What makes a verdict valid, the shuffles of each
user's own sessions among histories of like length, rests on none of them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
