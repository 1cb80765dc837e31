package app

import (
	"tripact/problem"
	"tripact/programme"
	"tripact/project"
	"tripact/render/fill"
	"tripact/templates"
)

// TemplateOptions are the names that a template for documents of this kind may use: those of the project's data, of the call and of
// the document itself.
func TemplateOptions(call *programme.Call, kind string) fill.Options {
	blank := project.Blank()
	values := blank.Values()
	if Kind(kind) == RecommendationLetter {
		values, _ = project.LetterValues([]*project.Project{blank})
	}
	if values == nil {
		return fill.Options{}
	}
	both(values, "call", "通知", call.Values(blank))
	both(values, "doc", "文件", documentValues(File{}, "", ""))
	return fill.Options{Known: fill.KnownOf(values)}
}

// documentValues is the group doc / 文件: what a document says of itself.
func documentValues(f File, digest, program string) map[string]any {
	version := f.versionText()
	return map[string]any{
		"version": version, "版本": version, "code": f.Code, "编码": f.Code, "digest": digest, "摘要": digest,
		"qr": f.pageText(), "二维码": f.pageText(),
		"draft": f.Draft, "草稿": f.Draft, "lang": f.Lang, "语言": f.Lang, "program": program, "程序": program,
	}
}

// LintOptions are the options to check a template file against the data of a call.
func (a *App) LintOptions(call, kind string) (fill.Options, problem.List) {
	kinds, found := ParseKinds(kind)
	if found.Failed() {
		return fill.Options{}, found
	}
	b, found := a.bundle(&project.Project{Call: call})
	if found.Failed() {
		return fill.Options{}, found
	}
	return TemplateOptions(b.Call, string(kinds[0])), nil
}

// Templates gives the calls that the App works with.
func (a *App) Templates() *templates.Set { return a.cfg.Templates }
