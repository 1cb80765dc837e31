package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tripact/app"
	"tripact/examples"
	"tripact/problem"
	"tripact/project"
	"tripact/templates"
)

func (c *cli) generate() *cobra.Command {
	var (
		kind, call, format, out, lang, on string
		review, approval                  string
		draft                             bool
		version                           int
	)
	cmd := &cobra.Command{
		Use:   "generate PROJECT.json… --kind KIND",
		Short: "由项目数据生成文书 / make documents from project data",
		Long: `Makes the documents of one or more projects. Projects of one managing unit share a recommendation letter. All files are
written, or, with any failure, none.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			req := app.Request{Draft: draft, Version: version}
			kinds, found := app.ParseKinds(kind)
			if found.Failed() {
				return fmt.Errorf("--kind %q: use application-form, recommendation-letter, review-notice, contract or all", kind)
			}
			req.Kinds = kinds
			var err error
			if req.DOCX, req.PDF, err = formats(format); err != nil {
				return err
			}
			if lang != "" && lang != "zh" && lang != "en" {
				return fmt.Errorf("--lang %q: use zh or en", lang)
			}
			req.Lang = lang
			day, err := c.day(on)
			if err != nil {
				return err
			}
			req.On = day
			inputs, err := readProjects(args, call)
			if err != nil {
				return err
			}
			if err := c.addParts(inputs, review, approval); err != nil {
				return err
			}
			projects := make([]*project.Project, len(inputs))
			for i, in := range inputs {
				projects[i] = in.project
			}
			a, err := c.offline()
			if err != nil {
				return err
			}
			files, found := a.Generate(cmd.Context(), projects, req)
			if err := c.refuse(found); err != nil {
				return err
			}
			var outs []output
			for _, f := range files {
				outs = append(outs, output{path: filepath.Join(out, f.Name), data: f.Data})
			}
			if err := writeAll(outs); err != nil {
				return err
			}
			for i, f := range files {
				if err := c.result(f, f.SHA256+"  "+outs[i].path); err != nil {
					return err
				}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&kind, "kind", "all", "application-form, recommendation-letter, review-notice, contract or all")
	flags.StringVar(&call, "call", "", "the call, in place of the one that the project names")
	flags.StringVar(&format, "format", "docx,pdf", "docx, pdf or both")
	flags.StringVar(&out, "out", ".", "folder for the files")
	flags.BoolVar(&draft, "draft", false, "make drafts: failed rules and missing values do not stop them")
	flags.StringVar(&lang, "lang", "", "zh or en; the document's own language when left out")
	flags.StringVar(&review, "review", "", "JSON file with the result of the format review, in place of the project's")
	flags.StringVar(&approval, "approval", "", "approval list as Excel workbook (.xlsx) or JSON, or a single approval as JSON, in place of the projects'")
	flags.StringVar(&on, "on", "", "day whose rules apply, YYYY-MM-DD; today when left out")
	flags.IntVar(&version, "doc-version", 1, "version number printed on the documents")
	return cmd
}

// formats reads --format.
func formats(list string) (docx, pdf bool, err error) {
	for f := range strings.SplitSeq(list, ",") {
		switch strings.TrimSpace(f) {
		case "docx":
			docx = true
		case "pdf":
			pdf = true
		default:
			return false, false, fmt.Errorf("--format %q: use docx, pdf or docx,pdf", list)
		}
	}
	return docx, pdf, nil
}

// addParts puts the review and the approval from files of their own into the projects. A review and a single approval go with
// one project; of an approval list each project takes its row. Findings that stop nothing are reported.
func (c *cli) addParts(inputs []input, review, approval string) error {
	if review == "" && approval == "" {
		return nil
	}
	if review != "" && len(inputs) != 1 {
		return fmt.Errorf("--review goes with exactly one project")
	}
	var found problem.List
	if review != "" {
		part, f, err := readPart(review, project.DecodeReview)
		if err != nil {
			return err
		}
		inputs[0].project.Review = part
		found.Add(f...)
	}
	if approval != "" {
		raw, err := readFile(approval)
		if err != nil {
			return err
		}
		list, f := app.ReadApprovals(raw)
		found.Add(named(filepath.Base(approval), f)...)
		if list != nil && list.Single() && len(inputs) != 1 {
			return fmt.Errorf("--approval %s holds one approval and goes with exactly one project; give a list of projects for several", approval)
		}
		for _, in := range inputs {
			if list == nil {
				break
			}
			a, f := list.Of(in.project)
			found.Add(named(in.name, f)...)
			in.project.Approval = a
		}
	}
	for _, in := range inputs {
		in.project.Derive()
	}
	return c.refuse(found)
}

func readPart[T any](name string, decode func(io.Reader) (*T, problem.List)) (*T, problem.List, error) {
	raw, err := readFile(name)
	if err != nil {
		return nil, nil, err
	}
	part, found := decode(bytes.NewReader(raw))
	return part, named(filepath.Base(name), found), nil
}

// offline is an App over the shipped calls that keeps nothing.
func (c *cli) offline() (*app.App, error) {
	cfg, err := c.base()
	if err != nil {
		return nil, err
	}
	return app.New(cfg), nil
}

// base is what every App stands on: calls, fonts, clock, log.
func (c *cli) base() (app.Config, error) {
	book, err := c.book()
	if err != nil {
		return app.Config{}, err
	}
	set, found := templates.Load(templates.Shipped(), app.TemplateOptions)
	if err := found.Err(); err != nil {
		return app.Config{}, err
	}
	return app.Config{
		Templates: set, Examples: examples.FS(), Fonts: book, Now: c.now, Version: programVersion(),
		Log: slog.New(slog.NewJSONHandler(c.err, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}, nil
}
