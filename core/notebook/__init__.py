"""The engine as notebooks ask it: a log, frames of what is known of it, figures, and the player; see `core`."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
