package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"tripact/app"
	"tripact/problem"
	"tripact/programme"
	"tripact/project"
	"tripact/render"
)

func (c *cli) check() *cobra.Command {
	var call, stage, on, approval, differences, lang, review string
	var people bool
	cmd := &cobra.Command{
		Use:   "check PROJECT.json…",
		Short: "按申报通知的条款检查项目 / check projects against the clauses of their call",
		Long: "按申报通知的条款检查项目；给出多个文件时，同时检查跨项目的条款（一个单位一个专题、核心成员限项等）。\n" +
			"Check projects against the clauses of their call; of several files, also what the call says of projects together: one topic per applicant, so many projects per core member.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			at, err := parseStage(stage)
			if err != nil {
				return err
			}
			day, err := c.day(on)
			if err != nil {
				return err
			}
			if differences != "" && !slices.Contains([]string{".xlsx", ".pdf", ".docx"}, filepath.Ext(differences)) {
				return fmt.Errorf("--differences %q: name a file that ends with .xlsx, .pdf or .docx", differences)
			}
			if lang != "zh" && lang != "en" {
				return fmt.Errorf("--lang %q: use zh or en", lang)
			}
			a, err := c.offline()
			if err != nil {
				return err
			}
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
			if differences != "" {
				if err := c.differences(cmd.Context(), a, projects, day, differences, lang); err != nil {
					return err
				}
			}
			var all problem.List
			for i, found := range a.CheckBatch(projects, at, day) {
				in := inputs[i]
				if people {
					found.Add(a.Decide(in.project, at, day, programme.Decisions(in.project.Review))...)
					found.Worst()
				}
				all.Add(named(in.name, found)...)
				if err := c.result(app.CheckResult{File: in.name, Stage: string(at), OK: !found.Failed(), Findings: found},
					fmt.Sprintf("%s: %s", in.name, summary(found, c.lang))); err != nil {
					return err
				}
			}
			if c.json {
				if all.Failed() {
					return errFindings
				}
				return nil
			}
			return c.refuse(all)
		},
	}
	cmd.Flags().StringVar(&call, "call", "", "the call to check against, in place of the one that the project names")
	cmd.Flags().StringVar(&stage, "stage", "application", "application, recommendation, review, approval or contract")
	cmd.Flags().StringVar(&review, "review", "", "JSON file with the format review, in place of the project's")
	cmd.Flags().StringVar(&approval, "approval", "", "approval list as Excel workbook (.xlsx) or JSON, or a single approval as JSON, in place of the projects'")
	cmd.Flags().StringVar(&differences, "differences", "", "write what differs between application, approval list and contract to this file: .xlsx, .pdf or .docx")
	cmd.Flags().StringVar(&lang, "lang", "zh", "language of that file: zh or en")
	cmd.Flags().BoolVar(&people, "manual", false, "list what a person has to decide, too, and take in the decisions that the project's review records")
	cmd.Flags().StringVar(&on, "on", "", "day whose rules apply, YYYY-MM-DD; today when left out")
	return cmd
}

// differences writes the difference tables of projects to a file whose name tells the form.
func (c *cli) differences(ctx context.Context, a *app.App, projects []*project.Project, on project.Date, file, lang string) error {
	var tables []*app.Reconciliation
	for _, p := range projects {
		r, found := a.Reconcile(p, on)
		if r == nil {
			return found.Err()
		}
		tables = append(tables, r)
	}
	var data []byte
	if ext := filepath.Ext(file); ext == ".xlsx" {
		var err error
		if data, err = app.DifferencesXLSX(tables, lang); err != nil {
			return err //nolint:wrapcheck // says so itself
		}
	} else {
		out, found := a.Differences(ctx, tables, lang, render.Formats{DOCX: ext == ".docx", PDF: ext == ".pdf"})
		if err := c.refuse(found); err != nil {
			return err
		}
		data = append(out.DOCX, out.PDF...) // one of them
	}
	return writeAll([]output{{path: file, data: data}})
}

func parseStage(s string) (programme.Stage, error) {
	for _, st := range programme.Stages() {
		if string(st) == s {
			return st, nil
		}
	}
	return "", fmt.Errorf("--stage %q: use application, recommendation, review, approval or contract", s)
}

// day reads --on; today in China when it is empty.
func (c *cli) day(on string) (project.Date, error) {
	if on == "" {
		return project.DateOf(c.now()), nil
	}
	d, err := project.ParseDate(on)
	if err != nil {
		return project.Date{}, fmt.Errorf("--on %q: use YYYY-MM-DD", on)
	}
	return d, nil
}

// summary counts findings for people.
func summary(found problem.List, lang string) string {
	n := make(map[problem.Severity]int, 3)
	for _, f := range found {
		n[f.Severity]++
	}
	if lang == "en" {
		return fmt.Sprintf("%d errors, %d warnings, %d notes", n[problem.Fail], n[problem.Warn], n[problem.Info])
	}
	return fmt.Sprintf("错误%d项，提醒%d项，说明%d项", n[problem.Fail], n[problem.Warn], n[problem.Info])
}
