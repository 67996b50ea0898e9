"""The brokers these tests run on."""

from tests.integration.kafka import real_stack, stack

__all__ = ["real_stack", "stack"]
