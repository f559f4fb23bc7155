"""What the browser plays, in arrays: one user, two sides, the points of the map."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
