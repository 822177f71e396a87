"""Every tolerance of the suite. Relative unless the name says absolute."""

EXACT = 1e-12  # against 30-digit references, and between closed forms
ROOT = 1e-7  # the place of a flat maximum, known to half the digits of its height
ROUNDING = 1e-14  # the same formula written twice
QUADRATURE = 1e-9  # against scipy.integrate, whose own error is about this
ZERO = 1e-13  # absolute, where the true value is 0
SIGMAS = 4.5  # Monte Carlo: standard errors that chance may account for
