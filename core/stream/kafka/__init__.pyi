from .link import Link as Link
from .payloads import Payloads as Payloads
from .reach import Reach as Reach
from .registry import Registry as Registry
from .topic import Offset as Offset
from .topic import Topic as Topic
from .writing import TopicSink as TopicSink
