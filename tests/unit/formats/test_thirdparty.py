"""Other packages bring formats: the example of the documentation is one, and what is none is told by its package."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reticent.errors import ConfigError, DecodeError
from reticent.formats import registry, thirdparty
from reticent.formats.document import Part
from reticent.limits import Limits
from reticent.model import StepKind

_DOCS = Path(__file__).parents[3] / "docs" / "formats.md"
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Puts a package with one module and one entry point on the path."""
    modules: list[str] = []

    def put(module: str, code: str, points: str) -> None:
        (tmp_path / f"{module}.py").write_text(code)
        about = tmp_path / f"{module}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}-package\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[{thirdparty.GROUP}]\n{points}\n")
        modules.append(module)

    monkeypatch.syspath_prepend(tmp_path)
    _forget()
    yield put
    for module in modules:
        sys.modules.pop(module, None)
    _forget()


def _forget() -> None:
    thirdparty.load.cache_clear()
    registry.without_schemas.cache_clear()


def _block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", _DOCS.read_text(), re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_example_of_the_documentation_is_a_format(install: Install) -> None:
    ((name, value),) = tomllib.loads(_block("toml"))["project"]["entry-points"][thirdparty.GROUP].items()
    install(value.partition(":")[0], _block("python"), f"{name} = {value}")
    payload = b'{"acme-chat": 1, "turns": [{"who": "user", "says": "hello"}, {"who": ["x"], "says": 2.50}]}'
    assert "acme-chat" in registry.format_names()
    for forced, media in ((None, None), ("acme-chat", None), (None, "application/vnd.acme.chat+json")):
        document = registry.open_document(payload, content_type=media, forced=forced, limits=Limits())
        assert document.format == "acme-chat"
        assert document.encode() == payload
        assert [step.kind for step in document.traces()[0].steps] == [StepKind.PROMPT, StepKind.OTHER]
    leaf = next(n for n in range(len(document.leaves().texts)) if document.path(n) == "$['turns'][0]['says']")
    document.replace(leaf, Part.VALUE, "[X]")
    assert document.traces()[0].steps[0].content == "[X]"
    assert b'"says":"[X]"' in document.encode()
    with pytest.raises(DecodeError, match="wrong-format"):
        registry.open_document(b"[]", content_type=None, forced="acme-chat", limits=Limits())


SOUND = """
class Mine:
    name = "{name}"
    media_types = {media}
    def recognises(self, payload, tree): return False
    def decode(self, payload, limits, tree=None): raise NotImplementedError
"""


@pytest.mark.parametrize(
    ("code", "point", "said"),
    [
        ("raise RuntimeError('x')", "mine = broken_one:Mine", r"broken_one-package cannot be loaded \(RuntimeError\)"),
        ("", "mine = broken_one:Mine", r"cannot be loaded \(AttributeError\)"),
        ("Mine = 1", "mine = broken_one:Mine", r"cannot be loaded \(AttributeError\)"),
        (SOUND.format(name="Not A Name", media="()"), "mine = broken_one:Mine", "is no format"),
        (SOUND.format(name="mine", media="'text/plain'"), "mine = broken_one:Mine", "is no format"),
        (SOUND.format(name="mine", media="[1]"), "mine = broken_one:Mine", r"cannot be loaded|is no format"),
        (SOUND.format(name="native", media="()"), "mine = broken_one:Mine", "called native, as another format is"),
        (SOUND.format(name="avro", media="()"), "mine = broken_one:Mine", "called avro, as another format is"),
        (SOUND.format(name="one", media="()"), "a = broken_one:Mine\nb = broken_one:Mine", "called one, as another"),
    ],
)
def test_what_is_no_format_is_told_by_its_package(install: Install, code: str, point: str, said: str) -> None:
    install("broken_one", code, point)
    with pytest.raises(ConfigError, match=said) as caught:
        registry.format_names()
    assert "broken_one-package" in str(caught.value)


def test_one_that_is_sound_is_loaded_once(install: Install) -> None:
    install("sound_one", SOUND.format(name="mine", media="()") + "\nMade = Mine()\n", "mine = sound_one:Made")
    first, second = registry.Formats(registry.NoSchemas()), registry.Formats(registry.NoSchemas())
    assert "mine" in first.names
    assert first._by_name["mine"] is second._by_name["mine"]
