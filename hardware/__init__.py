"""Sala's agent: a process of its own beside the printers. It imports nothing of the rooms above."""
