package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"tripact/problem"
	"tripact/programme"
	"tripact/project"
	"tripact/render"
)

// ReviewSheet is a format review under way: what the data show, what people have decided, and what is still to be decided.
type ReviewSheet struct {
	Project  SavedProject
	Review   *FormatReview
	Rules    []programme.Rule // the rules of Review.Open
	Findings problem.List     // what keeps its result from being issued
}

// ReviewSheet works out the format review of a project with the rules of that day. A project without a review has one without decisions. Errors: fs.ErrNotExist, ErrForbidden; data that cannot be read are a
// *problem.Error.
func (a *App) ReviewSheet(ctx context.Context, who Principal, id string, on project.Date) (ReviewSheet, error) {
	rec, err := a.Project(ctx, who, id)
	if err != nil {
		return ReviewSheet{}, err
	}
	if err := who.need(WriteReview); err != nil {
		return ReviewSheet{}, err
	}
	p, found := project.Decode(bytes.NewReader(rec.Payload))
	if p == nil || found.Failed() {
		return ReviewSheet{}, found.Err()
	}
	return a.reviewSheet(rec, p, on)
}

func (a *App) reviewSheet(rec SavedProject, p *project.Project, on project.Date) (ReviewSheet, error) {
	b, found := a.bundle(p)
	if found.Failed() {
		return ReviewSheet{}, found.Err()
	}
	out := ReviewSheet{Project: rec}
	if p.Review == nil {
		begun := *p
		begun.Review = new(project.Review)
		out.Review = &FormatReview{Review: begun.Review}
		out.Findings.Add(out.Review.decide(a, b.Call, &begun, on)...)
		out.Review.propose()
		out.Findings.Add(out.Review.check()...)
	} else {
		out.Review, out.Findings = a.Review(p, on)
	}
	for _, id := range out.Review.Open {
		if rule, ok := b.Call.Rule(id); ok {
			out.Rules = append(out.Rules, rule)
		}
	}
	return out, nil
}

// Conclude ends the format review of a project: raw is the review in JSON, with the result and the decisions of people. Where the findings bear the result
// out, the review is saved as a new revision, and the notice is made and stored as req says (its kinds are filled in here). Else
// nothing is saved, and the findings tell why. base is the revision that the reviewers saw, or records.AnyRevision.
//
// A caller who was cut off between the two can repeat it with the revision that it finds: what is there is not made again. Errors: those of SavePart and Issue.
func (a *App) Conclude(ctx context.Context, who Principal, id string, raw []byte, base int, req Request) (ReviewSheet, []StoredDocument, problem.List, error) {
	rec, err := a.Project(ctx, who, id)
	if err != nil {
		return ReviewSheet{}, nil, nil, err
	}
	for _, action := range []Action{WriteReview, MakeNotice} {
		if err := who.need(action); err != nil {
			return ReviewSheet{}, nil, nil, err
		}
	}
	p, found := project.Decode(bytes.NewReader(rec.Payload))
	if p == nil || found.Failed() {
		return ReviewSheet{}, nil, found, nil
	}
	review, found := project.DecodeReview(bytes.NewReader(raw))
	if review == nil || found.Failed() {
		return ReviewSheet{}, nil, found, nil
	}
	p.Review = review
	p.Derive()
	sheet, err := a.reviewSheet(rec, p, req.On)
	if err != nil {
		return ReviewSheet{}, nil, nil, err
	}
	req.Kinds, req.Draft = []Kind{ReviewNotice}, false
	found = append(problem.List{}, sheet.Findings...)
	if !found.Failed() { // what would keep the notice from being made keeps the review from being saved
		reviewed := *p
		reviewed.Review = sheet.Review.Review
		found.Add(a.ready(&reviewed, ReviewNotice, req)...)
	}
	if found.Failed() {
		return sheet, nil, found, nil
	}
	text, err := json.Marshal(review)
	if err != nil {
		return ReviewSheet{}, nil, nil, fmt.Errorf("review of %s: %w", id, err)
	}
	saved, more, err := a.SavePart(ctx, who, id, PartReview, text, base)
	if err != nil || more.Failed() {
		return ReviewSheet{}, nil, more, err
	}
	sheet.Project = saved
	docs, more, err := a.Issue(ctx, who, []string{id}, req)
	return sheet, docs, more, err
}

// ReconcileSaved compares the application, the approval and the contract of projects on record; see Reconcile. Errors: fs.ErrNotExist, ErrForbidden; data that cannot
// be read are a *problem.Error.
func (a *App) ReconcileSaved(ctx context.Context, who Principal, ids []string, on project.Date) ([]*Reconciliation, error) {
	var projects []*project.Project
	for _, id := range ids {
		rec, err := a.Project(ctx, who, id)
		if err != nil {
			return nil, err
		}
		p, found := project.Decode(bytes.NewReader(rec.Payload))
		if p == nil || found.Failed() {
			return nil, found.Err()
		}
		projects = append(projects, p)
	}
	var list []*Reconciliation
	for _, p := range projects {
		r, found := a.Reconcile(p, on)
		if r == nil {
			return nil, found.Err()
		}
		list = append(list, r)
	}
	return list, nil
}

// DifferenceFile is ReconcileSaved as a file: format is "xlsx", "pdf" or "docx", lang "zh" or "en". A *BusyError when too many callers wait already.
func (a *App) DifferenceFile(ctx context.Context, who Principal, ids []string, on project.Date, format, lang string) ([]byte, error) {
	list, err := a.ReconcileSaved(ctx, who, ids, on)
	if err != nil {
		return nil, err
	}
	if format == "xlsx" {
		return DifferencesXLSX(list, lang)
	}
	leave, err := a.queue.enter()
	if err != nil {
		a.cfg.Meter.Refused()
		return nil, err
	}
	defer leave()
	var out *render.Output
	var found problem.List
	err = a.queue.render(ctx, a.cfg.Now, func() {
		out, found = a.Differences(ctx, list, lang, render.Formats{DOCX: format == "docx", PDF: format == "pdf"})
	})
	if err != nil {
		return nil, fmt.Errorf("difference tables: %w", err)
	}
	if found.Failed() {
		return nil, found.Err()
	}
	return append(out.DOCX, out.PDF...), nil // one of them
}
