"""What texts say in other ways than they are written: decoded, joined, cell by cell, behind what tells of them."""
