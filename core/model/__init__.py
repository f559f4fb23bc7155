"""The attention model of interests, its trainer and its baselines: the home of torch."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
