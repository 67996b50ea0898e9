"""Fuzzing: laws over any bytes, run by a coverage-guided fuzzer (`make fuzz`) and, in small, by `make test`."""
