package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tripact/project"
	"tripact/sheet"
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

func fieldsXLSX(entries []project.Entry) ([]byte, error) {
	t := sheet.Table{Name: "字段 fields"}
	for _, col := range fieldColumns {
		t.Head = append(t.Head, sheet.Column{Head: col.head, Width: col.width})
	}
	for _, e := range entries {
		row := make([]sheet.Value, len(fieldColumns))
		for i, col := range fieldColumns {
			row[i].Text = col.cell(e)
		}
		t.Rows = append(t.Rows, row)
	}
	data, err := sheet.Write(t)
	if err != nil {
		return nil, fmt.Errorf("write fields: %w", err)
	}
	return data, nil
}
