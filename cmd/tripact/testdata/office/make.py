#!/usr/bin/env python3
"""Makes the Word files of this folder that Word and WPS would write: python3 make.py [FOLDER]. Only the standard library is used.

Same input, same bytes. What LibreOffice, python-docx and docx (npm) write comes from the other scripts here.
"""

import base64
import struct
import sys
import zipfile
import zlib
from pathlib import Path

NS = " ".join(
    f'xmlns:{p}="{u}"'
    for p, u in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wp14": "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
        "wpc": "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas",
        "wpi": "http://schemas.microsoft.com/office/word/2010/wordprocessingInk",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "w10": "urn:schemas-microsoft-com:office:word",
    }.items()
) + ' mc:Ignorable="w14 w15 wp14"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

THEME = (
    HEAD + '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office 主题​​"><a:themeElements><a:clrScheme name="Office">'
    '<a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1><a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1><a:dk2><a:srgbClr val="44546A"/></a:dk2>'
    '<a:lt2><a:srgbClr val="E7E6E6"/></a:lt2><a:accent1><a:srgbClr val="4472C4"/></a:accent1><a:accent2><a:srgbClr val="ED7D31"/></a:accent2>'
    '<a:accent3><a:srgbClr val="A5A5A5"/></a:accent3><a:accent4><a:srgbClr val="FFC000"/></a:accent4><a:accent5><a:srgbClr val="5B9BD5"/></a:accent5>'
    '<a:accent6><a:srgbClr val="70AD47"/></a:accent6><a:hlink><a:srgbClr val="0563C1"/></a:hlink><a:folHlink><a:srgbClr val="954F72"/></a:folHlink></a:clrScheme>'
    '<a:fontScheme name="Office"><a:majorFont><a:latin typeface="等线 Light"/><a:ea typeface=""/><a:cs typeface=""/><a:font script="Hans" typeface="等线 Light"/></a:majorFont>'
    '<a:minorFont><a:latin typeface="等线"/><a:ea typeface=""/><a:cs typeface=""/><a:font script="Hans" typeface="等线"/></a:minorFont></a:fontScheme>'
    "</a:themeElements></a:theme>"
)

# Styles as Word 2016 in Chinese names them.
STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" w:hAnsiTheme="minorHAnsi" w:cstheme="minorBidi"/>'
    '<w:kern w:val="2"/><w:sz w:val="21"/><w:szCs w:val="22"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="0" w:defUnhideWhenUsed="0" w:defQFormat="0" w:count="376">'
    '<w:lsdException w:name="Normal" w:uiPriority="0" w:qFormat="1"/><w:lsdException w:name="heading 1" w:uiPriority="9" w:qFormat="1"/></w:latentStyles>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/><w:pPr><w:widowControl w:val="0"/><w:jc w:val="both"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:next w:val="a"/><w:link w:val="10"/><w:uiPriority w:val="9"/><w:qFormat/>'
    '<w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="340" w:after="330" w:line="578" w:lineRule="auto"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:bCs/><w:kern w:val="44"/><w:sz w:val="44"/><w:szCs w:val="44"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="a"/><w:next w:val="a"/><w:qFormat/>'
    '<w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="260" w:after="260" w:line="416" w:lineRule="auto"/><w:outlineLvl w:val="1"/></w:pPr>'
    '<w:rPr><w:rFonts w:asciiTheme="majorHAnsi" w:eastAsiaTheme="majorEastAsia" w:hAnsiTheme="majorHAnsi" w:cstheme="majorBidi"/><w:b/><w:bCs/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="3"><w:name w:val="heading 3"/><w:basedOn w:val="a"/><w:next w:val="a"/><w:qFormat/>'
    '<w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before="260" w:after="260" w:line="416" w:lineRule="auto"/><w:outlineLvl w:val="2"/></w:pPr><w:rPr><w:b/><w:bCs/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="a0"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="character" w:customStyle="1" w:styleId="10"><w:name w:val="标题 1 字符"/><w:basedOn w:val="a0"/><w:link w:val="1"/></w:style>'
    '<w:style w:type="character" w:styleId="aa"><w:name w:val="Hyperlink"/><w:basedOn w:val="a0"/><w:rPr><w:color w:val="0563C1" w:themeColor="hyperlink"/><w:u w:val="single"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="ab"><w:name w:val="Placeholder Text"/><w:basedOn w:val="a0"/><w:rPr><w:color w:val="808080"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="ac"><w:name w:val="footnote reference"/><w:basedOn w:val="a0"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    '<w:style w:type="numbering" w:default="1" w:styleId="a2"><w:name w:val="No List"/></w:style>'
    '<w:style w:type="table" w:styleId="a3"><w:name w:val="Table Grid"/><w:basedOn w:val="a1"/><w:uiPriority w:val="39"/><w:tblPr><w:tblBorders>'
    + "".join(f'<w:{s} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for s in ("top", "left", "bottom", "right", "insideH", "insideV"))
    + "</w:tblBorders></w:tblPr></w:style>"
    '<w:style w:type="table" w:styleId="4-1"><w:name w:val="Grid Table 4 Accent 1"/><w:basedOn w:val="a1"/><w:uiPriority w:val="49"/><w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblStyleColBandSize w:val="1"/><w:tblBorders>'
    + "".join(f'<w:{s} w:val="single" w:sz="4" w:space="0" w:color="8EAADB" w:themeColor="accent1" w:themeTint="99"/>' for s in ("top", "left", "bottom", "right", "insideH", "insideV"))
    + '</w:tblBorders></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/><w:color w:val="FFFFFF" w:themeColor="background1"/></w:rPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="4472C4" w:themeFill="accent1"/></w:tcPr></w:tblStylePr>'
    '<w:tblStylePr w:type="firstCol"><w:rPr><w:b/><w:bCs/></w:rPr></w:tblStylePr><w:tblStylePr w:type="band1Horz"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="D9E2F3" w:themeFill="accent1" w:themeFillTint="33"/></w:tcPr></w:tblStylePr></w:style>'
    '<w:style w:type="paragraph" w:styleId="a4"><w:name w:val="header"/><w:basedOn w:val="a"/><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr><w:tabs><w:tab w:val="center" w:pos="4153"/><w:tab w:val="right" w:pos="8306"/></w:tabs><w:snapToGrid w:val="0"/><w:jc w:val="center"/></w:pPr><w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="footer"/><w:basedOn w:val="a"/><w:pPr><w:tabs><w:tab w:val="center" w:pos="4153"/><w:tab w:val="right" w:pos="8306"/></w:tabs><w:snapToGrid w:val="0"/><w:jc w:val="left"/></w:pPr><w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/><w:basedOn w:val="a"/><w:next w:val="a"/><w:autoRedefine/><w:uiPriority w:val="39"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC2"><w:name w:val="toc 2"/><w:basedOn w:val="a"/><w:next w:val="a"/><w:pPr><w:ind w:leftChars="200" w:left="420"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC3"><w:name w:val="toc 3"/><w:basedOn w:val="a"/><w:next w:val="a"/><w:pPr><w:ind w:leftChars="400" w:left="840"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="a6"><w:name w:val="List Paragraph"/><w:basedOn w:val="a"/><w:uiPriority w:val="34"/><w:qFormat/><w:pPr><w:ind w:firstLineChars="200" w:firstLine="420"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="a7"><w:name w:val="footnote text"/><w:basedOn w:val="a"/><w:pPr><w:snapToGrid w:val="0"/><w:jc w:val="left"/></w:pPr><w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="a8"><w:name w:val="caption"/><w:basedOn w:val="a"/><w:next w:val="a"/><w:qFormat/><w:rPr><w:rFonts w:asciiTheme="majorHAnsi" w:eastAsia="黑体" w:hAnsiTheme="majorHAnsi" w:cstheme="majorBidi"/><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr></w:style>'
)
A4 = (
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800" w:header="851" w:footer="992" w:gutter="0"/>'
    '<w:cols w:space="425"/><w:docGrid w:type="lines" w:linePitch="312"/>'
)
# Official documents: 37 mm above, 28 mm left, 22 lines of 28 characters.
GB = (
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1418" w:gutter="0"/>'
    '<w:cols w:space="425"/><w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-849"/>'
)
PROSE = "项目组围绕极端环境下多主元合金涂层的损伤机理与自修复机制开展联合研究，建立跨尺度数据库，完成海水环境中的长期挂样试验，形成可推广的技术规范和检测方法。"


def esc(s):
    return s.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def t(text, rpr=""):
    """A run of text, with Word's hint for East Asian text."""
    rpr = f'<w:rPr><w:rFonts w:hint="eastAsia"/>{rpr}</w:rPr>' if "w:rFonts" not in rpr else f"<w:rPr>{rpr}</w:rPr>"
    return f'<w:r w:rsidRPr="00A77B3E">{rpr}<w:t xml:space="preserve">{esc(text)}</w:t></w:r>'


def p(content, ppr="", rpr=""):
    """A paragraph; text becomes a run."""
    if content and not content.startswith("<"):
        content = t(content, rpr)
    n = zlib.crc32((content + ppr).encode()) & 0x7FFFFFFF
    return f'<w:p w14:paraId="{n:08X}" w14:textId="77777777" w:rsidR="00B40DD5" w:rsidRDefault="00B40DD5"><w:pPr>{ppr}</w:pPr>{content}</w:p>'


def fonts(name, latin="Times New Roman"):
    return f'<w:rFonts w:ascii="{latin}" w:eastAsia="{name}" w:hAnsi="{latin}" w:cs="Times New Roman" w:hint="eastAsia"/>'


def size(half):
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


FS = fonts("仿宋_GB2312") + size(32)
HEI = fonts("黑体") + size(32)
KAI = fonts("楷体_GB2312") + size(32)
TITLE = fonts("方正小标宋简体") + size(44)
BODY = '<w:spacing w:line="579" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="640"/>'
CENTRE = '<w:jc w:val="center"/>'


def fs(text, extra=""):
    return p(t(text, FS + extra), BODY)


def field(instr, result, rpr="", dirty=""):
    r = f"<w:rPr>{rpr}</w:rPr>"
    return (
        f'<w:r>{r}<w:fldChar w:fldCharType="begin"{dirty}/></w:r><w:r>{r}<w:instrText xml:space="preserve"> {esc(instr)} </w:instrText></w:r>'
        f'<w:r>{r}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{r}<w:t xml:space="preserve">{esc(result)}</w:t></w:r><w:r>{r}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def cell(content, width, tcpr="", ppr="", rpr=""):
    if content is not None and not content.startswith("<w:p") and not content.startswith("<w:tbl") and not content.startswith("<w:sdt"):
        content = p(content, ppr, rpr)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{tcpr}</w:tcPr>{content}</w:tc>'


def row(cells, trpr=""):
    return f'<w:tr w:rsidR="00B40DD5" w14:paraId="1A2B3C4D" w14:textId="77777777"><w:trPr>{trpr}</w:trPr>{"".join(cells)}</w:tr>'


def table(grid, rows, tblpr='<w:tblStyle w:val="a3"/><w:tblW w:w="0" w:type="auto"/><w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'):
    return f'<w:tbl><w:tblPr>{tblpr}</w:tblPr><w:tblGrid>{"".join(f"""<w:gridCol w:w="{g}"/>""" for g in grid)}</w:tblGrid>{"".join(rows)}</w:tbl>'


def plain(grid, rows, ppr="", rpr="", **kw):
    """A table of texts, a column a width."""
    return table(grid, [row([cell(c, w, ppr=ppr, rpr=rpr) for c, w in zip(r, grid)]) for r in rows], **kw)


def wsp(geom, text="", fill=None, line="000000", w=914400, h=457200, width=12700, xfrm="", head="", body="", style=""):
    box = f"<wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx>" if text else ""
    f = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else "<a:noFill/>"
    ln = f'<a:ln w="{width}"><a:solidFill><a:srgbClr val="{line}"/></a:solidFill>{head}</a:ln>' if line else "<a:ln><a:noFill/></a:ln>"
    x = xfrm or f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
    return (
        f'<wps:wsp><wps:cNvPr id="3" name="形状"/><wps:cNvSpPr/><wps:spPr>{x}<a:prstGeom prst="{geom}"><a:avLst/></a:prstGeom>{f}{ln}</wps:spPr>{style}{box}'
        f'<wps:bodyPr rot="0" vert="horz" wrap="square" lIns="36000" tIns="18000" rIns="36000" bIns="18000" anchor="ctr" anchorCtr="0"{body}><a:noAutofit/></wps:bodyPr></wps:wsp>'
    )


def anchor(graphic, w, h, x=0, y=0, uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape", wrap="<wp:wrapNone/>", behind=0, hrel="column", vrel="paragraph", descr="", z=251659264):
    return (
        f'<wp:anchor distT="0" distB="0" distL="114300" distR="114300" simplePos="0" relativeHeight="{z}" behindDoc="{behind}" locked="0" layoutInCell="1" allowOverlap="1" wp14:anchorId="0A1B2C3D" wp14:editId="50D07946">'
        f'<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="{hrel}"><wp:posOffset>{x}</wp:posOffset></wp:positionH><wp:positionV relativeFrom="{vrel}"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{w}" cy="{h}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>{wrap}<wp:docPr id="{z % 1000}" name="图形 {z % 1000}"{descr and f""" descr="{descr}" """}/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{uri}">{graphic}</a:graphicData></a:graphic></wp:anchor>'
    )


def inline(graphic, w, h, uri, descr=""):
    return (
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{w}" cy="{h}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="5" name="图 5" descr="{descr}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{uri}">{graphic}</a:graphicData></a:graphic></wp:inline>'
    )


PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"


def picture(rid, w, h, crop="", xfrm="", ext="", fit="<a:stretch><a:fillRect/></a:stretch>"):
    return (
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="图片"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{rid}">{ext}</a:blip>{crop}{fit}</pic:blipFill>'
        f'<pic:spPr><a:xfrm{xfrm}><a:off x="0" y="0"/><a:ext cx="{w}" cy="{h}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    )


def drawing(x, fallback=""):
    """A drawing as Word writes shapes: new form, and VML for old programs."""
    if not fallback:
        return f"<w:r><w:drawing>{x}</w:drawing></w:r>"
    return f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{x}</w:drawing></mc:Choice><mc:Fallback><w:pict>{fallback}</w:pict></mc:Fallback></mc:AlternateContent></w:r>'


def png(w=60, h=40, of=lambda x, y: (0x33, 0x66, 0xCC)):
    raw = b"".join(b"\0" + b"".join(bytes(of(x, y)) for x in range(w)) for y in range(h))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def arrow(x, y):
    """Red upper left, green upper right, blue lower left, white lower right: turns and flips can be told."""
    return ((0xC0, 0, 0) if x < 30 else (0, 0xA0, 0)) if y < 20 else ((0, 0, 0xC0) if x < 30 else (0xE0, 0xE0, 0xE0))


class Doc:
    """A Word package."""

    def __init__(self, body, sect=A4, header="", footer="", first="", even="", footer_even="", footnotes=(), endnotes=(), numbering="", settings="", styles="", media=None, parts=None, comments="", compat=15, spacing="compressPunctuation"):
        self.__dict__.update(locals())

    def save(self, path):
        files, rels, types = {}, [], []
        word = "application/vnd.openxmlformats-officedocument.wordprocessingml."

        def part(name, root, content, kind, ctype):
            files["word/" + name] = HEAD + f"<w:{root} {NS}>{content}</w:{root}>"
            rels.append((f"rId{len(rels) + 1}", OFFICE + kind, name))
            types.append(f'<Override PartName="/word/{name}" ContentType="{word}{ctype}+xml"/>')
            return rels[-1][0]

        part("styles.xml", "styles", STYLES + self.styles, "styles", "styles")
        part(
            "settings.xml",
            "settings",
            '<w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>' + self.settings + '<w:defaultTabStop w:val="420"/><w:drawingGridVerticalSpacing w:val="156"/><w:displayHorizontalDrawingGridEvery w:val="0"/><w:displayVerticalDrawingGridEvery w:val="2"/>'
            f'<w:characterSpacingControl w:val="{self.spacing}"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>'
            + f'<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="{self.compat}"/>'
            + '<w:compatSetting w:name="overrideTableStyleFontSizeAndJustification" w:uri="http://schemas.microsoft.com/office/word" w:val="1"/><w:compatSetting w:name="enableOpenTypeFeatures" w:uri="http://schemas.microsoft.com/office/word" w:val="1"/>'
            '<w:compatSetting w:name="doNotFlipMirrorIndents" w:uri="http://schemas.microsoft.com/office/word" w:val="1"/></w:compat><w:rsids><w:rsidRoot w:val="00B40DD5"/><w:rsid w:val="00A77B3E"/></w:rsids><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
            '<w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2" w:t2="dark2" w:accent1="accent1" w:accent2="accent2" w:accent3="accent3" w:accent4="accent4" w:accent5="accent5" w:accent6="accent6" w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"/>',
            "settings",
            "settings",
        )
        files["word/theme/theme1.xml"] = THEME
        rels.append((f"rId{len(rels) + 1}", OFFICE + "theme", "theme/theme1.xml"))
        types.append('<Override PartName="/word/theme/theme1.xml" ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>')
        if self.numbering:
            part("numbering.xml", "numbering", self.numbering, "numbering", "numbering")
        if self.comments:
            part("comments.xml", "comments", self.comments, "comments", "comments")
        refs = ""
        for kind, ref, text in (("header", "default", self.header), ("header", "first", self.first), ("header", "even", self.even), ("footer", "default", self.footer), ("footer", "even", self.footer_even)):
            if text:
                rid = part(f"{kind}_{ref}.xml", "hdr" if kind == "header" else "ftr", text, kind, kind)
                refs += f'<w:{kind}Reference w:type="{ref}" r:id="{rid}"/>'
        for kind, notes in (("footnote", self.footnotes), ("endnote", self.endnotes)):
            if notes:
                sep = "".join(
                    f'<w:{kind} w:type="{n}" w:id="{i}"><w:p><w:pPr><w:spacing w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:{n}/></w:r></w:p></w:{kind}>'
                    for i, n in ((-1, "separator"), (0, "continuationSeparator"))
                )
                text = "".join(f'<w:{kind} w:id="{i + 1}"><w:p><w:pPr><w:pStyle w:val="a7"/></w:pPr><w:r><w:rPr><w:rStyle w:val="ac"/></w:rPr><w:{kind}Ref/></w:r>{t(" " + n)}</w:p></w:{kind}>' for i, n in enumerate(notes))
                part(f"{kind}s.xml", f"{kind}s", sep + text, f"{kind}s", f"{kind}s")
        for rid, (name, data) in (self.media or {}).items():
            files["word/media/" + name] = data
            rels.append((rid, OFFICE + "image", "media/" + name))
        for rid, (name, kind, ctype, data) in (self.parts or {}).items():
            rels.append((rid, kind if "://" in kind else OFFICE + kind, name))
            if data is not None:
                files["word/" + name] = data
                types.append(f'<Override PartName="/word/{name}" ContentType="{ctype}"/>')
        files["word/document.xml"] = HEAD + f'<w:document {NS}><w:body>{self.body}<w:sectPr w:rsidR="00B40DD5">{refs}{self.sect}</w:sectPr></w:body></w:document>'
        files["word/_rels/document.xml.rels"] = (
            HEAD + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            + "".join(f'<Relationship Id="{i}" Type="{k}" Target="{esc(n)}"{" TargetMode=" + chr(34) + "External" + chr(34) if "://" in n or n.startswith("mailto:") else ""}/>' for i, k, n in rels)
            + "</Relationships>"
        )
        media = "".join(
            f'<Default Extension="{e}" ContentType="image/{m}"/>'
            for e, m in (("png", "png"), ("jpeg", "jpeg"), ("gif", "gif"), ("bmp", "bmp"), ("tiff", "tiff"), ("svg", "svg+xml"), ("webp", "webp"), ("emf", "x-emf"), ("wmf", "x-wmf"))
        )
        files = {
            "[Content_Types].xml": HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="html" ContentType="text/html"/>'
            + media + f'<Override PartName="/word/document.xml" ContentType="{word}document.main+xml"/>' + "".join(types) + "</Types>",
            "_rels/.rels": HEAD + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{OFFICE}officeDocument" Target="word/document.xml"/></Relationships>',
        } | files
        with zipfile.ZipFile(path, "w") as z:
            for name, data in files.items():
                z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)


DOCS = {}


def doc(f):
    DOCS[f.__name__.replace("_", "-")] = f
    return f

REDLINE = drawing(
    anchor(
        '<wps:wsp><wps:cNvCnPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5615940" cy="0"/></a:xfrm><a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="25400"><a:solidFill><a:srgbClr val="FF0000"/></a:solidFill></a:ln></wps:spPr><wps:bodyPr/></wps:wsp>',
        5615940, 0, 0, 120000,
    ),
    '<v:line id="直线 2" o:spid="_x0000_s1026" style="position:absolute;z-index:251659264;mso-position-horizontal-relative:text" from="0,9.45pt" to="442.2pt,9.45pt" strokecolor="red" strokeweight="2pt"/>',
)
PAGE_NUMBER = (  # as WPS writes it: a text box in the footer
    '<w:p><w:pPr><w:pStyle w:val="a5"/></w:pPr>'
    + drawing(
        '<wp:anchor distT="0" distB="0" distL="114300" distR="114300" simplePos="0" relativeHeight="251659264" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="margin"><wp:align>outside</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="1828800" cy="1828800"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/><wp:docPr id="1" name="文本框 1"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1828800" cy="1828800"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln w="6350"><a:noFill/></a:ln></wps:spPr><wps:txbx><w:txbxContent>'
        + p(t("— ", fonts("宋体") + size(28)) + field("PAGE  \\* MERGEFORMAT", "1", fonts("宋体") + size(28)) + t(" —", fonts("宋体") + size(28)), '<w:pStyle w:val="a5"/>')
        + '</w:txbxContent></wps:txbx><wps:bodyPr rot="0" vert="horz" wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t" anchorCtr="0"><a:spAutoFit/></wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:anchor>',
        '<v:shape id="_x0000_s1025" type="#_x0000_t202" style="position:absolute;height:144pt;width:144pt;mso-wrap-style:none" filled="f" stroked="f"><v:textbox inset="0,0,0,0" style="mso-fit-shape-to-text:t;"><w:txbxContent><w:p/></w:txbxContent></v:textbox></v:shape>',
    )
    + "</w:p>"
)


def notice_tail(n=6):
    return "".join(fs(x) for x in [PROSE * 2] * n)


@doc
def red_head():
    """红头文件 by WPS: red title, number, red line as shape with VML fallback, body, attachments, date, printing table."""
    w = 4333
    body = (
        p(t("宁波市科学技术局文件", fonts("方正小标宋简体") + '<w:color w:val="FF0000"/><w:spacing w:val="40"/><w:w w:val="80"/>' + size(84)), '<w:spacing w:line="1200" w:lineRule="exact"/>' + CENTRE)
        + p(t("甬科外〔2025〕96号", FS), '<w:spacing w:before="579" w:line="579" w:lineRule="exact"/>' + CENTRE)
        + p(REDLINE, '<w:spacing w:line="579" w:lineRule="exact"/>')
        + p(t("宁波市科学技术局关于组织申报2025年度", TITLE), '<w:spacing w:line="640" w:lineRule="exact"/>' + CENTRE)
        + p(t("国际科技合作项目的通知", TITLE), '<w:spacing w:line="640" w:lineRule="exact"/>' + CENTRE)
        + p("", BODY)
        + p(t("各区（县、市）科技局，各有关单位：", FS), '<w:spacing w:line="579" w:lineRule="exact"/>')
        + fs("为深入实施“科创甬江2035”重点研发计划（甬科高〔2023〕73号），加快建设更高水平的国家创新型城市，现组织申报2025年度国际科技合作项目，有关事项通知如下。")
        + p(t("一、申报条件", HEI), BODY)
        + p(t("（一）申报单位。", KAI) + t("应为在宁波市注册、具有独立法人资格的高校、科研院所和企业，具备较强的研发能力，近3年内无重大违法违规行为；项目总预算不低于200万元，自筹经费比例不低于50%。", FS), BODY)
        + p(t("（二）合作外方。", KAI) + t("应为境外高校、科研机构或企业，双方已签订合作协议（意向书）；协议有效期应当覆盖项目执行期，即2026年1月1日至2028年12月31日。", FS), BODY)
        + p(t("二、材料要求", HEI), BODY)
        + fs("1. 申报书一式三份；2. 合作协议及其中文译本（须由具有翻译资质的机构出具）；3. 近一年财务审计报告——企业提供……高校免予提供。")
        + notice_tail(2)
        + p(t("附件：1. 宁波市国际科技合作项目申报书", FS), BODY)
        + p(t("2. 推荐项目汇总表（加盖推荐单位公章，报送电子版及纸质版各一份）", FS), '<w:spacing w:line="579" w:lineRule="exact"/><w:ind w:leftChars="500" w:left="1920" w:hangingChars="100" w:hanging="320"/>')
        + p("", BODY)
        + p(t("宁波市科学技术局", FS), '<w:spacing w:line="579" w:lineRule="exact"/><w:ind w:rightChars="400" w:right="1264"/><w:jc w:val="right"/>')
        + p(t("2025年8月4日", FS), '<w:spacing w:line="579" w:lineRule="exact"/><w:ind w:rightChars="500" w:right="1580"/><w:jc w:val="right"/>')
        + p(t("（此件公开发布）", FS), BODY)
        + table(
            [w, w + 178],
            [
                row([cell("抄送：市政府办公室，市财政局。", w * 2 + 178, '<w:gridSpan w:val="2"/>', '<w:ind w:leftChars="100" w:left="280"/>', fonts("仿宋_GB2312") + size(28))]),
                row([cell("宁波市科学技术局办公室", w, "", '<w:ind w:leftChars="100" w:left="280"/>', fonts("仿宋_GB2312") + size(28)), cell("2025年8月4日印发", w + 178, "", '<w:ind w:rightChars="100" w:right="280"/><w:jc w:val="right"/>', fonts("仿宋_GB2312") + size(28))]),
            ],
            '<w:tblW w:w="0" w:type="auto"/><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="auto"/><w:bottom w:val="single" w:sz="8" w:space="0" w:color="auto"/><w:insideH w:val="single" w:sz="6" w:space="0" w:color="auto"/></w:tblBorders><w:tblLayout w:type="fixed"/>',
        )
        + p("", '<w:spacing w:line="20" w:lineRule="exact"/>')
    )
    return Doc(body, GB, footer=PAGE_NUMBER, footer_even=PAGE_NUMBER, settings="<w:evenAndOddHeaders/>", compat=15)


@doc
def letter_reply():
    """批复 with tracked changes, comments, spelling marks and bookmarks."""
    ins = '<w:ins w:id="5" w:author="张三" w:date="2025-08-01T09:00:00Z">'
    de = '<w:del w:id="6" w:author="张三" w:date="2025-08-01T09:00:00Z">'
    body = (
        p(t("关于同意“海洋装备耐蚀涂层”项目立项的批复", TITLE), CENTRE)
        + p("", BODY)
        + p(t("甬江理工大学：", FS), '<w:spacing w:line="579" w:lineRule="exact"/>')
        + p(
            '<w:bookmarkStart w:id="0" w:name="_Hlk1"/><w:commentRangeStart w:id="1"/>' + t("你单位《关于申请立项的请示》", FS) + '<w:proofErr w:type="spellStart"/>' + t("（甬理工〔2025〕12号）", FS) + '<w:proofErr w:type="spellEnd"/>' + t("收悉。", FS)
            + '<w:commentRangeEnd w:id="1"/><w:r><w:rPr><w:rStyle w:val="ab"/></w:rPr><w:commentReference w:id="1"/></w:r>' + ins + t("经研究，", FS) + "</w:ins>" + de + '<w:r><w:delText>经会议讨论，</w:delText></w:r></w:del>' + t("现批复如下：", FS) + '<w:bookmarkEnd w:id="0"/>',
            BODY,
        )
        + p(t("一、原则同意立项。项目总经费", FS) + de + "<w:r><w:delText>900</w:delText></w:r></w:del>" + ins + t("1,200.00", FS) + "</w:ins>" + t("万元，其中市财政补助", FS) + t("400.00", FS + '<w:b/><w:rPrChange w:id="9" w:author="张三" w:date="2025-08-01T09:00:00Z"><w:rPr>' + fonts("宋体") + "</w:rPr></w:rPrChange>") + t("万元。", FS), BODY + '<w:pPrChange w:id="10" w:author="李四" w:date="2025-08-01T09:00:00Z"><w:pPr><w:jc w:val="center"/></w:pPr></w:pPrChange>')
        + p('<w:moveFromRangeStart w:id="20" w:author="张三" w:date="2025-08-01T09:00:00Z" w:name="move1"/><w:moveFrom w:id="21" w:author="张三" w:date="2025-08-01T09:00:00Z">' + t("三、按时报送年度报告。", FS) + '</w:moveFrom><w:moveFromRangeEnd w:id="20"/>', BODY + '<w:rPr><w:moveFrom w:id="22" w:author="张三" w:date="2025-08-01T09:00:00Z"/></w:rPr>')
        + p(t("二、请你单位加强经费管理，专款专用。", FS), BODY)
        + p('<w:moveToRangeStart w:id="23" w:author="张三" w:date="2025-08-01T09:00:00Z" w:name="move1"/><w:moveTo w:id="24" w:author="张三" w:date="2025-08-01T09:00:00Z">' + t("三、按时报送年度报告。", FS) + '</w:moveTo><w:moveToRangeEnd w:id="23"/>', BODY)
        + p(de + '<w:r><w:delText>（本段已删除）</w:delText></w:r></w:del>', BODY + '<w:rPr><w:del w:id="30" w:author="张三" w:date="2025-08-01T09:00:00Z"/></w:rPr>')
        + p(t("特此批复。", FS), BODY)
        + p(t("宁波市科学技术局", FS), '<w:spacing w:line="579" w:lineRule="exact"/><w:ind w:right="1264"/><w:jc w:val="right"/>')
        + p('<w:smartTag w:uri="urn:schemas-microsoft-com:office:smarttags" w:element="chsdate"><w:smartTagPr><w:attr w:name="Year" w:val="2025"/></w:smartTagPr>' + t("2025年8月4日", FS) + "</w:smartTag>", '<w:spacing w:line="579" w:lineRule="exact"/><w:ind w:right="1580"/><w:jc w:val="right"/>')
        + table(
            [4400, 4400],
            [row([cell("保留的行", 4400), cell("100", 4400)]), row([cell("删除的行", 4400), cell("200", 4400)], '<w:del w:id="31" w:author="张三" w:date="2025-08-01T09:00:00Z"/>').replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>"), row([cell("新增的行", 4400), cell("300", 4400)], '<w:ins w:id="32" w:author="张三" w:date="2025-08-01T09:00:00Z"/>')],
        )
        + p("")
    )
    return Doc(body, GB, comments='<w:comment w:id="1" w:author="审核" w:date="2025-08-01T09:00:00Z" w:initials="S"><w:p><w:r><w:t>请核对文号</w:t></w:r></w:p></w:comment>')


@doc
def minutes():
    """会议纪要: hanging names, tabs, distributed labels, fitted text."""
    hang = '<w:spacing w:line="560" w:lineRule="exact"/><w:ind w:left="1600" w:hanging="1600"/>'
    body = (
        p(t("会议纪要", fonts("方正小标宋简体") + '<w:color w:val="FF0000"/><w:spacing w:val="200"/>' + size(72)), CENTRE)
        + p(t("〔2025〕第12期", FS), CENTRE)
        + p(t("宁波市科学技术局办公室", FS) + "<w:r><w:tab/></w:r>" + t("2025年8月4日", FS), '<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="1" w:color="FF0000"/></w:pBdr><w:tabs><w:tab w:val="right" w:pos="8844"/></w:tabs>')
        + p(t("关于国际科技合作项目评审工作的会议纪要", TITLE), '<w:spacing w:before="300" w:after="300"/>' + CENTRE)
        + fs("2025年8月1日上午9:30，市科技局在501会议室召开专题会议，研究2025年度国际科技合作项目评审工作。纪要如下：")
        + fs(PROSE)
        + p(t("出席：", HEI) + "<w:r><w:tab/></w:r>" + t("张建国、李　明、王小红、欧阳志远、阿不都热依木·买买提、陈　晨、Smith J. A.、诸葛　亮、司马相如、赵 倩、钱　伟", FS), hang)
        + p(t("列席：", HEI) + "<w:r><w:tab/></w:r>" + t("孙　立、周国强、吴　迪（市财政局），郑　爽（市外办）", FS), hang)
        + p(t("记", HEI + '<w:fitText w:val="960" w:id="1001"/>') + t("录：", HEI + '<w:fitText w:val="960" w:id="1001"/>') + t("冯　雪", FS), hang)
        + plain([1500, 2500, 1500, 3300], [["主持人", "张建国", "时　间", "2025年8月1日 9:30—11:30"], ["地　点", "501会议室", "记录人", "冯　雪"]], '<w:jc w:val="distribute"/>', fonts("仿宋_GB2312") + size(28))
        + p("")
        + p(t("单位名称", FS + '<w:fitText w:val="1920" w:id="1002"/>') + t("：甬江理工大学", FS), BODY)
        + p(t("法定代表人", FS + '<w:fitText w:val="1920" w:id="1003"/>') + t("：张建国", FS), BODY)
        + p(t("地址", FS + '<w:fitText w:val="1920" w:id="1004"/>') + t("：宁波市鄞州区学府路1号", FS), BODY)
        + p(t("统一社会信用代码号", FS + '<w:fitText w:val="1920" w:id="1005"/>') + t("：91330200MA2AXXXXXX", FS), BODY)
    )
    return Doc(body, GB)


LEGAL = (
    '<w:abstractNum w:abstractNumId="0"><w:nsid w:val="1A2B3C4D"/><w:multiLevelType w:val="multilevel"/><w:tmpl w:val="0409001D"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:pStyle w:val="1"/><w:suff w:val="space"/><w:lvlText w:val="第%1章"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="2"/><w:isLgl/><w:lvlText w:val="%1.%2"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="576" w:hanging="576"/></w:pPr></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="3"/><w:isLgl/><w:lvlText w:val="%1.%2.%3"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="720" w:hanging="720"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="（%1）"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="1140" w:hanging="720"/></w:pPr></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimalEnclosedCircle"/><w:lvlText w:val="%2"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="1260" w:hanging="420"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF06C;"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="840" w:hanging="420"/></w:pPr><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings" w:hint="default"/></w:rPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
)
NUMBERED = (
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="N1"><w:name w:val="N1"/><w:basedOn w:val="1"/><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:jc w:val="center"/></w:pPr><w:rPr><w:sz w:val="32"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="N2"><w:name w:val="N2"/><w:basedOn w:val="2"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><w:rPr><w:sz w:val="28"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="N3"><w:name w:val="N3"/><w:basedOn w:val="3"/><w:pPr><w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr></w:pPr><w:rPr><w:sz w:val="24"/></w:rPr></w:style>'
)


def listed(text, num, level=0):
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def toc_line(level, text, page, mark):
    return (
        f'<w:p><w:pPr><w:pStyle w:val="TOC{level}"/><w:tabs><w:tab w:val="right" w:leader="dot" w:pos="8296"/></w:tabs><w:rPr><w:noProof/></w:rPr></w:pPr><w:hyperlink w:anchor="{mark}" w:history="1">'
        + f'<w:r><w:rPr><w:rStyle w:val="aa"/><w:noProof/></w:rPr><w:t>{text}</w:t></w:r><w:r><w:rPr><w:noProof/><w:webHidden/></w:rPr><w:tab/></w:r>'
        + field(f"PAGEREF {mark} \\h", str(page), "<w:noProof/><w:webHidden/>")
        + "</w:hyperlink></w:p>"
    )


@doc
def contract_annexes():
    """合同 with a table of contents of three levels, numbered headings, cross references, captions, footnotes, blanks, annexes with lists that restart."""
    heads = [(1, "总则"), (2, "定义"), (3, "项目"), (3, "经费"), (2, "依据"), (1, "权利与义务"), (2, "甲方"), (2, "乙方"), (3, "报告"), (1, "附则")]
    n = [0, 0, 0]
    cn = "一二三四五"
    toc, rest = [], []
    for i, (lv, text) in enumerate(heads):
        n[lv - 1] += 1
        for k in range(lv, 3):
            n[k] = 0
        num = [f"第{cn[n[0] - 1]}章 ", f"{n[0]}.{n[1]}", f"{n[0]}.{n[1]}.{n[2]}"][lv - 1]
        toc.append(toc_line(lv, num + text, 9, f"_Toc10{i}"))
        rest.append(p(f'<w:bookmarkStart w:id="{100 + i}" w:name="_Toc10{i}"/>' + t(text) + f'<w:bookmarkEnd w:id="{100 + i}"/>', f'<w:pStyle w:val="N{lv}"/>'))
        rest.append(p(t(PROSE * 2) + (f'<w:r><w:rPr><w:rStyle w:val="ac"/></w:rPr><w:footnoteReference w:id="{i // 3 + 1}"/></w:r>' if i % 3 == 0 and i < 9 else ""), '<w:spacing w:line="360" w:lineRule="auto"/><w:ind w:firstLineChars="200" w:firstLine="420"/>'))
    first = toc[0].replace("<w:hyperlink", '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-3" \\h \\z \\u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:hyperlink', 1)
    toc = [first] + toc[1:] + ['<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>']
    cap = '<w:pStyle w:val="a8"/><w:keepNext/>' + CENTRE
    blank = '<w:u w:val="single"/>'
    body = (
        p(t("三方合同任务书", fonts("黑体") + size(72)), '<w:spacing w:before="2400" w:after="1200"/>' + CENTRE)
        + "".join(p(t(k + "：", fonts("宋体") + size(30)) + t(v, fonts("宋体") + size(30) + blank), '<w:spacing w:line="480" w:lineRule="auto"/><w:ind w:left="1260"/>') for k, v in (("项目名称", "　海洋装备耐蚀涂层　　　　　　　"), ("合同编号", "　　202501A0012　　　　　　　　　"), ("甲　　方", "　　　　　　　　　　　　　　　　　"), ("乙　　方", "                                  ")))
        + '<w:sdt><w:sdtPr><w:id w:val="-1"/><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>'
        + p(t("目　录", fonts("黑体") + size(32)), "<w:pageBreakBefore/>" + CENTRE) + "".join(toc) + "</w:sdtContent></w:sdt>"
        + f'<w:p><w:pPr><w:sectPr><w:type w:val="nextPage"/>{A4.replace("<w:cols", "<w:pgNumType w:fmt=" + chr(34) + "upperRoman" + chr(34) + "/><w:cols")}</w:sectPr></w:pPr></w:p>'
        + "".join(rest)
        + p(t("预算见表") + field("REF _RefT1 \\h", "表 1") + t("，位于第") + field("PAGEREF _RefT1 \\h", "9") + t("页；定义见") + field("REF _Toc101 \\r \\h", "1.1") + t("“") + field("REF _Toc101 \\h", "定义") + t("”。"), '<w:ind w:firstLineChars="200" w:firstLine="420"/>')
        + p('<w:bookmarkStart w:id="50" w:name="_RefT1"/>' + t("表 ") + field("SEQ 表 \\* ARABIC", "1") + '<w:bookmarkEnd w:id="50"/>' + t("  经费预算（万元）"), cap)
        + plain([2800, 2700, 2796], [["科目", "财政经费", "自筹经费"], ["设备费", "120.00", "80.00"], ["材料费", "60.50", "40.25"], ["合计", "180.50", "120.25"]], CENTRE)
        + p(t("图 ") + field("SEQ 图 \\* ARABIC", "1") + t("  技术路线"), cap.replace("<w:keepNext/>", ""))
        + p(t("附件1"), '<w:pageBreakBefore/><w:outlineLvl w:val="0"/>', fonts("黑体") + size(32))
        + "".join(listed(PROSE if k % 2 else "短的条目", 2) + (listed("下一级条目", 2, 1) + listed("又一条", 2, 1) if k == 1 else "") for k in range(3))
        + p("附件2", '<w:outlineLvl w:val="0"/>', fonts("黑体") + size(32))
        + "".join(listed("重新编号的条目" + PROSE, 4) for _ in range(2))
        + "".join(listed("项目符号" + PROSE[:30 * k + 20], 3) for k in range(2))
    )
    header = p(field('STYLEREF  "N1"  \\* MERGEFORMAT', "第一章") + t("　") + t("三方合同任务书"), '<w:pStyle w:val="a4"/>')
    footer = p(t("第 ") + field("PAGE", "1") + t(" 页 共 ") + field("SECTIONPAGES", "1") + t(" 页"), '<w:pStyle w:val="a5"/>' + CENTRE)
    return Doc(body, A4.replace("<w:cols", '<w:pgNumType w:start="1"/><w:cols'), header=header, footer=footer, numbering=LEGAL, styles=NUMBERED, footnotes=["以批准的申报书为准。", PROSE + "——见《管理办法》第十二条。", "报告格式由甲方规定。"])


CHECK = '<w:sdt><w:sdtPr><w:id w:val="7"/><w14:checkbox><w14:checked w14:val="{}"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/><w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:rPr><w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" w:hint="eastAsia"/></w:rPr><w:t>{}</w:t></w:r></w:sdtContent></w:sdt>'


@doc
def application_form():
    """申报书: one large form table with merged cells, upright labels, check boxes of every kind, diagonal heads, rows of least and exact height."""
    g = [900, 1500, 1300, 1300, 1300, 2222]
    total = sum(g)
    sp = lambda n: f'<w:gridSpan w:val="{n}"/>'
    va = '<w:vAlign w:val="center"/>'
    up = '<w:textDirection w:val="tbRlV"/>' + va
    h = lambda v, rule="atLeast": f'<w:trHeight w:val="{v}" w:hRule="{rule}"/>'
    c = CENTRE
    box = p(CHECK.format(1, "☒") + t("基础研究　") + CHECK.format(0, "☐") + t("应用研究　") + '<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>' + t("试验发展　") + '<w:r><w:sym w:font="Wingdings" w:char="F06F"/></w:r>' + t("其他"))
    glyph = p(t("□是　√否　☑有　☐无　■企业　○高校　●科研院所　✓　✔　✗　×"))
    rows = [
        row([cell("项目名称", g[0] + g[1], sp(2) + va, c), cell("极端海洋环境下多主元合金涂层的损伤机理与自修复机制联合研究", sum(g[2:]), sp(4) + va)], h(620)),
        row([cell("项目类别", g[0] + g[1], sp(2) + va, c), cell(box, sum(g[2:]), sp(4) + va)], h(520)),
        row([cell("单位性质", g[0] + g[1], sp(2) + va, c), cell(glyph, sum(g[2:]), sp(4) + va)], h(520)),
        row([cell("项目负责人", g[0], '<w:vMerge w:val="restart"/>' + up, c), cell("姓　　名", g[1], va, c), cell("张建国", g[2], va, c), cell("性　　别", g[3], va, c), cell("男", g[4], va, c), cell("照片", g[5], '<w:vMerge w:val="restart"/>' + va, c)], h(480)),
        row([cell("", g[0], "<w:vMerge/>"), cell("出生年月", g[1], va, c), cell("1985年1月", g[2], va, c), cell("职　　称", g[3], va, c), cell("教授级高级工程师", g[4], va, c), cell("", g[5], "<w:vMerge/>")], h(480)),
        row([cell("", g[0], "<w:vMerge/>"), cell("工作单位", g[1], va, c), cell("甬江理工大学材料科学与工程学院", sum(g[2:5]), sp(3) + va), cell("", g[5], "<w:vMerge/>")], h(480)),
        row([cell("", g[0], "<w:vMerge/>"), cell("E-mail", g[1], va, c), cell("zhangjianguo.longaddress@materials.example.edu.cn", sum(g[2:]), sp(4) + va)], h(480)),
        row(
            [
                cell(p(t("科目")  , '<w:jc w:val="right"/>') + p(t("年度"), '<w:jc w:val="left"/>'), g[0] + g[1], sp(2) + '<w:tcBorders><w:tl2br w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tcBorders>'),
                *[cell(y, w, va, c) for y, w in zip(("2026年", "2027年", "2028年", "合计（万元）"), g[2:])],
            ],
            h(624),
        ),
        *[row([cell(k, g[0] + g[1], sp(2) + va, c)] + [cell(x, w, va, '<w:jc w:val="right"/>') for x, w in zip(v, g[2:])], h(400)) for k, v in (("设备费", ("60.00", "40.00", "20.00", "120.00")), ("材料费、测试化验加工费", ("30.00", "20.50", "10.00", "60.50")), ("合计", ("90.00", "60.50", "30.00", "180.50")))],
        row([cell("研究内容", g[0], up, c), cell(p(PROSE) + p(PROSE * 3, '<w:ind w:firstLineChars="200" w:firstLine="420"/>') + p("1. 技术指标：硬度≥600 HV0.1，孔隙率≤1.5%，结合强度≥60 MPa；") + p("2. 经济指标：新增产值5,000万元/年。"), total - g[0], sp(5))], h(3000)),
        row([cell("推荐单位意见", g[0], up, c), cell(p("") + p("同意推荐。", '<w:ind w:firstLineChars="200" w:firstLine="420"/>') + p("") + p("负责人（签字）：　　　　　　　　　　　　　（公章）") + p("年　　月　　日", '<w:jc w:val="right"/><w:ind w:right="420"/>'), total - g[0], sp(5) + va)], "<w:cantSplit/>" + h(2600)),
        row([cell("不适用", total, sp(6) + '<w:tcBorders><w:tl2br w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:tr2bl w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tcBorders>' + va, c)], h(500, "exact")),
    ]
    body = p(t("国际科技合作项目申报书", fonts("黑体") + size(44)), '<w:spacing w:after="200"/>' + c) + p(t("填报单位（盖章）：") + t("　　　　　　　　　　", '<w:u w:val="single"/>') + "<w:r><w:tab/></w:r>" + t("填报日期：＿＿＿＿年＿＿月＿＿日"), '<w:tabs><w:tab w:val="right" w:pos="8522"/></w:tabs>') + table(g, rows, '<w:tblStyle w:val="a3"/><w:tblW w:w="8522" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="04A0"/>') + p("注：本表一式三份。", "", size(18))
    return Doc(body)


@doc
def budget_landscape():
    """预算表 on landscape paper: two head rows that repeat, decimal tabs, sums as fields, a total row, percent widths."""
    g = [700, 3200, 1800, 1800, 1800, 1800, 2900]
    dec = '<w:tabs><w:tab w:val="decimal" w:pos="900"/></w:tabs>'
    va = '<w:vAlign w:val="center"/>'
    head = [
        row([cell("序号", g[0], '<w:vMerge w:val="restart"/>' + va, CENTRE), cell("预算科目", g[1], '<w:vMerge w:val="restart"/>' + va, CENTRE), cell("经费来源（万元）", sum(g[2:5]), '<w:gridSpan w:val="3"/>' + va, CENTRE), cell("合计", g[5], '<w:vMerge w:val="restart"/>' + va, CENTRE), cell("计算依据", g[6], '<w:vMerge w:val="restart"/>' + va, CENTRE)], "<w:cantSplit/><w:tblHeader/>"),
        row([cell("", g[0], "<w:vMerge/>"), cell("", g[1], "<w:vMerge/>"), cell("市财政", g[2], va, CENTRE), cell("单位自筹", g[3], va, CENTRE), cell("外方投入", g[4], va, CENTRE), cell("", g[5], "<w:vMerge/>"), cell("", g[6], "<w:vMerge/>")], "<w:cantSplit/><w:tblHeader/>"),
    ]
    names = ["设备费", "其中：购置设备费", "材料费", "测试化验加工费", "燃料动力费", "会议/差旅/国际合作与交流费", "出版/文献/信息传播/知识产权事务费", "劳务费", "专家咨询费", "管理费用", "绩效支出", "其他费用"]
    rows = []
    for i in range(36):
        a, b, o = 12.5 * (i % 7) + 1, 1000.25 if i % 5 == 0 else 8.75, 0.5 * i
        rows.append(row([cell(str(i + 1), g[0], va, CENTRE), cell(names[i % 12], g[1], va), *[cell(f"{x:,.2f}", w, va, dec) for x, w in zip((a, b, o), g[2:5])], cell(f"{a + b + o:,.2f}", g[5], va, '<w:jc w:val="right"/>'), cell(PROSE[: 18 + i % 9 * 3] if i % 3 else "见附表", g[6], va)], "<w:cantSplit/>"))
    rows.append(row([cell("合　计", g[0] + g[1], '<w:gridSpan w:val="2"/>' + va, CENTRE, "<w:b/>"), *[cell(p(field("=SUM(ABOVE)  \\# " + '"#,##0.00"', "8,063.75", "<w:b/>"), '<w:jc w:val="right"/>'), w, va) for w in g[2:6]], cell("", g[6])]))
    sect = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1247" w:right="1418" w:bottom="1247" w:left="1418" w:header="851" w:footer="992" w:gutter="0"/><w:cols w:space="425"/><w:docGrid w:type="lines" w:linePitch="312"/>'
    body = p(t("项目经费预算表", fonts("黑体") + size(36)), CENTRE) + p("金额单位：万元", '<w:jc w:val="right"/>') + table(g, head + rows, '<w:tblStyle w:val="a3"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="04A0"/>') + p("")
    return Doc(body, sect, footer=p(t("第") + field("PAGE", "1") + t("页 共") + field("NUMPAGES", "1") + t("页"), '<w:pStyle w:val="a5"/>' + CENTRE))


@doc
def review_table():
    """评审表 in Word's automatic widths, with a table in a cell, a table style with bands, spacing of cells, lists in cells."""
    auto = '<w:tblStyle w:val="a3"/><w:tblW w:w="0" w:type="auto"/><w:tblLook w:val="04A0"/>'
    inner = plain([1200, 1200], [["优", "90—100"], ["良", "75—89"], ["中", "60—74"]]) + p("")
    rows = [["评审指标", "权重", "评审要点", "得分"]] + [[a, w, PROSE[:k], ""] for a, w, k in (("创新性", "30%", 60), ("可行性", "25%", 90), ("合作基础（中外双方既往合作、协议）", "20%", 40), ("团队", "15%", 30), ("经费", "10%", 50))]
    body = (
        p(t("专家评审表", fonts("黑体") + size(36)), CENTRE)
        + plain([2074, 2074, 2074, 2074], rows, tblpr=auto)
        + p("")
        + table([2074, 6222], [row([cell("评分标准", 2074, '<w:vAlign w:val="center"/>'), cell(inner, 6222)]), row([cell("总评", 2074), cell(p("一是" + PROSE) + p("二是建议立项。"), 6222)])])
        + p("")
        + plain([1200, 3000, 4096], [["序号", "专家", "单位"]] + [[str(i + 1), n, u] for i, (n, u) in enumerate((("王　磊", "甬江理工大学"), ("Ivan Petrov", "Institute of Metallurgy, Ural Branch of RAS"), ("李晓明", "宁波材料技术与工程研究所"), ("陈静", "海洋腐蚀与防护重点实验室")))], tblpr='<w:tblStyle w:val="4-1"/><w:tblW w:w="5000" w:type="pct"/><w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>')
        + p("")
        + plain([1500, 1500], [["甲", "乙"], ["丙", "丁"]], tblpr='<w:tblStyle w:val="a3"/><w:tblW w:w="0" w:type="auto"/><w:jc w:val="right"/><w:tblCellSpacing w:w="30" w:type="dxa"/><w:tblLook w:val="04A0"/>')
        + p("专家签名：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿")
    )
    return Doc(body)


@doc
def sign_off_sheet():
    """会签单: exact rows, text in both upright directions, borders of many kinds, shading, a table that stands in the middle of the page."""
    g = [700, 2600, 2600, 2600]
    va = '<w:vAlign w:val="center"/>'
    ex = lambda n: f'<w:trHeight w:val="{n}" w:hRule="exact"/>'
    b = lambda s, kind, sz, color="auto": f'<w:{s} w:val="{kind}" w:sz="{sz}" w:space="0" w:color="{color}"/>'
    outer = "<w:tblBorders>" + b("top", "double", 4) + b("left", "thinThickSmallGap", 24) + b("bottom", "thickThinSmallGap", 24) + b("right", "dashed", 8) + b("insideH", "dotted", 4) + b("insideV", "single", 4) + "</w:tblBorders>"
    rows = [
        row([cell("文件标题", g[0] + g[1], '<w:gridSpan w:val="2"/><w:shd w:val="clear" w:color="auto" w:fill="D9D9D9"/>' + va, CENTRE, "<w:b/>"), cell("关于组织申报2025年度国际科技合作项目的通知", g[2] + g[3], '<w:gridSpan w:val="2"/>' + va)], ex(700)),
        row([cell("会签部门", g[0], '<w:vMerge w:val="restart"/><w:textDirection w:val="tbRlV"/>' + va, CENTRE), *[cell(x, w, va + '<w:shd w:val="pct15" w:color="auto" w:fill="FFFFFF"/>', CENTRE) for x, w in zip(("部门", "意见", "签名/日期"), g[1:])]], ex(450)),
        *[row([cell("", g[0], "<w:vMerge/>"), cell(x, g[1], va, CENTRE), cell("同意", g[2], va, CENTRE), cell("2025.8.4", g[3], '<w:vAlign w:val="bottom"/>', '<w:jc w:val="right"/>')], ex(800)) for x in ("计划财务处", "高新技术处", "外国专家与国际合作处（港澳台办公室）")],
        row([cell("局长签发", g[0], '<w:textDirection w:val="btLr"/>' + va, CENTRE), cell(p("拟同意，请李局长审定。", '<w:ind w:firstLineChars="200" w:firstLine="420"/>') + p("该行高度固定，超出的文字看不见。" * 12), sum(g[1:]), '<w:gridSpan w:val="3"/>')], ex(1400)),
    ]
    body = p(t("公文会签单", fonts("黑体") + size(36)), CENTRE) + table(g, rows, f'<w:tblW w:w="8500" w:type="dxa"/><w:jc w:val="center"/>{outer}<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>') + p("")
    return Doc(body)


@doc
def bilingual_agreement():
    """双语协议 in two columns of a table without borders, English beside Chinese, row by row, with a signature block."""
    en = "The Parties shall, within thirty (30) days after the Effective Date, establish a Joint Steering Committee (the “Committee”) consisting of an equal number of representatives appointed by each Party; decisions shall be made unanimously."
    rows = [["COOPERATION AGREEMENT", "合作协议"], ["This Agreement is made on 1 August 2025 by and between Yongjiang University of Technology (“Party A”) and the Institute of Metallurgy (“Party B”).", "本协议由甬江理工大学（以下简称“甲方”）与冶金研究所（以下简称“乙方”）于2025年8月1日签订。"]]
    for i in range(9):
        rows.append([f"{i + 1}. {en}", f"{i + 1}. 双方应当在生效日起三十（30）日内设立联合指导委员会（以下简称“委员会”），由双方各自委派的同等人数的代表组成；决定须一致通过。"])
    rows.append(["For and on behalf of Party A\nSignature: ____________\nDate: ____________", "甲方（盖章）\n签字：＿＿＿＿＿＿\n日期：＿＿＿＿＿＿"])
    sz = size(21)
    cells = lambda a, b: row([cell("".join(p(x, '<w:spacing w:after="60"/><w:jc w:val="left"/>', sz) for x in a.split("\n")), 4153, ppr=""), cell("".join(p(x, '<w:spacing w:after="60"/>', sz) for x in b.split("\n")), 4153)])
    body = table([4153, 4153], [cells(a, b) for a, b in rows], '<w:tblW w:w="0" w:type="auto"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0000"/>') + p("")
    return Doc(body, A4.replace('w:left="1800"', 'w:left="1800"'), header=p("Confidential 保密", '<w:pStyle w:val="a4"/>'))


@doc
def cv_photo():
    """CV: cropped, turned, flipped and framed pictures, in a cell, behind the text and with text around."""
    W, H = 900000, 1200000
    pic = lambda **k: drawing(inline(picture("rIdP", W, H, **k), W, H, PIC, "一寸照片"))
    body = (
        p(t("个人简历", fonts("黑体") + size(36)), CENTRE)
        + table([1500, 2500, 1500, 2796], [row([cell("姓名", 1500), cell("王小红", 2500), cell("国籍", 1500), cell(p(pic()), 2796, '<w:vMerge w:val="restart"/>')]), row([cell("电话", 1500), cell("0574-8888 8888", 2500), cell("邮箱", 1500), cell("", 2796, "<w:vMerge/>")])])
        + p("教育经历", '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="1" w:color="2E74B5" w:themeColor="accent1" w:themeShade="BF"/></w:pBdr><w:spacing w:before="240"/>', "<w:b/>" + size(28))
        + p(t("2005.9—2009.6") + "<w:r><w:tab/></w:r>" + t("浙江大学") + "<w:r><w:tab/></w:r>" + t("材料科学与工程　学士"), '<w:tabs><w:tab w:val="left" w:pos="2520"/><w:tab w:val="left" w:pos="5040"/></w:tabs>')
        + p(t("2009.9—2014.6") + "<w:r><w:tab/></w:r>" + t("Ural Federal University") + "<w:r><w:tab/></w:r>" + t("博士（导师：П. И. Иванов）"), '<w:tabs><w:tab w:val="left" w:pos="2520"/><w:tab w:val="left" w:pos="5040"/></w:tabs>')
        + p("裁剪、旋转、翻转：" + "")
        + p(pic(crop='<a:srcRect l="50000"/>') + pic(xfrm=' rot="5400000"') + pic(xfrm=' flipH="1"') + pic(xfrm=' flipV="1"') + pic(xfrm=' rot="2700000" flipH="1"'))
        + p(drawing(anchor(picture("rIdP", W, H), W, H, 3600000, 100000, PIC, '<wp:wrapSquare wrapText="bothSides"/>', descr="照片")) + t(PROSE * 3), '<w:ind w:firstLineChars="200" w:firstLine="420"/>')
        + p(drawing(anchor(picture("rIdP", W * 2, H), W * 2, H, 1500000, 0, PIC, behind=1, descr="底图")) + t(PROSE * 2), '<w:ind w:firstLineChars="200" w:firstLine="420"/>')
    )
    return Doc(body, media={"rIdP": ("image1.png", png(60, 40, arrow))})


def m(*x):
    return "".join(x)


def mr(s):
    return f'<m:r><w:rPr><w:rFonts w:ascii="Cambria Math" w:hAnsi="Cambria Math"/></w:rPr><m:t>{s}</m:t></m:r>'


@doc
def equations():
    """Formulas of Word's editor: in the line and on their own."""
    e = lambda x: f"<m:e>{x}</m:e>"
    frac = lambda a, b: f"<m:f><m:num>{a}</m:num><m:den>{b}</m:den></m:f>"
    sup = lambda a, b: f"<m:sSup>{e(a)}<m:sup>{b}</m:sup></m:sSup>"
    sub = lambda a, b: f"<m:sSub>{e(a)}<m:sub>{b}</m:sub></m:sSub>"
    rad = lambda a, d="": f'<m:rad>{"<m:radPr><m:degHide m:val=" + chr(34) + "1" + chr(34) + "/></m:radPr><m:deg/>" if not d else "<m:deg>" + d + "</m:deg>"}{e(a)}</m:rad>'
    paren = lambda a, l="(", r=")": f'<m:d><m:dPr><m:begChr m:val="{l}"/><m:endChr m:val="{r}"/></m:dPr>{e(a)}</m:d>'
    nary = lambda c, lo, hi, a: f'<m:nary><m:naryPr><m:chr m:val="{c}"/></m:naryPr><m:sub>{lo}</m:sub><m:sup>{hi}</m:sup>{e(a)}</m:nary>'
    matrix = lambda rs: "<m:m>" + "".join("<m:mr>" + "".join(e(mr(x)) for x in r) + "</m:mr>" for r in rs) + "</m:m>"
    o = lambda x: f"<m:oMath>{x}</m:oMath>"
    para = lambda x: f"<w:p><m:oMathPara><m:oMathParaPr><m:jc m:val=\"center\"/></m:oMathParaPr>{o(x)}</m:oMathPara></w:p>"
    body = (
        p(t("腐蚀速率按") + o(sub(mr("v"), mr("corr")) + mr("=") + frac(mr("Δm"), mr("S·t"))) + t("计算，其中") + o(sub(mr("S"), mr("0")) + mr("≤") + sup(mr("10"), mr("−3"))) + t("；勾股定理") + o(sup(mr("a"), mr("2")) + mr("+") + sup(mr("b"), mr("2")) + mr("=") + sup(mr("c"), mr("2"))) + t("。"))
        + para(mr("x=") + frac(mr("−b±") + rad(sup(mr("b"), mr("2")) + mr("−4ac")), mr("2a")))
        + para(nary("∑", mr("i=1"), mr("n"), sub(mr("x"), mr("i"))) + mr("=") + nary("∫", mr("0"), mr("∞"), sup(mr("e"), mr("−") + sup(mr("t"), mr("2"))) + mr("dt")))
        + para(paren(matrix((("a", "b"), ("c", "d"))), "[", "]") + mr("=") + paren(frac(mr("n"), mr("k"))) + mr("+") + rad(mr("x"), mr("3")))
        + para(f'<m:func><m:fName>{f"<m:limLow>{e(mr(chr(108) + chr(105) + chr(109)))}<m:lim>{mr(chr(110) + chr(8594) + chr(8734))}</m:lim></m:limLow>"}</m:fName>{e(sup(paren(mr("1+") + frac(mr("1"), mr("n"))), mr("n")))}</m:func>' + mr("=e"))
        + para(f'<m:acc><m:accPr><m:chr m:val="̂"/></m:accPr>{e(mr("y"))}</m:acc>' + mr("=") + f'<m:bar><m:barPr><m:pos m:val="top"/></m:barPr>{e(mr("x"))}</m:bar>' + mr("+") + f'<m:sSubSup>{e(mr("β"))}<m:sub>{mr("1")}</m:sub><m:sup>{mr("*")}</m:sup></m:sSubSup>')
        + p("式中各符号的含义见附录。")
    )
    return Doc(body)


@doc
def flow_chart():
    """Shapes: rounded boxes, diamond, ellipse, arrows between them, a bracket, a group, a drawing canvas, an embedded chart, SmartArt, a text box that text goes around."""
    b = lambda text, geom, x, y, w=1100000, h=420000, fill="DEEAF6": drawing(anchor(wsp(geom, p(t(text, size(18)), CENTRE), fill, "2E74B5", w, h), w, h, x, y, z=251659264 + x // 1000 + y))
    line = lambda x, y, w, h, geom="straightConnector1", flip="": drawing(
        anchor(wsp(geom, "", None, "C00000", w, h, 12700, f'<a:xfrm{flip}><a:off x="0" y="0"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>', '<a:tailEnd type="triangle"/>'), w, h, x, y)
    )
    kid = lambda geom, text, x, y, w, h: wsp(geom, p(t(text, size(18)), CENTRE), "FFF2CC", "7F6000", xfrm=f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>')
    group = f'<wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="3000000" cy="800000"/><a:chOff x="0" y="0"/><a:chExt cx="6000000" cy="1600000"/></a:xfrm></wpg:grpSpPr>{kid("roundRect", "材料", 0, 400000, 1800000, 800000)}{kid("ellipse", "工艺", 2100000, 400000, 1800000, 800000)}{kid("hexagon", "应用", 4200000, 400000, 1800000, 800000)}</wpg:wgp>'
    canvas = f'<wpc:wpc><wpc:bg/><wpc:whole/>{kid("rect", "画布内的方框", 100000, 100000, 1800000, 400000)}{kid("triangle", "", 2200000, 50000, 600000, 500000)}</wpc:wpc>'
    chart = '<c:chart r:id="rIdC"/>'
    smart = '<dgm:relIds r:dm="rIdD" r:lo="rIdL" r:qs="rIdQ" r:cs="rIdS"/>'
    chart_part = (
        HEAD + '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>年度经费</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/>'
        '<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>财政经费</c:v></c:pt></c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:f>Sheet1!$A$2:$A$4</c:f><c:strCache><c:ptCount val="3"/><c:pt idx="0"><c:v>2026</c:v></c:pt><c:pt idx="1"><c:v>2027</c:v></c:pt><c:pt idx="2"><c:v>2028</c:v></c:pt></c:strCache></c:strRef></c:cat>'
        '<c:val><c:numRef><c:f>Sheet1!$B$2:$B$4</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="3"/><c:pt idx="0"><c:v>120</c:v></c:pt><c:pt idx="1"><c:v>80</c:v></c:pt><c:pt idx="2"><c:v>60</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser><c:axId val="1"/><c:axId val="2"/></c:barChart><c:catAx><c:axId val="1"/><c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:crossAx val="1"/></c:valAx></c:plotArea><c:legend><c:legendPos val="r"/></c:legend></c:chart></c:chartSpace>'
    )
    dsp = "http://schemas.microsoft.com/office/drawing/2008/diagram"
    node = lambda text, x: f'<dsp:sp modelId="{{{x}}}"><dsp:nvSpPr><dsp:cNvPr id="0" name=""/><dsp:cNvSpPr/></dsp:nvSpPr><dsp:spPr><a:xfrm><a:off x="{x}" y="100000"/><a:ext cx="1200000" cy="500000"/></a:xfrm><a:prstGeom prst="roundRect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="4472C4"/></a:solidFill></dsp:spPr><dsp:txBody><a:bodyPr anchor="ctr"/><a:lstStyle/><a:p><a:pPr algn="ctr"/><a:r><a:rPr lang="zh-CN" sz="1200"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr><a:t>{text}</a:t></a:r></a:p></dsp:txBody><dsp:txXfrm><a:off x="{x}" y="100000"/><a:ext cx="1200000" cy="500000"/></dsp:txXfrm></dsp:sp>'
    smart_drawing = HEAD + f'<dsp:drawing xmlns:dsp="{dsp}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dsp:spTree><dsp:nvGrpSpPr><dsp:cNvPr id="0" name=""/><dsp:cNvGrpSpPr/></dsp:nvGrpSpPr><dsp:grpSpPr/>{node("申报", 0)}{node("评审", 1500000)}{node("立项", 3000000)}</dsp:spTree></dsp:drawing>'
    data = HEAD + f'<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dgm:ptLst/><dgm:cxnLst/><dgm:extLst><a:ext uri="http://schemas.microsoft.com/office/drawing/2008/diagram"><dsp:dataModelExt xmlns:dsp="{dsp}" relId="rIdDr" minVer="http://schemas.openxmlformats.org/drawingml/2006/diagram"/></a:ext></dgm:extLst></dgm:dataModel>'
    dt = "application/vnd.openxmlformats-officedocument.drawingml."
    body = (
        p(t("项目管理流程图", fonts("黑体") + size(32)), CENTRE)
        + p(b("提交申报书", "flowChartTerminator", 1900000, 0) + line(2450000, 420000, 0, 300000) + b("形式审查", "flowChartProcess", 1900000, 720000) + line(2450000, 1140000, 0, 300000) + b("是否受理", "flowChartDecision", 1700000, 1440000, 1500000, 620000) + line(3200000, 1750000, 700000, 0) + b("退回", "roundRect", 3900000, 1540000) + line(2450000, 2060000, 0, 300000) + b("立项", "ellipse", 1900000, 2360000) + line(300000, 300000, 1600000, 900000, "straightConnector1", ' flipH="1"') + line(200000, 1300000, 1500000, 700000, "bentConnector3"))
        + p("") * 13
        + p(f'<w:r><mc:AlternateContent><mc:Choice Requires="wpg"><w:drawing>{inline(group, 3000000, 800000, "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup")}</w:drawing></mc:Choice><mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:r>', CENTRE)
        + p(f'<w:r><mc:AlternateContent><mc:Choice Requires="wpc"><w:drawing>{inline(canvas, 3000000, 600000, "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas")}</w:drawing></mc:Choice><mc:Fallback><w:pict><v:group style="width:236pt;height:47pt" coordsize="3000,600"><v:rect style="position:absolute;left:100;top:100;width:1800;height:400"><v:textbox><w:txbxContent>{p("画布内的方框")}</w:txbxContent></v:textbox></v:rect></v:group></w:pict></mc:Fallback></mc:AlternateContent></w:r>', CENTRE)
        + p(drawing(inline(chart, 3600000, 1800000, "http://schemas.openxmlformats.org/drawingml/2006/chart", "年度经费柱形图")), CENTRE)
        + p(drawing(inline(smart, 4300000, 700000, "http://schemas.openxmlformats.org/drawingml/2006/diagram")), CENTRE)
        + p(drawing(anchor(wsp("rect", p(t("文字环绕的文本框，内有两行说明。", size(18))), "FFFFFF", "000000", 1500000, 600000), 1500000, 600000, 3700000, 0, wrap='<wp:wrapSquare wrapText="bothSides"/>')) + t(PROSE * 2))
    )
    return Doc(
        body,
        parts={
            "rIdC": ("charts/chart1.xml", "chart", dt + "chart+xml", chart_part),
            "rIdD": ("diagrams/data1.xml", "diagramData", dt + "diagramData+xml", data),
            "rIdDr": ("diagrams/drawing1.xml", "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing", "application/vnd.ms-office.drawingml.diagramDrawing+xml", smart_drawing),
        },
    )


GIF = base64.b64decode("R0lGODdhGAAQAIEAAMAAAACgAAAAwODg4CwAAAAAGAAQAEAIWAABCBxIUGCAgwgTHhTAsKFDhgMiSpwYsaBFAAozBnjIUQDFjwMuFtSoUCRBkgk7PgRJUaVDlhNNDkSJUKZBmgFsYsSpE+dGlxBhRgQaVChRj0IHHE06ICAAOw==")


def bmp(w=24, h=16):
    raw = b"".join(b"".join(bytes(reversed(arrow(x * 60 // w, (h - 1 - y) * 40 // h))) for x in range(w)) + b"\0" * (-3 * w % 4) for y in range(h))
    return b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54 + len(raw), 0, 0, 54, 40, w, h, 1, 24, 0, len(raw), 2835, 2835, 0, 0) + raw


def tiff(w=24, h=16):
    raw = b"".join(bytes(arrow(x * 60 // w, y * 40 // h)) for y in range(h) for x in range(w))
    tags = [(256, 3, 1, w), (257, 3, 1, h), (258, 3, 3, 8 + len(raw)), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 8), (277, 3, 1, 3), (278, 3, 1, h), (279, 4, 1, len(raw))]
    at = 8 + len(raw) + 6
    return b"II*\0" + struct.pack("<I", at) + raw + struct.pack("<HHH", 8, 8, 8) + struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *x) for x in tags) + b"\0\0\0\0"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><rect width="30" height="40" fill="#c00"/></svg>'
WEBP = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")


def emf(w=60, h=40):
    def rec(kind, data=b""):
        return struct.pack("<II", kind, 8 + len(data)) + data

    body = [rec(39, struct.pack("<IIII", 1, 0, 0x0000C0, 0)), rec(37, struct.pack("<I", 1)), rec(43, struct.pack("<iiii", 2, 2, w // 2, h - 2)), rec(54, struct.pack("<ii", w, h)), rec(14, struct.pack("<III", 0, 16, 20))]
    head = struct.pack("<iiiiiiii", 0, 0, w, h, 0, 0, w * 26, h * 26) + b" EMF" + struct.pack("<IIIHHIIIiiii", 0x10000, 88 + sum(map(len, body)), len(body) + 1, 2, 0, 0, 0, 0, 1920, 1080, 508, 286)
    return rec(1, head) + b"".join(body)


def wmf():
    def rec(f, *w):
        return struct.pack("<IH", 3 + len(w), f) + struct.pack(f"<{len(w)}h", *w)

    recs = rec(0x20B, 0, 0) + rec(0x20C, 40, 60) + rec(0x41B, 38, 58, 2, 2) + rec(0)
    return struct.pack("<IHhhhhHIH", 0x9AC6CDD7, 0, 0, 0, 60, 40, 96, 0, 0) + struct.pack("<HHHIHIH", 1, 9, 0x300, 9 + len(recs) // 2, 0, 11, 0) + recs


@doc
def picture_kinds():
    """Pictures of every kind that offices paste: GIF, BMP, TIFF, SVG with its PNG, WebP, EMF, WMF, an OLE object with a preview, a linked one, ink."""
    W, H = 900000, 600000
    names = {"rIdG": ("a.gif", GIF), "rIdB": ("b.bmp", bmp()), "rIdT": ("c.tiff", tiff()), "rIdP": ("d.png", png(60, 40, arrow)), "rIdV": ("e.svg", SVG), "rIdW": ("f.webp", WEBP), "rIdE": ("g.emf", emf()), "rIdM": ("h.wmf", wmf())}
    pic = lambda rid, **k: drawing(inline(picture(rid, W, H, **k), W, H, PIC, "图" + rid))
    svg = '<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="rIdV"/></a:ext></a:extLst>'
    ole = '<w:r><w:object w:dxaOrig="1440" w:dyaOrig="1440"><v:shapetype id="_x0000_t75" coordsize="21600,21600" o:spt="75"/><v:shape id="_x0000_i1025" type="#_x0000_t75" style="width:71pt;height:47pt" o:ole=""><v:imagedata r:id="rIdE" o:title=""/></v:shape><o:OLEObject Type="Embed" ProgID="Equation.3" ShapeID="_x0000_i1025" DrawAspect="Content" ObjectID="_1" r:id="rIdO"/></w:object></w:r>'
    ole2 = ole.replace('r:id="rIdE"', 'r:id="rIdP"').replace("Equation.3", "Excel.Sheet.12")
    ink = f'<w:r><mc:AlternateContent><mc:Choice Requires="wpi"><w:drawing>{inline("<wpi:contentPart r:id=" + chr(34) + "rIdI" + chr(34) + "/>", W, H, "http://schemas.microsoft.com/office/word/2010/wordprocessingInk")}</w:drawing></mc:Choice><mc:Fallback><w:drawing>{inline(picture("rIdP", W, H), W, H, PIC)}</w:drawing></mc:Fallback></mc:AlternateContent></w:r>'
    linked = drawing(inline(picture("rIdP", W, H).replace("r:embed", "r:link"), W, H, PIC))
    body = "".join(p(t(k + "：") + x) for k, x in (("GIF", pic("rIdG")), ("BMP", pic("rIdB")), ("TIFF", pic("rIdT")), ("PNG 与 SVG", pic("rIdP", ext=svg)), ("WebP", pic("rIdW")), ("EMF", pic("rIdE")), ("WMF", pic("rIdM")), ("公式对象", ole), ("表格对象", ole2), ("墨迹", ink), ("链接", linked)))
    return Doc(body, media=names, parts={"rIdO": ("embeddings/oleObject1.bin", "oleObject", "application/vnd.openxmlformats-officedocument.oleObject", b"\xd0\xcf\x11\xe0")})


@doc
def page_features():
    """Page borders, numbered lines, columns with a line between, a dropped initial, tab leaders, a section of two columns between whole ones."""
    sides = "".join(f'<w:{s} w:val="thinThickSmallGap" w:sz="24" w:space="24" w:color="auto"/>' for s in ("top", "left", "bottom", "right"))
    cols = A4.replace('<w:cols w:space="425"/>', '<w:cols w:num="2" w:sep="1" w:space="425"/>')
    sect = lambda x: f"<w:p><w:pPr><w:sectPr>{x}</w:sectPr></w:pPr></w:p>"
    lead = lambda kind: p(t("附件" + kind) + "<w:r><w:tab/></w:r>" + t("12"), f'<w:tabs><w:tab w:val="right" w:leader="{kind}" w:pos="8296"/></w:tabs>')
    body = (
        p(t("简报", fonts("黑体") + size(36)), CENTRE)
        + '<w:p><w:pPr><w:keepNext/><w:framePr w:dropCap="drop" w:lines="3" w:wrap="around" w:vAnchor="text" w:hAnchor="text"/><w:spacing w:line="936" w:lineRule="exact"/><w:textAlignment w:val="baseline"/></w:pPr>' + t("项", '<w:position w:val="-6"/>' + size(82)) + "</w:p>"
        + p(PROSE[1:] * 3)
        + "".join(lead(k) for k in ("dot", "hyphen", "underscore", "middleDot", "heavy"))
        + sect('<w:type w:val="continuous"/>' + A4)
        + "".join(p(f"{i + 1}. " + PROSE, '<w:ind w:firstLineChars="200" w:firstLine="420"/>') for i in range(8))
        + sect('<w:type w:val="continuous"/>' + cols)
        + p("编号的行如下。" + PROSE)
        + "".join(p(PROSE) for i in range(4))
        + p("这一段不编号。", "<w:suppressLineNumbers/>")
    )
    return Doc(body, '<w:type w:val="continuous"/>' + A4.replace("<w:cols", f'<w:pgBorders w:offsetFrom="page">{sides}</w:pgBorders><w:lnNumType w:countBy="1" w:restart="newSection"/><w:cols'))


@doc
def east_asian_type():
    """双行合一, 纵横混排, 合并字符, 带圈字符, 拼音, 着重号, 字符缩放, 字符边框与底纹, 上下标, 繁体与生僻字."""
    ea = lambda a: f"<w:eastAsianLayout {a}/>"
    eq = lambda s: '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> eq ' + s + ' </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    code = lambda s, rpr="": f'<w:r><w:rPr>{fonts("宋体") + rpr}</w:rPr><w:instrText xml:space="preserve">{s}</w:instrText></w:r>'
    begin, end = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    ring = lambda a, b: begin + code(" eq \\o\\ac(") + code(a, '<w:position w:val="-4"/>' + size(31)) + code("," + b + ")") + end  # as Word makes them
    joined = lambda a, b, c, d, e: begin + code(" eq " + a, size(11)) + code(b, size(11)) + code(c, size(11)) + code(d, size(11)) + code(e, size(11)) + end
    ruby = lambda a, b: f'<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="distributeSpace"/><w:hps w:val="10"/><w:hpsRaise w:val="18"/><w:hpsBaseText w:val="21"/><w:lid w:val="zh-CN"/></w:rubyPr><w:rt><w:r><w:rPr>{size(10)}</w:rPr><w:t>{a}</w:t></w:r></w:rt><w:rubyBase>{t(b)}</w:rubyBase></w:ruby></w:r>'
    body = (
        p(t("双行合一：") + t("宁波市科学技术局宁波市财政局", size(44) + ea('w:id="-1" w:combine="1"')) + t("文件", size(44)))
        + p(t("带括号：") + t("第一行文字第二行文字", size(32) + ea('w:id="-2" w:combine="1" w:combineBrackets="square"')))
        + p(t("纵横混排：第") + t("12", ea('w:id="-3" w:vert="1" w:vertCompress="1"')) + t("条"))
        + p(t("合并字符：") + joined("\\o\\ad(\\s\\up 5(", "甬江", "),\\s\\do 2(", "理工", "))"))
        + p(t("带圈字符：") + ring("○", "密") + ring("□", "印") + ring("△", "1"))
        + p(t("分数：") + eq("\\f(1,3)") + t("，根式：") + eq("\\r(3,x)") + t("，上标：") + eq("x\\s\\up4(2)"))
        + p(t("拼音：") + ruby("yǒng", "甬") + ruby("jiāng", "江") + ruby("yín", "鄞") + ruby("zhōu", "州"))
        + p(t("着重号：") + t("重要条款", '<w:em w:val="dot"/>') + t("；缩放：") + t("宽字", '<w:w w:val="150"/>') + t("窄字", '<w:w w:val="66"/>') + t("；边框：") + t("方框", '<w:bdr w:val="single" w:sz="4" w:space="0" w:color="auto"/>') + t("；底纹：") + t("底纹", '<w:shd w:val="pct15" w:color="auto" w:fill="FFFFFF"/>'))
        + p(t("上标m") + t("2", '<w:vertAlign w:val="superscript"/>') + t("、下标H") + t("2", '<w:vertAlign w:val="subscript"/>') + t("O；提升") + t("上移", '<w:position w:val="10"/>') + t("、降低") + t("下移", '<w:position w:val="-10"/>'))
        + p(t("下划线：") + "".join(t(k + " ", f'<w:u w:val="{k}"/>') for k in ("single", "double", "thick", "dotted", "dash", "dotDash", "wave", "words")))
        + p(t("删除线：") + t("单线", "<w:strike/>") + t("双线", "<w:dstrike/>") + t("阴影", "<w:shadow/>") + t("空心", "<w:outline/>") + t("阳文", "<w:emboss/>"))
        + p("生僻姓名：𬭎、𬘓、㛃、䶮、犇、喆、祎；繁體：臺灣、國際；全角ＡＢＣ１２３；间隔号：阿不都·买买提；单位：℃、㎡、‰、µm、Ω、±、×、÷、≈、→")
        + p("项目名称很长并且包含Latin words and 2025年的混合文字以及English，标点、引号“甲方”‘乙方’、破折号——、省略号……、书名号《合同》〈章〉、括号（一）[2]{3}。" * 3)
        + p("分散对齐的标题", '<w:jc w:val="distribute"/>')
        + p("字距加宽与紧缩：" , "") + p(t("加宽二磅文字", '<w:spacing w:val="40"/>') + t("紧缩一磅文字", '<w:spacing w:val="-20"/>'))
    )
    return Doc(body)


@doc
def many_scripts():
    """Names and addresses in other scripts: Russian, Greek, Arabic, Uyghur, Tibetan, Hebrew, Korean, Japanese, Thai, Vietnamese."""
    body = "".join(p(t(a + "：") + t(b, c), d) for a, b, c, d in (
        ("俄文", "Институт металлургии Уральского отделения РАН, г. Екатеринбург", "", ""), ("希腊文", "Εθνικό Μετσόβιο Πολυτεχνείο", "", ""), ("越南文", "Đại học Bách khoa Hà Nội, Nguyễn Văn Tuấn", "", ""), ("波兰与捷克", "Łódź, Škoda Plzeň, Győr, Timișoara", "", ""),
        ("日文", "東京大学 工学部（スズキ　タロウ）カタカナ・ひらがな", '<w:lang w:eastAsia="ja-JP"/>', ""),
    ))
    return Doc(body)


@doc
def merge_fields():
    """Mail merge, IF, REF, dates, legacy form fields, hidden text, hyperlinks, formulas, user names."""
    form = lambda kind, result="", extra="": f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="F"/><w:enabled/><w:calcOnExit w:val="0"/>{extra}</w:ffData></w:fldChar></w:r><w:r><w:instrText xml:space="preserve"> {kind} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t xml:space="preserve">{result}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    nested = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> IF </w:instrText></w:r>' + field("MERGEFIELD 性别", "男") + '<w:r><w:instrText xml:space="preserve"> = "男" "先生" "女士" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>先生</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    body = (
        p(t("尊敬的") + field("MERGEFIELD 姓名 \\* MERGEFORMAT", "«姓名»") + nested + t("："))
        + p(t("您单位申报的“") + '<w:fldSimple w:instr=" MERGEFIELD 项目名称 "><w:r><w:rPr><w:noProof/></w:rPr><w:t>«项目名称»</w:t></w:r></w:fldSimple>' + t("”项目已于") + field('DATE \\@ "yyyy年M月d日"', "2025年8月4日") + t("受理，受理号") + field("DOCPROPERTY 受理号", "错误!未知的文档属性名称") + t("。"), '<w:ind w:firstLineChars="200" w:firstLine="420"/>')
        + p(t("联系人：") + form("FORMTEXT", "     ", '<w:textInput><w:maxLength w:val="20"/></w:textInput>') + t("　是否外资：") + form("FORMCHECKBOX", "", '<w:checkBox><w:sizeAuto/><w:default w:val="1"/></w:checkBox>') + t("是 ") + form("FORMCHECKBOX", "", '<w:checkBox><w:sizeAuto/><w:default w:val="0"/></w:checkBox>') + t("否　类别：") + form("FORMDROPDOWN", "", '<w:ddList><w:result w:val="1"/><w:default w:val="0"/><w:listEntry w:val="企业"/><w:listEntry w:val="高校"/></w:ddList>'))
        + p(t("登录") + '<w:hyperlink r:id="rIdH" w:history="1"><w:r><w:rPr><w:rStyle w:val="aa"/></w:rPr><w:t>https://kjj.example.gov.cn/projects</w:t></w:r></w:hyperlink>' + t("，或") + field('HYPERLINK "mailto:kjj@example.gov.cn"', "kjj@example.gov.cn", '<w:rStyle w:val="aa"/>') + t("。"))
        + p(t("可见文字") + t("隐藏文字", "<w:vanish/>") + t("之后"))
        + p(t("作者：") + field("AUTHOR", "张三") + t("；文件：") + field("FILENAME", "通知.docx") + t("；字数：") + field("NUMWORDS", "312") + t("；保存：") + field('SAVEDATE \\@ "yyyy/M/d"', "2025/8/4") + t("；第") + field("SECTION", "1") + t("节；清单") + field("LISTNUM", "") + field("AUTONUM", "") + t("；") + field("QUOTE 引文", "引文") + field("SYMBOL 254 \\f Wingdings", "þ", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>') + field("ADVANCE \\r 10", "") + field('INCLUDEPICTURE "a.png"', ""))
        + p(t("大写：") + field("= 1200 \\* CHINESENUM2", "壹仟贰佰") + t("元；条码：") + field("DISPLAYBARCODE \"X\" QR", ""))
        + p(t("控件：") + '<w:r><w:object><v:shape style="width:108pt;height:18pt"><v:imagedata r:id="rIdP"/></v:shape><w:control r:id="rIdX" w:name="TextBox1" w:shapeid="_x0000_i1027"/></w:object></w:r>')
    )
    return Doc(body, media={"rIdP": ("d.png", png(60, 10))}, parts={"rIdH": ("https://kjj.example.gov.cn/projects", "hyperlink", "", None)})


@doc
def content_controls():
    """Content controls of every kind and level: text, rich, date, list, check box, picture, repeating rows, a group, a placeholder, custom XML, altChunk."""
    sdt = lambda pr, content: f'<w:sdt><w:sdtPr><w:alias w:val="控件"/><w:tag w:val="t"/><w:id w:val="{zlib.crc32((pr + content).encode()) & 0x7FFFFFFF}"/>{pr}</w:sdtPr><w:sdtEndPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>'
    ph = lambda s: f'<w:r><w:rPr><w:rStyle w:val="ab"/></w:rPr><w:t>{s}</w:t></w:r>'
    rep = "".join(sdt("<w15:repeatingSectionItem/>", row([cell(str(i), 1000), cell(sdt("<w:text/>", t(n)).join(("<w:p>", "</w:p>")), 3000), sdt("<w:text/>", cell("单元格控件" + str(i), 4296))])) for i, n in ((1, "张建国"), (2, "王小红")))
    body = (
        sdt('<w:docPartObj><w:docPartGallery w:val="Cover Pages"/></w:docPartObj>', p("封面部件", CENTRE) + table([4000, 4296], [row([cell("封面表格", 4000), cell("右", 4296)])]))
        + p(t("名称：") + sdt("<w:text/>", t("海洋装备")) + t("　日期：") + sdt('<w:date w:fullDate="2025-08-04T00:00:00Z"><w:dateFormat w:val="yyyy年M月d日"/><w:lid w:val="zh-CN"/></w:date>', t("2025年8月4日")) + t("　类别：") + sdt('<w:dropDownList><w:listItem w:displayText="基础" w:value="1"/><w:listItem w:displayText="应用" w:value="2"/></w:dropDownList>', t("应用")) + t("　选择：") + CHECK.format(1, "☒") + t("是"))
        + p(t("未填：") + sdt("<w:showingPlcHdr/><w:text/>", ph("单击或点击此处输入文字。")) + sdt('<w:comboBox><w:listItem w:value="甲"/></w:comboBox>', t("甲")) + sdt("<w:bibliography/>", t("[1]")) + sdt("<w:equation/>", "<m:oMath>" + mr("x+1") + "</m:oMath>"))
        + table([1000, 3000, 4296], [row([cell("序号", 1000), cell("姓名", 3000), cell("说明", 4296)]), sdt("<w15:repeatingSection/>", rep)])
        + '<w:customXml w:uri="urn:x" w:element="段">' + p("自定义 XML 中的段落") + "</w:customXml>"
        + p('<w:customXml w:uri="urn:x" w:element="行"><w:customXmlPr/>' + t("行内自定义 XML") + "</w:customXml>" + '<w:dir w:val="ltr">' + t("方向标记内") + "</w:dir>" + '<w:bdo w:val="ltr">' + t("强制方向") + "</w:bdo>")
        + sdt("<w:group/>", p("组内第一段") + sdt("<w:richText/>", p("组内嵌套") + p("组内嵌套二")))
        + '<w:altChunk r:id="rIdA"/>'
        + p("完")
    )
    return Doc(body, parts={"rIdA": ("chunk1.html", "aFChunk", "text/html", "<html><body><p>外部片段中的文字</p></body></html>")})


@doc
def watermark_vml():
    """A watermark and a picture in the header, VML boxes and lines in the body as WPS writes them, word art, a shape with text turned."""
    wm = '<w:p><w:pPr><w:pStyle w:val="a4"/></w:pPr>' + t("内部资料 注意保存") + '<w:r><w:rPr><w:noProof/></w:rPr><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:textpath on="t" fitshape="t"/></v:shapetype><v:shape id="PowerPlusWaterMarkObject" o:spid="_x0000_s2049" type="#_x0000_t136" style="position:absolute;left:0;text-align:left;margin-left:0;margin-top:0;width:412.4pt;height:247.45pt;rotation:315;z-index:-251657216;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="silver" stroked="f"><v:fill opacity=".5"/><v:textpath style="font-family:&quot;等线&quot;;font-size:1pt" string="征求意见稿"/></v:shape></w:pict></w:r></w:p>'
    box = lambda style, text, extra="": f'<w:r><w:pict><v:shape id="s" o:spid="_x0000_s1030" type="#_x0000_t202" style="position:absolute;{style}" {extra}><v:textbox><w:txbxContent>{p(text)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>'
    body = (
        p(t("关于征求意见的函", fonts("黑体") + size(36)), CENTRE)
        + p(box("margin-left:300pt;margin-top:10pt;width:110pt;height:50pt;z-index:1", "密级：内部", 'strokecolor="red" strokeweight="1.5pt"') + t(PROSE))
        + p('<w:r><w:pict><v:line id="l" style="position:absolute;z-index:2" from="0,8pt" to="415pt,8pt" strokecolor="red" strokeweight="3pt"><v:stroke linestyle="thickThin"/></v:line></w:pict></w:r>')
        + p('<w:r><w:pict><v:oval style="position:absolute;margin-left:20pt;margin-top:10pt;width:80pt;height:80pt;z-index:3" strokecolor="red" strokeweight="2pt" filled="f"/></w:pict></w:r><w:r><w:pict><v:roundrect style="position:absolute;margin-left:130pt;margin-top:10pt;width:120pt;height:40pt;z-index:3" arcsize="10923f" fillcolor="#deeaf6"><v:textbox><w:txbxContent>' + p("圆角框", CENTRE) + '</w:txbxContent></v:textbox></v:roundrect></w:pict></w:r><w:r><w:pict><v:shape type="#_x0000_t136" style="position:absolute;margin-left:270pt;margin-top:10pt;width:140pt;height:40pt;z-index:3" fillcolor="red"><v:textpath style="font-family:&quot;黑体&quot;" string="艺术字"/></v:shape></w:pict></w:r>')
        + p("") * 6
        + p(t(PROSE * 2))
    )
    return Doc(body, header=wm)


@doc
def public_notice():
    """公示: a wide list that goes over pages, columns of percent widths, a heading row, numbers and long names, an annex in landscape, continued section numbers."""
    g = [600, 1500, 2600, 1800, 900, 896]
    rows = [row([cell(x, w, '<w:vAlign w:val="center"/>', CENTRE, "<w:b/>") for x, w in zip(("序号", "项目编号", "项目名称", "承担单位", "负责人", "类别"), g)], "<w:cantSplit/><w:tblHeader/>")]
    for i in range(48):
        rows.append(row([cell(x, w, '<w:vAlign w:val="center"/>', CENTRE if k in (0, 1, 4, 5) else '<w:jc w:val="left"/>', size(18)) for k, (x, w) in enumerate(zip((str(i + 1), f"202501A{i + 1:04d}", PROSE[i % 20 : i % 20 + 12 + i % 17], ("甬江理工大学", "宁波海工装备股份有限公司", "中国科学院宁波材料技术与工程研究所")[i % 3], ("张建国", "欧阳志远", "阿不都热依木·买买提")[i % 3], ("基础", "应用", "试验")[i % 3]), g))]))
    pct = table(g, rows, '<w:tblStyle w:val="a3"/><w:tblW w:w="5000" w:type="pct"/><w:jc w:val="center"/><w:tblLook w:val="04A0"/>')
    body = p(t("2025年度国际科技合作拟立项项目公示", fonts("黑体") + size(36)), CENTRE) + p(t("根据《管理办法》规定，现将拟立项项目予以公示，公示期为2025年11月3日至11月10日（7天）。公示期内如有异议，请以书面形式实名反映。联系电话：0574-87654321。"), '<w:ind w:firstLineChars="200" w:firstLine="420"/>') + pct + p("")
    return Doc(body, footer=p(field("PAGE", "1") + t("/") + field("NUMPAGES", "1"), '<w:pStyle w:val="a5"/>' + CENTRE))


@doc
def request_report():
    """请示 with two notes at the end, a seal picture over the date, 附注, a numbered list typed by hand, justified short lines with manual breaks."""
    W = 1500000
    seal = drawing(anchor(picture("rIdP", W, W), W, W, 3200000, -500000, PIC, behind=1, descr="印章"))
    br = "<w:r><w:br/></w:r>"
    body = (
        p(t("关于申请增加国际科技合作项目经费的请示", TITLE), '<w:spacing w:after="579"/>' + CENTRE)
        + p(t("市政府：", FS), '<w:spacing w:line="579" w:lineRule="exact"/>')
        + fs("根据《宁波市国际科技合作项目管理办法》（甬科外〔2024〕18号）第十二条规定，结合2025年度项目安排，现申请增加经费1,200.50万元（大写：壹仟贰佰万零伍仟元整）。")
        + p(t("一、申请理由", HEI) + br + t("1.项目数量由2024年的36项增至58项，增长61.1%；", FS) + br + t("2.单项资助额度由50万元提高到80万元。", FS), BODY)
        + p(t("二、经费来源", HEI), BODY)
        + fs("市级科技发展专项资金（科目：2060801）——“科技交流与合作”……")
        + fs("妥否，请批示。")
        + p("", BODY)
        + p(seal + t("宁波市科学技术局", FS), '<w:spacing w:line="579" w:lineRule="exact"/><w:ind w:right="1264"/><w:jc w:val="right"/>')
        + p(t("2025年8月4日", FS), '<w:spacing w:line="579" w:lineRule="exact"/><w:ind w:right="1580"/><w:jc w:val="right"/>')
        + p(t("（联系人：张建国，联系电话：0574-87654321）", FS) + '<w:r><w:rPr><w:rStyle w:val="ac"/></w:rPr><w:endnoteReference w:id="1"/></w:r>', BODY)
    )
    return Doc(body, GB.replace("linesAndChars", "lines"), media={"rIdP": ("seal.png", png(60, 60, lambda x, y: (0xE0, 0, 0) if 20 < ((x - 30) ** 2 + (y - 30) ** 2) ** 0.5 < 28 else (255, 255, 255)))}, endnotes=["本件经局长办公会议通过。"])


@doc
def vertical_page():
    """A section whose text runs from top to bottom."""
    return Doc(p("横排的一页。" + PROSE) + f"<w:p><w:pPr><w:sectPr>{A4}</w:sectPr></w:pPr></w:p>" + p("竖排的一页：" + PROSE), A4.replace("<w:docGrid", '<w:textDirection w:val="tbRl"/><w:docGrid'))


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
    for name, f in DOCS.items():
        f().save(folder / f"{name}.docx")
