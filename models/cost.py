"""What an output costs when it is not true: a cost for Taylor’s bound on quantilizers (theory §2)."""

import numpy as np

from models.laws import OutputLaw, panels

__all__ = ["expected_shortfall"]


def expected_shortfall(law: OutputLaw, level: float) -> float:
    """E[max(0, level − T)] under one law, in score units, by quadrature of its truth density.

    >>> from models import Mode, OutputMixture
    >>> round(expected_shortfall(OutputMixture([Mode()]), 0.0), 9)  # φ(0)
    0.39894228

    Raises:
        ValueError: for a level that is not finite.
    """
    if not np.isfinite(level):
        raise ValueError(f"level = {level!r} is not allowed; it must be finite")
    atoms = law.truth_atoms()
    of_atoms = float(np.sum(np.maximum(level - atoms.position, 0.0) * atoms.mass))
    if law.sd_truth == 0:
        return of_atoms
    low, high = law.mean_truth - 14 * law.sd_truth, law.mean_truth + 14 * law.sd_truth
    if level <= low:
        return of_atoms
    t, width = panels(np.linspace(low, min(level, high), 113))
    return of_atoms + float(np.sum((level - t) * law.truth_pdf(t) * width))
