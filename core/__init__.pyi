from .notebook.face import Log as Log
from .notebook.face import data_sets as data_sets
from .notebook.face import drift as drift
from .notebook.face import explain as explain
from .notebook.face import open_log as open_log
from .notebook.face import read as read
from .notebook.face import recommend as recommend
from .notebook.face import sample as sample
from .notebook.face import train as train
from .notebook.figures import figure as figure
from .notebook.frames import evidence as evidence
from .notebook.frames import history as history
from .notebook.frames import states as states
from .notebook.frames import table as table
from .notebook.frames import verdict as verdict
from .notebook.playing import play as play
from .notebook.playing import player as player

Askable: type
