package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/xuri/excelize/v2"

	"tripact/project"
)

func (c *cli) templateFields() *cobra.Command {
	var call, format, out string
	cmd := &cobra.Command{
		Use:   "fields",
		Short: "模板可用的字段（中英文）/ the fields that templates can use",
		Long: `Lists the names that templates can use, in both languages, with type, unit and an example. With --call also those of the call
(通知) and of the document itself (文件). Names inside a list, marked [], are used inside {{#list}} … {{/list}}.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if c.json && !cmd.Flags().Changed("format") {
				format = "json"
			}
			entries := project.Dictionary()
			if call != "" {
				a, err := c.offline()
				if err != nil {
					return err
				}
				all, found := a.Dictionary(call)
				if err := found.Err(); err != nil {
					return err
				}
				entries = all
			}
			var (
				data []byte
				err  error
			)
			switch format {
			case "md":
				data = fieldsMarkdown(entries)
			case "json":
				data, err = fieldsJSON(entries)
			case "xlsx":
				if out == "" {
					return fmt.Errorf("--format xlsx needs --output FILE.xlsx")
				}
				data, err = fieldsXLSX(entries)
			default:
				return fmt.Errorf("--format %q: use md, xlsx or json", format)
			}
			if err != nil {
				return err
			}
			return c.put(out, data)
		},
	}
	cmd.Flags().StringVar(&call, "call", "", "list the names of this call and of the document, too")
	cmd.Flags().StringVar(&format, "format", "md", "md, xlsx or json (an object on each line)")
	cmd.Flags().StringVarP(&out, "output", "o", "", "write to this file instead of standard output")
	return cmd
}

// fieldColumns are the columns of the dictionary for people.
var fieldColumns = []struct {
	head  string
	width float64
	cell  func(project.Entry) string
}{
	{"名称 / name", 36, func(e project.Entry) string { return e.ZHPath }},
	{"其他名称 / other names", 24, func(e project.Entry) string {
		if len(e.ZH) < 2 {
			return ""
		}
		return strings.Join(e.ZH[1:], "、")
	}},
	{"英文路径 / path", 36, func(e project.Entry) string { return e.Path }},
	{"英文含义 / English", 36, func(e project.Entry) string { return e.EN }},
	{"类型 / type", 18, func(e project.Entry) string {
		if zh := typeNames[e.Type]; zh != "" {
			return zh + " " + e.Type
		}
		return e.Type
	}},
	{"单位 / unit", 12, func(e project.Entry) string { return e.Unit }},
	{"选填 / optional", 12, func(e project.Entry) string { return mark(e.Optional) }},
	{"计算 / computed", 12, func(e project.Entry) string { return mark(e.Calc) }},
	{"示例 / example", 36, func(e project.Entry) string { return e.Example }},
}

var typeNames = map[string]string{
	"text": "文字", "bool": "是否", "int": "整数", "money": "金额", "date": "日期", "month": "年月", "time": "时刻", "number": "数",
	"share": "比例", "paragraphs": "多段文字", "texts": "文字列表", "code": "选项", "object": "一组", "list": "列表",
}

func mark(b bool) string {
	if b {
		return "是 yes"
	}
	return ""
}

func fieldsMarkdown(entries []project.Entry) []byte {
	var b bytes.Buffer
	for _, col := range fieldColumns {
		b.WriteString("| " + col.head + " ")
	}
	b.WriteString("|\n" + strings.Repeat("|---", len(fieldColumns)) + "|\n")
	for _, e := range entries {
		for _, col := range fieldColumns {
			b.WriteString("| " + cell(col.cell(e)) + " ")
		}
		b.WriteString("|\n")
	}
	return b.Bytes()
}

// cell keeps a text inside one cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "|", "\\|"), "\n", " ") }

func fieldsJSON(entries []project.Entry) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, e := range entries {
		if err := enc.Encode(e); err != nil {
			return nil, fmt.Errorf("write fields: %w", err)
		}
	}
	return b.Bytes(), nil
}

func fieldsXLSX(entries []project.Entry) (data []byte, err error) {
	const sheet = "字段 fields"
	f := excelize.NewFile()
	defer func() { err = firstError(err, f.Close()) }()
	last, err := excelize.CoordinatesToCellName(len(fieldColumns), len(entries)+1)
	if err != nil {
		return nil, fmt.Errorf("write fields: %w", err)
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, fmt.Errorf("write fields: %w", err)
	}
	// Examples such as 0574-00000000 or 000123 stay text.
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return nil, fmt.Errorf("write fields: %w", err)
	}
	err = firstError(
		f.SetSheetName(f.GetSheetName(0), sheet),
		f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
	)
	for i, col := range fieldColumns {
		name, e := excelize.ColumnNumberToName(i + 1)
		err = firstError(err, e, f.SetColWidth(sheet, name, name, col.width), f.SetCellStr(sheet, name+"1", col.head))
		for j, entry := range entries {
			err = firstError(err, f.SetCellStr(sheet, fmt.Sprint(name, j+2), col.cell(entry)))
		}
	}
	err = firstError(err, f.SetCellStyle(sheet, "A2", last, text), f.SetRowStyle(sheet, 1, 1, bold), f.AutoFilter(sheet, "A1:"+last, nil))
	if err != nil {
		return nil, fmt.Errorf("write fields: %w", err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write fields: %w", err)
	}
	return b.Bytes(), nil
}
