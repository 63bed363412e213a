"""Font families of Debian that cover Vietnamese (Liberation 1.07 lacks half of the letters; Tinos and Arimo of
fonts-croscore are the same design). A family is four files: regular, bold, italic, bold italic."""
import functools
import importlib.util
import os
import pathlib

from PIL import ImageFont

TRUETYPE = "/usr/share/fonts/truetype/"
TEX_GYRE = "/usr/share/texmf/fonts/opentype/public/tex-gyre/texgyre"


def _truetype(stem, regular="-Regular", bold="-Bold", italic="-Italic", both="-BoldItalic"):
    return [f"{TRUETYPE}{stem}{part}.ttf" for part in (regular, bold, italic, both)]


def _tex_gyre(name):
    return [f"{TEX_GYRE}{name}-{part}.otf" for part in ("regular", "bold", "italic", "bolditalic")]


def _wheel(package, file):
    """A hand comes from a package of PyPI: one file for all styles."""
    where = importlib.util.find_spec(package)
    return [str(pathlib.Path(where.origin).parent / "files" / file)] * 4 if where else [file] * 4


FAMILIES = {
    "hand": _wheel("fontpkg_dancing_script", "DancingScript[wght].ttf"),
    "hand-digits": _wheel("fontpkg_caveat", "Caveat[wght].ttf"),
    "tinos": _truetype("croscore/Tinos"),
    "arimo": _truetype("croscore/Arimo"),
    "cousine": _truetype("croscore/Cousine"),
    "dejavu-sans": _truetype("dejavu/DejaVuSans", "", "-Bold", "-Oblique", "-BoldOblique"),
    "dejavu-serif": _truetype("dejavu/DejaVuSerif", "", "-Bold", "-Italic", "-BoldItalic"),
    "freeserif": _truetype("freefont/FreeSerif", "", "Bold", "Italic", "BoldItalic"),
    "freesans": _truetype("freefont/FreeSans", "", "Bold", "Oblique", "BoldOblique"),
    "carlito": _truetype("crosextra/Carlito"),
    "noto-sans": _truetype("noto/NotoSans"),
    "noto-serif": _truetype("noto/NotoSerif"),
    "termes": _tex_gyre("termes"),
    "heros": _tex_gyre("heros"),
    "pagella": _tex_gyre("pagella"),
    "bonum": _tex_gyre("bonum"),
    "schola": _tex_gyre("schola"),
}
# What offices print with most; the others turn up on forms.
SERIF = ["tinos", "tinos", "tinos", "termes", "freeserif", "noto-serif", "pagella", "schola", "dejavu-serif"]
FORM = ["tinos", "tinos", "termes", "freeserif", "arimo", "freesans", "heros", "noto-sans", "carlito", "dejavu-sans",
        "bonum"]
TYPED = ["tinos", "arimo", "cousine", "carlito", "noto-sans", "dejavu-serif", "freeserif", "heros"]
# DejaVu and Noto Sans run wide, Carlito small: sizes are evened out by this factor.
SCALE = {"dejavu-sans": .86, "dejavu-serif": .87, "noto-sans": .91, "noto-serif": .92, "bonum": .9, "cousine": .86,
         "carlito": 1.05, "arimo": .94, "freesans": .94, "heros": .94, "pagella": .95, "schola": .93}
# Cards are set in narrow or plain sans faces, and their machine-readable lines in even steps.
CARD = ["arimo", "arimo", "heros", "freesans", "noto-sans", "carlito"]
DEGREE = ["tinos", "termes", "pagella", "freeserif", "schola", "bonum", "noto-serif"]
STYLES = {"": 0, "b": 1, "i": 2, "bi": 3}


@functools.lru_cache(maxsize=256)
def load(family, style, pixels):
    path = FAMILIES[family][STYLES[style]]
    if not os.path.exists(path):
        raise SystemExit(f"generate: font {path} is missing: run tools/install-deps --tests")
    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)


def font(family, style, pt, dpi):
    return load(family, style, max(6, round(pt * SCALE.get(family, 1) * dpi / 72)))
