"""A policy that compiles at once, for commands that are not about the packs."""

from pathlib import Path

FEW_RULES = """version: 1
rules:
  - {id: own, category: pii, severity: low, pattern: 'AC-\\d{4}', examples: {match: [AC-0001], no_match: [AC-1]}}
"""


def few_rules(folder: Path) -> str:
    path = folder / "few.yaml"
    path.write_text(FEW_RULES)
    return str(path)
