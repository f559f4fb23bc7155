from . import model_view as model_view
from . import trails as trails
