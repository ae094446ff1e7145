"""Faults of a provider that a stub plays on purpose: declared in a file or by a program, drawn by a seed."""
