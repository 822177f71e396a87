"""Analytic toy models of Goodhart's law in language-model fine-tuning. numpy and scipy only.

Read in this order: parameters, numerics, distributions, laws, base_models, selection, pressure, steering, notebook. Each imports only those before it.
"""

from models import base_models, distributions, laws, notebook, pressure, selection, steering
from models.base_models import *  # noqa: F403
from models.distributions import *  # noqa: F403
from models.laws import *  # noqa: F403
from models.notebook import *  # noqa: F403
from models.pressure import *  # noqa: F403
from models.selection import *  # noqa: F403
from models.steering import *  # noqa: F403

__all__ = [
    *distributions.__all__,
    *laws.__all__,
    *notebook.__all__,
    *pressure.__all__,
    *selection.__all__,
    *steering.__all__,
    *base_models.__all__,
]
