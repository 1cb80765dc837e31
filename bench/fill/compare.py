#!/usr/bin/env python3
"""Compares the filling of one table by tripact with docxtemplater and carbone, on the same rows.

    bench/fill/compare.py [--rows 10000,50000] [--runs 5]

Needs Go, Node.js and npm. Each run is a process of its own: start, read template and JSON, fill, write the Word file. Time is
wall clock, the median of the runs; memory is the highest resident size of the process. Every result is opened and its rows
are counted. The table is Markdown on standard output.
"""
import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ["no", "name", "unit", "amount", "remark"]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def template(path, rows):
    """Writes a Word file with a head row and the given rows of cells."""
    def cell(text):
        return ('<w:tc><w:tcPr><w:tcW w:w="1800" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:sz w:val="21"/></w:rPr>'
                f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>')
    body = "".join("<w:tr>" + "".join(map(cell, r)) + "</w:tr>" for r in [COLUMNS] + rows)
    grid = '<w:gridCol w:w="1800"/>' * len(COLUMNS)
    doc = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document {W}><w:body><w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
           f'<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl><w:p/><w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", TYPES)
        z.writestr("_rels/.rels", RELS)
        z.writestr("word/document.xml", doc)


def run(command, out, rows):
    """Runs a command and returns its seconds and peak MiB; the file it wrote must have the rows."""
    if os.path.exists(out):
        os.remove(out)
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command}: exit {child.returncode}")
    with zipfile.ZipFile(out) as z:
        document = z.read("word/document.xml")
    if (got := document.count(b"</w:tr>")) != rows + 1:
        sys.exit(f"{command[0]}: {got} rows, want {rows + 1}")
    if b"12345.60" not in document or b"{" in document:
        sys.exit(f"{command[0]}: the rows are not filled")
    return seconds, usage.ru_maxrss / 1024


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--rows", default="10000,50000")
    args.add_argument("--runs", type=int, default=5)
    opt = args.parse_args()
    work = tempfile.mkdtemp(prefix="tripact-bench-")
    try:
        compare(opt, work)
    finally:
        shutil.rmtree(work)


def compare(opt, work):
    ours = os.path.join(work, "tripact")
    subprocess.run(["go", "build", "-o", ours, "./cmd/tripact"], cwd=os.path.join(HERE, "../.."), check=True)
    for name in ["package.json", "docxtemplater.js", "carbone.js"]:
        shutil.copy(os.path.join(HERE, name), work)
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"], cwd=work, check=True, stdout=sys.stderr)

    at = lambda name: os.path.join(work, name)
    template(at("ours.docx"), [["{{#rows}}{{no}}", "{{name}}", "{{unit}}", "{{amount}}", "{{remark}}{{/rows}}"]])
    template(at("docxtemplater.docx"), [["{#rows}{no}", "{name}", "{unit}", "{amount}", "{remark}{/rows}"]])
    template(at("carbone.docx"), [["{d.rows[%s].%s}" % (i, c) for c in COLUMNS] for i in ["i", "i+1"]])
    out, data = at("out.docx"), at("data.json")
    engines = [
        ("tripact", [ours, "fill", at("ours.docx"), data, "-o", out]),
        ("docxtemplater 3.71.0", ["node", at("docxtemplater.js"), at("docxtemplater.docx"), data, out]),
        ("carbone 3.8.2", ["node", at("carbone.js"), at("carbone.docx"), data, out]),
    ]
    print(f"{datetime.date.today()}, {machine()}, Node.js {version('node', '--version')}, {version('go', 'version').split()[2]}; median of {opt.runs} runs\n")
    print("| rows × 5 | engine | time | ratio | peak memory | ratio |\n|---:|---|---:|---:|---:|---:|")
    for rows in map(int, opt.rows.split(",")):
        with open(data, "w", encoding="utf-8") as f:
            json.dump({"rows": [{"no": i + 1, "name": f"姓名{i}", "unit": "宁波某某大学", "amount": "12345.60", "remark": "A & B"} for i in range(rows)]}, f, ensure_ascii=False)
        first = None
        for name, command in engines:
            runs = [run(command, out, rows) for _ in range(opt.runs)]
            seconds, memory = statistics.median(r[0] for r in runs), max(r[1] for r in runs)
            first = first or (seconds, memory)
            print(f"| {rows:,} | {name} | {seconds:.2f} s | {seconds / first[0]:.1f} | {memory:.0f} MiB | {memory / first[1]:.1f} |", flush=True)


def machine():
    cpu = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as f:
            cpu = next(line.split(":")[1].strip() for line in f if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{platform.system()}, {cpu}, {os.cpu_count()} cores"


def version(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
