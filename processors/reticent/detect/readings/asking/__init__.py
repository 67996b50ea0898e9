"""What somebody is asked for in a talk, and tells."""
