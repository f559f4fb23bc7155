"""The page that the player draws on: its script, style and words, in the dashboard or in a file of its own."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
