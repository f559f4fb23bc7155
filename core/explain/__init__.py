"""Why an item was recommended, and whether the explanation holds."""

import sys

import lazy_loader

from core import Askable

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
sys.modules[__name__].__class__ = Askable
