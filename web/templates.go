package web

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gorilla/mux"

	"tripact/app"
	"tripact/problem"
)

// maxTemplate bounds the form with a Word template, in bytes: a file of the largest size that is opened, and its form.
const maxTemplate = 34 << 20

// templateRoutes adds the pages where clerks upload templates, look at them, compare and publish them.
func (s *Server) templateRoutes(r *mux.Router) {
	const slot, version = "/templates/{call}/{kind}/{lang}", "/templates/{call}/{kind}/{lang}/{version}"
	r.HandleFunc("/templates", s.guard(s.allTemplates)).Methods(http.MethodGet)
	r.HandleFunc(slot, s.guard(s.templateSlot)).Methods(http.MethodGet)
	r.HandleFunc(slot, s.guardUpTo(maxTemplate, s.uploadTemplate)).Methods(http.MethodPost)
	r.HandleFunc(slot+"/compare", s.guard(s.compareTemplates)).Methods(http.MethodGet)
	r.HandleFunc(version, s.guard(s.templateVersion)).Methods(http.MethodGet)
	r.HandleFunc(version+"/file", s.guard(s.templateFile)).Methods(http.MethodGet)
	r.HandleFunc(version+"/preview", s.guard(s.previewTemplate)).Methods(http.MethodGet)
	r.HandleFunc(version+"/publish", s.guard(s.publishTemplate)).Methods(http.MethodPost)
}

func slotOf(r *http.Request) app.TemplateSlot {
	v := mux.Vars(r)
	return app.TemplateSlot{Call: v["call"], Kind: v["kind"], Lang: v["lang"]}
}

// versionOf reads the number of a version; what is no number is one that there is not.
func versionOf(r *http.Request) int {
	n, err := strconv.Atoi(mux.Vars(r)["version"])
	if err != nil {
		return -1
	}
	return n
}

// slotPath is the page of a slot.
func slotPath(s app.SlotTemplates) string {
	return "/templates/" + url.PathEscape(s.Call) + "/" + url.PathEscape(string(s.Kind)) + "/" + url.PathEscape(s.Lang)
}

func langName(lang string) problem.Text {
	if lang == "en" {
		return problem.T("英文", "English")
	}
	return problem.T("中文", "Chinese")
}

func severityName(s problem.Severity) problem.Text {
	switch s {
	case problem.Fail:
		return problem.T("错误", "fault")
	case problem.Warn:
		return problem.T("提醒", "warning")
	case problem.Info:
		return problem.T("说明", "note")
	}
	return problem.T(string(s), string(s))
}

func changeName(c app.TemplateChange) problem.Text {
	switch c.Kind {
	case "added":
		return problem.T("新增", "added")
	case "removed":
		return problem.T("删去", "removed")
	case "text":
		return problem.T("文字", "text")
	case "format":
		return problem.T("格式", "format")
	case "table":
		return problem.T("表格", "table")
	case "page":
		return problem.T("页面设置", "page set-up")
	}
	return problem.T(string(c.Kind), string(c.Kind))
}

// templateFuncs are what the pages of templates ask for.
func templateFuncs() template.FuncMap {
	return template.FuncMap{
		"slotPath": slotPath, "langName": langName, "severity": severityName, "change": changeName, "parted": parted,
		"place": func(lang string, p *problem.Place) string {
			if p == nil {
				return ""
			}
			return p.In(lang)
		},
	}
}

// pieces are a text in which something else stands than in another: what both begin with, what only it has, what both end with.
type pieces struct{ Head, Own, Tail string }

// parted tells where two texts differ.
func parted(a, b string) [2]pieces {
	x, y := []rune(a), []rune(b)
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	j := 0
	for j < len(x)-i && j < len(y)-i && x[len(x)-1-j] == y[len(y)-1-j] {
		j++
	}
	cut := func(r []rune) pieces {
		return pieces{string(r[:i]), string(r[i : len(r)-j]), string(r[len(r)-j:])}
	}
	return [2]pieces{cut(x), cut(y)}
}

func (s *Server) allTemplates(w http.ResponseWriter, r *http.Request, who app.Principal) {
	list, err := s.cfg.Cases.AllTemplates(r.Context(), who)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.show(w, r, http.StatusOK, "templates.html", list)
}

// slotPage is what the page of a slot is made from.
type slotPage struct {
	Slot     app.SlotTemplates
	Note     string // of a form that was refused
	Findings problem.List
}

// Current is the version in force.
func (p slotPage) Current() app.TemplateVersion {
	v, _ := p.Slot.Version(p.Slot.Current)
	return v
}

func (s *Server) templateSlot(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.showSlot(w, r, http.StatusOK, who, slotPage{})
}

func (s *Server) showSlot(w http.ResponseWriter, r *http.Request, status int, who app.Principal, page slotPage) {
	var err error
	if page.Slot, err = s.cfg.Cases.Slot(r.Context(), who, slotOf(r)); err != nil {
		s.refuse(w, r, err)
		return
	}
	s.show(w, r, status, "template.html", page)
}

func (s *Server) uploadTemplate(w http.ResponseWriter, r *http.Request, who app.Principal) {
	refuse := func(status int, note string, f ...problem.Finding) {
		s.showSlot(w, r, status, who, slotPage{Note: note, Findings: f})
	}
	if _, err := s.cfg.Cases.Slot(r.Context(), who, slotOf(r)); err != nil { // before 34 MiB are read
		s.refuse(w, r, err)
		return
	}
	if !who.May(app.WriteTemplate) {
		s.refuse(w, r, app.ErrForbidden)
		return
	}
	// All of it stays in memory: files on the disk would be left there, as the server does not know of this request.
	if err := r.ParseMultipartForm(maxTemplate); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			refuse(http.StatusRequestEntityTooLarge, "", problem.Finding{
				Code: "template.size", Severity: problem.Fail, Message: problem.T("文件过大", "the file is too large"),
				Fix: problem.Fix{ZH: "压缩图片，使文件不超过32 MiB", EN: "compress its pictures: 32 MiB at most"},
			})
			return
		}
		refuse(http.StatusBadRequest, "", problem.Finding{
			Code: "template.form", Severity: problem.Fail, Message: problem.T("文件没有收全", "the file did not arrive whole"),
			Fix: problem.Fix{ZH: "请重新上传", EN: "upload it again"},
		})
		return
	}
	note := r.PostFormValue("note")
	file, _, err := r.FormFile("file")
	if err != nil {
		refuse(http.StatusUnprocessableEntity, note, problem.Finding{
			Code: "template.file", Severity: problem.Fail, Message: problem.T("未选择文件", "no file was chosen"),
			Fix: problem.Fix{ZH: "选择一个 .docx 文件", EN: "choose a .docx file"},
		})
		return
	}
	defer file.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(file)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	v, found, err := s.cfg.Cases.UploadTemplate(r.Context(), who, slotOf(r), data, note)
	if refused := problem.Of(err); refused != nil {
		refuse(http.StatusUnprocessableEntity, note, refused...)
		return
	}
	at := fmt.Sprintf("%s/%d", slotPath(app.SlotTemplates{Call: slotOf(r).Call, Kind: app.Kind(slotOf(r).Kind), Lang: slotOf(r).Lang}), v.Version)
	for _, f := range found {
		if f.Code == "template.same" {
			at += "?same=1"
		}
	}
	s.done(w, r, err, at)
}

// versionPage is what the page of a version is made from.
type versionPage struct {
	slotPage
	Version app.TemplateVersion
	Lint    problem.List
	Same    bool // it was there when it was uploaded again
}

func (s *Server) templateVersion(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.showVersion(w, r, http.StatusOK, who, versionPage{Same: r.URL.Query().Get("same") != ""})
}

func (s *Server) showVersion(w http.ResponseWriter, r *http.Request, status int, who app.Principal, page versionPage) {
	var err error
	if page.Slot, err = s.cfg.Cases.Slot(r.Context(), who, slotOf(r)); err == nil {
		page.Version, page.Lint, err = s.cfg.Cases.LintVersion(r.Context(), who, slotOf(r), versionOf(r))
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.show(w, r, status, "template-version.html", page)
}

func (s *Server) templateFile(w http.ResponseWriter, r *http.Request, who app.Principal) {
	f, err := s.cfg.Cases.TemplateFile(r.Context(), who, slotOf(r), versionOf(r))
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	give(w, f)
}

// give hands a file out.
func give(w http.ResponseWriter, f app.SharedFile) {
	h := w.Header()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", f.Disposition)
	h.Set("Content-Length", strconv.Itoa(len(f.Data)))
	w.Write(f.Data) //nolint:errcheck // the reader has gone
}

// previewTemplate reads format, and number for the application number of a project to show it with.
func (s *Server) previewTemplate(w http.ResponseWriter, r *http.Request, who app.Principal) {
	at, format, number, id := slotOf(r), "pdf", r.URL.Query().Get("number"), ""
	if r.URL.Query().Get("format") == "docx" {
		format = "docx"
	}
	refuse := func(found problem.List) {
		s.showVersion(w, r, http.StatusUnprocessableEntity, who, versionPage{slotPage: slotPage{Findings: found}})
	}
	if number != "" {
		list, _, err := s.cfg.Cases.ListProjects(r.Context(), who, app.ProjectQuery{Call: at.Call, Text: number})
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		for _, p := range list {
			if p.Number == number {
				id = p.ID
			}
		}
		if id == "" {
			refuse(problem.List{{
				Code: "template.number", Severity: problem.Fail, Found: number,
				Message: problem.T("没有这个申报编号的项目", "there is no project with this application number"),
				Fix:     problem.Fix{ZH: "核对申报编号", EN: "check the number"},
			}})
			return
		}
	}
	f, found, err := s.cfg.Cases.PreviewTemplate(r.Context(), who, at, versionOf(r), id, format)
	switch {
	case err != nil:
		s.refuse(w, r, err)
	case found.Failed():
		refuse(found)
	default:
		give(w, f)
	}
}

// publishTemplate reads base, what the page showed as the last publication.
func (s *Server) publishTemplate(w http.ResponseWriter, r *http.Request, who app.Principal) {
	base, err := strconv.Atoi(r.PostFormValue("base"))
	if err != nil || base < 0 {
		base = 0
	}
	slot, err := s.cfg.Cases.PublishTemplate(r.Context(), who, slotOf(r), versionOf(r), base)
	switch found := problem.Of(err); {
	case found != nil:
		s.showVersion(w, r, http.StatusUnprocessableEntity, who, versionPage{slotPage: slotPage{Findings: problem.List{{
			Code: "template.faults", Severity: problem.Fail, Message: problem.T("该版本有错误，不能发布", "this version has faults and cannot be published"),
			Fix: problem.Fix{ZH: "按下表改正后重新上传", EN: "mend them as the list says, and upload it again"},
		}}}})
	case errors.Is(err, app.ErrConflict):
		s.showVersion(w, r, http.StatusConflict, who, versionPage{slotPage: slotPage{Findings: problem.List{{
			Code: "template.published", Severity: problem.Fail, Message: problem.T("此间已有他人发布了另一版本", "somebody else published another version meanwhile"),
			Fix: problem.Fix{ZH: "核对现在在用的版本，确认后再发布", EN: "look at what is in force now, and publish again if you still want to"},
		}}}})
	default:
		s.done(w, r, err, slotPath(slot))
	}
}

// comparePage is what the page of a comparison is made from.
type comparePage struct {
	Slot app.SlotTemplates
	app.TemplateComparison
}

// Same reports whether nothing differs.
func (p comparePage) Same() bool {
	return len(p.Added)+len(p.Removed)+len(p.Changes)+len(p.Parts) == 0
}

func (s *Server) compareTemplates(w http.ResponseWriter, r *http.Request, who app.Principal) {
	slot, err := s.cfg.Cases.Slot(r.Context(), who, slotOf(r))
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	from, err1 := strconv.Atoi(r.URL.Query().Get("from"))
	to, err2 := strconv.Atoi(r.URL.Query().Get("to"))
	if errors.Join(err1, err2) != nil {
		s.notFound(w, r)
		return
	}
	c, err := s.cfg.Cases.CompareTemplates(r.Context(), who, slotOf(r), from, to)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.show(w, r, http.StatusOK, "template-compare.html", comparePage{Slot: slot, TemplateComparison: c})
}
