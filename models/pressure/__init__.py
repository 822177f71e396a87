"""What happens as pressure rises: curves, reaching a target, turning points, prices and costs."""

from models.pressure.cost import expected_shortfall
from models.pressure.course import Course, course, peak
from models.pressure.crossings import mode_crossings
from models.pressure.curve import curve
from models.pressure.match_target import match_target
from models.pressure.overtaking import overtaking
from models.pressure.prices import log_price_of_best_of_n, log_price_of_filtering
from models.pressure.ranks import RaisedTail, RankTilt, top_correlation, win_rate

__all__ = [
    "Course",
    "RaisedTail",
    "RankTilt",
    "course",
    "curve",
    "expected_shortfall",
    "log_price_of_best_of_n",
    "log_price_of_filtering",
    "match_target",
    "mode_crossings",
    "overtaking",
    "peak",
    "top_correlation",
    "win_rate",
]
