package api

import (
	"context"
	"net/http"
	"time"

	"tripact/app"
	"tripact/problem"
)

// Document is one file of a document that is stored.
type Document struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" enum:"application-form,recommendation-letter,review-notice,contract"`
	Lang      string    `json:"lang" enum:"zh,en"`
	Format    string    `json:"format" enum:"docx,pdf"`
	Draft     bool      `json:"draft"`
	Version   int       `json:"version" doc:"From 1; another one when what it is made of changes"`
	Code      string    `json:"code" doc:"Printed on each page"`
	Name      string    `json:"name" doc:"File name"`
	Size      int64     `json:"size" doc:"Bytes"`
	SHA256    string    `json:"sha256"`
	Projects  []string  `json:"projects" doc:"Ids, in the order of the document"`
	CreatedAt time.Time `json:"created_at"`

	TemplateSHA256  string `json:"template_sha256"`
	TemplateVersion int    `json:"template_version" doc:"Number of the template when the document was made, 0 for the one that comes with the call"`
}

func document(d app.StoredDocument) Document {
	out := Document{
		ID: d.ID, Kind: d.Kind, Lang: d.Lang, Format: d.Format, Draft: d.State == app.Draft, Version: d.Version, Code: d.Code, Name: d.FileName,
		Size: d.Object.Size, SHA256: d.Object.SHA256, Projects: []string{}, CreatedAt: d.CreatedAt,
		TemplateSHA256: d.TemplateDigest, TemplateVersion: d.TemplateVersion,
	}
	for _, p := range d.Sources {
		out.Projects = append(out.Projects, p.Project)
	}
	return out
}

type documentList struct {
	Items    []Document   `json:"items"`
	Findings problem.List `json:"findings,omitempty" doc:"What stopped nothing"`
}

func (s *Server) documents() {
	add(s, op{
		method: http.MethodPost, path: "/documents", id: "makeDocuments", tag: "documents", status: http.StatusCreated, once: true, age: time.Minute,
		summary: "Make documents of saved projects; those that are there already are not made again", action: app.ReadProject,
	}, func(ctx context.Context, who app.Principal, in *struct {
		Body struct {
			Projects []string `json:"projects" minItems:"1" maxItems:"50" doc:"Ids; projects of one managing unit share one recommendation letter"`
			Kinds    []string `json:"kinds" minItems:"1" enum:"application-form,recommendation-letter,review-notice,contract"`
			Formats  []string `json:"formats,omitempty" enum:"docx,pdf" doc:"Both without it"`
			Draft    bool     `json:"draft,omitempty" doc:"A draft is made in spite of rules that fail, and says that it is one"`
			Lang     string   `json:"lang,omitempty" enum:"zh,en" doc:"The language in which the call's document is written without it"`
			On       string   `json:"on,omitempty" doc:"The day whose rules apply; today in Beijing without it" example:"2025-12-20"`
		}
	},
	) (*struct{ Body documentList }, error) {
		on, err := s.day(in.Body.On)
		if err != nil {
			return nil, err
		}
		req := app.Request{Draft: in.Body.Draft, Lang: in.Body.Lang, On: on, DOCX: len(in.Body.Formats) == 0, PDF: len(in.Body.Formats) == 0}
		for _, k := range in.Body.Kinds {
			req.Kinds = append(req.Kinds, app.Kind(k))
		}
		for _, f := range in.Body.Formats {
			req.DOCX, req.PDF = req.DOCX || f == "docx", req.PDF || f == "pdf"
		}
		docs, found, err := s.cfg.App.Issue(ctx, who, in.Body.Projects, req)
		if err != nil {
			return nil, err
		}
		if err := refused(found); err != nil {
			return nil, err
		}
		out := &struct{ Body documentList }{documentList{Items: []Document{}, Findings: found}}
		for _, d := range docs {
			out.Body.Items = append(out.Body.Items, document(d))
		}
		return out, nil
	})
	add(s, op{
		method: http.MethodGet, path: "/projects/{project}/documents", id: "listDocuments", tag: "documents", summary: "List the documents of a project",
		action: app.ReadProject,
	}, func(ctx context.Context, who app.Principal, in *struct {
		Project string `path:"project"`
	},
	) (*struct{ Body documentList }, error) {
		docs, err := s.cfg.App.Documents(ctx, who, in.Project)
		if err != nil {
			return nil, err
		}
		out := &struct{ Body documentList }{documentList{Items: []Document{}}}
		for _, d := range docs {
			out.Body.Items = append(out.Body.Items, document(d))
		}
		return out, nil
	})
	type page struct {
		Items []Document `json:"items"`
		Next  string     `json:"next,omitempty" doc:"after of the next page; none after the last"`
	}
	add(s, op{
		method: http.MethodGet, path: "/documents", id: "listAllDocuments", tag: "documents", action: app.ReadDocument,
		summary: "List the documents of all projects, newest first: letters, notices, forms and contracts, drafts of what the caller may make itself included",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Call  string `query:"call" maxLength:"200" doc:"Only this call"`
		Kind  string `query:"kind" enum:"application-form,recommendation-letter,review-notice,contract" doc:"Only this kind"`
		Code  string `query:"code" maxLength:"100" doc:"Only what has this code on its pages"`
		After string `query:"after" maxLength:"1000" doc:"next of the page before"`
		Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	},
	) (*struct{ Body page }, error) {
		docs, next, err := s.cfg.App.AllDocuments(ctx, who, app.DocumentQuery{Call: in.Call, Kind: app.Kind(in.Kind), Code: in.Code, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		out := &struct{ Body page }{page{Items: []Document{}, Next: next}}
		for _, d := range docs {
			out.Body.Items = append(out.Body.Items, document(d))
		}
		return out, nil
	})
	type one struct {
		Document string `path:"document"`
	}
	add(s, op{
		method: http.MethodGet, path: "/documents/{document}", id: "readDocument", tag: "documents", summary: "Read what is known of a document", action: app.ReadDocument,
	}, func(ctx context.Context, who app.Principal, in *one) (*struct{ Body Document }, error) {
		d, err := s.cfg.App.Document(ctx, who, in.Document)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Document }{document(d)}, nil
	})
	add(s, op{
		method: http.MethodGet, path: "/documents/{document}/content", id: "downloadDocument", tag: "documents", status: http.StatusFound, action: app.ReadDocument,
		summary: "Download a document: leads to a signed link of five minutes",
	}, func(ctx context.Context, who app.Principal, in *one) (*struct {
		Location string `header:"Location"`
	}, error,
	) {
		url, err := s.cfg.App.Link(ctx, who, in.Document, 5*time.Minute)
		if err != nil {
			return nil, err
		}
		return &struct {
			Location string `header:"Location"`
		}{url}, nil
	})
}

// Link is a link that works without signing in.
type Link struct {
	ID        string    `json:"id,omitempty" doc:"To revoke it; none for a signed link, which nobody can revoke"`
	URL       string    `json:"url"`
	ExpiresAt time.Time `json:"expires_at"`
	CreatedAt time.Time `json:"created_at"`
	UsesLeft  *int      `json:"uses_left,omitempty" doc:"None when it may be used as often as wanted"`
	Uses      int       `json:"uses"`
	Revoked   bool      `json:"revoked"`
	Works     bool      `json:"works"`
}

func (s *Server) link(l app.SharedLink) Link {
	out := Link{ID: l.ID, URL: s.cfg.Public + "/d/" + l.Token, ExpiresAt: l.ExpiresAt, CreatedAt: l.CreatedAt, Uses: l.Uses, Revoked: l.Revoked, Works: l.Works}
	if l.Limited {
		out.UsesLeft = &l.UsesLeft
	}
	return out
}

func (s *Server) links() {
	add(s, op{
		method: http.MethodPost, path: "/documents/{document}/links", id: "createLink", tag: "links", status: http.StatusCreated, action: app.ManageLinks,
		summary: "Make a link for people, which can be revoked and counted",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Document string `path:"document"`
		Body     struct {
			Seconds int `json:"seconds" minimum:"1" maximum:"604800" doc:"For how long it works"`
			Uses    int `json:"uses,omitempty" minimum:"1" maximum:"1000000" doc:"How often; as often as wanted without it"`
		}
	},
	) (*struct{ Body Link }, error) {
		l, err := s.cfg.App.CreateLink(ctx, who, in.Document, time.Duration(in.Body.Seconds)*time.Second, in.Body.Uses)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Link }{s.link(l)}, nil
	})
	add(s, op{
		method: http.MethodGet, path: "/documents/{document}/links", id: "listLinks", tag: "links", summary: "List the links to a document, newest first",
		action: app.ManageLinks,
	}, func(ctx context.Context, who app.Principal, in *struct {
		Document string `path:"document"`
	}) (*struct {
		Body struct {
			Items []Link `json:"items"`
		}
	}, error,
	) {
		list, err := s.cfg.App.DocumentLinks(ctx, who, in.Document)
		if err != nil {
			return nil, err
		}
		out := new(struct {
			Body struct {
				Items []Link `json:"items"`
			}
		})
		out.Body.Items = []Link{}
		for _, l := range list {
			out.Body.Items = append(out.Body.Items, s.link(l))
		}
		return out, nil
	})
	add(s, op{
		method: http.MethodDelete, path: "/documents/{document}/links/{link}", id: "revokeLink", tag: "links", summary: "End a link for good", action: app.ManageLinks,
	}, func(ctx context.Context, who app.Principal, in *struct {
		Document string `path:"document"`
		Link     string `path:"link"`
	},
	) (*struct{}, error) {
		return nil, s.cfg.App.RevokeLink(ctx, who, in.Document, in.Link)
	})
	add(s, op{
		method: http.MethodPost, path: "/documents/{document}/presigned", id: "presignDocument", tag: "links", status: http.StatusCreated, action: app.ReadDocument,
		summary: "Make a signed link for programs, which works until its end and cannot be revoked",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Document string `path:"document"`
		Body     struct {
			Seconds int `json:"seconds" minimum:"1" maximum:"604800" doc:"For how long it works"`
		}
	},
	) (*struct{ Body Link }, error) {
		now := s.cfg.Now()
		age := time.Duration(in.Body.Seconds) * time.Second
		url, err := s.cfg.App.Link(ctx, who, in.Document, age)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Link }{Link{URL: url, CreatedAt: now, ExpiresAt: now.Add(age), Works: true}}, nil
	})
}
