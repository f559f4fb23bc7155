"""One frozen map of items and states: its regions, how the crowd moves over it, and who went which way."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
