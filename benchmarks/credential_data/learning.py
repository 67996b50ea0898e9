"""Two logistic regressions in plain Python, and how they become tables of integers."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from reticent.policy.validators.credential_features import (
    FEATURES,
    LEVELS,
    SURROUNDINGS,
    TRIGRAMS,
    Candidate,
    features,
    trigrams,
)
from reticent.policy.validators.credential_model import Model

_GRAM_SCALE, _GRAM_STEP = 16.0, 28.0
_WEIGHT_STEP = 64.0
_MOST = 30.0


@dataclass(frozen=True, slots=True)
class Sample:
    it: Candidate
    kind: int
    secret: bool
    weight: float = 1.0


def _chance(z: float) -> float:
    return 1 / (1 + math.exp(-max(-_MOST, min(_MOST, z))))


def learn_grams(values: Sequence[tuple[str, bool]], seed: int, rounds: int = 4) -> bytes:
    """How much more each n-gram belongs to secrets than to code and words, one byte each, 128 for no difference."""
    rng = random.Random(seed)
    data = [(trigrams(value), secret) for value, secret in values if value]
    weights, seen, bias = [0.0] * TRIGRAMS, [1e-3] * TRIGRAMS, 0.0
    for _ in range(rounds):
        rng.shuffle(data)
        for places, secret in data:
            share = _GRAM_SCALE / len(places)
            error = secret - _chance(bias + share * sum([weights[p] for p in places]))
            bias += 0.01 * error
            step = error * share
            for place in places:
                seen[place] += step * step
                weights[place] += 0.15 * step / math.sqrt(seen[place]) - 2e-5 * weights[place]
    return bytes(max(0, min(255, round(128 + _GRAM_STEP * w))) for w in weights)


def levels(model: Model, values: Sequence[str]) -> tuple[int, ...]:
    """Steps between the levels of randomness: equally many of the values lie between each two."""
    open_ended = Model(model.grams, model.weights, 0, tuple(range(-2040, 2040, 8)), ())
    means = sorted(open_ended.level(value) * 8 - 2048 for value in values if value)
    return tuple(means[len(means) * n // LEVELS] for n in range(1, LEVELS))


def learn_weights(grams: bytes, steps: tuple[int, ...], samples: Sequence[Sample], seed: int, rounds: int = 4) -> Model:
    """Weights of the candidate's features; thresholds are set to 0 and are the caller's to choose."""
    rng = random.Random(seed)
    reader = Model(grams, array("h", [0]), 0, steps, ())
    data = [(features(each.it, each.kind, reader.level(each.it.value)), each.secret, each.weight) for each in samples]
    weights, seen, bias = [0.0] * FEATURES, [1.0] * FEATURES, 0.0
    surroundings = range(*SURROUNDINGS)
    for _ in range(rounds):
        rng.shuffle(data)
        for whole, secret, weight in data:
            # half of the time without the surroundings, so that the value alone must be enough
            places = whole if rng.random() < 0.5 else [p for p in whole if p not in surroundings]
            error = weight * (secret - _chance(bias + sum([weights[p] for p in places])))
            bias += 0.002 * error
            square = error * error
            for place in places:
                seen[place] += square
                weights[place] += 0.25 * error / math.sqrt(seen[place]) - 1e-5 * weights[place]
    table = array("h", (max(-32000, min(32000, round(_WEIGHT_STEP * w))) for w in weights))
    return Model(grams, table, round(_WEIGHT_STEP * bias), steps, ())
