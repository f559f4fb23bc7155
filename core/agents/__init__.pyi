from .guard import HOST as HOST
from .guard import PATH as PATH
from .guard import listen as listen
from .server import server as server
