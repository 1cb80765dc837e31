package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"tripact/problem"
	"tripact/project"
	"tripact/storage/records"
)

// Part is a part of a project that has an author of its own.
type Part string

// The parts, under their names in the project's JSON. Everything else is the application.
const (
	PartRec      Part = "rec"
	PartReview   Part = "review"
	PartApproval Part = "approval"
	PartContract Part = "contract"
)

// Parts lists the parts in the order of their stages.
func Parts() []Part { return []Part{PartRec, PartReview, PartApproval, PartContract} }

// Name is the part's name.
func (p Part) Name() problem.Text {
	switch p {
	case PartRec:
		return problem.T("推荐", "Recommendation")
	case PartReview:
		return problem.T("形式审查", "Format review")
	case PartApproval:
		return problem.T("立项", "Approval")
	case PartContract:
		return problem.T("合同任务书", "Contract")
	}
	return problem.T(string(p), string(p))
}

// writes is the action of changing a part.
func (p Part) writes() Action {
	switch p {
	case PartRec:
		return WriteRec
	case PartReview:
		return WriteReview
	case PartApproval:
		return WriteApproval
	case PartContract:
		return WriteContract
	}
	return ""
}

// changes lists the actions that turn one project into the other; from is nil for a new one.
func changes(from, to *project.Project) ([]Action, error) {
	// An application is what is left without the parts.
	split := func(p *project.Project) (map[Part]any, *project.Project) {
		if p == nil {
			return nil, nil
		}
		rest := *p
		rest.Rec, rest.Review, rest.Approval, rest.Contract = nil, nil, nil, nil
		return map[Part]any{PartRec: p.Rec, PartReview: p.Review, PartApproval: p.Approval, PartContract: p.Contract}, &rest
	}
	same := func(a, b any) (bool, error) {
		x, err1 := json.Marshal(a)
		y, err2 := json.Marshal(b)
		return bytes.Equal(x, y), errors.Join(err1, err2)
	}
	before, restBefore := split(from)
	after, restAfter := split(to)
	var list []Action
	ok, err := same(restBefore, restAfter)
	if err != nil {
		return nil, err
	}
	if !ok {
		list = append(list, WriteApplication)
	}
	for _, part := range Parts() {
		ok, err := same(before[part], after[part]) // nil and a nil pointer are both null
		if err != nil {
			return nil, err
		}
		if !ok {
			list = append(list, part.writes())
		}
	}
	return list, nil
}

// changed names what actions change: "application" and parts.
func changed(actions []Action) []string {
	list := []string{}
	for _, action := range actions {
		name := "application"
		for _, part := range Parts() {
			if part.writes() == action {
				name = string(part)
			}
		}
		list = append(list, name)
	}
	return list
}

// SaveProject checks that raw decodes and keeps it as the current revision of its project. It returns the record and the
// findings, and no record (an empty ID) when a finding fails. Saving what is there already, however it is laid out, changes nothing.
//
// base is the revision that raw was made from, 0 for a new project, or records.AnyRevision. Whoever changes a part, or the
// application, needs the right to it: an applicant cannot write its own review. Errors: ErrForbidden, records.ErrConflict,
// and fs.ErrNotExist for a project or a call of others.
func (a *App) SaveProject(ctx context.Context, who Principal, raw []byte, base int) (records.Project, problem.List, error) {
	p, found := project.Decode(bytes.NewReader(raw))
	if p == nil || found.Failed() {
		return records.Project{}, found, nil
	}
	const tries = 5
	for i := 1; ; i++ {
		rec, err := a.saveProject(ctx, who, p, raw, base)
		if err == nil {
			return rec, found, nil
		}
		// Whoever does not say which revision it is about tries again over the next one, whose parts are compared anew.
		if base != records.AnyRevision || i == tries || !errors.Is(err, records.ErrConflict) {
			return records.Project{}, nil, fmt.Errorf("save project %s: %w", p.Project.AppNo, notExist(err))
		}
	}
}

func (a *App) saveProject(ctx context.Context, who Principal, p *project.Project, raw []byte, base int) (records.Project, error) {
	current, err := a.cfg.Records.ProjectByNumber(ctx, who.viewer(), p.Call, p.Project.AppNo)
	if err != nil && !errors.Is(err, records.ErrNotFound) {
		return records.Project{}, err
	}
	var before *project.Project
	if err == nil {
		if before, _ = project.Decode(bytes.NewReader(current.Payload)); before == nil {
			before = &project.Project{} // what an earlier program took and this one does not: all of it changes
		}
	}
	actions, err := changes(before, p)
	if err != nil {
		return records.Project{}, err
	}
	for _, action := range append([]Action{ReadProject}, actions...) {
		if err := who.need(action); err != nil {
			return records.Project{}, err
		}
	}
	if len(actions) == 0 {
		return current, nil // laid out otherwise at most
	}
	if base != records.AnyRevision && base != current.Revision {
		return records.Project{}, fmt.Errorf("revision %d is current, not %d: %w", current.Revision, base, records.ErrConflict)
	}
	base = current.Revision // what the rights were judged by
	var saved records.Project
	err = a.cfg.Records.Together(ctx, func(ctx context.Context) (err error) {
		saved, err = a.cfg.Records.SaveProject(ctx, who.viewer(), records.ProjectData{
			Call: p.Call, Number: p.Project.AppNo, Title: p.Project.TitleCN, LeadCode: p.Lead.USCC, ManagingCode: p.Managing.USCC, Payload: raw,
		}, base, a.cfg.Now())
		if err != nil || saved.Revision == current.Revision {
			return err
		}
		return a.announceTo(ctx, []string{saved.ID}, EventProjectSaved, fmt.Sprintf("%s %d", saved.ID, saved.Revision), map[string]any{
			"project": saved.ID, "call": saved.Call, "revision": saved.Revision, "sha256": saved.Digest, "changed": changed(actions),
		})
	})
	return saved, err
}

// SavePart makes a new revision of a project in which a part is raw, JSON of that part, or is left out when raw is null.
// base is the revision that raw was made from, or records.AnyRevision. Results and errors are those of SaveProject.
func (a *App) SavePart(ctx context.Context, who Principal, id string, part Part, raw []byte, base int) (records.Project, problem.List, error) {
	current, err := a.cfg.Records.Project(ctx, who.viewer(), id)
	if err != nil {
		return records.Project{}, nil, fmt.Errorf("project %s: %w", id, notExist(err))
	}
	if !slices.Contains(Parts(), part) {
		return records.Project{}, problem.List{{
			Code: "project.part", Severity: problem.Fail, Found: string(part), Message: problem.T("没有这个部分", "a project has no such part"),
			Fix: problem.Fix{ZH: "可用的有：" + strings.Join(words(Parts()), "、"), EN: "use " + strings.Join(words(Parts()), ", ")},
		}}, nil
	}
	if err := who.need(part.writes()); err != nil {
		return records.Project{}, nil, err
	}
	if base != records.AnyRevision && base != current.Revision {
		return records.Project{}, nil, fmt.Errorf("project %s is at revision %d, not %d: %w", id, current.Revision, base, records.ErrConflict)
	}
	if !json.Valid(raw) {
		return records.Project{}, problem.List{{
			Code: "project.json", Severity: problem.Fail, Path: "/" + string(part), Message: problem.T("不是有效的JSON", "this is no JSON"),
			Fix: problem.Fix{ZH: "检查括号、逗号和引号", EN: "check brackets, commas and quotes"},
		}}, nil
	}
	whole := map[string]json.RawMessage{}
	if err := json.Unmarshal(current.Payload, &whole); err != nil {
		return records.Project{}, nil, fmt.Errorf("project %s: %w", id, err)
	}
	whole[string(part)] = raw
	if string(bytes.TrimSpace(raw)) == "null" {
		delete(whole, string(part))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(whole); err != nil {
		return records.Project{}, nil, fmt.Errorf("project %s: %w", id, err)
	}
	rec, found, err := a.SaveProject(ctx, who, b.Bytes(), current.Revision)
	if errors.Is(err, records.ErrConflict) && base == records.AnyRevision {
		return a.SavePart(ctx, who, id, part, raw, base) // over the next revision; somebody got ahead each time
	}
	return rec, found, err
}

// Project returns the current revision of a project with its payload, to be shown: that is on the audit first. Only while the disk has no room left
// the log has it in place of the audit, so that the office can go on reading. Errors: fs.ErrNotExist, ErrForbidden.
func (a *App) Project(ctx context.Context, who Principal, id string) (records.Project, error) {
	p, err := a.project(ctx, who, id)
	if err != nil {
		return records.Project{}, err
	}
	return a.viewed(ctx, who, p)
}

// ProjectHead is Project without the payload, which is shown to nobody.
func (a *App) ProjectHead(ctx context.Context, who Principal, id string) (records.Project, error) {
	p, err := a.project(ctx, who, id)
	p.Payload = nil
	return p, err
}

// viewed puts on the audit that p is shown to who, and returns it.
func (a *App) viewed(ctx context.Context, who Principal, p records.Project) (records.Project, error) {
	switch err := a.cfg.Records.Audit(ctx, who.viewer(), records.EventViewed, p.ID, fmt.Sprintf("revision %d", p.Revision), a.cfg.Now()); {
	case Full(err):
		a.cfg.Log.ErrorContext(ctx, "a view could not be put on the audit", slog.String("project", p.ID), slog.Int("revision", p.Revision), slog.String("caller", who.Actor()), slog.Any("error", err))
	case err != nil:
		return records.Project{}, err
	}
	return p, nil
}

// project reads a project for who may read it.
func (a *App) project(ctx context.Context, who Principal, id string) (records.Project, error) {
	p, err := a.cfg.Records.Project(ctx, who.viewer(), id)
	if err != nil {
		return records.Project{}, fmt.Errorf("project %s: %w", id, notExist(err))
	}
	if err := who.need(ReadProject); err != nil {
		return records.Project{}, err
	}
	return p, nil
}

// ProjectAt is Project as it was in a revision.
func (a *App) ProjectAt(ctx context.Context, who Principal, id string, revision int) (records.Project, error) {
	p, err := a.projectAt(ctx, who, id, revision)
	if err != nil {
		return records.Project{}, err
	}
	return a.viewed(ctx, who, p)
}

func (a *App) projectAt(ctx context.Context, who Principal, id string, revision int) (records.Project, error) {
	p, err := a.cfg.Records.ProjectAt(ctx, who.viewer(), id, revision)
	if err != nil {
		return records.Project{}, fmt.Errorf("project %s: %w", id, notExist(err))
	}
	if err := who.need(ReadProject); err != nil {
		return records.Project{}, err
	}
	return p, nil
}

// Revisions lists who saved which revision of a project, and when, newest first. Errors: fs.ErrNotExist, ErrForbidden.
func (a *App) Revisions(ctx context.Context, who Principal, id string) ([]records.Project, error) {
	list, err := a.cfg.Records.Revisions(ctx, who.viewer(), id)
	if err != nil {
		return nil, fmt.Errorf("project %s: %w", id, notExist(err))
	}
	if err := who.need(ReadProject); err != nil {
		return nil, err
	}
	return list, nil
}
