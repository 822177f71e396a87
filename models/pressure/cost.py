"""What an output costs when it is not true: a cost for Taylor’s bound on quantilizers (docs/theory.md §2.2)."""

import numpy as np

from models.base_models.base import BaseModel
from models.base_models.given import as_law
from models.laws.base import OutputLaw

__all__ = ["expected_shortfall"]


def expected_shortfall(law: OutputLaw | BaseModel, level: float) -> float:
    """E[max(0, level − T)] under one law, an outcome’s or a base model’s, in score units: closed for a mixture, otherwise by quadrature.

    >>> from models import Mode, OutputMixture
    >>> round(expected_shortfall(OutputMixture([Mode()]), 0.0), 9)  # φ(0)
    0.39894228

    Raises:
        ValueError: for a level that is not finite.
    """
    if not np.isfinite(level):
        raise ValueError(f"level = {level!r} is not allowed; it must be finite")
    return (law if isinstance(law, OutputLaw) else as_law(law)).expected_shortfall(level)
