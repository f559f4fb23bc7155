from . import table_file as table_file
from .changes import Change as Change
from .detection import detect as detect
from .detection import p_values_of as p_values_of
from .table_file import CHANGES as CHANGES
from .table_file import no_entries as no_entries
from .trial import tried as tried
