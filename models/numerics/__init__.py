"""What numpy and scipy do not spell out: the normal law's tails, quadrature panels, how axes are aligned."""
