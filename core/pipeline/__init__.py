"""The order of the steps: the only code that knows it. Command line, jobs and pages call these functions.

Every step takes the workspace and the name of a data set first, reports through `progress`, and raises a
`MeanderError` whose text is fit to be shown. What a step computes is kept beside the data set or run that it was
computed from, under a name that holds the settings, so that it is computed once and read afterwards.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
