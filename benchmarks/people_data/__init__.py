"""What `people.py` measures with: made texts with labels, the labels of corpora, and another detector beside."""
