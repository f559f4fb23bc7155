from . import frames as frames
from . import pair as pair
from . import points as points
from . import tables as tables
from . import user as user
from .block import Block as Block
