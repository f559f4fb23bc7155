"""A data set or a cohort on paper: one file to hand on, with the same figures as the pages."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
