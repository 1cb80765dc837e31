#!/usr/bin/env python3
"""Makes the pydocx-*.docx files of this folder: python3 make_pythondocx.py [FOLDER]. Needs python-docx 1.2."""

import io
import struct
import sys
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

PROSE = "项目组围绕极端环境下多主元合金涂层的损伤机理与自修复机制开展联合研究，建立跨尺度数据库，完成海水环境中的长期挂样试验，形成可推广的技术规范和检测方法。"
DOCS = {}


def doc(f):
    DOCS["pydocx-" + f.__name__.replace("_", "-")] = f
    return f


def chinese(d, name="宋体", size=12):
    st = d.styles["Normal"]
    st.font.name, st.font.size = "Times New Roman", Pt(size)
    st.element.rPr.rFonts.set(qn("w:eastAsia"), name)
    return d


def png():
    raw = b"".join(b"\0" + b"\xc0\x10\x10" * 30 + b"\x10\x10\xc0" * 30 for _ in range(40))
    part = lambda k, v: struct.pack(">I", len(v)) + k + v + struct.pack(">I", zlib.crc32(k + v))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", 60, 40, 8, 2, 0, 0, 0)) + part(b"IDAT", zlib.compress(raw)) + part(b"IEND", b""))


@doc
def report():
    """Headings, lists, a quotation, pictures, page breaks: what a script writes with the built-in template."""
    d = chinese(Document())
    d.add_heading("国际科技合作项目年度报告", 0)
    d.add_paragraph("编制单位：甬江理工大学", style="Subtitle")
    d.add_heading("一、项目概况", 1)
    q = d.add_paragraph(PROSE)
    q.paragraph_format.first_line_indent = Pt(24)
    q.add_run("（重点内容）").bold = True
    q.add_run("斜体 italics").italic = True
    for s in ("召开启动会", "完成样品制备", PROSE):
        d.add_paragraph(s, style="List Bullet")
    for s in ("签订协议", "人员互访：2026年5月，外方专家3人来甬", PROSE):
        d.add_paragraph(s, style="List Number")
    for s in ("子项一", "子项二"):
        d.add_paragraph(s, style="List Bullet 2")
    d.add_heading("1.1 Background and objectives", 2)
    d.add_paragraph("The project aims at multi-principal-element coatings for marine environments; see the annex for details. " * 3)
    d.add_paragraph("科学技术是第一生产力。", style="Intense Quote")
    d.add_picture(png(), width=Cm(5))
    d.add_paragraph("图1 样品", style="Caption").alignment = WD_ALIGN_PARAGRAPH.CENTER
    d.add_page_break()
    d.add_heading("二、经费使用", 1)
    t = d.add_table(rows=1, cols=3, style="Light Grid Accent 1")
    for c, s in zip(t.rows[0].cells, ("科目", "预算（元）", "决算（元）")):
        c.text = s
    for r in (("设备费", "1,200,000.00", "1,180,350.50"), ("材料费", "605,000.00", "604,999.99"), ("合计", "1,805,000.00", "1,785,350.49")):
        for c, s in zip(t.add_row().cells, r):
            c.text = s
    return d


@doc
def form():
    """A form with merged cells, widths of cells only, alignment, shading, a header and footer with fields."""
    d = chinese(Document(), "仿宋", 14)
    s = d.sections[0]
    s.page_width, s.page_height, s.left_margin, s.right_margin = Cm(21), Cm(29.7), Cm(2.8), Cm(2.6)
    s.header.paragraphs[0].text = "宁波市科学技术局\t\t内部使用"
    f = s.footer.paragraphs[0]
    f.alignment = WD_ALIGN_PARAGRAPH.CENTER
    f.add_run("第 ")
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        r = f.add_run()._r
        e = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            e.set(qn("w:fldCharType"), kind)
        else:
            e.text = text
        r.append(e)
    f.add_run(" 页")
    h = d.add_paragraph("外国专家来访审批表")
    h.alignment = WD_ALIGN_PARAGRAPH.CENTER
    h.runs[0].font.size, h.runs[0].font.bold = Pt(18), True
    t = d.add_table(rows=6, cols=4, style="Table Grid")
    t.alignment = WD_TABLE_ALIGNMENT.CENTER
    for r, row in enumerate((("姓名", "Ivan Petrov", "国籍", "俄罗斯"), ("单位", "Институт металлургии УрО РАН", "", ""), ("来访事由", PROSE, "", ""), ("起止日期", "2026年5月10日至5月24日", "费用（元）", "38,600.00"), ("接待单位意见", "", "主管部门意见", ""), ("备注", "☑ 已购买保险　☐ 未购买保险", "", ""))):
        for c, text in enumerate(row):
            t.cell(r, c).text = text
    for r in (1, 2, 5):
        t.cell(r, 1).merge(t.cell(r, 3))
    for c in range(0, 4, 2):
        x = t.cell(4, c)._tc.get_or_add_tcPr()
        shd = OxmlElement("w:shd")
        shd.set(qn("w:val"), "clear")
        shd.set(qn("w:fill"), "F2F2F2")
        x.append(shd)
    t.rows[4].height = Cm(3)
    return d


@doc
def contract():
    """A contract with tab leaders, keep-with-next, colours, sections of both orientations and columns of merged rows."""
    d = chinese(Document(), "宋体", 10.5)
    d.add_heading("技术服务合同", 0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for k, v in (("甲方", "宁波市科学技术局"), ("乙方", "甬江理工大学"), ("丙方", "鄞州区科学技术局")):
        q = d.add_paragraph()
        q.paragraph_format.tab_stops.add_tab_stop(Cm(3))
        q.paragraph_format.tab_stops.add_tab_stop(Cm(14), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        q.add_run(k + "：\t" + v + "\t盖章")
    for i in range(1, 8):
        q = d.add_paragraph()
        q.paragraph_format.line_spacing, q.paragraph_format.space_after, q.paragraph_format.keep_together = 1.5, Pt(6), True
        q.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        r = q.add_run(f"第{'一二三四五六七'[i - 1]}条　")
        r.bold, r.font.color.rgb = True, RGBColor(0x1F, 0x4E, 0x79)
        q.add_run(PROSE * (i % 3 + 1))
        if i == 4:
            q.add_run().add_break(WD_BREAK.LINE)
            q.add_run("换行后的文字。")
    s = d.add_section()
    s.orientation, s.page_width, s.page_height = WD_ORIENT.LANDSCAPE, s.page_height, s.page_width
    t = d.add_table(rows=9, cols=6, style="Table Grid")
    for r in range(9):
        for c in range(6):
            t.cell(r, c).text = "阶段" if r == c == 0 else f"{r}-{c}"
    for r in range(1, 9, 2):
        t.cell(r, 0).merge(t.cell(r + 1, 0)).text = f"第{r}阶段"
    return d


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
    for name, f in DOCS.items():
        d, b = f(), io.BytesIO()
        d.core_properties.created = d.core_properties.modified = datetime(2025, 8, 4)
        d.save(b)
        with zipfile.ZipFile(b) as z, zipfile.ZipFile(folder / f"{name}.docx", "w") as out:
            for n in z.namelist():
                if n != "docProps/thumbnail.jpeg":
                    out.writestr(zipfile.ZipInfo(n, (1980, 1, 1, 0, 0, 0)), z.read(n).replace(b'<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail" Target="docProps/thumbnail.jpeg"/>', b""), zipfile.ZIP_DEFLATED, 9)
