"""Policies that compile at once, for commands that are not about the packs."""

from pathlib import Path

FEW_RULES = """version: 1
rules:
  - {id: own, category: pii, severity: low, pattern: 'AC-\\d{4}', examples: {match: [AC-0001], no_match: [AC-1]}}
"""
PII, SECRET = "AC-{:04}", "sesame-{:06}"
"""What HELD finds: templates of a number."""
HELD = """version: 1
rules:
  - {id: own, category: pii, severity: low, pattern: 'AC-\\d{4}', examples: {match: [AC-0001], no_match: [AC-1]}}
  - {id: word, category: secrets, severity: high, pattern: 'sesame-\\d{6}',
     examples: {match: [sesame-000001], no_match: [sesame-1]}}
thresholds:
  - {id: many-secrets, when: {category: secrets, distinct: 3}, action: hold}
approvals: {groups: [security], minimum: 1, expires: 24h}
"""


def few_rules(folder: Path) -> str:
    path = folder / "few.yaml"
    path.write_text(FEW_RULES)
    return str(path)
