"""Patterns of rules as what they are made of: what they take, what every match of them holds, what they cost, and what
looks for them. No pattern of a rule ever runs on Python's backtracking engine; its parser only takes them apart."""
