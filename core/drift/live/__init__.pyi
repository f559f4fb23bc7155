from . import watcher as watcher
from . import watcher_file as watcher_file
from .watch import Watch as Watch
from .watcher import UNJUDGED as UNJUDGED
from .watcher import Watcher as Watcher
from .watcher import moments as moments
