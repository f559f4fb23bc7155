from .changes import Change as Change
from .changes import changes_of as changes_of
from .detection import detect as detect
from .detection import p_values_of as p_values_of
