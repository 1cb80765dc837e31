// Makes the npmdocx-*.docx files of this folder: node make.mjs [FOLDER]. Needs docx 9 (npm).
import { writeFileSync } from "node:fs";
import * as D from "docx";

const folder = process.argv[2] ?? ".";
const PROSE = "项目组围绕极端环境下多主元合金涂层的损伤机理与自修复机制开展联合研究，建立跨尺度数据库，完成海水环境中的长期挂样试验，形成可推广的技术规范和检测方法。";
const run = (text, o = {}) => new D.TextRun({ text, font: { ascii: "Times New Roman", eastAsia: "宋体", hAnsi: "Times New Roman" }, size: 24, ...o });
const p = (text, o = {}) => new D.Paragraph({ children: Array.isArray(text) ? text : [run(text)], ...o });
const cell = (text, o = {}) => new D.TableCell({ children: [p(text)], ...o });
const save = async (name, doc) => writeFileSync(`${folder}/npmdocx-${name}.docx`, await D.Packer.toBuffer(doc));

await save("letter", new D.Document({
  sections: [{
    properties: { page: { size: { width: 11906, height: 16838 }, margin: { top: 2098, right: 1474, bottom: 1984, left: 1588 } } },
    headers: { default: new D.Header({ children: [p("甬江理工大学", { alignment: "center", border: { bottom: { style: "single", size: 6, color: "FF0000", space: 1 } } })] }) },
    footers: { default: new D.Footer({ children: [p([run("第"), new D.TextRun({ children: [D.PageNumber.CURRENT] }), run("页 共"), new D.TextRun({ children: [D.PageNumber.TOTAL_PAGES] }), run("页")], { alignment: "center" })] }) },
    children: [
      p([run("关于推荐申报国际科技合作项目的函", { bold: true, size: 36 })], { alignment: "center", spacing: { after: 300 } }),
      p("宁波市科学技术局："),
      ...[1, 2, 3].map((i) => p(`${i}. ${PROSE}`, { indent: { firstLine: 480 }, spacing: { line: 360 }, alignment: "both" })),
      p([run("联系邮箱："), new D.ExternalHyperlink({ link: "mailto:a@example.org", children: [run("a@example.org", { style: "Hyperlink" })] }), run("，"), run("上标", { superScript: true }), run("下标", { subScript: true }), run("删除线", { strike: true }), run("高亮", { highlight: "yellow" })]),
      p("甬江理工大学（盖章）", { alignment: "right" }), p("2025年8月4日", { alignment: "right" }),
    ],
  }],
}));

await save("table", new D.Document({
  numbering: { config: [{ reference: "n", levels: [{ level: 0, format: "chineseCounting", text: "%1、", alignment: "start", style: { paragraph: { indent: { left: 480, hanging: 480 } } } }, { level: 1, format: "decimal", text: "%1.%2", alignment: "start", style: { paragraph: { indent: { left: 960, hanging: 480 } } } }] }] },
  sections: [{
    children: [
      p("总则", { numbering: { reference: "n", level: 0 } }), p(PROSE, { numbering: { reference: "n", level: 1 } }), p(PROSE, { numbering: { reference: "n", level: 1 } }), p("经费", { numbering: { reference: "n", level: 0 } }),
      new D.Table({
        width: { size: 100, type: "pct" },
        rows: [
          new D.TableRow({ tableHeader: true, children: [cell("序号"), cell("单位名称"), cell("经费（万元）", { columnSpan: 2 })] }),
          new D.TableRow({ children: [cell("1", { rowSpan: 2, verticalAlign: "center" }), cell("甬江理工大学"), cell("财政"), cell("400.00")] }),
          new D.TableRow({ children: [cell("宁波海工装备股份有限公司"), cell("自筹"), cell("800.00")] }),
          new D.TableRow({ children: [cell("2"), cell(PROSE), cell("外方"), cell("€ 50,000")] }),
        ],
      }),
      p(""),
      new D.Table({ columnWidths: [2000, 5000], rows: [1, 2].map((i) => new D.TableRow({ children: [cell(`第${i}年`), cell(PROSE)] })) }),
      p([run("见脚注"), new D.FootnoteReferenceRun(1)]),
    ],
  }],
  footnotes: { 1: { children: [p("脚注的内容：" + PROSE)] } },
}));

await save("toc", new D.Document({
  features: { updateFields: true },
  styles: { default: { heading1: { run: { size: 32, bold: true, font: "黑体" }, paragraph: { spacing: { before: 240, after: 120 } } } } },
  sections: [{
    children: [
      p([run("目录", { size: 32 })], { alignment: "center" }),
      new D.TableOfContents("目录", { hyperlink: true, headingStyleRange: "1-3" }),
      ...["一、总则", "二、任务", "三、经费"].flatMap((h, i) => [
        new D.Paragraph({ text: h, heading: D.HeadingLevel.HEADING_1, pageBreakBefore: i > 0 }),
        new D.Paragraph({ text: `（一）${h.slice(2)}说明`, heading: D.HeadingLevel.HEADING_2 }),
        p(PROSE.repeat(4)),
      ]),
    ],
  }],
}));
