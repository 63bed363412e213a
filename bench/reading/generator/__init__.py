"""Invented Vietnamese administrative papers, rendered and degraded, with their truth.

words.py     word lists (this generator's own; the extractor never reads them)
people.py    persons, addresses, dates and numbers that agree with each other
fonts.py     font families that cover Vietnamese
sheet.py     a page in millimetres: text, paragraphs, form lines with leaders
marks.py     seals, signatures, stamps, patterned grounds
<type>.py    one file a paper type: draw(rng) -> Paper
places.py    where on a capture each value stands
spoil.py     captures nobody should accept: blurred, cut off, glaring, too few dots
numbers.py   amounts in words, check digits
degrade.py   what scanners, copiers, time and phones do to a page
output.py    JPEG, PNG, TIFF, scanned PDF
__main__.py  the command
"""
