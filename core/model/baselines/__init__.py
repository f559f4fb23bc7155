"""Rankers without a network, all behind `core.model.ranker.Ranker`; libraries load when one is fitted."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
