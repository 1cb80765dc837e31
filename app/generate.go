package app

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"tripact/problem"
	"tripact/programme"
	"tripact/project"
	"tripact/render"
	"tripact/render/fill"
	"tripact/render/pdf"
	"tripact/templates"
)

// Request says which documents to make of some projects.
type Request struct {
	Kinds     []Kind
	DOCX, PDF bool
	Draft     bool         // a draft may have failed findings and missing values, and says that it is a draft
	Lang      string       // "zh" or "en", "" for the language in which the call's document is written
	On        project.Date // the day whose rules apply
	Version   int          // printed on the document, from 1; 0 is 1

	// version, if set, decides the version instead, from what the document depends on.
	version func(ctx context.Context, f File) (int, error)
	// current, if set, gives the template in force in place of the one that comes with the call, and its number.
	current func(ctx context.Context, b *templates.Bundle, shipped *templates.Template) (*templates.Template, int, error)
	// trial asks a draft for the places of signatures, too, as a final document does.
	trial bool
}

// Provenance is all that a document depends on: the same provenance gives the same bytes. Digests are SHA-256 in hex.
type Provenance struct {
	Call           string   `json:"call"`
	CallDigest     string   `json:"call_digest"`
	TemplateDigest string   `json:"template_digest"`
	FontsDigest    string   `json:"fonts_digest"`
	DataDigests    []string `json:"data_digests"` // of each project in canonical JSON, in the order of the document
	Program        string   `json:"program"`      // version of this program

	// TemplateVersion is the number of the template that was uploaded, 0 for the one that comes with the call. TemplateDigest
	// tells which bytes they were: the number is for people, and no other bytes come of it.
	TemplateVersion int `json:"template_version,omitempty"`
}

// File is one generated file.
type File struct {
	Kind       Kind       `json:"kind"`
	Lang       string     `json:"lang"`
	Format     string     `json:"format"` // "docx" or "pdf"
	Name       string     `json:"name"`   // with extension, safe on every file system
	Version    int        `json:"version"`
	Draft      bool       `json:"draft"`
	Code       string     `json:"code"`     // printed on each page
	Projects   []string   `json:"projects"` // application numbers
	SHA256     string     `json:"sha256"`
	Pages      int        `json:"pages,omitempty"`
	Provenance Provenance `json:"provenance"`
	Data       []byte     `json:"-"`
}

// MediaType is the file's MIME type.
func (f File) MediaType() string {
	if f.Format == "pdf" {
		return "application/pdf"
	}
	return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
}

// Generate makes every document asked for, in the order of kinds and projects; projects of one managing unit share one
// recommendation letter. Findings that stop nothing come back beside the files. When anything fails there are no files at
// all, and the findings of every document come back together.
func (a *App) Generate(ctx context.Context, projects []*project.Project, req Request) ([]File, problem.List) {
	var tasks []task
	for _, k := range req.Kinds {
		if k == RecommendationLetter {
			for _, group := range byManagingUnit(projects) {
				tasks = append(tasks, task{kind: k, projects: group})
			}
			continue
		}
		for _, p := range projects {
			tasks = append(tasks, task{kind: k, projects: []*project.Project{p}})
		}
	}
	type result struct {
		files []File
		found problem.List
	}
	results := make([]result, len(tasks))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(tasks)) {
		wg.Go(func() {
			for i := range next {
				results[i].files, results[i].found = a.inTurn(ctx, tasks[i], req)
			}
		})
	}
	for i := range tasks {
		next <- i
	}
	close(next)
	wg.Wait()

	var (
		files []File
		found problem.List
	)
	for _, r := range results {
		files = append(files, r.files...)
		found.Add(r.found...)
	}
	found = unique(found)
	found.Add(clash(files)...)
	if found.Failed() {
		return nil, found
	}
	return files, found
}

// unique drops findings said more than once, as each document of a project brings the findings of the same checks.
func unique(found problem.List) problem.List {
	seen := map[string]bool{}
	return slices.DeleteFunc(found, func(f problem.Finding) bool {
		key, err := json.Marshal(f)
		if err != nil || seen[string(key)] {
			return err == nil
		}
		seen[string(key)] = true
		return false
	})
}

// clash refuses two files of one name: the second would overwrite the first.
func clash(files []File) problem.List {
	var found problem.List
	seen := map[string]bool{}
	for _, f := range files {
		if seen[f.Name] {
			found.Add(sameName(f.Name))
		}
		seen[f.Name] = true
	}
	return found
}

func sameName(name string) problem.Finding {
	return problem.Finding{
		Code: "generate.name", Severity: problem.Fail, Found: name,
		Message: problem.T("两个文件同名，后者会覆盖前者", "two files have the same name, and one would overwrite the other"),
		Fix:     problem.Fix{ZH: "检查项目的申报编号或合同编号是否重复", EN: "check whether two projects have the same application or contract number"},
	}
}

// task is one document to make.
type task struct {
	kind     Kind
	projects []*project.Project // one, or several for a letter
}

// byManagingUnit groups projects by call and managing unit, keeping the order of first appearance.
func byManagingUnit(projects []*project.Project) [][]*project.Project {
	type key struct{ call, uscc, name, letter string }
	var groups [][]*project.Project
	at := map[key]int{}
	for _, p := range projects {
		k := key{call: p.Call, uscc: p.Managing.USCC, name: p.Managing.NameCN}
		if p.Rec != nil {
			k.letter = p.Rec.DocNo
		}
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], p)
	}
	return groups
}

// inTurn makes one document when a core is free for it.
func (a *App) inTurn(ctx context.Context, t task, req Request) (files []File, found problem.List) {
	err := a.queue.render(ctx, a.cfg.Now, func() {
		begun := a.cfg.Now()
		files, found = a.document(ctx, t, req)
		outcome := "made"
		if found.Failed() {
			outcome = "refused"
		}
		if ctx.Err() != nil {
			outcome = "failed"
		}
		a.cfg.Meter.Rendered(t.kind, outcome, a.cfg.Now().Sub(begun))
		for _, f := range found {
			a.cfg.Meter.Found(f.Severity)
		}
	})
	if err != nil {
		return nil, problem.List{internal("generate.cancelled", err)}
	}
	return files, found
}

// document makes one document in the formats asked for.
func (a *App) document(ctx context.Context, t task, req Request) ([]File, problem.List) {
	first := t.projects[0]
	bundle, template, found := a.template(first, t.kind, req.Lang)
	if found.Failed() {
		return nil, found
	}
	uploaded := 0
	if req.current != nil {
		var err error
		if template, uploaded, err = req.current(ctx, bundle, template); err != nil {
			found.Add(internal("generate.template", err))
			return nil, found
		}
	}
	compiled, more := template.Compiled()
	found.Add(more...)
	if t.kind == ReviewNotice && first.Review != nil {
		reviewed := *first
		r, more := a.Review(first, req.On)
		if req.Draft && first.Review.Result != "" { // without a result not even a draft can say what it is
			more = warned(more)
		}
		if found.Add(more...); r != nil {
			reviewed.Review = r.Review
			if template.Lang == "en" {
				found.Add(inEnglish(r.Review)...)
			}
		}
		first, t.projects = &reviewed, []*project.Project{&reviewed}
	}
	for _, p := range t.projects {
		found.Add(a.ready(p, t.kind, req)...)
	}
	if found.Failed() {
		return nil, found
	}
	values, more := values(t)
	found.Add(more...)
	if found.Failed() {
		return nil, found
	}
	file := File{
		Kind: t.kind, Lang: template.Lang, Draft: req.Draft, Version: max(req.Version, 1),
	}
	var err error
	if file.Provenance, err = a.provenance(bundle, template, t.projects); err != nil {
		found.Add(internal("generate.digest", err))
		return nil, found
	}
	file.Provenance.TemplateVersion = uploaded
	for _, p := range t.projects {
		file.Projects = append(file.Projects, p.Project.AppNo)
	}
	if req.version != nil {
		v, err := req.version(ctx, file)
		if err != nil {
			found.Add(internal("generate.version", err))
			return nil, found
		}
		file.Version = v
	}
	digest, code := file.codes()
	file.Code = code
	nameTopics(values, bundle.Call)
	both(values, "call", "通知", bundle.Call.Values(first))
	both(values, "doc", "文件", documentValues(file, digest, a.cfg.Version))
	name := fileName(bundle.Call, t.kind, file.Lang, first, req.On)
	missing := fill.Strict
	if req.Draft {
		missing = fill.Mark
	}
	out, more := a.engine.Render(ctx, render.Job{
		Template: compiled, Data: values, Missing: missing,
		Formats: render.Formats{DOCX: req.DOCX, PDF: req.PDF},
		Info: pdf.Options{
			Title: name, Author: author(t.kind, first), Lang: bcp47(file.Lang), Seed: code, Signatures: signatures(t.kind, req),
			PageCode: file.pageText(),
		},
	})
	for i := range more {
		if more[i].File == "" {
			more[i].File = template.File
		}
	}
	found.Add(more...)
	if found.Failed() {
		return nil, found
	}
	file.Pages = out.Pages
	file.Name = fmt.Sprintf("%s_v%d", name, file.Version)
	if req.Draft {
		file.Name += map[string]string{"zh": "_草稿", "en": "_draft"}[file.Lang]
	}
	return file.formats(out), found
}

// pageText is what the QR code of a document says: its code without hyphens and its version, in characters of which twenty make the smallest symbol.
// In PDF files the code of each page says the page, too.
func (f File) pageText() string { return strings.ReplaceAll(f.Code, "-", "") + "/" + f.versionText() }

// provenance tells what a document of projects depends on.
func (a *App) provenance(bundle *templates.Bundle, template *templates.Template, projects []*project.Project) (Provenance, error) {
	p := Provenance{
		Call: bundle.Call.ID, CallDigest: bundle.CallHash, TemplateDigest: template.Hash, FontsDigest: a.cfg.Fonts.Digest(), Program: a.cfg.Version,
	}
	for _, one := range projects {
		d, err := dataDigest(one)
		if err != nil {
			return p, err
		}
		p.DataDigests = append(p.DataDigests, d)
	}
	return p, nil
}

// fileName is what a document's files are called, without version and format.
func fileName(call *programme.Call, kind Kind, lang string, first *project.Project, on project.Date) string {
	name, ok := call.FileName(string(kind), lang, first, on)
	if !ok {
		return string(kind) + "_" + first.Project.AppNo
	}
	return name
}

func (f File) versionText() string { return strconv.Itoa(f.Version) }

// formats returns a File for each format in out, all alike but for their bytes.
func (f File) formats(out *render.Output) []File {
	var files []File
	for _, o := range []struct {
		format string
		data   []byte
	}{{"docx", out.DOCX}, {"pdf", out.PDF}} {
		if o.data == nil {
			continue
		}
		sum := sha256.Sum256(o.data)
		g := f
		g.Format, g.Data, g.SHA256, g.Name = o.format, o.data, hex.EncodeToString(sum[:]), f.Name+"."+o.format
		files = append(files, g)
	}
	return files
}

// template finds the call of a project and its template of a kind, in lang or in the language it is written in.
func (a *App) template(p *project.Project, kind Kind, lang string) (*templates.Bundle, *templates.Template, problem.List) {
	bundle, found := a.bundle(p)
	if found.Failed() {
		return nil, nil, found
	}
	t, found := bundle.Template(string(kind), lang)
	return bundle, t, found
}

// bundle finds the call that a project names.
func (a *App) bundle(p *project.Project) (*templates.Bundle, problem.List) {
	if b, ok := a.cfg.Templates.Call(p.Call); ok {
		return b, nil
	}
	var have []string
	for _, c := range a.cfg.Templates.Calls() {
		have = append(have, c.ID)
	}
	return nil, problem.List{{
		Code: "generate.call", Severity: problem.Fail, Path: "/call", Found: p.Call,
		Message: problem.T("没有这个申报通知", "there is no such call"),
		Fix:     problem.Fix{ZH: "可用的有：" + strings.Join(have, "、"), EN: "use one of: " + strings.Join(have, ", ")},
	}}
}

// ready tells what keeps a final document from being made. For a draft, failures are told as warnings.
func (a *App) ready(p *project.Project, kind Kind, req Request) problem.List {
	var found problem.List
	missing := func(ok bool, path, zh, en string) {
		if !ok {
			found.Add(problem.Finding{
				Code: "generate.part", Severity: problem.Fail, Path: path, File: p.Project.AppNo,
				Message: problem.Tf("缺少%[1]s，无法生成%[3]s", "%[2]s is missing: no %[4]s can be made", zh, en, kind.Name().ZH, kind.Name().EN),
				Fix:     problem.Fix{ZH: "在项目文件中补充" + path, EN: "add " + path + " to the project file"},
			})
		}
	}
	switch kind {
	case ApplicationForm:
	case RecommendationLetter:
		missing(p.Rec != nil, "/rec", "推荐信息", "the recommendation")
	case ReviewNotice:
		missing(p.Review != nil, "/review", "形式审查结果", "the result of the format review")
	case Contract:
		missing(p.Approval != nil, "/approval", "立项信息", "the approval")
		missing(p.Contract != nil, "/contract", "合同信息", "the contract part")
	}
	if found.Failed() {
		return found
	}
	checks := a.Check(p, kind.stage(), req.On)
	if req.Draft || kind == ReviewNotice && p.Review.Result != Accepted {
		// A notice that returns an application reports what is wrong with it, and a draft is there to be mended: neither is stopped by it.
		checks = warned(checks)
	}
	found.Add(checks...)
	for i := range found {
		if found[i].File == "" {
			found[i].File = p.Project.AppNo // which of the projects it is about
		}
	}
	return found
}

// warned tells failures as warnings.
func warned(list problem.List) problem.List {
	for i := range list {
		if list[i].Severity == problem.Fail {
			list[i].Severity = problem.Warn
		}
	}
	return list
}

// CheckResult is the answer of `tripact check` for one project.
type CheckResult struct {
	File     string       `json:"file"`
	Stage    string       `json:"stage"`
	OK       bool         `json:"ok"`
	Findings problem.List `json:"findings"`
}

// Check tests a project at a stage: its own consistency and the rules of its call in force on that day.
func (a *App) Check(p *project.Project, stage programme.Stage, on project.Date) problem.List {
	bundle, found := a.bundle(p)
	if found.Failed() {
		return found
	}
	found = p.Check()
	found.Add(bundle.Call.Check(p, stage, on)...)
	found.Worst()
	return found
}

// values are what the template of a task sees, besides the groups of the call and of the document.
func values(t task) (map[string]any, problem.List) {
	if t.kind == RecommendationLetter {
		return project.LetterValues(t.projects)
	}
	return t.projects[0].Values(), nil
}

// nameTopics puts the call's names of topics into the sums of a letter, where the project data has only their ids.
func nameTopics(values map[string]any, call *programme.Call) {
	groups, _ := values["by_topic"].([]any)
	for _, g := range groups {
		if group, ok := g.(map[string]any); ok {
			id, _ := group["topic"].(string)
			if t, ok := call.Topic(id); ok {
				both(group, "name", "专题名称", t.Name.ZH)
			}
		}
	}
}

func both(m map[string]any, en, zh string, v any) { m[en], m[zh] = v, v }

// dataDigest is the SHA-256 of a project in canonical JSON: what is printed depends on it and not on how the input was laid out.
func dataDigest(p *project.Project) (string, error) {
	data, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	return sum(string(data)), nil
}

// sum is the SHA-256 of texts, each on a line, in lower-case hex.
func sum(texts ...string) string {
	s := sha256.Sum256([]byte(strings.Join(texts, "\n")))
	return hex.EncodeToString(s[:])
}

// pageCode spells codes without letters that are taken for digits.
var pageCode = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// codes returns the digest that a document's footer prints and the code that each page carries. Both follow from the data, the call,
// the template, the fonts and what kind of document it is.
func (f File) codes() (digest, code string) {
	p := f.Provenance
	h := sha256.New()
	fmt.Fprintf(h, "tripact document\n%s\n%s\n%d\n%t\n%s\n%s\n%s\n%s\n", f.Kind, f.Lang, f.Version, f.Draft, p.Call, p.CallDigest, p.TemplateDigest, p.FontsDigest)
	for _, d := range p.DataDigests {
		fmt.Fprintln(h, d)
	}
	sum := h.Sum(nil)
	c := pageCode.EncodeToString(sum[8:16])[:12]
	return hex.EncodeToString(sum[:8]), c[:4] + "-" + c[4:8] + "-" + c[8:]
}

// signatures are the empty fields of a final contract, one for each party, at the bookmarks of its template. They are made with the file:
// a field added later would change what others have signed.
func signatures(kind Kind, req Request) []pdf.Signature {
	if kind != Contract || req.Draft && !req.trial {
		return nil
	}
	return []pdf.Signature{
		{Anchor: "签章_甲方", Name: "party_a", Label: "甲方签章"},
		{Anchor: "签章_乙方", Name: "party_b", Label: "乙方签章"},
		{Anchor: "签章_丙方", Name: "party_c", Label: "丙方签章"},
	}
}

func author(kind Kind, p *project.Project) string {
	switch kind {
	case ApplicationForm:
		return p.Lead.NameEN
	case RecommendationLetter:
		return p.Managing.NameCN
	case ReviewNotice, Contract:
		if p.Contract != nil {
			return p.Contract.Bureau.NameCN
		}
	}
	return ""
}

func bcp47(lang string) string {
	if lang == "en" {
		return "en-GB"
	}
	return "zh-CN"
}

func internal(code string, err error) problem.Finding {
	return problem.Finding{Code: code, Severity: problem.Fail, Message: problem.Tf("程序内部错误：%v", "internal error: %v", err)}
}
