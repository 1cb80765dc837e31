package app

import (
	"strconv"

	"tripact/problem"
	"tripact/project"
)

// PreviewValues is what a template for documents of this kind gets for projects of a call, as a first version and a
// draft of it: to see a template filled before any document is made with it. Letters need projects with recommendations.
func (a *App) PreviewValues(call, kind string, projects []*project.Project) (map[string]any, problem.List) {
	kinds, found := ParseKinds(kind)
	if found.Failed() {
		return nil, found
	}
	b, found := a.bundle(&project.Project{Call: call})
	if found.Failed() {
		return nil, found
	}
	v, found := values(task{kind: kinds[0], projects: projects})
	if found.Failed() {
		return nil, found
	}
	file := File{Kind: kinds[0], Lang: "zh", Draft: true, Version: 1, Provenance: Provenance{Call: call, CallDigest: b.CallHash, Program: a.cfg.Version}}
	digest, code := file.codes()
	file.Code = code
	nameTopics(v, b.Call)
	both(v, "call", "通知", b.Call.Values(projects[0]))
	both(v, "doc", "文件", documentValues(file, digest, a.cfg.Version))
	return v, found
}

// Dictionary lists the fields that templates of a call can use: those of project data, of the call and of the document.
func (a *App) Dictionary(call string) ([]project.Entry, problem.List) {
	b, found := a.bundle(&project.Project{Call: call})
	if found.Failed() {
		return nil, found
	}
	return append(append(project.Dictionary(), b.Call.Dictionary()...), documentEntries()...), nil
}

// documentEntries lists the fields of the group 文件 (doc); TestDocumentEntries holds it to documentValues.
func documentEntries() []project.Entry {
	list := []project.Entry{{Path: "doc", ZHPath: "文件", ZH: []string{"文件"}, EN: "the document itself", Type: "object"}}
	for _, f := range []struct{ key, zh, en, typ, example string }{
		{"version", "版本", "version", "text", strconv.Itoa(1)},
		{"code", "编码", "code on each page", "text", "7K3M-Q9XT-B2PD"},
		{"qr", "二维码", "what the QR code of each page says", "text", "7K3MQ9XTB2PD/1"},
		{"digest", "摘要", "digest of the data", "text", "9f86d081884c7d65"},
		{"draft", "草稿", "it is a draft", "bool", "false"},
		{"lang", "语言", "language", "text", "zh"},
		{"program", "程序", "version of the program", "text", "1.0.0"},
	} {
		list = append(list, project.Entry{
			Path: "doc." + f.key, ZHPath: "文件." + f.zh, ZH: []string{f.zh}, EN: f.en, Type: f.typ, Example: f.example, Calc: true,
		})
	}
	return list
}
