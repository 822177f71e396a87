"""Every term of the interface in plain words: one or two sentences each, the same on every page."""

from collections.abc import Mapping

__all__ = ["GLOSSARY"]

GLOSSARY: Mapping[str, str] = {
    "Goodhart’s law": "When a measure becomes a target, it stops being a good measure. Here the measure is "
    "persuasiveness, and what we want is truth.",
    "base model": "The language model before anything is selected or trained: a cloud of possible outputs, each with a "
    "truth score and a persuasiveness score.",
    "pressure": "How hard outputs are selected for persuasiveness, or trained towards it. Every method has a knob of its "
    "own for it.",
    "KL": "How far the selected outputs are from the base model’s, on average and in nats (Kullback–Leibler divergence). "
    "It is measured alike for every method, so that methods can be compared at equal KL.",
    "nat": "A unit of surprise. At 1 nat what is selected has become e ≈ 2.7 times as likely as under the base model, "
    "typically; at 3 nats 20 times.",
    "filter": "Keep every output above a bar of persuasiveness, and throw away the rest.",
    "quantilizer": "Draw at random among the most persuasive share of the outputs, for instance the top tenth.",
    "best-of-n": "Draw n outputs and keep the most persuasive one.",
    "best-of-Poisson": "Best-of-n with a random n, one more than a Poisson number.",
    "Boltzmann": "Weigh each output by e to the power λ times its persuasiveness. It is what reinforcement learning with "
    "a KL penalty would reach if it could reach anything.",
    "chi-squared": "Weigh outputs in proportion to how far they are above a bar: what replaces Boltzmann when the penalty "
    "is a χ² divergence instead of KL.",
    "online modelling": "Imitate a buffer of outputs, ask for the better part of it, put the answers back into the buffer, and "
    "so on, round after round.",
    "RL": "Reinforcement learning: here, training moves the weights that say which submodule the model listens to, "
    "towards more persuasiveness.",
    "submodule": "A part of the model with an opinion of its own: A is true and persuasive, B only true, C only "
    "persuasive.",
    "blend and routing": "Two readings of the same weights: every output adds up all three submodules, or comes from one "
    "of them, drawn at random.",
    "Goodhart mixture": "A base model with two kinds of outputs: honest ones, and a few manipulative ones that are less "
    "true and may be more persuasive.",
    "heavy and light tails": "How fast rare, large errors become rarer. Light tails fall at least exponentially; heavy "
    "ones like a power, so that the most persuasive outputs are mostly errors.",
    "expected truth": "The average truth of the outputs at one persuasiveness: the regression of truth on "
    "persuasiveness.",
    "peak": "The pressure at which mean truth is highest; beyond it more selection costs truth.",
    "inductive bias and odds": "What training tends to give without any incentive. Odds of 1 : 9,999 mean one policy of the "
    "first kind in 10,000.",
    "sycophantic policy": "A model that says what its overseer rewards, also where that is wrong; an honest one does not.",
    "direction and cluster": "Words of a language model are points in a space of many dimensions. A direction is a way to "
    "look at them; a cluster is a group of words that lie close together.",
    "distillation and fidelity": "A model trained to copy what another did, or how it learned. Fidelity is how often the copy "
    "does what the original would.",
    "base samples per output": "How many outputs of the base model must be drawn, on average, to keep one.",
}
