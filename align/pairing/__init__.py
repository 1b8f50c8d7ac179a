"""Pairing: which segments of the two languages say the same, and how likely it is."""
