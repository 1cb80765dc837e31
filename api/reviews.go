package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tripact/app"
	"tripact/problem"
	"tripact/project"
)

// OnDay says whose rules apply.
type OnDay struct {
	On string `query:"on" doc:"The day whose rules apply, such as 2025-12-20; today in Beijing without it" example:"2025-12-20"`
}

// Review is a format review under way.
type Review struct {
	Project  string                  `json:"project" doc:"Id"`
	Revision int                     `json:"revision"`
	Result   string                  `json:"result,omitempty" enum:"accepted,returned_correctable,returned_final" doc:"What people decided; none yet without it"`
	Proposal string                  `json:"proposal,omitempty" enum:"accepted,returned_correctable,returned_final" doc:"What follows from the findings; none while rules are open that could change it"`
	Items    []project.ReviewFinding `json:"items" doc:"What a notice would print: findings of the data and of people, in the order of the clauses"`
	Open     []CallRule              `json:"open" doc:"Rules that still ask a person"`
	OK       bool                    `json:"ok" doc:"The result can be issued"`
	Findings problem.List            `json:"findings" doc:"What keeps it from being issued"`
}

func review(s app.ReviewSheet) Review {
	out := Review{
		Project: s.Project.ID, Revision: s.Project.Revision, Result: s.Review.Review.Result, Proposal: s.Review.Proposal,
		Items: append([]project.ReviewFinding{}, s.Review.Review.Findings...), Open: []CallRule{}, OK: !s.Findings.Failed(), Findings: append(problem.List{}, s.Findings...),
	}
	for i := range s.Rules {
		out.Open = append(out.Open, callRule(&s.Rules[i]))
	}
	return out
}

func (s *Server) reviews() {
	type answer struct {
		ETag string `header:"ETag" doc:"The revision, for If-Match"`
		Body Review
	}
	add(s, op{
		method: http.MethodGet, path: "/projects/{project}/review", id: "readReview", tag: "reviews", action: app.WriteReview,
		summary: "Work out the format review of a project: what the data show, what is decided and what is still open",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Project string `path:"project"`
		OnDay
	},
	) (*answer, error) {
		on, err := s.day(in.On)
		if err != nil {
			return nil, err
		}
		sheet, err := s.cfg.App.ReviewSheet(ctx, who, in.Project, on)
		if err != nil {
			return nil, err
		}
		return &answer{etag(sheet.Project.Revision), review(sheet)}, nil
	})
	type concluded struct {
		Review

		Documents []Document `json:"documents" doc:"The notice, one for each format"`
	}
	add(s, op{
		method: http.MethodPost, path: "/projects/{project}/review", id: "concludeReview", tag: "reviews", action: app.WriteReview, status: http.StatusCreated, once: true, age: time.Minute,
		summary: "End a format review: where the findings bear the result out, it is saved and its notice made; else nothing is saved",
		raw:     "The review, as in /v1/schemas/project.json: result, decisions with names and reasons, numbers and dates of the notice",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Project string `path:"project"`
		OnDay
		Lang string `query:"lang" enum:"zh,en" doc:"Of the notice; Chinese without it"`
		Revised
		RawBody []byte `contentType:"application/json"`
	},
	) (*struct {
		ETag string `header:"ETag" doc:"The revision, for If-Match"`
		Body concluded
	}, error,
	) {
		on, err := s.day(in.On)
		if err != nil {
			return nil, err
		}
		base, err := in.base()
		if err != nil {
			return nil, err
		}
		sheet, docs, found, err := s.cfg.App.Conclude(ctx, who, in.Project, in.RawBody, base, app.Request{DOCX: true, PDF: true, Lang: in.Lang, On: on})
		if err != nil {
			return nil, stale(err)
		}
		if err := refused(found); err != nil {
			return nil, err
		}
		out := new(struct {
			ETag string `header:"ETag" doc:"The revision, for If-Match"`
			Body concluded
		})
		out.ETag, out.Body.Review, out.Body.Documents = etag(sheet.Project.Revision), review(sheet), []Document{}
		for _, d := range docs {
			out.Body.Documents = append(out.Body.Documents, document(d))
		}
		return out, nil
	})
	add(s, op{
		method: http.MethodGet, path: "/projects/{project}/differences", id: "readDifferences", tag: "reviews", action: app.ReadProject,
		summary: "Set application, approval and contract of a project side by side",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Project string `path:"project"`
		OnDay
	},
	) (*struct{ Body *app.Reconciliation }, error) {
		on, err := s.day(in.On)
		if err != nil {
			return nil, err
		}
		list, err := s.cfg.App.ReconcileSaved(ctx, who, []string{in.Project}, on)
		if err != nil {
			return nil, err
		}
		list[0].Findings = append(problem.List{}, list[0].Findings...)
		return &struct{ Body *app.Reconciliation }{list[0]}, nil
	})
	add(s, op{
		method: http.MethodPost, path: "/differences", id: "downloadDifferences", tag: "reviews", action: app.ReadProject, age: 2 * time.Minute,
		summary: "Download the difference tables of projects as a workbook or as pages to print",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Body struct {
			Projects []string `json:"projects" minItems:"1" maxItems:"200" doc:"Ids"`
			Format   string   `json:"format" enum:"xlsx,pdf,docx"`
			Lang     string   `json:"lang,omitempty" enum:"zh,en" doc:"Chinese without it"`
			On       string   `json:"on,omitempty" doc:"The day whose rules apply; today in Beijing without it" example:"2025-12-20"`
		}
	},
	) (*huma.StreamResponse, error) {
		on, err := s.day(in.Body.On)
		if err != nil {
			return nil, err
		}
		data, err := s.cfg.App.DifferenceFile(ctx, who, in.Body.Projects, on, in.Body.Format, in.Body.Lang)
		if err != nil {
			return nil, err
		}
		return file(data, "differences."+in.Body.Format, mediaTypes[in.Body.Format]), nil
	})
}

// mediaTypes of files that are made for one answer.
var mediaTypes = map[string]string{
	"pdf":  "application/pdf",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// file answers with a file whose name is ASCII.
func file(data []byte, name, mediaType string) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", mediaType)
		c.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
		c.SetHeader("Content-Length", strconv.Itoa(len(data)))
		c.BodyWriter().Write(data) //nolint:errcheck // a reader who has gone
	}}
}

// ApprovalList is an approval list as it is sent, and what to do with it.
type ApprovalList struct {
	Call string `query:"call" required:"true" example:"ningbo-2025" doc:"The call whose projects the rows are of"`
	OnDay
	RawBody []byte `contentType:"application/octet-stream"`
}

const approvalBody = "An approval list: an Excel workbook (.xlsx), or JSON as `tripact generate --approval` takes it"

func (s *Server) approvals() {
	add(s, op{
		method: http.MethodPost, path: "/approvals", id: "importApprovals", tag: "approvals", action: app.WriteApproval, status: http.StatusOK, once: true, together: true, age: 2 * time.Minute,
		body: maxList, summary: "Give projects the approvals of a list, row by row, and start a batch of their documents",
		raw: approvalBody, media: "application/octet-stream",
	}, func(ctx context.Context, who app.Principal, in *struct {
		ApprovalList
		Check   bool     `query:"check" doc:"Only tell what would be; keep nothing"`
		Kind    string   `query:"kind" enum:"application-form,recommendation-letter,review-notice,contract" doc:"Start a batch of these documents for the rows that stand"`
		Formats []string `query:"formats" enum:"docx,pdf" doc:"Of the batch; both without it"`
	},
	) (*struct{ Body app.ApprovalImport }, error) {
		on, err := s.day(in.On)
		if err != nil {
			return nil, err
		}
		var documents *app.BatchRequest
		if in.Kind != "" {
			documents = &app.BatchRequest{Kind: app.Kind(in.Kind), Formats: in.Formats}
			if len(documents.Formats) == 0 {
				documents.Formats = []string{"docx", "pdf"}
			}
		}
		done, err := s.cfg.App.ImportApprovals(ctx, who, in.Call, in.RawBody, on, in.Check, documents)
		if err != nil {
			return nil, err
		}
		return &struct{ Body app.ApprovalImport }{done}, nil
	})
	add(s, op{
		method: http.MethodPost, path: "/approvals/report", id: "reportApprovals", tag: "approvals", action: app.WriteApproval, age: 2 * time.Minute, body: maxList,
		summary: "Check an approval list against the projects, and download what is wrong with each row as a workbook; nothing is kept",
		raw:     approvalBody, media: "application/octet-stream",
	}, func(ctx context.Context, who app.Principal, in *struct {
		ApprovalList
		Lang string `query:"lang" enum:"zh,en" doc:"Chinese without it"`
	},
	) (*huma.StreamResponse, error) {
		on, err := s.day(in.On)
		if err != nil {
			return nil, err
		}
		done, err := s.cfg.App.ImportApprovals(ctx, who, in.Call, in.RawBody, on, true, nil)
		if err != nil {
			return nil, err
		}
		data, err := app.ListXLSX(done.Rows, in.Lang)
		if err != nil {
			return nil, err
		}
		return file(data, "approvals.xlsx", mediaTypes["xlsx"]), nil
	})
}
