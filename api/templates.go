package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tripact/app"
	"tripact/problem"
)

// InSlot names the place of a template.
type InSlot struct {
	InCall
	Kind string `path:"kind" enum:"application-form,recommendation-letter,review-notice,contract"`
	Lang string `path:"lang" enum:"zh,en"`
}

func (in InSlot) slot() app.TemplateSlot {
	return app.TemplateSlot{Call: in.Call, Kind: in.Kind, Lang: in.Lang}
}

// InVersion names a version of a template.
type InVersion struct {
	InSlot
	Version int `path:"version" minimum:"0" maximum:"1000000" doc:"0 for the template that comes with the call"`
}

// TemplateFindings are a version and what is wrong with it.
type TemplateFindings struct {
	app.TemplateVersion
	OK       bool         `json:"ok" doc:"No finding fails: it can be published"`
	Findings problem.List `json:"findings" doc:"As this program finds them now"`
}

// slotAnswer is a slot with the tag that a publication names.
type slotAnswer struct {
	ETag string `header:"ETag" doc:"The last publication, for If-Match"`
	Body app.SlotTemplates
}

func inSlot(s app.SlotTemplates) *slotAnswer {
	return &slotAnswer{ETag: `"p` + strconv.Itoa(s.Seq) + `"`, Body: s}
}

// wordForm is a form with a Word file.
type wordForm struct {
	File huma.FormFile `form:"file" contentType:"application/vnd.openxmlformats-officedocument.wordprocessingml.document" required:"true"`
}

// noteForm is one with a note on the file.
type noteForm struct {
	File huma.FormFile `form:"file" contentType:"application/vnd.openxmlformats-officedocument.wordprocessingml.document" required:"true"`
	Note string        `form:"note" required:"false" maxLength:"500" doc:"What is new in it, in one line"`
}

// read reads the file of a form.
func read(f huma.FormFile) ([]byte, error) {
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, failure(http.StatusBadRequest).because("文件没有收全", "the file did not arrive whole")
	}
	return data, nil
}

// given answers with the bytes of a file.
func given(f app.SharedFile) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", f.MediaType)
		c.SetHeader("Content-Disposition", f.Disposition)
		c.SetHeader("Content-Length", strconv.FormatInt(f.Size, 10))
		c.BodyWriter().Write(f.Data) //nolint:errcheck // a reader who has gone
	}}
}

// templates serves the templates of a call: what clerks upload, look at and put in force.
func (s *Server) templates() {
	const at, version = "/calls/{call}/templates/{kind}/{lang}", "/calls/{call}/templates/{kind}/{lang}/versions/{version}"
	add(s, op{
		method: http.MethodPost, path: "/calls/{call}/templates/{kind}/lint", id: "lintTemplate", tag: "templates", action: app.ReadTemplate, body: maxTemplate,
		summary: "List every fault of a Word template at once, and keep nothing",
	}, func(ctx context.Context, who app.Principal, in *struct {
		InCall
		Kind    string `path:"kind" enum:"application-form,recommendation-letter,review-notice,contract"`
		RawBody huma.MultipartFormFiles[wordForm]
	},
	) (*struct{ Body Findings }, error) {
		if _, err := s.call(in.Call); err != nil {
			return nil, err
		}
		data, err := read(in.RawBody.Data().File)
		if err != nil {
			return nil, err
		}
		found, err := s.cfg.App.LintTemplate(ctx, who, in.Call, in.Kind, data)
		if err != nil {
			return nil, err
		}
		out := new(struct{ Body Findings })
		out.Body.OK, out.Body.Findings = !found.Failed(), append(problem.List{}, found...)
		return out, nil
	})
	type slots struct {
		Items []app.SlotTemplates `json:"items"`
	}
	add(s, op{
		method: http.MethodGet, path: "/calls/{call}/templates", id: "listTemplates", tag: "templates", action: app.ReadTemplate,
		summary: "List the templates of a call: for each document and language its versions, and which one is in force",
	}, func(ctx context.Context, who app.Principal, in *InCall) (*struct{ Body slots }, error) {
		list, err := s.cfg.App.SlotsOf(ctx, who, in.Call)
		if err != nil {
			return nil, err
		}
		return &struct{ Body slots }{slots{list}}, nil
	})
	add(s, op{
		method: http.MethodGet, path: at, id: "readTemplate", tag: "templates", action: app.ReadTemplate,
		summary: "Read the versions of one template, which one is in force, and which were",
	}, func(ctx context.Context, who app.Principal, in *InSlot) (*slotAnswer, error) {
		slot, err := s.cfg.App.Slot(ctx, who, in.slot())
		if err != nil {
			return nil, err
		}
		return inSlot(slot), nil
	})
	add(s, op{
		method: http.MethodPost, path: at + "/versions", id: "uploadTemplate", tag: "templates", action: app.WriteTemplate, body: maxTemplate, age: maxUpload,
		status: http.StatusCreated, once: true,
		summary: "Keep a Word file as a new version, a draft, with all its faults told; the same bytes are kept once",
	}, func(ctx context.Context, who app.Principal, in *struct {
		InSlot
		RawBody huma.MultipartFormFiles[noteForm]
	}) (*struct {
		Location string `header:"Location"`
		Body     TemplateFindings
	}, error,
	) {
		form := in.RawBody.Data()
		data, err := read(form.File)
		if err != nil {
			return nil, err
		}
		v, found, err := s.cfg.App.UploadTemplate(ctx, who, in.slot(), data, form.Note)
		if err != nil {
			return nil, err
		}
		return &struct {
			Location string `header:"Location"`
			Body     TemplateFindings
		}{
			Prefix + strings.NewReplacer("{call}", in.Call, "{kind}", in.Kind, "{lang}", in.Lang, "{version}", strconv.Itoa(v.Version)).Replace(version),
			TemplateFindings{v, !found.Failed(), append(problem.List{}, found...)},
		}, nil
	})
	add(s, op{
		method: http.MethodGet, path: version, id: "readTemplateVersion", tag: "templates", action: app.ReadTemplate, age: maxUpload,
		summary: "Read what is known of a version, with all its faults",
	}, func(ctx context.Context, who app.Principal, in *InVersion) (*struct{ Body TemplateFindings }, error) {
		v, found, err := s.cfg.App.LintVersion(ctx, who, in.slot(), in.Version)
		if err != nil {
			return nil, err
		}
		return &struct{ Body TemplateFindings }{TemplateFindings{v, !found.Failed(), append(problem.List{}, found...)}}, nil
	})
	add(s, op{
		method: http.MethodGet, path: version + "/content", id: "downloadTemplate", tag: "templates", action: app.ReadTemplate,
		summary: "Download the Word file of a version",
	}, func(ctx context.Context, who app.Principal, in *InVersion) (*huma.StreamResponse, error) {
		f, err := s.cfg.App.TemplateFile(ctx, who, in.slot(), in.Version)
		if err != nil {
			return nil, err
		}
		return given(f), nil
	})
	add(s, op{
		method: http.MethodGet, path: version + "/preview", id: "previewTemplate", tag: "templates", action: app.ReadTemplate, age: maxUpload,
		summary: "Fill a version as a draft, with an example or with a project that the caller may read; nothing is kept",
	}, func(ctx context.Context, who app.Principal, in *struct {
		InVersion
		Format  string `query:"format" enum:"docx,pdf" default:"pdf"`
		Project string `query:"project" maxLength:"100" doc:"Id of a saved project of the call; an example without it"`
	},
	) (*huma.StreamResponse, error) {
		f, found, err := s.cfg.App.PreviewTemplate(ctx, who, in.slot(), in.Version, in.Project, in.Format)
		if err != nil {
			return nil, err
		}
		if err := refused(found); err != nil {
			return nil, err
		}
		return given(f), nil
	})
	add(s, op{
		method: http.MethodPost, path: version + "/publication", id: "publishTemplate", tag: "templates", action: app.WriteTemplate, age: maxUpload,
		summary: "Put a version in force for documents from now on; an older one, or 0, rolls back",
	}, func(ctx context.Context, who app.Principal, in *struct {
		InVersion
		IfMatch string `header:"If-Match" doc:"ETag of the template as the caller saw it, or * for whichever"`
	},
	) (*slotAnswer, error) {
		// What is not there is told before how to ask for it.
		if _, err := s.cfg.App.Slot(ctx, who, in.slot()); err != nil {
			return nil, err
		}
		if !who.May(app.WriteTemplate) {
			return nil, app.ErrForbidden
		}
		base, err := tagged(in.IfMatch, "p", 0)
		if err != nil {
			return nil, err
		}
		slot, err := s.cfg.App.PublishTemplate(ctx, who, in.slot(), in.Version, base)
		if errors.Is(err, app.ErrConflict) {
			return nil, failure(http.StatusPreconditionFailed).because("已有他人发布，请重新读取后再试", "somebody published meanwhile; read it again and repeat")
		}
		if err != nil {
			return nil, err
		}
		return inSlot(slot), nil
	})
	add(s, op{
		method: http.MethodGet, path: at + "/comparison", id: "compareTemplates", tag: "templates", action: app.ReadTemplate, age: maxUpload,
		summary: "Compare two versions: fields, paragraphs with their places, tables, page set-up, and the faults of each",
	}, func(ctx context.Context, who app.Principal, in *struct {
		InSlot
		From int `query:"from" minimum:"0" maximum:"1000000" doc:"The older version; 0 comes with the call"`
		To   int `query:"to" required:"true" minimum:"0" maximum:"1000000" doc:"The newer version"`
	},
	) (*struct{ Body app.TemplateComparison }, error) {
		c, err := s.cfg.App.CompareTemplates(ctx, who, in.slot(), in.From, in.To)
		if err != nil {
			return nil, err
		}
		return &struct{ Body app.TemplateComparison }{c}, nil
	})
}
