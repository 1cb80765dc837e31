package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tripact/problem"
	"tripact/storage/records"
)

// ProjectQuery narrows and pages a list of projects.
type ProjectQuery struct {
	Call  string // only this call
	Text  string // only projects with this in their title or number
	After string // the next of the page before, "" for the first page
	Limit int    // 1 to 500; 0 for 50
}

// ListProjects lists projects that who sees, without payloads, by call and number, and where the next page begins, "" after the
// last. Projects saved between two calls make none appear twice or be left out. Errors: ErrForbidden, ErrPage.
func (a *App) ListProjects(ctx context.Context, who Principal, q ProjectQuery) (list []records.Project, next string, err error) {
	if err := who.need(ReadProject); err != nil {
		return nil, "", err
	}
	return a.cfg.Records.Projects(ctx, who.viewer(), records.ProjectFilter{Call: q.Call, Text: q.Text}, records.Page{After: q.After, Limit: q.Limit})
}

// CallName is a call with its title.
type CallName struct {
	ID    string
	Title problem.Text
}

// Calls lists the calls that there are.
func (a *App) Calls() (list []CallName) {
	for _, c := range a.cfg.Templates.Calls() {
		list = append(list, CallName{c.ID, c.Title})
	}
	return list
}

// Documents lists the documents of a project that who may know of, in the order in which they were made. Errors: fs.ErrNotExist, ErrForbidden.
func (a *App) Documents(ctx context.Context, who Principal, project string) ([]records.Document, error) {
	if _, err := a.project(ctx, who, project); err != nil {
		return nil, err
	}
	list, err := a.cfg.Records.Documents(ctx, who.viewer(), project)
	if err != nil {
		return nil, fmt.Errorf("documents of project %s: %w", project, err)
	}
	return slices.DeleteFunc(list, func(d records.Document) bool { return !who.sees(d) }), nil
}

// DocumentQuery narrows and pages a list of documents.
type DocumentQuery struct {
	Call  string // only this call
	Kind  Kind   // only this kind, such as letters
	Code  string // only what has this code on its pages
	After string // the next of the page before, "" for the first page
	Limit int    // 1 to 500; 0 for 50
}

// AllDocuments lists the documents of all projects that who may know of, newest first, and where the next page begins, "" after the last. Errors: ErrForbidden, ErrPage.
func (a *App) AllDocuments(ctx context.Context, who Principal, q DocumentQuery) (list []records.Document, next string, err error) {
	if err := who.need(ReadDocument); err != nil {
		return nil, "", err
	}
	f := records.DocumentFilter{Call: q.Call, Kind: string(q.Kind), Code: q.Code}
	for _, k := range Kinds() {
		if who.sees(records.Document{State: records.Draft, Kind: string(k)}) {
			f.Drafts = append(f.Drafts, string(k))
		}
	}
	return a.cfg.Records.AllDocuments(ctx, who.viewer(), f, records.Page{After: q.After, Limit: q.Limit})
}

// Document returns a document that who may read. Errors: fs.ErrNotExist, ErrForbidden.
func (a *App) Document(ctx context.Context, who Principal, id string) (records.Document, error) {
	return a.stored(ctx, who, id)
}

// VerifyAudit walks the whole audit and returns its last event. Where it is not as it was written it is a *records.BrokenChainError.
func (a *App) VerifyAudit(ctx context.Context, who Principal) (records.Event, error) {
	if err := who.need(ReadAudit); err != nil {
		return records.Event{}, err
	}
	return a.cfg.Records.VerifyAudit(ctx)
}

// SavedProject is a project on record.
type SavedProject = records.Project

// StoredDocument is a document on record.
type StoredDocument = records.Document

// SavedToken is a token on record.
type SavedToken = records.Token

// Event is a line of the audit.
type Event = records.Event

// Draft is the state of a document that binds nobody.
const Draft = records.Draft

// Broken returns where an audit is not as it was written, when that is what err says.
func Broken(err error) *records.BrokenChainError {
	var broken *records.BrokenChainError
	if errors.As(err, &broken) {
		return broken
	}
	return nil
}
