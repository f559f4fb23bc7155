from .pipeline.notebook import Log as Log
from .pipeline.notebook import drift as drift
from .pipeline.notebook import explain as explain
from .pipeline.notebook import play as play
from .pipeline.notebook import read as read
from .pipeline.notebook import recommend as recommend
from .pipeline.notebook import train as train

Askable: type
