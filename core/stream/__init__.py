"""A log that grows, followed: each event once, into states, and nothing lost by a kill."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
