"""Where on a capture the values of a paper stand: what was written is searched for each value, across the pieces it was
written in, and the corners of those pieces are taken through what happened to the page."""
import re

import numpy as np


def _joined(written):
    """All that was written on a sheet as one text, and for each of its characters (piece, place in the piece, length)."""
    text, owners = "", []
    for n, (piece, _) in enumerate(written):
        if text and not text.endswith(" "):
            text, owners = text + " ", owners + [None]
        text += piece
        owners += [(n, i, len(piece)) for i in range(len(piece))]
    return text, owners


def _occurrences(text, value):
    pattern = r"\s+".join(re.escape(word) for word in value.split())
    return [m.span() for m in re.finditer(pattern, text)]


def _quads(written, owners, span):
    """The corners of each piece's part that lies in the span."""
    parts = {}
    for owner in owners[span[0]:span[1]]:
        if owner:
            parts.setdefault(owner[0], []).append(owner[1:])
    for n, places in parts.items():
        corners, length = np.asarray(written[n][1]), places[0][1]
        start, end = min(p for p, _ in places) / length, (max(p for p, _ in places) + 1) / length
        top, bottom = corners[1] - corners[0], corners[2] - corners[3]
        yield np.array([corners[0] + top * start, corners[0] + top * end, corners[3] + bottom * end,
                        corners[3] + bottom * start])


def of_values(paper, captures):
    """{key: [[page from 1, four corners in pixels of the capture, as text reads], …]}. A value that stands on the paper
    several times gives each of its keys another place, in the order of writing."""
    places, used = {}, set()
    pages = [_joined(sheet.written) for sheet in paper.pages]
    for key, value in paper.fields.items():
        if not value:
            continue
        found = [(n, span) for n, (text, _) in enumerate(pages) for span in _occurrences(text,
                                                                                         paper.printed.get(key, value))]
        fresh = [f for f in found if f not in used] or found
        # A value that is a piece of its own beats the same letters inside a longer one.
        whole = [f for f in fresh if _is_whole(pages[f[0]], f[1])] or fresh
        if not whole:
            continue
        page, span = whole[0]
        used.add((page, span))
        places[key] = [[page + 1, np.round(captures[page].through(quad)).astype(int).tolist()]
                       for quad in _quads(paper.pages[page].written, pages[page][1], span)]
    return places


def _is_whole(page, span):
    first, last = page[1][span[0]], page[1][span[1] - 1]
    return first and last and first[1] == 0 and last[1] == last[2] - 1
