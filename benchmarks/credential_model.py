"""Makes `credential.model`: the weights that judge a value behind a telling name.

    python benchmarks/credential_model.py make FOLDER   # fetches packages into FOLDER (2 GB), learns, writes the file
    python benchmarks/credential_model.py               # what the shipped file says of itself

What it is made from: open-source packages (named in `credential_data/sources.py`, each fetched by its registry's own
client in its newest version) give places and values that are no secrets; generators with a seed
(`credential_data/values.py`, `places.py`) give the secrets, put into those places and into sentences. Only weights
enter the repository. Values of packages that look like secrets to a first model are left out of the second.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from credential_data import places, sources, values
from credential_data.extract import Extractor, Place
from credential_data.learning import Sample, learn_grams, learn_weights, levels

from reticent.policy.packs import load_packs
from reticent.policy.validators import credential_model as shipped
from reticent.policy.validators.credential import refused
from reticent.policy.validators.credential_features import KINDS

_SEED = 7
_OF_PACKAGE, _OF_FILE = 6000, 150
_SENTENCES = 24_000
_DOUBTFUL = 128
"""A value of a package that scores more than this is taken for a secret that somebody left there."""
THRESHOLDS = {"password": 0, "key": -56, "other": -16, "option": -16, "prose": -32}
_TARGET = Path(shipped.__file__).with_name("credential.model")

Found = tuple[str, Place]


def found(folder: Path, extractor: Extractor) -> Iterator[Found]:
    """(package, place), each value behind a name once a package."""
    counts: dict[str, int] = {}
    seen: set[tuple[str, str, str]] = set()
    for package, path in sources.files(folder):
        if counts.get(package, 0) > _OF_PACKAGE:
            continue
        for number, place in enumerate(extractor.places(path.read_text("utf-8", "replace"))):
            if number > _OF_FILE:
                break
            counts[package] = counts.get(package, 0) + 1
            key = (package, place.candidate().name, place.value)
            if place.kind in THRESHOLDS and key not in seen:
                seen.add(key)
                yield package, place


def templated(rng: random.Random, extractor: Extractor) -> Iterator[Sample]:
    """Secrets in made-up lines and sentences."""
    for _ in range(_SENTENCES):
        form, kind = rng.choice(list(places.LEARNED)), rng.choice(("password", "key"))
        _, value = values.secret(rng, kind, values.LEARNED)
        text, _ = places.place(rng, form, kind, places.LEARNED, value)
        text, _ = places.wrapped(rng, text)
        for place in extractor.places(text):
            if place.kind in THRESHOLDS and place.value == value:
                yield from accepted([place], secret=True)


def accepted(some: Iterable[Place], *, secret: bool) -> Iterator[Sample]:
    """What the refusals leave to the model."""
    for place in some:
        it = place.candidate()
        if not refused(it, place.number):
            yield Sample(it, place.number, secret)


def learn(all_places: Sequence[Found], extractor: Extractor) -> shipped.Model:
    """The n-grams from one half of the packages, the weights from the other."""
    rng = random.Random(_SEED)
    halves: tuple[list[Place], list[Place]] = ([], [])
    for package, place in all_places:
        halves[sum(map(ord, package)) % 2].append(place)
    filled = [[p for p in (place.filled(rng, values.LEARNED) for place in half) if p] for half in halves]

    plain = [(place.value, False) for place in halves[0]] + [(place.candidate().name, False) for place in halves[0]]
    made = [(place.value, True) for place in filled[0]]
    made += [(values.secret(rng, rng.choice(("password", "key")), values.LEARNED)[1], True) for _ in range(30_000)]
    grams = learn_grams(plain + made, 1)
    blank = shipped.Model(grams, array("h", [0]), 0, (), ())
    steps = levels(blank, [value for value, _ in plain[: len(made)] + made])

    samples = [*templated(rng, extractor), *accepted(filled[1], secret=True), *accepted(halves[1], secret=False)]
    first = learn_weights(grams, steps, samples, 3)
    kept = [each for each in samples if each.secret or first.score(each.it, each.kind) < _DOUBTFUL]
    print(f"{len(samples):,} samples, {len(samples) - len(kept)} doubtful ones left out", file=sys.stderr)
    second = learn_weights(grams, steps, kept, 4)
    thresholds = tuple(THRESHOLDS.get(kind, 0) for kind in KINDS)
    return shipped.Model(grams, second.weights, second.bias, steps, thresholds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", nargs="?", choices=["make"])
    parser.add_argument("folder", nargs="?", type=Path)
    asked = parser.parse_args()
    if asked.action is None:
        model = shipped.parse(_TARGET.read_bytes())
        used = sum(weight != 0 for weight in model.weights), sum(gram != 128 for gram in model.grams)
        print(f"{_TARGET.name}: {_TARGET.stat().st_size:,} bytes, {used[0]:,} weights, {used[1]:,} n-grams")
        print("least score by kind: " + ", ".join(f"{k} {t}" for k, t in zip(KINDS, model.thresholds, strict=True)))
        return
    if asked.folder is None:
        parser.error("make needs a folder")
    began = time.monotonic()
    sources.fetch(sources.HELD_OUT, asked.folder / "held")
    sources.fetch(sources.LEARNED, asked.folder / "learned")
    extractor = Extractor(load_packs(["secrets"]))
    all_places = list(found(asked.folder / "learned", extractor))
    print(f"{len(all_places):,} places in {time.monotonic() - began:.0f} s", file=sys.stderr)
    data = shipped.dump(learn(all_places, extractor))
    _TARGET.write_bytes(data)
    print(f"{_TARGET}: {len(data):,} bytes after {time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
