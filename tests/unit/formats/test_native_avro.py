"""The native trace in Avro: what its schema fixes stays, whatever of it is masked."""

from __future__ import annotations

from reticent.formats.avro.native import to_avro
from reticent.formats.document import Document, Part
from reticent.formats.registry import open_document
from reticent.limits import Limits
from reticent.model import Step, StepKind, Trace

TRACE = Trace("t1", "s1", attributes={"model": "m"}, steps=[Step(0, StepKind.PROMPT, {"q": "x"}, name="f")])


def _opened(payload: bytes) -> Document:
    return open_document(payload, content_type=None, forced="native-avro", limits=Limits())


def test_a_fields_name_is_the_schemas_and_a_key_of_the_producers_is_masked() -> None:
    document = _opened(to_avro(TRACE))
    for leaf in range(len(document.leaves().texts)):
        document.replace(leaf, Part.KEY, "[REDACTED:x:aaaaaaaa]")
    (trace,) = _opened(document.encode()).traces()
    assert (trace.trace_id, trace.attributes) == ("t1", {"[REDACTED:x:aaaaaaaa]": "m"})
    assert trace.steps[0].content == {"[REDACTED:x:aaaaaaaa]": "x"}


def test_what_is_dropped_is_empty() -> None:
    document = _opened(to_avro(TRACE))
    leaves = document.leaves()
    for leaf, text in enumerate(leaves.texts):
        if text[abs(leaves.heads[leaf]) :]:
            document.replace(leaf, Part.VALUE, None)
    (trace,) = _opened(document.encode()).traces()
    assert (trace.trace_id, trace.attributes, trace.steps[0].name) == ("", {"model": None}, "")
