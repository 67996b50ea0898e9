"""Microsoft Presidio beside ours, in an interpreter that has it, with the largest spaCy model that lies there.

    PYTHON peer.py < texts.json > found.json

In: a JSON list of texts. Out: `model` (empty: its patterns alone, no names), `seconds` of CPU, and for each text a list
of [entity, start, end].
"""

from __future__ import annotations

import json
import logging
import sys
import time

SCORE = 0.35
"""Below that its own documentation calls a result a weak one."""


def main() -> None:
    logging.disable(logging.WARNING)
    import spacy  # noqa: PLC0415 - not ours to have
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415

    models = sorted(name for name in spacy.util.get_installed_models() if name.startswith("en_core_web"))
    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": models[0] if models else "blank"}])
    if not models:
        engine.nlp = {"en": spacy.blank("en")}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    texts = json.load(sys.stdin)
    analyzer.analyze("warm", language="en")
    began = time.process_time()
    found = [
        [
            [each.entity_type, each.start, each.end]
            for each in analyzer.analyze(text, language="en", score_threshold=SCORE)
        ]
        for text in texts
    ]
    json.dump(
        {"model": models[0] if models else "", "seconds": time.process_time() - began, "found": found}, sys.stdout
    )


if __name__ == "__main__":
    main()
