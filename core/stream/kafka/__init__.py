"""Topics of Kafka as logs that grow: read from where the journal says, and written to once."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
