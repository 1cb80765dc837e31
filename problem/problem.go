// Package problem is the one word for "wrong" everywhere: a Finding says what is wrong, where, and how to mend it, in
// Chinese and English. All findings of a piece of work are reported together, as one *Error.
package problem

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Severity tells what a finding stops. The zero value is not valid.
type Severity string

// Severities, from worst to mildest.
const (
	Fail Severity = "fail" // stops a final document
	Warn Severity = "warn" // worth a look, stops nothing
	Info Severity = "info" // told for the record
)

func (s Severity) rank() int {
	switch s {
	case Fail:
		return 0
	case Warn:
		return 1
	case Info:
		return 2
	}
	return 3
}

// Text is one sentence in both working languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// T makes a Text.
func T(zh, en string) Text { return Text{ZH: zh, EN: en} }

// Tf formats both sentences with the same arguments; use explicit argument indexes where the order differs.
func Tf(zh, en string, args ...any) Text {
	return Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// IsZero reports whether t says nothing.
func (t Text) IsZero() bool { return t == Text{} }

// In returns the sentence in lang, "en" or anything else for Chinese.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.ZH
}

// Place is where in a Word document, a workbook or a text file something is. Counts start at 1; 0 or "" means not known or not so.
type Place struct {
	Part      string `json:"part,omitempty"`      // package part, such as word/document.xml
	Story     string `json:"story,omitempty"`     // 正文, 页眉, 页脚, 脚注, 尾注, 批注, 文本框 …
	Heading   string `json:"heading,omitempty"`   // text of the nearest heading above
	Paragraph int    `json:"paragraph,omitempty"` // within its story, table cells included
	Table     int    `json:"table,omitempty"`
	Row       int    `json:"row,omitempty"`
	Col       int    `json:"col,omitempty"`
	Page      int    `json:"page,omitempty"`
	Cell      string `json:"cell,omitempty"` // of a workbook's sheet, which is Part: F3
}

// In names the place for people, in lang "zh" or "en".
func (p Place) In(lang string) string {
	var b strings.Builder
	add := func(zh, en string, args ...any) {
		f := zh
		if lang == "en" {
			f = en
			if b.Len() > 0 {
				b.WriteString(", ")
			}
		}
		fmt.Fprintf(&b, f, args...)
	}
	switch {
	case p.Story != "":
		add("%s", "%s", p.Story)
	case p.Part != "":
		add("%s", "%s", p.Part)
	}
	if p.Heading != "" {
		add("“%s”", "“%s”", p.Heading)
	}
	if p.Page > 0 {
		add("第%d页", "page %d", p.Page)
	}
	if p.Table > 0 {
		add("第%d个表格", "table %d", p.Table)
	}
	if p.Cell != "" {
		add("单元格%s", "cell %s", p.Cell)
	}
	if p.Row > 0 {
		add("第%d行", "row %d", p.Row)
	}
	if p.Col > 0 {
		add("第%d列", "column %d", p.Col)
	}
	if p.Paragraph > 0 {
		add("第%d段", "paragraph %d", p.Paragraph)
	}
	return b.String()
}

// Fix is what to do about a finding. Replace, if set, is text that can be put at the place as it stands.
type Fix struct {
	ZH      string `json:"zh,omitempty"`
	EN      string `json:"en,omitempty"`
	Replace string `json:"replace,omitempty"`
}

// Finding is one thing that is wrong, or worth saying, about input, a template, a project or a document.
// It never holds a secret or personal data beyond what the reader of the input already sees.
type Finding struct {
	Code     string   `json:"code"`             // stable, lower case, dotted: "project.money.decimals", "fill.tag.unknown"
	Severity Severity `json:"severity"`         //
	File     string   `json:"file,omitempty"`   // base name of the file, or number of the project, that it is about
	Path     string   `json:"path,omitempty"`   // JSON Pointer (RFC 6901) into the data
	Clause   string   `json:"clause,omitempty"` // the clause or standard that asks for it, with its id
	Message  Text     `json:"message"`          // what is wrong
	Found    string   `json:"found,omitempty"`  // the value seen
	Place    *Place   `json:"place,omitempty"`  // where in a Word document
	Context  string   `json:"context,omitempty"`
	Fix      Fix      `json:"fix,omitzero"`
	Related  []Place  `json:"related,omitempty"`
}

// In writes the finding as one line for people, in lang "zh" or "en".
func (f Finding) In(lang string) string {
	var b strings.Builder
	word := func(zh, en string) string {
		if lang == "en" {
			return en
		}
		return zh
	}
	if f.File != "" {
		b.WriteString(f.File + ": ")
	}
	switch f.Severity {
	case Warn:
		b.WriteString(word("提醒", "warning"))
	case Info:
		b.WriteString(word("说明", "note"))
	case Fail:
		b.WriteString(word("错误", "error"))
	}
	fmt.Fprintf(&b, " [%s]", f.Code)
	if f.Path != "" {
		b.WriteString(" " + f.Path)
	}
	if f.Place != nil {
		b.WriteString(" " + f.Place.In(lang))
	}
	b.WriteString(word("：", ": ") + f.Message.In(lang))
	if f.Found != "" {
		b.WriteString(word("（现为 ", " (found ") + f.Found + word("）", ")"))
	}
	if f.Clause != "" {
		b.WriteString(word("［依据：", " [clause: ") + f.Clause + word("］", "]"))
	}
	fix := f.Fix.ZH
	if lang == "en" {
		fix = f.Fix.EN
	}
	if fix != "" {
		b.WriteString(word("。处理：", ". Fix: ") + fix)
	}
	return b.String()
}

// List collects findings. The zero value is empty and ready; it is not safe for concurrent use.
type List []Finding

// Add appends findings.
func (l *List) Add(f ...Finding) { *l = append(*l, f...) }

// Failed reports whether any finding is a Fail.
func (l List) Failed() bool {
	return slices.ContainsFunc(l, func(f Finding) bool { return f.Severity == Fail })
}

// Worst sorts by severity, then by path, keeping the order otherwise.
func (l List) Worst() {
	slices.SortStableFunc(l, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(a.Path, b.Path))
	})
}

// Err returns nil when nothing failed, else an *Error that holds all findings, warnings too.
func (l List) Err() error {
	if !l.Failed() {
		return nil
	}
	return &Error{Findings: l}
}

// Error is refused work: at least one finding is a Fail.
type Error struct{ Findings List }

// Error names the first failure and how many there are; people are shown the findings themselves.
func (e *Error) Error() string {
	first, n := "", 0
	for _, f := range e.Findings {
		if f.Severity != Fail {
			continue
		}
		if n == 0 {
			first = f.In("en")
		}
		n++
	}
	if n <= 1 {
		return first
	}
	return fmt.Sprintf("%s (and %d more)", first, n-1)
}

// MarshalJSON writes {"findings": [...]}.
func (e *Error) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Findings List `json:"findings"`
	}{e.Findings})
}

// Of returns the findings inside err, or nil when it holds none.
func Of(err error) List {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Findings
	}
	return nil
}
