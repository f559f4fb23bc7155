"""What drift is judged by: mixes in units that are exchangeable without drift, and what speaks for a change."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
