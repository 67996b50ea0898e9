"""What `formats.py` and `collector.py` measure with: talks in made-up prose, and how each wire format writes them."""
