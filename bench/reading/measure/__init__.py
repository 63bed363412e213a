"""Measuring of reading: truths, difficulty, score, comparison, verdict, corpora, reasons. Standard library only."""
