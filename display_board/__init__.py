"""The hall's face: the latest calls with their counters, who waits for what, and the voice."""
