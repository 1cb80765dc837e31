package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tripact/problem"
	"tripact/project"
	"tripact/storage"
	"tripact/storage/records"
	"tripact/templates"
)

// ProjectSummary is a project as lists show it, with its documents, newest version of each kind first in the order of stages.
type ProjectSummary struct {
	ID        string            `json:"id"`
	Call      string            `json:"call"`
	Number    string            `json:"number"`
	TitleCN   string            `json:"title_cn"`
	TitleEN   string            `json:"title_en"`
	LeadCN    string            `json:"lead_cn"`
	LeadEN    string            `json:"lead_en"`
	Documents []DocumentSummary `json:"documents"`
}

// DocumentSummary is one document in all its formats.
type DocumentSummary struct {
	Kind    Kind         `json:"kind"`
	Name    problem.Text `json:"name"`
	Lang    string       `json:"lang"`
	Version int          `json:"version"`
	Draft   bool         `json:"draft"`
	Code    string       `json:"code"`
	Files   []StoredFile `json:"files"`
}

// StoredFile is one stored file of a document.
type StoredFile struct {
	ID     string `json:"id"`
	Format string `json:"format"`
	Name   string `json:"name"`
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Issue generates documents of saved projects, stores the files and records them: objects first, then one transaction, so
// that a record never names a file that is not there. Doing it again with nothing changed stores and records nothing new.
//
// Errors: fs.ErrNotExist for a project that who does not see, ErrForbidden for a kind that who may not make, a *BusyError
// when too many callers wait already.
func (a *App) Issue(ctx context.Context, who Principal, ids []string, req Request) ([]records.Document, problem.List, error) {
	// What cannot be seen is not there, before it is forbidden.
	for _, id := range ids {
		if _, err := a.cfg.Records.Project(ctx, who.viewer(), id); err != nil {
			return nil, nil, fmt.Errorf("project %s: %w", id, notExist(err))
		}
	}
	for _, k := range req.Kinds {
		if err := who.need(k.makes()); err != nil {
			return nil, nil, err
		}
	}
	leave, err := a.enter()
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	return a.issue(ctx, who.viewer(), ids, req, nil)
}

// issue is Issue without the waiting room, for whom the right to it was asked before. with, if set, is called in the transaction that records the documents, with a
// context of it: what it does is kept with them, or not at all.
func (a *App) issue(ctx context.Context, v records.Viewer, ids []string, req Request,
	with func(ctx context.Context, docs []records.Document, found problem.List) error,
) ([]records.Document, problem.List, error) {
	// Another caller may take the version number, or the sweep the object, between two steps: then all is done once more.
	const tries = 8
	for i := 1; ; i++ {
		saved, found, err := a.issueOnce(ctx, v, ids, req, with)
		if i == tries || !errors.Is(err, records.ErrConflict) || ctx.Err() != nil {
			return saved, found, err
		}
	}
}

func (a *App) issueOnce(ctx context.Context, v records.Viewer, ids []string, req Request,
	with func(ctx context.Context, docs []records.Document, found problem.List) error,
) ([]records.Document, problem.List, error) {
	projects, sources, found, err := a.saved(ctx, v, ids)
	if err != nil || found.Failed() {
		return nil, found, err
	}
	record := func(f File) records.Document {
		d := records.Document{
			Kind: string(f.Kind), Lang: f.Lang, State: records.Issued, Format: f.Format, Version: f.Version, FileName: f.Name, Code: f.Code,
			Provenance: records.Provenance{
				DataDigest: join(f.Provenance.DataDigests), Call: f.Provenance.Call, CallDigest: f.Provenance.CallDigest,
				TemplateDigest: f.Provenance.TemplateDigest, FontsDigest: f.Provenance.FontsDigest, Program: f.Provenance.Program,
			},
			TemplateVersion: f.Provenance.TemplateVersion,
		}
		if f.Draft {
			d.State = records.Draft
		}
		for _, no := range f.Projects {
			d.Sources = append(d.Sources, sources[no])
		}
		return d
	}
	// What fails outside is no finding: it says nothing about the projects.
	var mu sync.Mutex
	var outside error
	failed := func(err error) {
		if err != nil {
			mu.Lock()
			defer mu.Unlock()
			outside = errors.Join(outside, err)
		}
	}
	req.version = func(ctx context.Context, f File) (int, error) {
		n, err := a.cfg.Records.NextVersion(ctx, v, record(f))
		failed(err)
		return n, err
	}
	req.current = func(ctx context.Context, b *templates.Bundle, shipped *templates.Template) (*templates.Template, int, error) {
		t, n, err := a.inForce(ctx, v, b, shipped)
		failed(err)
		return t, n, err
	}
	files, found := a.Generate(ctx, projects, req)
	if err := errors.Join(outside, ctx.Err()); err != nil {
		return nil, nil, fmt.Errorf("make documents: %w", err)
	}
	if found.Failed() {
		return nil, found, nil
	}
	docs := make([]records.Document, len(files))
	for i, f := range files {
		docs[i] = record(f)
	}
	if err := a.store(ctx, files, docs); err != nil {
		return nil, found, err
	}
	for i, f := range files {
		more, err := a.otherTemplate(ctx, v, docs[i], f)
		if err != nil {
			return nil, found, err
		}
		found.Add(more...)
	}
	found = unique(found)
	var saved []records.Document
	err = a.cfg.Records.Together(ctx, func(ctx context.Context) (err error) {
		if saved, err = a.cfg.Records.SaveDocuments(ctx, v, docs, a.cfg.Now()); err != nil {
			return fmt.Errorf("record documents: %w", err)
		}
		if err := a.announceDocuments(ctx, saved); err != nil {
			return err
		}
		if with != nil {
			return with(ctx, saved, found)
		}
		return nil
	})
	if err != nil {
		return nil, found, err
	}
	return saved, found, nil
}

// store puts files into the store, some at a time because most of it is waiting for disks, and notes in docs where they are.
func (a *App) store(ctx context.Context, files []File, docs []records.Document) error {
	const together = 4
	slots, failed := make(chan struct{}, together), make([]error, len(files))
	var all sync.WaitGroup
	for i, f := range files {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			obj, err := a.cfg.Store.Put(ctx, f.Data, f.MediaType())
			if err != nil {
				failed[i] = fmt.Errorf("store %s: %w", f.Kind, err)
				return
			}
			if a.cfg.LockFor > 0 && !f.Draft {
				if err := a.cfg.Store.Lock(ctx, obj, a.cfg.Now().Add(a.cfg.LockFor)); err != nil {
					failed[i] = fmt.Errorf("lock %s: %w", f.Kind, err)
				}
			}
			docs[i].Object = records.Object(obj)
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

// saved reads projects as they are on record, with where each stands by its application number.
func (a *App) saved(ctx context.Context, v records.Viewer, ids []string) ([]*project.Project, map[string]records.Source, problem.List, error) {
	var projects []*project.Project
	sources := map[string]records.Source{}
	for _, id := range ids {
		rec, err := a.cfg.Records.Project(ctx, v, id)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("project %s: %w", id, notExist(err))
		}
		p, found := project.Decode(bytes.NewReader(rec.Payload))
		if p == nil || found.Failed() {
			return nil, nil, found, nil
		}
		projects = append(projects, p)
		sources[p.Project.AppNo] = records.Source{Project: rec.ID, Revision: rec.Revision, Digest: rec.Digest}
	}
	return projects, sources, nil, nil
}

// join makes one digest-like text of several; one stays as it is.
func join(digests []string) string {
	if len(digests) == 1 {
		return digests[0]
	}
	return sum(digests...)
}

// Projects lists projects that who sees, with their documents, and where the next page begins, "" after the last; see ListProjects.
func (a *App) Projects(ctx context.Context, who Principal, q ProjectQuery) (list []ProjectSummary, next string, err error) {
	page, next, err := a.ListProjects(ctx, who, q)
	if err != nil {
		return nil, "", err
	}
	for _, rec := range page {
		s, err := a.summary(ctx, who, rec)
		if err != nil {
			return nil, "", err
		}
		list = append(list, s)
	}
	return list, next, nil
}

// ProjectView is a project as its page shows it.
type ProjectView struct {
	ProjectSummary

	Revision  int
	Parts     []PartView
	Revisions []SavedProject // newest first, without payloads
}

// PartView tells whether a part of a project is there.
type PartView struct {
	Part  Part
	There bool
	Said  problem.Text // the result of a review, the number of an approval
}

// ProjectView returns a project with its parts, documents and revisions. Errors: fs.ErrNotExist, ErrForbidden.
func (a *App) ProjectView(ctx context.Context, who Principal, id string) (ProjectView, error) {
	rec, err := a.Project(ctx, who, id)
	if err != nil {
		return ProjectView{}, err
	}
	out := ProjectView{Revision: rec.Revision}
	if out.ProjectSummary, err = a.summary(ctx, who, rec); err != nil {
		return ProjectView{}, err
	}
	if out.Revisions, err = a.Revisions(ctx, who, id); err != nil {
		return ProjectView{}, err
	}
	p, _ := project.Decode(bytes.NewReader(rec.Payload))
	if p == nil {
		p = new(project.Project) // what an earlier program took and this one does not
	}
	for _, part := range Parts() {
		v := PartView{Part: part}
		switch part {
		case PartRec:
			v.There = p.Rec != nil
		case PartReview:
			if v.There = p.Review != nil; v.There && p.Review.Result != "" {
				v.Said = project.Label("review_result", p.Review.Result)
			}
		case PartApproval:
			if v.There = p.Approval != nil; v.There {
				v.Said = problem.T(p.Approval.No, p.Approval.No)
			}
		case PartContract:
			v.There = p.Contract != nil
		}
		out.Parts = append(out.Parts, v)
	}
	return out, nil
}

// Makes lists the kinds of documents that p may have made.
func (p Principal) Makes() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !p.May(k.makes()) })
}

func (a *App) summary(ctx context.Context, who Principal, rec records.Project) (ProjectSummary, error) {
	s := ProjectSummary{ID: rec.ID, Call: rec.Call, Number: rec.Number, TitleCN: rec.Title}
	full, err := a.cfg.Records.Project(ctx, who.viewer(), rec.ID)
	if err != nil {
		return s, fmt.Errorf("project %s: %w", rec.ID, err)
	}
	var p struct {
		Project struct {
			TitleEN string `json:"title_en"`
		} `json:"project"`
		Lead struct {
			CN string `json:"name_cn"`
			EN string `json:"name_en"`
		} `json:"lead"`
	}
	if err := json.Unmarshal(full.Payload, &p); err != nil {
		return s, fmt.Errorf("project %s: %w", rec.ID, err)
	}
	s.TitleEN, s.LeadCN, s.LeadEN = p.Project.TitleEN, p.Lead.CN, p.Lead.EN
	docs, err := a.cfg.Records.Documents(ctx, who.viewer(), rec.ID)
	if err != nil {
		return s, fmt.Errorf("documents of project %s: %w", rec.ID, err)
	}
	docs = slices.DeleteFunc(docs, func(d records.Document) bool { return !who.sees(d) })
	s.Documents = summarize(docs)
	return s, nil
}

// summarize puts the formats of one document together, and documents in the order of stages, newest version first.
func summarize(docs []records.Document) []DocumentSummary {
	var list []DocumentSummary
	for _, k := range Kinds() {
		type key struct {
			lang    string
			version int
			state   records.State
		}
		at := map[key]int{}
		for _, d := range docs {
			if d.Kind != string(k) {
				continue
			}
			id := key{d.Lang, d.Version, d.State}
			i, ok := at[id]
			if !ok {
				i = len(list)
				at[id] = i
				list = append(list, DocumentSummary{Kind: k, Name: k.Name(), Lang: d.Lang, Version: d.Version, Draft: d.State == records.Draft, Code: d.Code})
			}
			f := StoredFile{ID: d.ID, Format: d.Format, Name: d.FileName, Size: d.Object.Size, SHA256: d.Object.SHA256}
			if d.Format == "docx" {
				list[i].Files = append([]StoredFile{f}, list[i].Files...)
			} else {
				list[i].Files = append(list[i].Files, f)
			}
		}
	}
	return list
}

// sees reports whether p may know of a document that its organisation has a part in: a draft is for the bureau and for
// those who could have made it.
func (p Principal) sees(d records.Document) bool {
	return d.State != records.Draft || p.Organisation.Kind == records.Bureau || p.May(Kind(d.Kind).makes())
}

// stored returns a document that who may read.
func (a *App) stored(ctx context.Context, who Principal, id string) (records.Document, error) {
	d, err := a.cfg.Records.Document(ctx, who.viewer(), id)
	if err == nil && !who.sees(d) {
		err = records.ErrNotFound
	}
	if err != nil {
		return records.Document{}, fmt.Errorf("document %s: %w", id, notExist(err))
	}
	if err := who.need(ReadDocument); err != nil {
		return records.Document{}, err
	}
	return d, nil
}

// Link returns a signed link to a stored document that works for age, at most seven days. It is an error that wraps
// fs.ErrNotExist when there is no such document, or none for who.
func (a *App) Link(ctx context.Context, who Principal, documentID string, age time.Duration) (string, error) {
	d, err := a.stored(ctx, who, documentID)
	if err != nil {
		return "", err
	}
	url, err := a.cfg.Store.SignLink(ctx, storage.Object(d.Object), storage.LinkOptions{FileName: d.FileName, Age: age})
	if err != nil {
		return "", fmt.Errorf("link to document %s: %w", documentID, err)
	}
	a.cfg.Meter.Linked("signed")
	if err := a.cfg.Records.Audit(ctx, who.viewer(), records.EventLinked, documentID, age.String(), a.cfg.Now()); err != nil {
		return "", fmt.Errorf("link to document %s: %w", documentID, err)
	}
	return url, nil
}

// maxClockSkew is how far the clocks of this machine and of the store may be apart: the store judges by its own whether
// a signed link still works, and the shortest lives for minutes.
const maxClockSkew = 30 * time.Second

// Ready reports what keeps the service from working, nil when nothing does: database, store and its bucket, and clocks that differ.
func (a *App) Ready(ctx context.Context) error {
	if err := a.cfg.Records.Ping(ctx); err != nil {
		return fmt.Errorf("records: %w", err)
	}
	if a.cfg.Store == nil {
		return nil
	}
	if err := a.cfg.Store.Reach(ctx); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	skew, err := a.cfg.Store.Skew(ctx, a.cfg.Now)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if skew.Abs() > maxClockSkew {
		return fmt.Errorf("store: its clock is %v ahead of this machine's: signed links would not work as they say; set both by NTP", skew)
	}
	return nil
}
