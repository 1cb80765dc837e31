package api

import (
	"context"
	"net/http"

	"tripact/app"
	"tripact/problem"
	"tripact/programme"
	"tripact/project"
)

// Call is a published notice that projects apply under.
type Call struct {
	ID        string       `json:"id" example:"ningbo-2025"`
	Year      int          `json:"year"`
	Title     problem.Text `json:"title"`
	DocNo     string       `json:"doc_no,omitempty" doc:"Number of the notice"`
	Topics    []CallTopic  `json:"topics"`
	Documents []string     `json:"documents" doc:"Kinds of documents that it makes"`
}

// CallTopic is what a project can apply for.
type CallTopic struct {
	ID   string       `json:"id"`
	Name problem.Text `json:"name"`
}

// CallRule is a clause of a notice as a rule.
type CallRule struct {
	ID       string       `json:"id" example:"NB-IV.2c"`
	Kind     string       `json:"kind" doc:"auto: the data decide; attachment: a file must be there; manual: a person decides; info: it fixes a parameter"`
	Severity string       `json:"severity" doc:"fail, warn or info"`
	Clause   problem.Text `json:"clause" doc:"Where the notice says it"`
	Words    problem.Text `json:"words" doc:"A few words of the clause"`
	Text     problem.Text `json:"requirement"`
}

// InCall names a call. Parts of an input are exported, as they are found by reflection.
type InCall struct {
	Call string `path:"call" example:"ningbo-2025"`
}

func (s *Server) call(id string) (*programme.Call, error) {
	b, ok := s.cfg.App.Templates().Call(id)
	if !ok {
		return nil, failure(http.StatusNotFound)
	}
	return b.Call, nil
}

// callRule describes a rule.
func callRule(r *programme.Rule) CallRule {
	return CallRule{ID: r.ID, Kind: string(r.How), Severity: string(r.Severity), Clause: r.Clause, Words: r.Words, Text: r.Requirement}
}

func describe(c *programme.Call) Call {
	out := Call{ID: c.ID, Year: c.Year, Title: c.Title, DocNo: c.DocNo, Topics: []CallTopic{}, Documents: []string{}}
	for _, t := range c.Topics {
		out.Topics = append(out.Topics, CallTopic{t.ID, t.Name})
	}
	for _, d := range c.Documents {
		out.Documents = append(out.Documents, d.Kind)
	}
	return out
}

func (s *Server) calls() {
	type calls struct {
		Items []Call `json:"items"`
	}
	add(s, op{method: http.MethodGet, path: "/calls", id: "listCalls", tag: "calls", summary: "List the calls"},
		func(context.Context, app.Principal, *struct{}) (*struct{ Body calls }, error) {
			out := &struct{ Body calls }{calls{Items: []Call{}}}
			for _, c := range s.cfg.App.Templates().Calls() {
				out.Body.Items = append(out.Body.Items, describe(c))
			}
			return out, nil
		})
	add(s, op{method: http.MethodGet, path: "/calls/{call}", id: "readCall", tag: "calls", summary: "Read a call"},
		func(_ context.Context, _ app.Principal, in *InCall) (*struct{ Body Call }, error) {
			c, err := s.call(in.Call)
			if err != nil {
				return nil, err
			}
			return &struct{ Body Call }{describe(c)}, nil
		})
	type rules struct {
		Items []CallRule `json:"items"`
	}
	add(s, op{method: http.MethodGet, path: "/calls/{call}/rules", id: "listRules", tag: "calls", summary: "List the rules of a call, each with its clause"},
		func(_ context.Context, _ app.Principal, in *InCall) (*struct{ Body rules }, error) {
			c, err := s.call(in.Call)
			if err != nil {
				return nil, err
			}
			out := &struct{ Body rules }{rules{Items: []CallRule{}}}
			for i := range c.Rules {
				out.Body.Items = append(out.Body.Items, callRule(&c.Rules[i]))
			}
			return out, nil
		})
	type fields struct {
		Items []project.Entry `json:"items"`
	}
	add(s, op{method: http.MethodGet, path: "/calls/{call}/fields", id: "listFields", tag: "calls", summary: "List the fields that templates of a call can use"},
		func(_ context.Context, _ app.Principal, in *InCall) (*struct{ Body fields }, error) {
			if _, err := s.call(in.Call); err != nil {
				return nil, err
			}
			list, found := s.cfg.App.Dictionary(in.Call)
			if err := refused(found); err != nil {
				return nil, err
			}
			return &struct{ Body fields }{fields{list}}, nil
		})
}
