"""The `reticent` command. Its exit status: 0 fine, 1 findings or a failed check, 2 misuse or error."""

MISUSE = 2
