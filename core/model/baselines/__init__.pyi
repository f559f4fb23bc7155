from .content import Content as Content
from .fitting import BASELINES as BASELINES
from .fitting import baseline as baseline
from .fitting import fit_baselines as fit_baselines
from .popularity import RecentPopularity as RecentPopularity
from .transitions import Rule as Rule
from .transitions import TunedRule as TunedRule
from .tuning import fit_tuned as fit_tuned
