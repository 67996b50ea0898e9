"""Policy: what to find (rules), where and what to do (applications), and when to hold or block (thresholds)."""

from .compile import CompiledPolicy, load_policy

__all__ = ["CompiledPolicy", "load_policy"]
