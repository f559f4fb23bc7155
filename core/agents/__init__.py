"""A door for agents: every question that the command line answers, read-only, by the Model Context Protocol."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
