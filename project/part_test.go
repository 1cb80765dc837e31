package project

import (
	"strings"
	"testing"

	"tripact/problem"
)

func TestDecodeParts(t *testing.T) {
	full := load(t, "full.json")
	a, list := DecodeApproval(strings.NewReader(`{"no":"2026H001","doc_no":"甬科资[2026]3号","doc_title":"通知","date":"2026-01-20","batch":1,"title_cn":"题","lead":"甲","pi":"𬭎明",
		"category":"basic","amount":"600000.00","total":3000000,"sign_by":"2026-03-20","pub_from":"2026-01-05","pub_to":"2026-01-12"}`))
	expect(t, list, want{problem.Warn, "project.docno.brackets", "/doc_no", nil})
	if a == nil || a.DocNo != full.Approval.DocNo || a.Amount != full.Approval.Amount || a.Total != full.Approval.Total {
		t.Errorf("approval %+v", a)
	}
	r, list := DecodeReview(strings.NewReader(`{"notice_no":"1","submitted_at":"2025-09-01T10:00:00+08:00","recommended_at":"2025-09-08","result":"受理"}`))
	expect(
		t, list, want{problem.Fail, "project.date", "/recommended_at", nil}, want{problem.Fail, "project.code", "/result", []string{"accepted"}},
		want{problem.Fail, "project.field.missing", "/reviewed_at", nil}, want{problem.Fail, "project.field.missing", "/reviewer", nil}, want{problem.Fail, "project.field.missing", "/date", nil},
	)
	if r != nil {
		t.Error("a review with faults")
	}
}

// TestBlank: a template that is checked without data finds every name of the dictionary.
func TestBlank(t *testing.T) {
	m := Blank().Values()
	for _, e := range Dictionary() {
		for _, path := range []string{e.Path, e.ZHPath} {
			if e.Calc && strings.Contains(path, "[].") { // computed lists are empty while there is nothing to compute from
				continue
			}
			lookup(t, m, strings.TrimSuffix(strings.ReplaceAll(strings.ReplaceAll(path, "[].", "/0/"), ".", "/"), "[]"))
		}
	}
}
