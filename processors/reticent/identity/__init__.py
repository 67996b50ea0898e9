"""Identity: who wrote a record, from its verified token and from nothing else."""

from .authenticator import Authenticator

__all__ = ["Authenticator"]
