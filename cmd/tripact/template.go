package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tripact/app"
	"tripact/problem"
	"tripact/project"
	"tripact/render"
	"tripact/render/fill"
	"tripact/render/pdf"
)

func (c *cli) template() *cobra.Command {
	cmd := &cobra.Command{Use: "template", Short: "检查模板、查字段、预览 / check templates, list fields, preview"}
	cmd.AddCommand(c.templateLint(), c.templateFields(), c.templateSchema(), c.templatePreview())
	return cmd
}

// purpose is what a template is for: the flags --call and --kind.
type purpose struct{ call, kind string }

func (p *purpose) flags(cmd *cobra.Command, call string) {
	cmd.Flags().StringVar(&p.call, "call", "", call)
	cmd.Flags().StringVar(&p.kind, "kind", "contract", "the document that the template is for")
}

// known gives the names that a template for documents of a kind can use; nil without a call.
func (c *cli) known(cmd *cobra.Command, p purpose) (fill.Options, error) {
	if p.call == "" {
		if cmd.Flags().Changed("kind") {
			return fill.Options{}, fmt.Errorf("--kind goes with --call")
		}
		return fill.Options{}, nil
	}
	a, err := c.offline()
	if err != nil {
		return fill.Options{}, err
	}
	options, found := a.LintOptions(p.call, p.kind)
	return options, found.Err()
}

func (c *cli) templateLint() *cobra.Command {
	var comments, format string
	var is purpose
	cmd := &cobra.Command{
		Use:   "lint FILE.docx",
		Short: "一次列出模板的全部问题 / list every fault of a template at once",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch format {
			case "text", "sarif":
			case "json":
				c.json = true
			default:
				return fmt.Errorf("--format %q: use text, json or sarif", format)
			}
			options, err := c.known(cmd, is)
			if err != nil {
				return err
			}
			report, found, err := c.inspect(cmd, args[0], options.Known)
			if err != nil {
				return err
			}
			if comments != "" && report != nil {
				data, err := report.Commented(c.lang).Bytes()
				if err != nil {
					return fmt.Errorf("write %s: %w", comments, err)
				}
				if err := writeAll([]output{{path: comments, data: data}}); err != nil {
					return err
				}
			}
			return c.linted(args[0], format, found)
		},
	}
	is.flags(cmd, "check names against the data of this call")
	cmd.Flags().StringVar(&comments, "comments", "", "write a copy of the template with a Word comment at each place")
	cmd.Flags().StringVar(&format, "format", "text", "how findings are told: text, json or sarif")
	return cmd
}

// inspect checks a template file. A file that is no Word file, or is beyond the limits, has findings and no report.
func (c *cli) inspect(cmd *cobra.Command, name string, known *fill.Known) (*fill.Report, problem.List, error) {
	pkg, err := open(name)
	if err != nil {
		if found := problem.Of(err); found != nil {
			return nil, found, nil
		}
		return nil, nil, err
	}
	book, err := c.book()
	if err != nil {
		return nil, nil, err
	}
	engine := render.Engine{Fonts: book}
	report := engine.Inspect(cmd.Context(), pkg, known)
	return report, report.Findings, nil
}

// linted tells the findings in the format asked for. SARIF is a document for a machine and goes to stdout.
func (c *cli) linted(name, format string, found problem.List) error {
	if format == "sarif" {
		log, err := fill.SARIF(found, filepath.ToSlash(name), programVersion(), c.lang)
		if err != nil {
			return err
		}
		if _, err := c.out.Write(log); err != nil {
			return outside{err}
		}
		if found.Failed() {
			return errFindings
		}
		return nil
	}
	if len(found) == 0 {
		return c.result(struct {
			OK bool `json:"ok"`
		}{true}, map[string]string{"zh": "没有发现问题", "en": "no faults found"}[c.lang])
	}
	return c.refuse(found)
}

func (c *cli) templateSchema() *cobra.Command {
	var out string
	var is purpose
	cmd := &cobra.Command{
		Use:   "schema FILE.docx",
		Short: "模板所需数据的 JSON Schema / the JSON Schema of the data that a template needs",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			options, err := c.known(cmd, is)
			if err != nil {
				return err
			}
			template, found, err := c.compile(cmd, args[0], options)
			if err != nil {
				return err
			}
			c.report(found)
			schema, err := template.JSONSchema(strings.TrimSuffix(filepath.Base(args[0]), filepath.Ext(args[0])))
			if err != nil {
				return err
			}
			return c.put(out, schema)
		},
	}
	is.flags(cmd, "check names against the data of this call")
	cmd.Flags().StringVarP(&out, "output", "o", "", "write to this file instead of standard output")
	return cmd
}

// put writes data to a file, or to standard output when name is "".
func (c *cli) put(name string, data []byte) error {
	if name != "" {
		return writeAll([]output{{path: name, data: data}})
	}
	if _, err := c.out.Write(data); err != nil {
		return outside{err}
	}
	return nil
}

func (c *cli) templatePreview() *cobra.Command {
	var out string
	var is purpose
	cmd := &cobra.Command{
		Use:   "preview FILE.docx -o OUT.pdf",
		Short: "用示例数据填写模板 / fill a template with sample data",
		Long: `Fills a template with the first example project of the call, or, without --call, with data made up from what the template
asks for. What the sample does not have is marked in the document. The ending of the output, .pdf or .docx, says which file is made.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			formats := render.Formats{}
			switch strings.ToLower(filepath.Ext(out)) {
			case ".pdf":
				formats.PDF = true
			case ".docx":
				formats.DOCX = true
			default:
				return fmt.Errorf("--output %q: use a name that ends in .pdf or .docx", out)
			}
			options, err := c.known(cmd, is)
			if err != nil {
				return err
			}
			template, found, err := c.compile(cmd, args[0], options)
			if err != nil {
				return err
			}
			data := template.Sample()
			if is.call != "" {
				if data, err = c.sample(is); err != nil {
					return err
				}
			}
			book, err := c.book()
			if err != nil {
				return err
			}
			engine := render.Engine{Fonts: book}
			made, more := engine.Render(cmd.Context(), render.Job{Template: template, Data: data, Missing: fill.Mark, Formats: formats, Info: pdf.Options{Title: filepath.Base(args[0])}})
			found.Add(more...)
			if !found.Failed() {
				file := made.PDF
				if formats.DOCX {
					file = made.DOCX
				}
				if err := writeAll([]output{{path: out, data: file}}); err != nil {
					return err
				}
			}
			return c.refuse(found)
		},
	}
	is.flags(cmd, "use the first example project of this call")
	cmd.Flags().StringVarP(&out, "output", "o", "", "the file to make, .pdf or .docx")
	cmd.MarkFlagRequired("output") //nolint:errcheck // the flag exists
	return cmd
}

// sample is the data of the first example of a call that has what documents of a kind need, as they get it.
func (c *cli) sample(is purpose) (map[string]any, error) {
	a, err := c.offline()
	if err != nil {
		return nil, err
	}
	p := a.Example(is.call, app.Kind(is.kind))
	if p == nil {
		return nil, problem.List{{
			Code: "template.example", Severity: problem.Fail, Found: is.call,
			Message: problem.T("这个申报通知没有示例项目", "this call has no example project"),
			Fix:     problem.Fix{ZH: "去掉 --call，用自动生成的数据预览", EN: "leave out --call to preview with made-up data"},
		}}.Err()
	}
	data, found := a.PreviewValues(is.call, is.kind, []*project.Project{p})
	return data, found.Err()
}
