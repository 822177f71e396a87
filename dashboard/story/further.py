"""Scenes after the story: one for each of the other toy models of the notebook. They may be longer than the story's."""

import numpy as np

from dashboard.figures.style import BASE, FOCUS, SECOND
from dashboard.story.scene import Notes, Scene, Slider
from dashboard.views import dark_room, inductive_bias, nearest_tokens, online_modelling
from dashboard.views.dark_room import DarkRoomState
from dashboard.views.inductive_bias import InductiveBiasState, sure
from dashboard.views.nearest_tokens import Nearest
from dashboard.views.online_modelling import OnlineModellingState
from dashboard.words.chances import odds, percent, whole
from dashboard.words.methods import method_text, rounds, share
from dashboard.words.text import colored, count, distinct_numbers

__all__ = ["FURTHER"]


def fed_back(state: OnlineModellingState) -> str:
    method, base, (first, _, following) = state.method, state.chosen.base, state.bar
    asked, color = share(np.log(method.fraction)), method_text(method).style.color
    before, after = distinct_numbers(base.mean_truth, state.got.mean_truth)
    low, high = distinct_numbers(first, following)
    truth = (
        f"is still {colored(after, color)}" if before == after else f"has gone from {before} to {colored(after, color)}"
    )
    bar = f"is still at {low}" if low == high else f"has moved from {low} to {high}"
    return (
        f"Imitate answers, ask for their top {asked}, imitate those: after {rounds(method.rounds)} average truth {truth}. "
        f"Every round asks for as little as the first, yet the bar {bar}."
    )


def rare(state: InductiveBiasState) -> str:
    model = state.model
    before, after = odds(model.log_prior_odds), odds(model.log_odds)
    takes, took = (whole(each.log_runs_to_see(state.confidence)) for each in (model, state.unpushed))
    now, runs = colored(after, FOCUS.color), colored("one run" if takes == "1" else f"{takes} runs", FOCUS.color)
    first = f"Training rarely makes a flatterer by itself: the incentive shifts the odds from {before} to {now}."
    if before == after:
        first = f"Training rarely makes a flatterer by itself: without an incentive the odds are {now}."
    not_as_many = "" if takes == took else f", not {took}"
    return f"{first} Seeing one, at {sure(state)}, takes {runs}{not_as_many}."


def alike(state: Nearest) -> str:
    model = state.model
    pairs, meaningful = colored(percent(state.pairs), FOCUS.color), colored(percent(state.meaningful), SECOND.color)
    return (
        f"Another measure that flatters: of the {model.nearest:.0f} tokens nearest to a random direction, {pairs} of the pairs are of one cluster. "
        f"And {meaningful} of such directions have {state.alike} or more of a kind, and seem to mean something."
    )


def copied(state: DarkRoomState) -> str:
    expert, learner = colored(percent(state.expert), BASE.color), colored(percent(state.success), FOCUS.color)
    return (
        f"Imitation has its limits too: a goal hides in one of {state.model.cells:.0f} cells. A copy of what an expert did finds it with a chance of {expert} in "
        f"every episode, a copy of how one learns with {learner} in episode {count(np.log(state.episode))}."
    )


FURTHER: tuple[Scene, ...] = (
    Scene(
        title="Only pretty good, again and again",
        page=online_modelling.PAGE,
        settings={"rounds": 30.0, "fraction": 0.5},
        sliders={"rounds": Slider("rounds", 0.0, 40.0), "fraction": Slider("ask for the top", 0.05, 0.95)},
        panels=("", "2"),
        words=fed_back,
        notes=Notes(
            "Nobody asks for the best here. A model imitates a buffer, is asked for the better half, and its answers go back "
            "into the buffer. The request stays modest; what it means moves.",
            "Which loop of yours feeds its own answers back?",
            "The bar is relative to what is imitated. Judged by the base model it is soon extreme.",
        ),
    ),
    Scene(
        title="Rare, or never?",
        page=inductive_bias.PAGE,
        settings={},
        sliders={"strength": Slider("strength of the incentive", 0.0, 20.0)},
        panels=("", "2"),
        words=rare,
        notes=Notes(
            "Training hardly ever gives a sycophant by itself. How would you know whether that is hardly ever or never? Pay for "
            "it: an incentive multiplies the odds, and what was too rare to be seen shows up.",
            "How many runs would you need without it?",
            "The incentive does not make sycophancy likely by nature. It measures how unlikely it was.",
        ),
    ),
    Scene(
        title="What does a random direction mean?",
        page=nearest_tokens.PAGE,
        settings={},
        sliders={"between_share": Slider("what a cluster shares", 0.0, 0.95)},
        panels=("", "2"),
        words=alike,
        notes=Notes(
            "Take a random direction among the words of a model and look at the nearest ones. Mostly a hodgepodge; sometimes they "
            "rhyme. Chance and clusters alone give that.",
            "How often would you have believed in the direction?",
            "Seeing meaning in some directions is no evidence that directions have meanings.",
        ),
    ),
    Scene(
        title="Copy the expert, or the learning?",
        page=dark_room.PAGE,
        settings={"cells": 100.0, "fidelity": 0.9, "learner": "Remembers rewards"},
        sliders={"episode": Slider("episode", 1.0, 1000.0), "fidelity": Slider("fidelity of the copy", 0.0, 1.0)},
        panels=("", "2"),
        words=copied,
        notes=Notes(
            "In the dark the only help is memory. Copy what an expert did, and you go where another goal was. Copy how an expert "
            "learned, and you find this one.",
            "Which of the two does imitation give you?",
            "After one slip, a learner that looks back one episode forgets the cell. Open the full page to compare.",
        ),
    ),
)
