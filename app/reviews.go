package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"tripact/problem"
	"tripact/programme"
	"tripact/project"
	"tripact/render"
)

// CallRule is a rule of a call.
type CallRule = programme.Rule

// ReviewSheet is a format review under way: what the data show, what people have decided, and what is still to be decided.
type ReviewSheet struct {
	Project  SavedProject
	Saved    *project.Review // as it is on record, nil for none
	Review   *FormatReview
	Rules    []programme.Rule // the rules of Review.Open
	Asked    []programme.Rule // all rules that ask a person about this project, decided or not
	Others   []programme.Rule // the other rules in force that bind anybody; a person may find one of them unmet
	Findings problem.List     // what keeps its result from being issued
}

// ReviewSheet works out the format review of a project with the rules of that day. A project without a review has one without decisions. Errors: fs.ErrNotExist, ErrForbidden; data that cannot be read are a
// *problem.Error.
func (a *App) ReviewSheet(ctx context.Context, who Principal, id string, on project.Date) (ReviewSheet, error) {
	rec, p, err := a.reviewing(ctx, who, id)
	if err != nil {
		return ReviewSheet{}, err
	}
	if _, err := a.viewed(ctx, who, rec); err != nil {
		return ReviewSheet{}, err
	}
	saved := p.Review
	if saved == nil {
		p.Review = new(project.Review)
	}
	sheet, err := a.reviewSheet(rec, p, on, saved == nil)
	sheet.Saved = saved
	return sheet, err
}

// reviewing reads a project for somebody who may review it.
func (a *App) reviewing(ctx context.Context, who Principal, id string) (SavedProject, *project.Project, error) {
	rec, err := a.project(ctx, who, id)
	if err != nil {
		return SavedProject{}, nil, err
	}
	if err := who.need(WriteReview); err != nil {
		return SavedProject{}, nil, err
	}
	p, found := project.Decode(bytes.NewReader(rec.Payload))
	if p == nil || found.Failed() {
		return SavedProject{}, nil, found.Err()
	}
	return rec, p, nil
}

// reviewSheet works out the review of p. Where it is new, nothing is taken for decided that nobody decided.
func (a *App) reviewSheet(rec SavedProject, p *project.Project, on project.Date, isNew bool) (ReviewSheet, error) {
	b, found := a.bundle(p)
	if found.Failed() {
		return ReviewSheet{}, found.Err()
	}
	out := ReviewSheet{Project: rec}
	if isNew && len(p.Review.Findings) == 0 {
		out.Review, out.Findings = a.workOut(b.Call, p, on, true)
	} else {
		out.Review, out.Findings = a.Review(p, on)
	}
	bare := *p
	bare.Review = nil
	asked := map[string]bool{}
	for _, f := range b.Call.Decide(&bare, programme.FormatReview, on, nil) {
		asked[f.Code] = true
	}
	for i := range b.Call.Rules {
		rule := b.Call.Rules[i]
		switch {
		case asked[rule.ID]:
			out.Asked = append(out.Asked, rule)
		case rule.How != programme.Background && rule.InForce(on):
			out.Others = append(out.Others, rule)
		}
		if slices.Contains(out.Review.Open, rule.ID) {
			out.Rules = append(out.Rules, rule)
		}
	}
	return out, nil
}

// TryReview works out what the review in raw, JSON, would come to, and keeps nothing: the findings of the sheet tell what keeps it from being issued.
// A review that cannot be read has findings and no sheet. Errors: those of ReviewSheet.
func (a *App) TryReview(ctx context.Context, who Principal, id string, raw []byte, req Request) (ReviewSheet, problem.List, error) {
	sheet, _, found, err := a.tryReview(ctx, who, id, raw, req)
	return sheet, found, err
}

func (a *App) tryReview(ctx context.Context, who Principal, id string, raw []byte, req Request) (ReviewSheet, *project.Review, problem.List, error) {
	rec, p, err := a.reviewing(ctx, who, id)
	if found := problem.Of(err); found != nil {
		return ReviewSheet{}, nil, found, nil
	}
	if err != nil {
		return ReviewSheet{}, nil, nil, err
	}
	review, found := project.DecodeReview(bytes.NewReader(raw))
	if review == nil || found.Failed() {
		return ReviewSheet{}, nil, found, nil
	}
	saved := p.Review
	p.Review = review
	p.Derive()
	sheet, err := a.reviewSheet(rec, p, req.On, true)
	if err != nil {
		return ReviewSheet{}, nil, nil, err
	}
	sheet.Saved = saved
	if !sheet.Findings.Failed() { // what would keep the notice from being made keeps the review from being issued
		reviewed := *p
		reviewed.Review = sheet.Review.Review
		req.Kinds, req.Draft = []Kind{ReviewNotice}, false
		sheet.Findings.Add(a.ready(&reviewed, ReviewNotice, req)...)
	}
	return sheet, review, nil, nil
}

// Conclude ends the format review of a project: raw is the review in JSON, with the result and the decisions of people. Where the findings bear the result
// out, the review is saved as a new revision, and the notice is made and stored as req says (its kinds are filled in here). Else
// nothing is saved, and the findings tell why. base is the revision that the reviewers saw, or records.AnyRevision.
//
// A caller who was cut off between the two can repeat it, also with the same base: what is there is not made again. Errors: those of SavePart and Issue.
func (a *App) Conclude(ctx context.Context, who Principal, id string, raw []byte, base int, req Request) (ReviewSheet, []StoredDocument, problem.List, error) {
	sheet, review, found, err := a.tryReview(ctx, who, id, raw, req)
	if err != nil {
		return ReviewSheet{}, nil, nil, err
	}
	if err := who.need(MakeNotice); err != nil {
		return ReviewSheet{}, nil, nil, err
	}
	found.Add(sheet.Findings...)
	if found.Failed() {
		return sheet, nil, found, nil
	}
	text, err := json.Marshal(review)
	if err != nil {
		return ReviewSheet{}, nil, nil, fmt.Errorf("review of %s: %w", id, err)
	}
	saved, more, err := a.saveReview(ctx, who, id, text, base)
	if err != nil || more.Failed() {
		return ReviewSheet{}, nil, more, err
	}
	sheet.Project = saved
	req.Kinds, req.Draft = []Kind{ReviewNotice}, false
	docs, more, err := a.Issue(ctx, who, []string{id}, req)
	return sheet, docs, more, err
}

// saveReview is SavePart for a review, and content when the very same was saved since base.
func (a *App) saveReview(ctx context.Context, who Principal, id string, text []byte, base int) (SavedProject, problem.List, error) {
	saved, found, err := a.SavePart(ctx, who, id, PartReview, text, base)
	if !errors.Is(err, ErrConflict) {
		return saved, found, err
	}
	rec, p, again := a.reviewing(ctx, who, id)
	if again != nil {
		return saved, found, err
	}
	if now, again := json.Marshal(p.Review); again == nil && bytes.Equal(now, text) {
		return rec, nil, nil
	}
	return saved, found, err
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
