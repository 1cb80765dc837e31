package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"tripact/fonts"
	"tripact/problem"
	"tripact/render"
	"tripact/render/docx"
	"tripact/render/fill"
	"tripact/render/pdf"
)

func (c *cli) fill() *cobra.Command {
	var out, missing, names string
	cmd := &cobra.Command{
		Use:   "fill TEMPLATE.docx DATA.json -o OUT.docx",
		Short: "用任意 JSON 数据填写任意模板 / fill any Word template with any JSON",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			policy, err := missingPolicy(missing)
			if err != nil {
				return err
			}
			options := fill.Options{}
			if names != "" {
				if options.Aliases, err = readAliases(names); err != nil {
					return err
				}
			}
			template, found, err := c.compile(cmd, args[0], options)
			if err != nil {
				return err
			}
			data, err := readValues(args[1])
			if err != nil {
				return err
			}
			var filled bytes.Buffer
			more, err := template.FillTo(cmd.Context(), &filled, data, fill.FillOptions{Missing: policy})
			if err != nil {
				return fmt.Errorf("write %s: %w", out, err)
			}
			if more.Failed() {
				err = c.locate(cmd, template.Package(), more)
			} else {
				err = writeAll([]output{{path: out, data: filled.Bytes()}})
			}
			if err != nil {
				return err
			}
			found.Add(more...)
			return c.refuse(found)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "the filled Word file")
	cmd.Flags().StringVar(&missing, "missing", "strict", "names without a value: strict, blank, mark or keep")
	cmd.Flags().StringVar(&names, "names", "", "a JSON file of names that stand for each other: {\"label in the template\": \"key in the data\", …}")
	cmd.MarkFlagRequired("output") //nolint:errcheck // the flag exists
	return cmd
}

func (c *cli) pdf() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "pdf IN.docx -o OUT.pdf",
		Short: "将任意 Word 文件排版为 PDF / typeset any Word file as PDF",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			pkg, err := open(args[0])
			if err != nil {
				return err
			}
			book, err := c.book()
			if err != nil {
				return err
			}
			engine := render.Engine{Fonts: book}
			file, _, found := engine.PDF(cmd.Context(), pkg, pdf.Options{})
			if !found.Failed() {
				if err := writeAll([]output{{path: out, data: file}}); err != nil {
					return err
				}
			}
			return c.refuse(found)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "the PDF file")
	cmd.MarkFlagRequired("output") //nolint:errcheck // the flag exists
	return cmd
}

// book is the font set of the program, or of the folder given with --fonts.
func (c *cli) book() (*fonts.Book, error) {
	if c.fontsDir == "" {
		return fonts.Shipped(), nil
	}
	return fonts.Open(os.DirFS(c.fontsDir))
}

// open reads a Word file.
func open(name string) (*docx.Package, error) {
	data, err := readFile(name)
	if err != nil {
		return nil, err
	}
	return docx.Open(data)
}

// compile reads and compiles a template file. A template that cannot be used is an error with all its findings; those of
// one that can come back.
func (c *cli) compile(cmd *cobra.Command, name string, options fill.Options) (*fill.Template, problem.List, error) {
	pkg, err := open(name)
	if err != nil {
		return nil, nil, err
	}
	template, found := fill.Compile(pkg, options)
	if found.Failed() {
		err = firstError(c.locate(cmd, pkg, found), found.Err())
	}
	return template, found, err
}

// locate puts pages into the places of findings about a template. The fonts that this takes are not read for a template
// that is in order.
func (c *cli) locate(cmd *cobra.Command, template *docx.Package, found problem.List) error {
	book, err := c.book()
	if err != nil {
		return err
	}
	engine := render.Engine{Fonts: book}
	engine.Locate(cmd.Context(), template, found)
	return nil
}

func missingPolicy(s string) (fill.Missing, error) {
	switch s {
	case "strict":
		return fill.Strict, nil
	case "blank":
		return fill.Blank, nil
	case "mark":
		return fill.Mark, nil
	case "keep":
		return fill.Keep, nil
	}
	return 0, fmt.Errorf("--missing %q: use strict, blank, mark or keep", s)
}

// readAliases reads a JSON object of texts.
func readAliases(name string) (map[string]string, error) {
	data, err := readValues(name)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(data))
	var found problem.List
	for _, label := range slices.Sorted(maps.Keys(data)) {
		key, ok := data[label].(string)
		if !ok || key == "" {
			found.Add(problem.Finding{
				Code: "data.names", Severity: problem.Fail, File: filepath.Base(name), Path: "/" + label,
				Message: problem.Tf("“%[1]s”对应的不是一个名称", "what “%[1]s” stands for is not a name", label),
				Fix:     problem.Fix{ZH: "写作 {\"模板里的名称\": \"数据里的名称\"}", EN: "write {\"name in the template\": \"name in the data\"}"},
			})
		}
		out[label] = key
	}
	return out, found.Err()
}

// readValues reads a JSON object; numbers stay as they are written.
func readValues(name string) (map[string]any, error) {
	raw, err := readFile(name)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var data map[string]any
	err = dec.Decode(&data)
	if err == nil {
		if _, extra := dec.Token(); extra != io.EOF {
			err = fmt.Errorf("more than one JSON value")
		}
	}
	if err != nil || data == nil {
		return nil, problem.List{{
			Code: "data.json", Severity: problem.Fail, File: filepath.Base(name),
			Message: problem.Tf("不是一个JSON对象：%v", "not one JSON object: %v", err),
			Fix:     problem.Fix{ZH: "请提供形如 {\"名称\": 值} 的JSON文件", EN: "give a JSON file of the form {\"name\": value}"},
		}}.Err()
	}
	return data, nil
}
