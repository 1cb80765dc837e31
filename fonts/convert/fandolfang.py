#!/usr/bin/env python3
"""Turn FandolFang-Regular.otf (CFF outlines) into TrueType outlines.

    python3 fandolfang.py FandolFang-Regular.otf ../files/FandolFangTT-Regular.ttf

Needs fontTools 4.38 (Debian 12 package python3-fonttools). The same input and the same fontTools give the same bytes:
nothing depends on the time or on the machine. Cubic curves become quadratic ones that stay within 1/1000 em of them.
The result is a changed version and says so in its name table, as section 5 of the licence (COPYING) asks.
"""

import sys

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

MAX_ERROR = 1 / 1000  # of the em

NOTICE = (
    "Changed in 2026 from FandolFang-Regular version 0.3: outlines converted from CFF to TrueType, "
    "maximum error 1/1000 em; nothing else was drawn anew. GNU General Public License, version 3, with the font "
    "exception of the original, which is extended to this changed version."
)
FAMILY = "FandolFang TT"
POSTSCRIPT = "FandolFangTT-Regular"


def convert(source, target):
    font = TTFont(source, recalcTimestamp=False)
    order = font.getGlyphOrder()
    outlines = font.getGlyphSet()
    max_error = font["head"].unitsPerEm * MAX_ERROR

    glyf = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        # CFF outlines turn the other way round from TrueType ones.
        outlines[name].draw(Cu2QuPen(pen, max_error, reverse_direction=True))
        glyf.glyphs[name] = pen.glyph()

    del font["CFF "]
    if "VORG" in font:  # belongs to CFF only
        del font["VORG"]
    font["loca"] = newTable("loca")
    font["glyf"] = glyf

    metrics = font["hmtx"].metrics
    for name in order:
        glyph = glyf.glyphs[name]
        glyph.recalcBounds(glyf)
        metrics[name] = (metrics[name][0], getattr(glyph, "xMin", 0))

    maxp = font["maxp"] = newTable("maxp")
    maxp.tableVersion = 0x00010000
    maxp.numGlyphs = len(order)
    maxp.maxZones = 1
    for field in (
        "maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs "
        "maxStackElements maxSizeOfInstructions maxComponentElements "
        "maxPoints maxContours maxCompositePoints maxCompositeContours maxComponentDepth"
    ).split():
        setattr(maxp, field, 0)

    post = font["post"]
    post.formatType = 3.0
    head = font["head"]
    head.glyphDataFormat = 0
    head.flags |= 0x0002  # left side bearing at x = 0

    # Unicode tables only: the Macintosh one repeats part of them.
    font["cmap"].tables = [t for t in font["cmap"].tables if t.isUnicode()]

    names = font["name"]
    names.names = [n for n in names.names if n.platformID == 3]
    for record in {(n.platformID, n.platEncID, n.langID) for n in names.names}:
        names.setName(FAMILY, 1, *record)
        names.setName(POSTSCRIPT, 3, *record)
        names.setName(FAMILY, 4, *record)
        names.setName(POSTSCRIPT, 6, *record)
        names.setName(NOTICE, 10, *record)
        for gone in (16, 17, 18, 20):
            names.removeNames(gone, *record)

    font.sfntVersion = "\x00\x01\x00\x00"
    font.save(target, reorderTables=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: fandolfang.py FandolFang-Regular.otf OUT.ttf")
    convert(sys.argv[1], sys.argv[2])
