"""A page at 300 dpi on which things are placed in millimetres: x to the right, y down to the baseline of text.

Form lines are what makes reading hard, so they get a class of their own: label, value (often typed later by another
machine: other font, baseline a little off), dotted leaders that run under or through the value, values that wrap."""
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from . import fonts

DPI = 300
INK = (28, 27, 30)


@dataclass
class Paper:
    """What a drawing function returns. `fields` are values as the domain describes them (None: printed as blank or
    left empty); `printed` holds what stands on the paper where that differs (dates in words of a form)."""
    type: str
    layout: str
    pages: list = field(default_factory=list)
    fields: dict = field(default_factory=dict)
    printed: dict = field(default_factory=dict)
    handwritten: list = field(default_factory=list)  # keys whose value stands there in a hand: for a person to key
    year: int = 0

    def put(self, key, value, printed=None):
        self.fields[key] = value
        if printed is not None and printed != value:
            self.printed[key] = printed


def _corners(x0, y0, x1, y1):
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)


class Sheet:
    def __init__(self, width=210, height=297, ground=None, dpi=DPI):
        self.dpi = dpi
        self.width, self.height = width, height
        size = (self.px(width), self.px(height))
        self.image = Image.fromarray(ground) if ground is not None else Image.new("RGB", size, (255, 255, 255))
        self.pen = ImageDraw.Draw(self.image)
        self.written = []  # (text, its four corners in pixels), in the order of writing

    def px(self, mm):
        return round(mm * self.dpi / 25.4)

    def length(self, text, family, pt, style=""):
        return fonts.font(family, style, pt, self.dpi).getlength(text) * 25.4 / self.dpi

    def text(self, x, y, text, family, pt, style="", align="l", color=INK):
        """Writes one line; align l, m (middle) or r about x. Returns the x of its end."""
        font = fonts.font(family, style, pt, self.dpi)
        width = font.getlength(text) * 25.4 / self.dpi
        x -= {"l": 0, "m": width / 2, "r": width}[align]
        left, base = x * self.dpi / 25.4, y * self.dpi / 25.4
        self.pen.text((left, base), text, font=font, fill=color, anchor="ls")
        box = self.pen.textbbox((left, base), text, font=font, anchor="ls") if text else (left, base, left, base)
        self.written.append((text, _corners(*box)))
        return x + width

    def fit(self, x, y, width, text, family, pt, style="", align="l", color=INK):
        """Writes one line, smaller where it would be wider than width mm."""
        while self.length(text, family, pt, style) > width and pt > 4:
            pt -= .25
        return self.text(x, y, text, family, pt, style, align, color)

    def paste(self, other, x, y, degrees=0.0):
        """Lays another sheet's image (a card) with its centre at (x, y) mm, turned against the clock."""
        mask = Image.new("L", other.image.size, 255).rotate(degrees, Image.Resampling.BICUBIC, expand=True)
        image = other.image.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
        left, top = self.px(x) - image.width // 2, self.px(y) - image.height // 2
        self.image.paste(image, (left, top), mask)
        a = np.deg2rad(degrees)
        turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        middle = np.array(other.image.size) / 2
        for text, corners in other.written:
            self.written.append((text, (corners - middle) @ turn.T + (self.px(x), self.px(y))))

    def rule(self, x0, y0, x1, y1, width=1, color=INK):
        self.pen.line([self.px(x0), self.px(y0), self.px(x1), self.px(y1)], fill=color, width=width)

    def box(self, x0, y0, x1, y1, width=2, color=INK):
        self.pen.rectangle([self.px(x0), self.px(y0), self.px(x1), self.px(y1)], outline=color, width=width)

    def lines(self, text, width, family, pt, style="", first=None):
        """Breaks text into lines no wider than width mm (the first one no wider than `first`)."""
        out, line, room = [], "", width if first is None else first
        for word in text.split():
            longer = f"{line} {word}" if line else word
            if self.length(longer, family, pt, style) <= room:
                line = longer
                continue
            if line or not out and first is not None:
                out.append(line)
                room = width
            line = word
        return out + [line]

    def paragraph(self, x, y, width, text, family, pt, style="", leading=None, indent=0, align="l", justify=False):
        """Writes a paragraph; returns the y of the line after it."""
        leading = leading or pt * .3528 * 1.32
        rows = self.lines(text, width, family, pt, style, width - indent)
        for i, row in enumerate(rows):
            left, room = (x + indent, width - indent) if i == 0 else (x, width)
            if align == "m":
                self.text(x + width / 2, y, row, family, pt, style, "m")
            elif justify and i + 1 < len(rows):
                self._justified(left, y, room, row, family, pt, style)
            else:
                self.text(left, y, row, family, pt, style)
            y += leading
        return y

    def _justified(self, x, y, width, row, family, pt, style):
        parts = row.split()
        total = sum(self.length(p, family, pt, style) for p in parts)
        gap = (width - total) / max(1, len(parts) - 1)
        for part in parts:
            x = self.text(x, y, part, family, pt, style) + gap

    def leader(self, x0, x1, y, family, pt, kind):
        if x1 - x0 < 2:
            return
        if kind == "line":
            self.rule(x0, y + .6, x1, y + .6, 2, (70, 70, 74))
            return
        step = self.length("." if kind == "dots" else "…", family, pt)
        mark = "." if kind == "dots" else "…"
        self.text(x0, y, mark * int((x1 - x0) / step), family, pt)

    def multiply(self, patch, x, y):
        """Prints a translucent patch (uint8 RGB array, white = nothing) with its centre at (x, y) mm."""
        array = np.asarray(self.image)
        h, w = patch.shape[:2]
        top, left = self.px(y) - h // 2, self.px(x) - w // 2
        y0, x0 = max(0, top), max(0, left)
        y1, x1 = min(array.shape[0], top + h), min(array.shape[1], left + w)
        if y1 <= y0 or x1 <= x0:
            return
        part = patch[y0 - top:y1 - top, x0 - left:x1 - left].astype(np.uint16)
        under = array[y0:y1, x0:x1].astype(np.uint16)
        self.image.paste(Image.fromarray((under * part // 255).astype(np.uint8)), (x0, y0))


class Form:
    """The look of one form: how labels and values are set and what runs between them."""

    UNDER = .25  # share of dotted forms whose dots run under the values

    def __init__(self, sheet, rng, label_family, value_family=None, pt=12.5, spacing=8.2):
        self.sheet, self.rng = sheet, rng
        self.label_family = label_family
        self.value_family = value_family or label_family
        self.pt = pt
        self.value_pt = pt + rng.choice([0, 0, .5, -.5])
        self.label_style = ""
        self.value_style = rng.choices(["", "b", "i"], [6, 4, 1])[0]
        self.leaders = rng.choices(["none", "dots", "ellipsis", "line"], [74, 12, 4, 10])[0]
        # Where a program set the form, leaders fill what the value leaves; a form printed beforehand has them under
        # the value too, which rides a little above or below.
        self.under = self.leaders == "line" or self.leaders != "none" and rng.random() < self.UNDER
        self.drop = rng.uniform(-1.1, .1) if self.under else 0
        self.spacing = spacing
        self.english = False
        self.english_pt = pt * .68

    def _leaders(self, start, end, right, y):
        """From the label, or from the end of the value, to the right edge."""
        if self.leaders != "none":
            self.sheet.leader(start if self.under else end + .8, right, y, self.label_family, self.pt, self.leaders)

    def entry(self, x, y, width, *items, style=None):
        """One line of label-value pairs [(label, value, english)], shared by measured width; a single pair wraps its
        value onto further lines. Returns the y of the next line."""
        if len(items) == 1:
            return self._wrapped(x, y, width, *self._unpack(items[0]), style)
        wants = [self._want(*self._unpack(i), style) for i in items]
        spare = (width - sum(wants)) / len(items)
        for item, want in zip(items, wants):
            label, value, english = self._unpack(item)
            cell = want + spare
            self._cell(x, y, cell - 2, label, value, english, style)
            x += cell
        return y + self.spacing + (self.english_drop() if self.english else 0)

    def english_drop(self):
        return 2.6

    @staticmethod
    def _unpack(item):
        return item if len(item) == 3 else (item[0], item[1], "")

    def _want(self, label, value, _english, style):
        s = self.sheet
        return (s.length(label + " ", self.label_family, self.pt, self.label_style)
                + s.length(value or "", self.value_family, self.value_pt, self._value_style(style)) + 4)

    def _value_style(self, style):
        return self.value_style if style is None else style

    def _label(self, x, y, label, english):
        s = self.sheet
        end = s.text(x, y, label, self.label_family, self.pt, self.label_style)
        if self.english and english:
            s.text(x, y + 3.4, english, self.label_family, self.english_pt, "i")
        return end + 1.2

    def _cell(self, x, y, width, label, value, english, style):
        s = self.sheet
        start = self._label(x, y, label, english)
        end = start
        if value:
            end = s.text(start + .8, y + self.drop, value, self.value_family, self.value_pt, self._value_style(style))
        self._leaders(start, end, x + width, y)
        return end

    def _wrapped(self, x, y, width, label, value, english, style):
        s = self.sheet
        start = self._label(x, y, label, english)
        step = self.spacing + (self.english_drop() if self.english else 0)
        rows = s.lines(value, width, self.value_family, self.value_pt, self._value_style(style),
                       x + width - start - 1) if value else [""]
        for i, row in enumerate(rows):
            left = start + .8 if i == 0 else x
            end = left
            if row:
                end = s.text(left, y + self.drop, row, self.value_family, self.value_pt, self._value_style(style))
            if self.under or i + 1 == len(rows):
                self._leaders(start if i == 0 else x, end, x + width, y)
            y += step if i == 0 else self.spacing
        return y
