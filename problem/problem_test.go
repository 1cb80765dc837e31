package problem

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
)

var sample = Finding{
	Code: "NB-I.1.7", Severity: Fail, File: "a.json", Path: "/project/requested", Clause: "甬科外〔2025〕96号 一 / I", Found: "500,000.01",
	Message: T("申请经费超过上限", "the request exceeds the cap"), Fix: Fix{ZH: "改为不超过500,000.00元", EN: "ask for at most 500,000.00 yuan"},
}

func TestFindingIn(t *testing.T) {
	place := Finding{Code: "fill.tag", Severity: Warn, Message: T("名称有误", "a wrong name"), Place: &Place{Story: "正文", Heading: "经费", Page: 2, Table: 3, Row: 4, Col: 5, Paragraph: 6}}
	tests := []struct {
		f        Finding
		lang, in string
	}{
		{sample, "zh", "a.json: 错误 [NB-I.1.7] /project/requested：申请经费超过上限（现为 500,000.01）［依据：甬科外〔2025〕96号 一 / I］。处理：改为不超过500,000.00元"},
		{sample, "en", "a.json: error [NB-I.1.7] /project/requested: the request exceeds the cap (found 500,000.01) [clause: 甬科外〔2025〕96号 一 / I]. Fix: ask for at most 500,000.00 yuan"},
		{place, "zh", "提醒 [fill.tag] 正文“经费”第2页第3个表格第4行第5列第6段：名称有误"},
		{place, "en", "warning [fill.tag] 正文, “经费”, page 2, table 3, row 4, column 5, paragraph 6: a wrong name"},
		{Finding{Code: "x", Severity: Info, Message: T("一", "one")}, "en", "note [x]: one"},
	}
	for _, tt := range tests {
		if got := tt.f.In(tt.lang); got != tt.in {
			t.Errorf("got  %s\nwant %s", got, tt.in)
		}
	}
}

func TestListErr(t *testing.T) {
	warn := Finding{Code: "w", Severity: Warn, Path: "/b", Message: T("提醒", "careful")}
	if err := (List{warn}).Err(); err != nil {
		t.Errorf("a warning is an error: %v", err)
	}
	list := List{warn, sample, {Code: "second", Severity: Fail, Path: "/a", Message: T("二", "two")}}
	err := fmt.Errorf("generate: %w", list.Err())
	if got := Of(err); len(got) != 3 {
		t.Errorf("%d findings in the error, want 3", len(got))
	}
	if Of(errors.New("other")) != nil || Of(nil) != nil {
		t.Error("findings in an error that has none")
	}
	if want := sample.In("en") + " (and 1 more)"; list.Err().Error() != want {
		t.Errorf("%q, want %q", list.Err(), want)
	}
	list.Worst()
	if list[0].Code != "second" || list[1].Code != "NB-I.1.7" || list[2].Code != "w" {
		t.Errorf("order %v", list)
	}
}

func TestJSON(t *testing.T) {
	data, err := json.Marshal(List{sample}.Err())
	if err != nil {
		t.Fatal(err)
	}
	var back struct{ Findings List }
	if err := json.Unmarshal(data, &back); err != nil || len(back.Findings) != 1 || back.Findings[0].In("zh") != sample.In("zh") {
		t.Errorf("%s: %v", data, err)
	}
}
