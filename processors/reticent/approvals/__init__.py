"""Approvals: held traces wait here for people, and leave once, or not at all."""
