"""From an interaction to the answer for one request: examples, with what must be fresh made fresh."""
