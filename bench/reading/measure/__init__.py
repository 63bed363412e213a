"""Measuring of reading: truths, difficulty, score. Standard library only."""
