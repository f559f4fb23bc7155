"""Drift: a change in the mix of interests that generates the events of a user."""

import sys

import lazy_loader

from core import Askable

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
sys.modules[__name__].__class__ = Askable
