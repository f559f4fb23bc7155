"""Words to vectors: encoders behind one interface, what items say, and vectors kept by the hash of a text."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
