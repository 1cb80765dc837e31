#!/bin/sh
# Makes the office-*.docx files of this folder with LibreOffice, from HTML, RTF and flat ODT: sh make_office.sh [FOLDER].
# LibreOffice writes the time into docProps, so the bytes differ each time; the text does not.
set -eu
out=$(cd "${1:-.}" && pwd)
tmp=$(mktemp -d)
prose='项目组围绕极端环境下多主元合金涂层的损伤机理与自修复机制开展联合研究，建立跨尺度数据库，完成海水环境中的长期挂样试验，形成可推广的技术规范和检测方法。'
cat > "$tmp/office-web.html" <<H
<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>公告</title><style>body{font-family:宋体;font-size:12pt} table{border-collapse:collapse} td,th{border:1px solid #000;padding:4px} .r{color:#c00} h1{text-align:center;font-family:黑体;font-size:22pt}</style></head><body>
<h1>关于2025年度国际科技合作项目申报的公告</h1><p style="text-indent:2em;text-align:justify;line-height:1.8">$prose$prose</p>
<ol><li>申报条件：<b>在甬注册</b>的<i>independent</i>法人；</li><li>材料要求<ul><li>申报书一式三份</li><li><a href="https://kjj.example.gov.cn/">系统网址</a></li></ul></li><li><span class="r">截止日期</span>：2025年9月5日17:00</li></ol>
<table width="100%"><tr><th>序号</th><th>单位</th><th>联系人</th></tr><tr><td rowspan="2">1</td><td>甬江理工大学</td><td>张建国</td></tr><tr><td>宁波海工装备股份有限公司</td><td>李　明</td></tr><tr><td colspan="2">合计</td><td align="right">2</td></tr></table>
<blockquote>$prose</blockquote><pre>code  block
  second line</pre><p>H<sub>2</sub>O 与 m<sup>2</sup>；<u>下划线</u>；<s>删除</s>；&copy; &mdash; &hellip;</p><hr><p align="right">宁波市科学技术局<br>2025年8月4日</p></body></html>
H
python3 - "$tmp" "$prose" <<'P'
import sys
tmp, prose = sys.argv[1:]
u = lambda s: "".join(c if ord(c) < 128 else f"\\u{ord(c) if ord(c) < 32768 else ord(c) - 65536}?" for c in s)
rtf = r"{\rtf1\ansi\ansicpg936\uc1\deff0{\fonttbl{\f0\froman\fcharset134 SimSun;}{\f1\fswiss\fcharset134 SimHei;}}{\colortbl;\red192\green0\blue0;}\paperw11906\paperh16838\margl1800\margr1800\margt1440\margb1440" + "\n"
rtf += r"{\header\pard\qc " + u("宁波市科学技术局") + r"\par}{\footer\pard\qc\chpgn\par}" + r"\pard\qc{\f1\fs36\b " + u("项目验收通知") + r"\par}" + r"\pard\fi480\qj\sl360\slmult1\fs24 " + u(prose * 2) + r"{\cf1\ul " + u("请于9月5日前报送。") + r"}\par" + r"\pard\li720\fi-360\tx720 " + u("1．") + r"\tab " + u(prose) + r"\par"
for r in (("科目", "金额"), ("设备费", "1,200.00"), ("材料费", "605.00")):
    rtf += r"\trowd\trgaph108\clbrdrt\brdrs\clbrdrl\brdrs\clbrdrb\brdrs\clbrdrr\brdrs\cellx4000\clbrdrt\brdrs\clbrdrl\brdrs\clbrdrb\brdrs\clbrdrr\brdrs\cellx8000\pard\intbl " + u(r[0]) + r"\cell\pard\intbl\qr " + u(r[1]) + r"\cell\row" + "\n"
open(f"{tmp}/office-rtf.rtf", "w").write(rtf + r"\pard\qr " + u("2025年8月4日") + r"\par}")
ns = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
st = lambda n, p, t: f'<style:style style:name="{n}" style:family="paragraph"><style:paragraph-properties {p}/><style:text-properties style:font-name="SimSun" style:font-name-asian="SimSun" {t}/></style:style>'
odt = f'''<?xml version="1.0" encoding="UTF-8"?><office:document {ns} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>
{st("T", 'fo:text-align="center"', 'fo:font-size="18pt" style:font-size-asian="18pt" style:font-weight-asian="bold"')}{st("B", 'fo:text-indent="0.85cm" fo:text-align="justify" fo:line-height="150%"', 'fo:font-size="12pt" style:font-size-asian="12pt"')}{st("R", 'fo:text-align="end"', 'fo:font-size="12pt" style:font-size-asian="12pt"')}
<style:style style:name="S" style:family="section"><style:section-properties><style:columns fo:column-count="2" fo:column-gap="0.8cm"/></style:section-properties></style:style>
<style:style style:name="G" style:family="graphic"><style:graphic-properties style:wrap="parallel" style:horizontal-pos="right" style:horizontal-rel="paragraph" fo:border="0.5pt solid #000000" fo:padding="0.1cm" fo:margin-left="0.3cm"/></style:style>
<style:style style:name="C" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="0.1cm"/></style:style></office:automatic-styles><office:body><office:text>
<text:p text:style-name="T">国际科技合作项目管理办法</text:p><text:p text:style-name="B"><draw:frame draw:style-name="G" text:anchor-type="paragraph" svg:width="4cm" draw:name="F"><draw:text-box fo:min-height="1cm"><text:p>旁注：本办法自2025年9月1日起施行。</text:p></draw:text-box></draw:frame>第一条　{prose}</text:p>
<text:section text:style-name="S" text:name="S"><text:p text:style-name="B">第二条　{prose}{prose}</text:p></text:section>
<text:p text:style-name="B">第三条　{prose}<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>指市级财政专项资金。</text:p></text:note-body></text:note>见下表。</text:p>
<text:list><text:list-item><text:p>列表项一</text:p><text:list><text:list-item><text:p>下级列表项</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>列表项二：{prose}</text:p></text:list-item></text:list>
<table:table table:name="表"><table:table-column table:number-columns-repeated="3"/>{"".join("<table:table-row>" + "".join(f'<table:table-cell table:style-name="C"><text:p>{x}</text:p></table:table-cell>' for x in r) + "</table:table-row>" for r in (("年度", "预算", "说明"), ("2026", "120.00", prose), ("2027", "80.00", "—")))}</table:table>
<text:p text:style-name="R">宁波市科学技术局</text:p><text:p text:style-name="R">2025年8月4日</text:p></office:text></office:body></office:document>'''
open(f"{tmp}/office-odt.fodt", "w").write(odt)
P
soffice "-env:UserInstallation=file://$tmp/profile" --headless --writer --convert-to 'docx:MS Word 2007 XML' --outdir "$out" "$tmp"/office-web.html "$tmp"/office-rtf.rtf "$tmp"/office-odt.fodt >/dev/null
rm -r "$tmp"
