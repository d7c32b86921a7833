"""``make bench``: what the walls, the keys and the recorded look cost, each against a baseline measured in the same run."""
