from . import assets as assets
from .payload import Happened as Happened
from .payload import Palette as Palette
from .payload import PlayerPayload as PlayerPayload
from .payload import Story as Story
from .standalone import standalone as standalone
