package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tripact/problem"
	"tripact/project"
	"tripact/render/docx"
	"tripact/render/fill"
)

func (c *cli) template() *cobra.Command {
	cmd := &cobra.Command{Use: "template", Short: "检查模板、查字段 / check templates, list fields"}
	cmd.AddCommand(c.templateLint(), c.templateFields())
	return cmd
}

func (c *cli) templateLint() *cobra.Command {
	var call, kind string
	cmd := &cobra.Command{
		Use:   "lint FILE.docx",
		Short: "一次列出模板的全部问题 / list every fault of a template at once",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := readFile(args[0])
			if err != nil {
				return err
			}
			pkg, err := docx.Open(data)
			if err != nil {
				return err
			}
			options := fill.Options{}
			if call != "" {
				a, err := c.offline()
				if err != nil {
					return err
				}
				var found problem.List
				if options, found = a.LintOptions(call, kind); found.Failed() {
					return found.Err()
				}
			} else if kind != "" {
				return fmt.Errorf("--kind goes with --call")
			}
			found := fill.Lint(pkg, options.Known)
			if len(found) == 0 {
				return c.result(struct {
					OK bool `json:"ok"`
				}{true}, map[string]string{"zh": "没有发现问题", "en": "no faults found"}[c.lang])
			}
			return c.refuse(found)
		},
	}
	cmd.Flags().StringVar(&call, "call", "", "check names against the data of this call")
	cmd.Flags().StringVar(&kind, "kind", "contract", "the document that the template is for")
	return cmd
}

func (c *cli) templateFields() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fields",
		Short: "模板可用的字段（中英文）/ the fields that templates can use",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			entries := project.Dictionary()
			if !c.json {
				fmt.Fprintln(c.out, "| 模板中的名称 | path | English | type | unit | example |\n|---|---|---|---|---|---|")
			}
			for _, e := range entries {
				if err := c.result(e, fmt.Sprintf("| %s | %s | %s | %s | %s | %s |",
					e.ZHPath, e.Path, cell(e.EN), e.Type, e.Unit, cell(e.Example))); err != nil {
					return err
				}
			}
			return nil
		},
	}
	return cmd
}

// cell keeps a text inside one cell of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "|", "\\|"), "\n", " ") }
