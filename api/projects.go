package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tripact/app"
	"tripact/problem"
	"tripact/programme"
	"tripact/project"
)

// Project is a project as it is on record.
type Project struct {
	ID        string          `json:"id"`
	Call      string          `json:"call" example:"ningbo-2025"`
	Number    string          `json:"number" doc:"Application number"`
	Title     string          `json:"title"`
	Revision  int             `json:"revision" doc:"From 1; each change makes a new one"`
	Digest    string          `json:"digest" doc:"SHA-256 of the data as they came in"`
	CreatedAt time.Time       `json:"created_at"`
	UpdatedAt time.Time       `json:"updated_at"`
	SavedBy   string          `json:"saved_by" doc:"Who made this revision: a person's id, or token: and a token's id"`
	Data      json.RawMessage `json:"data,omitempty" doc:"The project; see /v1/schemas/project.json"`
}

// Findings are what a check found.
type Findings struct {
	OK       bool         `json:"ok" doc:"No finding fails"`
	Findings problem.List `json:"findings"`
}

type projectAnswer struct {
	ETag     string `header:"ETag" doc:"The revision, for If-Match"`
	Location string `header:"Location"`
	Body     struct {
		Project
		Findings problem.List `json:"findings,omitempty" doc:"What saving found worth telling"`
	}
}

// ProjectData is a project as it is sent.
type ProjectData struct {
	RawBody []byte `contentType:"application/json"`
}

// Revised says what a change was made from.
type Revised struct {
	IfMatch string `header:"If-Match" doc:"ETag of the revision that was changed, or * for any"`
}

// base is the revision that the request was made from.
func (r Revised) base() (int, error) { return tagged(r.IfMatch, "r", 1) }

// tagged reads the number behind letter in an If-Match, which is least or more; -1 for *.
func tagged(match, letter string, least int) (int, error) {
	const whatever = -1
	tag := strings.TrimSpace(match)
	switch tag {
	case "":
		return 0, failure(http.StatusPreconditionRequired).because("请带上所改版本的ETag", "send the ETag of the revision that you changed")
	case "*":
		return whatever, nil
	}
	text, ok := strings.CutPrefix(strings.Trim(tag, `"`), letter)
	n, err := strconv.Atoi(text)
	if !ok || err != nil || n < least {
		return 0, failure(http.StatusPreconditionFailed).because("If-Match不是本接口给出的ETag", "If-Match is no ETag of this API")
	}
	return n, nil
}

// etag is the ETag of a revision.
func etag(revision int) string { return `"r` + strconv.Itoa(revision) + `"` }

// stale tells a conflict with If-Match as what it is.
func stale(err error) error {
	if errors.Is(err, app.ErrConflict) {
		return failure(http.StatusPreconditionFailed).because("请重新读取后再改", "read it again and repeat the change")
	}
	return err
}

func (s *Server) projects() {
	add(s, op{
		method: http.MethodGet, path: "/projects", id: "listProjects", tag: "projects", summary: "List projects, by call and number", action: app.ReadProject,
	}, func(ctx context.Context, who app.Principal, in *struct {
		Call  string `query:"call" doc:"Only this call"`
		Text  string `query:"q" maxLength:"200" doc:"Only projects with this in their title or number"`
		After string `query:"after" maxLength:"1000" doc:"next of the page before"`
		Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
	}) (*struct {
		Body struct {
			Items []Project `json:"items"`
			Next  string    `json:"next,omitempty" doc:"after of the next page; none after the last"`
		}
	}, error,
	) {
		list, next, err := s.cfg.App.ListProjects(ctx, who, app.ProjectQuery{Call: in.Call, Text: in.Text, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		out := new(struct {
			Body struct {
				Items []Project `json:"items"`
				Next  string    `json:"next,omitempty" doc:"after of the next page; none after the last"`
			}
		})
		out.Body.Items, out.Body.Next = make([]Project, len(list)), next
		for i, p := range list {
			out.Body.Items[i] = Project{
				ID: p.ID, Call: p.Call, Number: p.Number, Title: p.Title, Revision: p.Revision, Digest: p.Digest, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
				SavedBy: p.SavedBy,
			}
		}
		return out, nil
	})
	add(s, op{
		method: http.MethodPost, path: "/projects", id: "createProject", tag: "projects", summary: "Save a new project", action: app.WriteApplication,
		status: http.StatusCreated, once: true, together: true, raw: "A project; see /v1/schemas/project.json",
	}, func(ctx context.Context, who app.Principal, in *ProjectData) (*projectAnswer, error) {
		if !who.May(app.WriteApplication) { // asked before the data are read: there is no record that could be hidden
			return nil, app.ErrForbidden
		}
		return s.save(ctx, who, in.RawBody, 0)
	})
	add(s, op{
		method: http.MethodGet, path: "/projects/{project}", id: "readProject", tag: "projects", summary: "Read a project", action: app.ReadProject,
	}, func(ctx context.Context, who app.Principal, in *struct {
		Project  string `path:"project"`
		Revision int    `query:"revision" minimum:"1" maximum:"2147483647" doc:"As it was in this revision; the current one without it"`
	},
	) (*projectAnswer, error) {
		get := s.cfg.App.Project
		if in.Revision > 0 {
			get = func(ctx context.Context, who app.Principal, id string) (app.SavedProject, error) {
				return s.cfg.App.ProjectAt(ctx, who, id, in.Revision)
			}
		}
		p, err := get(ctx, who, in.Project)
		if err != nil {
			return nil, err
		}
		return saved(p, nil), nil
	})
	add(s, op{
		method: http.MethodPut, path: "/projects/{project}", id: "reviseProject", tag: "projects", summary: "Save a new revision of a project", action: app.ReadProject,
		raw: "The whole project; see /v1/schemas/project.json",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Project string `path:"project"`
		Revised
		ProjectData
	},
	) (*projectAnswer, error) {
		base, err := in.base()
		if err != nil {
			return nil, err
		}
		current, err := s.cfg.App.ProjectHead(ctx, who, in.Project)
		if err != nil {
			return nil, err
		}
		var names struct {
			Call    string `json:"call"`
			Project struct {
				Number string `json:"app_no"`
			} `json:"project"`
		}
		if json.Unmarshal(in.RawBody, &names) == nil && (names.Call != current.Call || names.Project.Number != current.Number) {
			return nil, refused(problem.List{{
				Code: "project.other", Severity: problem.Fail, Path: "/project/app_no", Found: names.Call + " " + names.Project.Number,
				Message: problem.T("内容属于另一个项目，应为"+current.Call+" "+current.Number, "the data are another project's, not "+current.Call+" "+current.Number),
				Fix:     problem.Fix{ZH: "通知和申报编号保存后不能更改", EN: "call and application number stay as they are"},
			}})
		}
		out, err := s.save(ctx, who, in.RawBody, base)
		return out, stale(err)
	})
	add(s, op{
		method: http.MethodPut, path: "/projects/{project}/parts/{part}", id: "savePart", tag: "projects", action: app.ReadProject,
		summary: "Save the recommendation, review, approval or contract of a project as a new revision; null removes it",
		raw:     "The part, as in /v1/schemas/project.json, or null",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Project string `path:"project"`
		Part    string `path:"part" enum:"rec,review,approval,contract"`
		Revised
		RawBody []byte `contentType:"application/json"`
	},
	) (*projectAnswer, error) {
		base, err := in.base()
		if err != nil {
			return nil, err
		}
		p, found, err := s.cfg.App.SavePart(ctx, who, in.Project, app.Part(in.Part), in.RawBody, base)
		if err != nil {
			return nil, stale(err)
		}
		if err := refused(found); err != nil {
			return nil, err
		}
		return saved(p, found), nil
	})
	type revision struct {
		Revision int       `json:"revision"`
		Digest   string    `json:"digest"`
		SavedAt  time.Time `json:"saved_at"`
		SavedBy  string    `json:"saved_by"`
	}
	add(s, op{
		method: http.MethodGet, path: "/projects/{project}/revisions", id: "listRevisions", tag: "projects", summary: "List the revisions of a project, newest first",
		action: app.ReadProject,
	}, func(ctx context.Context, who app.Principal, in *struct {
		Project string `path:"project"`
	}) (*struct {
		Body struct {
			Items []revision `json:"items"`
		}
	}, error,
	) {
		list, err := s.cfg.App.Revisions(ctx, who, in.Project)
		if err != nil {
			return nil, err
		}
		out := new(struct {
			Body struct {
				Items []revision `json:"items"`
			}
		})
		for _, p := range list {
			out.Body.Items = append(out.Body.Items, revision{p.Revision, p.Digest, p.UpdatedAt, p.SavedBy})
		}
		return out, nil
	})
	type When struct {
		Stage string `query:"stage" enum:"application,recommendation,review,approval,contract" default:"application"`
		On    string `query:"on" doc:"The day whose rules apply, such as 2025-09-05; today in Beijing without it" example:"2025-09-05"`
	}
	check := func(data []byte, w When) (*struct{ Body Findings }, error) {
		p, found := project.Decode(strings.NewReader(string(data)))
		if p != nil && !found.Failed() {
			on, err := s.day(w.On)
			if err != nil {
				return nil, err
			}
			found.Add(s.cfg.App.Check(p, programme.Stage(w.Stage), on)...)
		}
		out := new(struct{ Body Findings })
		out.Body.OK, out.Body.Findings = !found.Failed(), append(problem.List{}, found...)
		return out, nil
	}
	add(s, op{
		method: http.MethodPost, path: "/check", id: "check", tag: "projects", summary: "Check a project that is not saved, with the rules of its call",
		raw: "A project; see /v1/schemas/project.json",
	}, func(_ context.Context, _ app.Principal, in *struct {
		When
		ProjectData
	},
	) (*struct{ Body Findings }, error) {
		return check(in.RawBody, in.When)
	})
	add(s, op{
		method: http.MethodPost, path: "/projects/{project}/check", id: "checkProject", tag: "projects", summary: "Check a saved project with the rules of its call",
		action: app.ReadProject,
	}, func(ctx context.Context, who app.Principal, in *struct {
		Project string `path:"project"`
		When
	},
	) (*struct{ Body Findings }, error) {
		p, err := s.cfg.App.Project(ctx, who, in.Project)
		if err != nil {
			return nil, err
		}
		return check(p.Payload, in.When)
	})
}

func (s *Server) save(ctx context.Context, who app.Principal, data []byte, base int) (*projectAnswer, error) {
	p, found, err := s.cfg.App.SaveProject(ctx, who, data, base)
	if err != nil {
		return nil, err
	}
	if err := refused(found); err != nil {
		return nil, err
	}
	return saved(p, found), nil
}

func saved(p app.SavedProject, found problem.List) *projectAnswer {
	out := &projectAnswer{ETag: etag(p.Revision), Location: Prefix + "/projects/" + p.ID}
	out.Body.Project = Project{
		ID: p.ID, Call: p.Call, Number: p.Number, Title: p.Title, Revision: p.Revision, Digest: p.Digest, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
		SavedBy: p.SavedBy, Data: p.Payload,
	}
	out.Body.Findings = found
	return out
}
