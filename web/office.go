package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"tripact/app"
	"tripact/problem"
	"tripact/project"
)

// officeRoutes adds the pages of an office's day: projects, approval lists, batches and their links.
func (s *Server) officeRoutes(r *mux.Router) {
	r.HandleFunc("/", s.guard(s.index)).Methods(http.MethodGet)
	r.HandleFunc("/projects/{project}", s.guard(s.project)).Methods(http.MethodGet)
	r.HandleFunc("/projects/{project}/documents", s.guard(s.makeDocument)).Methods(http.MethodPost)
	r.HandleFunc("/projects/{project}/differences.{format:xlsx|pdf|docx}", s.guard(s.differences)).Methods(http.MethodGet)
	r.HandleFunc("/documents/{id}", s.guard(s.download)).Methods(http.MethodGet)
	r.HandleFunc("/approvals", s.guard(s.approvalForm)).Methods(http.MethodGet)
	r.HandleFunc("/approvals", s.guardUpTo(maxUpload, s.approvals)).Methods(http.MethodPost)
	r.HandleFunc("/batches", s.guard(s.batches)).Methods(http.MethodGet)
	r.HandleFunc("/batches/{batch}", s.guard(s.batch)).Methods(http.MethodGet)
	r.HandleFunc("/batches/{batch}/archive", s.guard(s.archive)).Methods(http.MethodGet)
	r.HandleFunc("/batches/{batch}/cancel", s.guard(s.turnBatch(s.cfg.Cases.CancelBatch))).Methods(http.MethodPost)
	r.HandleFunc("/batches/{batch}/resume", s.guard(s.turnBatch(s.cfg.Cases.ResumeBatch))).Methods(http.MethodPost)
	r.HandleFunc("/batches/{batch}/links", s.guard(s.batchLinks)).Methods(http.MethodPost)
}

// pageOf is how many projects or batches a page shows.
const pageOf = 20

// indexPage is what the list of projects is made from.
type indexPage struct {
	Calls []app.CallName
	Query app.ProjectQuery
	List  []app.ProjectSummary
	Next  string // query of the next page, "" after the last
}

func (s *Server) index(w http.ResponseWriter, r *http.Request, who app.Principal) {
	if !who.May(app.ReadProject) { // looks after members or templates alone
		http.Redirect(w, r, map[bool]string{true: "/templates", false: "/account"}[who.May(app.ReadTemplate)], http.StatusSeeOther)
		return
	}
	form := r.URL.Query()
	page := indexPage{Calls: s.cfg.Cases.Calls(), Query: app.ProjectQuery{Call: form.Get("call"), Text: form.Get("q"), After: form.Get("after"), Limit: pageOf}}
	var next string
	var err error
	page.List, next, err = s.cfg.Cases.Projects(r.Context(), who, page.Query)
	if errors.Is(err, app.ErrPage) {
		s.notFound(w, r)
		return
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if next != "" {
		page.Next = url.Values{"call": {page.Query.Call}, "q": {page.Query.Text}, "after": {next}}.Encode()
	}
	s.show(w, r, http.StatusOK, "index.html", page)
}

// projectPage is what the page of a project is made from.
type projectPage struct {
	app.ProjectView

	Makes    []app.Kind
	Findings problem.List
}

func (s *Server) project(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.showProject(w, r, who, http.StatusOK, nil)
}

func (s *Server) showProject(w http.ResponseWriter, r *http.Request, who app.Principal, status int, found problem.List) {
	v, err := s.cfg.Cases.ProjectView(r.Context(), who, mux.Vars(r)["project"])
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.show(w, r, status, "project.html", projectPage{ProjectView: v, Makes: who.Makes(), Findings: found})
}

// makeDocument makes one document of a project, Word and PDF.
func (s *Server) makeDocument(w http.ResponseWriter, r *http.Request, who app.Principal) {
	id := mux.Vars(r)["project"]
	kinds, found := app.ParseKinds(r.PostFormValue("kind"))
	if found.Failed() {
		s.showProject(w, r, who, http.StatusUnprocessableEntity, found)
		return
	}
	_, found, err := s.cfg.Cases.Issue(r.Context(), who, []string{id}, app.Request{
		Kinds: kinds, DOCX: true, PDF: true, Draft: r.PostFormValue("draft") != "", On: project.DateOf(s.cfg.Now()),
	})
	switch {
	case err != nil:
		s.refuse(w, r, err)
	case found.Failed():
		s.showProject(w, r, who, http.StatusUnprocessableEntity, found)
	default:
		http.Redirect(w, r, "/projects/"+id, http.StatusSeeOther)
	}
}

func (s *Server) differences(w http.ResponseWriter, r *http.Request, who app.Principal) {
	format := mux.Vars(r)["format"]
	data, err := s.cfg.Cases.DifferenceFile(r.Context(), who, []string{mux.Vars(r)["project"]}, project.DateOf(s.cfg.Now()), format, lang(r))
	if found := problem.Of(err); found != nil {
		s.showProject(w, r, who, http.StatusUnprocessableEntity, found)
		return
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", map[string]string{
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf",
		"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	}[format])
	h.Set("Content-Disposition", `attachment; filename="differences.`+format+`"`)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	w.Write(data) //nolint:errcheck // the reader has gone
}

// Limits of an approval list that is sent by a page. Its second step sends it again as text.
const (
	maxListFile = 4 << 20
	maxUpload   = maxListFile*4/3 + 64<<10
)

// approvalsPage is what the page of approval lists is made from.
type approvalsPage struct {
	Calls    []app.CallName
	Makes    []app.Kind
	Call     string
	Kind     string
	On       string
	Key      string // of this form: sent twice, it works once
	List     string // the workbook in base64, for the second step
	Done     *app.ApprovalImport
	Saved    bool
	Stand    int // rows that stand
	Refused  int
	Findings problem.List // about the list as a whole
}

func (s *Server) approvalForm(w http.ResponseWriter, r *http.Request, who app.Principal) {
	if !who.May(app.WriteApproval) {
		s.refuse(w, r, app.ErrForbidden)
		return
	}
	s.show(w, r, http.StatusOK, "approvals.html", s.approvalsPage(r, who))
}

func (s *Server) approvalsPage(r *http.Request, who app.Principal) approvalsPage {
	p := approvalsPage{
		Calls: s.cfg.Cases.Calls(), Makes: who.Makes(), Call: r.PostFormValue("call"), Kind: r.PostFormValue("kind"), On: r.PostFormValue("on"), Key: secret(),
	}
	if p.On == "" {
		p.On = project.DateOf(s.cfg.Now()).String()
	}
	return p
}

// approvals shows what would become of the rows of a list, and then, sent again with it, takes them and starts their batch.
func (s *Server) approvals(w http.ResponseWriter, r *http.Request, who app.Principal) {
	if !who.May(app.WriteApproval) {
		s.refuse(w, r, app.ErrForbidden)
		return
	}
	data, err := uploaded(r)
	page := s.approvalsPage(r, who)
	on, dayErr := project.ParseDate(page.On)
	switch {
	case err != nil:
		page.Findings.Add(problem.Finding{
			Code: "approvals.file", Severity: problem.Fail, Message: problem.T("没有收到文件，或文件过大", "no file came, or it is too large"),
			Fix: problem.Fix{ZH: "请选择不超过4 MiB的Excel工作簿（.xlsx）", EN: "choose an Excel workbook (.xlsx) of at most 4 MiB"},
		})
	case dayErr != nil:
		page.Findings.Add(problem.Finding{
			Code: "approvals.on", Severity: problem.Fail, Found: page.On, Message: problem.T("不是日期", "this is not a date"),
			Fix: problem.Fix{ZH: "请写成2025-12-20的形式", EN: "write it as 2025-12-20"},
		})
	}
	if page.Findings.Failed() {
		s.show(w, r, http.StatusUnprocessableEntity, "approvals.html", page)
		return
	}
	page.Saved = r.PostFormValue("step") == "save"
	var documents *app.BatchRequest
	if page.Kind != "" {
		documents = &app.BatchRequest{Kind: app.Kind(page.Kind), Formats: []string{"docx", "pdf"}}
	}
	done, err := s.importOnce(r.Context(), who, r.PostFormValue("key"), page, data, on, documents)
	if found := problem.Of(err); found != nil {
		page.Findings = found
		s.show(w, r, http.StatusUnprocessableEntity, "approvals.html", page)
		return
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	page.Done, page.List = &done, base64.StdEncoding.EncodeToString(data)
	for _, row := range done.Rows {
		if row.State == app.ListRefused {
			page.Refused++
		} else {
			page.Stand++
		}
	}
	if page.Saved && done.Batch != nil && page.Refused == 0 {
		http.Redirect(w, r, "/batches/"+done.Batch.ID, http.StatusSeeOther)
		return
	}
	s.show(w, r, http.StatusOK, "approvals.html", page)
}

// importOnce takes a list; what is saved is saved once for a form, however often it is sent.
func (s *Server) importOnce(ctx context.Context, who app.Principal, key string, page approvalsPage, data []byte, on project.Date, documents *app.BatchRequest) (app.ApprovalImport, error) {
	if !page.Saved || key == "" || len(key) > 100 {
		return s.cfg.Cases.ImportApprovals(ctx, who, page.Call, data, on, !page.Saved, documents)
	}
	sum := sha256.New()
	for _, part := range []string{page.Call, page.Kind, page.On, string(data)} {
		one := sha256.Sum256([]byte(part))
		sum.Write(one[:])
	}
	var failed error
	_, answer, err := s.cfg.Cases.Once(ctx, who, "page/"+key, hex.EncodeToString(sum.Sum(nil)), true, func(ctx context.Context) (int, []byte, bool) {
		done, err := s.cfg.Cases.ImportApprovals(ctx, who, page.Call, data, on, false, documents)
		if failed = err; err != nil {
			return 0, nil, false
		}
		text, err := json.Marshal(done)
		failed = err
		return http.StatusOK, text, err == nil
	})
	var done app.ApprovalImport
	if err = errors.Join(err, failed); err != nil {
		return done, err
	}
	return done, json.Unmarshal(answer, &done)
}

// uploaded reads the workbook of a form: a file or, in the second step, its text.
func uploaded(r *http.Request) ([]byte, error) {
	if err := r.ParseMultipartForm(maxUpload); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, err
	}
	if text := r.PostFormValue("list"); text != "" {
		return base64.StdEncoding.DecodeString(text)
	}
	f, _, err := r.FormFile("file")
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read from
	data, err := io.ReadAll(io.LimitReader(f, maxListFile+1))
	if err == nil && (len(data) == 0 || len(data) > maxListFile) {
		err = errors.New("no file of a list's size")
	}
	return data, err
}

// batchesPage is what the list of batches is made from.
type batchesPage struct {
	List []app.Batch
	Next string // id, "" after the last
}

func (s *Server) batches(w http.ResponseWriter, r *http.Request, who app.Principal) {
	list, err := s.cfg.Cases.Batches(r.Context(), who, r.URL.Query().Get("after"), pageOf+1)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	page := batchesPage{List: list}
	if len(list) > pageOf {
		page.List, page.Next = list[:pageOf], list[pageOf-1].ID
	}
	s.show(w, r, http.StatusOK, "batches.html", page)
}

// batchPage is what the page of a batch is made from.
type batchPage struct {
	app.Batch

	State string         // of the rows that are shown, "" for all
	Rows  []app.BatchRow // by position
	More  int            // rows that are not shown
	May   bool           // turn it
	Links []madeLink
}

// madeLink is a link that was made for a document of a batch.
type madeLink struct {
	Label, Name, URL string
	Expires          time.Time
}

// maxRows bounds the rows that the page of a batch shows.
const maxRows = 500

func (s *Server) batch(w http.ResponseWriter, r *http.Request, who app.Principal) {
	s.showBatch(w, r, who, nil)
}

func (s *Server) showBatch(w http.ResponseWriter, r *http.Request, who app.Principal, links []madeLink) {
	b, rows, err := s.batchRows(r.Context(), who, mux.Vars(r)["batch"])
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	page := batchPage{Batch: b, State: r.URL.Query().Get("state"), Links: links, May: slices.Contains(who.Makes(), b.Request.Kind)}
	for _, row := range rows {
		switch {
		case page.State != "" && row.State != page.State:
		case len(page.Rows) == maxRows:
			page.More++
		default:
			page.Rows = append(page.Rows, row)
		}
	}
	if !b.Over && r.Method == http.MethodGet {
		w.Header().Set("Refresh", "3") // the page follows the batch without a script
	}
	s.show(w, r, http.StatusOK, "batch.html", page)
}

// batchRows reads a batch with all its rows, by position.
func (s *Server) batchRows(ctx context.Context, who app.Principal, id string) (app.Batch, []app.BatchRow, error) {
	b, err := s.cfg.Cases.Batch(ctx, who, id)
	if err != nil {
		return b, nil, err
	}
	const most = 500
	rows := map[int]app.BatchRow{}
	for seq := int64(0); ; {
		list, err := s.cfg.Cases.BatchRows(ctx, who, id, seq, most)
		if err != nil {
			return b, nil, err
		}
		for _, row := range list {
			rows[row.Position], seq = row, row.Seq
		}
		if len(list) < most {
			break
		}
	}
	sorted := make([]app.BatchRow, 0, len(rows))
	for i := 1; i <= b.Total; i++ {
		if row, ok := rows[i]; ok {
			sorted = append(sorted, row)
		}
	}
	return b, sorted, nil
}

func (s *Server) archive(w http.ResponseWriter, r *http.Request, who app.Principal) {
	id := mux.Vars(r)["batch"]
	if _, err := s.cfg.Cases.Batch(r.Context(), who, id); err != nil {
		s.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="`+id+`.zip"`)
	if err := s.cfg.Cases.WriteBatch(r.Context(), who, id, w); err != nil {
		panic(http.ErrAbortHandler) // so that nobody takes half a file for a whole one
	}
}

func (s *Server) turnBatch(turn func(context.Context, app.Principal, string) error) member {
	return func(w http.ResponseWriter, r *http.Request, who app.Principal) {
		id := mux.Vars(r)["batch"]
		s.done(w, r, turn(r.Context(), who, id), "/batches/"+id)
	}
}

// batchLinks makes a revocable link to every document of a batch and shows them, to be copied into a message or a table.
func (s *Server) batchLinks(w http.ResponseWriter, r *http.Request, who app.Principal) {
	if !who.May(app.ManageLinks) || !who.May(app.ReadDocument) {
		s.refuse(w, r, app.ErrForbidden)
		return
	}
	_, rows, err := s.batchRows(r.Context(), who, mux.Vars(r)["batch"])
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	hours, err := strconv.Atoi(r.PostFormValue("hours"))
	if err != nil || hours < 1 || hours > 7*24 {
		plain(w, http.StatusUnprocessableEntity, "hours: 1 to 168")
		return
	}
	var links []madeLink
	for _, row := range rows {
		for _, id := range row.Documents {
			d, err := s.cfg.Cases.Document(r.Context(), who, id)
			if err != nil {
				s.refuse(w, r, err)
				return
			}
			if want := r.PostFormValue("format"); want != "" && d.Format != want {
				continue
			}
			l, err := s.cfg.Cases.CreateLink(r.Context(), who, id, time.Duration(hours)*time.Hour, 0)
			if err != nil {
				s.linkFailed(w, r, err)
				return
			}
			links = append(links, madeLink{row.Label, d.FileName, s.cfg.Public + "/d/" + l.Token, l.ExpiresAt})
		}
	}
	s.showBatch(w, r, who, links)
}

// lines are links as lines that a spreadsheet takes, by tabs.
func lines(list []madeLink) string {
	var b bytes.Buffer
	for _, l := range list {
		b.WriteString(l.Label + "\t" + l.Name + "\t" + l.URL + "\n")
	}
	return b.String()
}

// stateNames are the states of rows.
var stateNames = map[string]problem.Text{
	"waiting": problem.T("等待", "waiting"), "running": problem.T("生成中", "being made"), "done": problem.T("完成", "done"),
	"refused": problem.T("未通过", "refused"), "failed": problem.T("故障", "failed"), "cancelled": problem.T("已取消", "cancelled"),
}

// stateCount is how many rows of a batch are in a state.
type stateCount struct {
	State string
	Name  problem.Text
	Count int
}

// states counts the rows of a batch, without states that none is in.
func states(b app.Batch) (list []stateCount) {
	for _, s := range []stateCount{
		{State: "waiting", Count: b.Waiting},
		{State: "running", Count: b.Running},
		{State: "done", Count: b.Done},
		{State: "refused", Count: b.Refused},
		{State: "failed", Count: b.Failed},
		{State: "cancelled", Count: b.Cancelled},
	} {
		if s.Count > 0 {
			s.Name = stateNames[s.State]
			list = append(list, s)
		}
	}
	return list
}
