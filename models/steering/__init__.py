"""Reinforcement learning on (α, β, γ), the say each submodule has (theory §3)."""
