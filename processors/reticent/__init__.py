"""reticent keeps AI reasoning traces from leaking."""

__version__ = "0.1.0"
