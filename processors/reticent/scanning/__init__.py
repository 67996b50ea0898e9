"""Files scanned and masked: what is read, in which pieces, and how what was found is reported."""
