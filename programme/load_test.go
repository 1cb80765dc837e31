package programme

import (
	"os"
	"strings"
	"testing"

	"tripact/problem"
)

// ningbo reads the shipped call file.
func ningbo(t testing.TB) []byte {
	t.Helper()
	src, err := os.ReadFile("../templates/ningbo-2025/call.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// mustLoad loads a call file that has no faults.
func mustLoad(t testing.TB, src []byte) *Call {
	t.Helper()
	c, list := Load(src)
	for _, f := range list {
		t.Error(f.In("en"))
	}
	if c == nil {
		t.Fatal("no call")
	}
	return c
}

// edit replaces text that must be in the call file exactly once.
func edit(t testing.TB, src, old, text string) string {
	t.Helper()
	if n := strings.Count(src, old); n != 1 {
		t.Fatalf("%q stands %d times in call.yaml", old, n)
	}
	return strings.Replace(src, old, text, 1)
}

// lineOf is the line of a text in the call file, from 1.
func lineOf(src, text string) int {
	return strings.Count(src[:strings.Index(src, text)], "\n") + 1
}

func TestLoadNingbo(t *testing.T) {
	c := mustLoad(t, ningbo(t))
	if c.ID != "ningbo-2025" || c.DocNo != "甬科外〔2025〕96号" || len(c.Topics) != 3 {
		t.Errorf("id %q, no. %q, %d topics", c.ID, c.DocNo, len(c.Topics))
	}
	for _, r := range c.Rules {
		if (r.How == Auto || r.How == Attached) && len(r.Checks) == 0 {
			t.Errorf("%s: decided by data or a file, but has no check", r.ID)
		}
	}
}

// TestLoadFaults puts several faults of different kinds into one file: all come back, each with its line.
func TestLoadFaults(t *testing.T) {
	src := string(ningbo(t))
	faults := []struct {
		code, old, text, at string // at is text of the line at fault
		says                string // part of the English message or fix
	}{
		{"call.key.unknown", "\nyear: 2025\n", "\nyears: 2025\n", "years: 2025", `"years"`},
		{"call.key.missing", "language: zh\n", "", "id: ningbo-2025", `"language"`},
		{"call.value.type", "date: 2025-08-05", "date: 2025-02-29", "date: 2025-02-29", "a date such as"},
		{"call.value.type", "{id: experimental, cap: 2000000}", "{id: experimental, cap: 200.005万元}", "200.005万元", "an amount in yuan"},
		{"call.value.type", `recommend_by: "2025-09-10T17:00:00+08:00"`, `recommend_by: "2025-09-10 17:00"`, `"2025-09-10 17:00"`, "with its zone"},
		{"call.value.type", "max_months: 36", "max_months: 三十六", "max_months: 三十六", "a whole number"},
		{"call.key.twice", "publicity_days: 7\n", "publicity_days: 7\npublicity_days: 8\n", "publicity_days: 8", `"publicity_days"`},
		{"call.value.empty", "name: 周夏君", `name: ""`, `name: ""`, "nothing"},
		{"call.alias", "kinds: [rd, exchange]", "kinds: &k [rd, exchange]", "kinds: &k", "anchors"},
		{"call.alias", "translate: [", "translate: &cycle [*cycle, ", "translate: &cycle", "anchors"},
		// What is wrong in meaning comes in the same list as what is wrong in form.
		{"call.value", `number_pattern: '20\d{2}H\d{3}'`, `number_pattern: '20(\d'`, "number_pattern", "regular expression"},
		{"call.expression", "require: 'size(pfo) > 0'", "require: 'size(pfoo) > 0'", "size(pfoo)", "undeclared reference"},
		{"call.expression", "require: 'approval.date >= approval.pub_to'", "require: 'approval.day >= approval.pub_to'", "approval.day", "undefined field"},
	}
	for _, f := range faults {
		src = edit(t, src, f.old, f.text)
	}
	c, list := Load([]byte(src))
	if c != nil {
		t.Error("a call with faults was loaded")
	}
	found := func(code string, line int, says string) bool {
		for _, x := range list {
			if x.Code == code && x.Place.Row == line && strings.Contains(x.Message.EN+x.Fix.EN, says) && x.Message.ZH != "" {
				return true
			}
		}
		return false
	}
	for _, f := range faults {
		line := lineOf(src, f.at)
		if f.code == "call.key.missing" {
			line = lineOf(src, "id: ningbo-2025") // a missing key is told of the mapping that lacks it
		}
		if !found(f.code, line, f.says) {
			t.Errorf("no %s in line %d (%s)", f.code, line, f.at)
		}
	}
	if t.Failed() {
		for _, x := range list {
			t.Log(x.In("en"))
		}
	}
}

// TestLoadMeaning is about values of the right form that make no sense, each in its own file.
func TestLoadMeaning(t *testing.T) {
	src := string(ningbo(t))
	tests := []struct{ name, old, text, code, path string }{
		{"misspelled field", "require: 'it.country in topic.countries'", "require: 'it.contry in topic.countries'", "call.expression", "/rules/5/checks/0/require"},
		{"money compared with text", "require: 'size(pfo) > 0'", "require: 'size(pfo) > \"0\"'", "call.expression", ""},
		{"not a condition", "require: 'size(pfo) > 0'", "require: 'size(pfo)'", "call.expression", ""},
		{"misspelled field in a message", "{it.name_cn} 的在研和当年", "{it.nmae_cn} 的在研和当年", "call.expression", ""},
		{"brace left open", "公示不足 {call.publicity_days} 天", "公示不足 {call.publicity_days 天", "call.value", ""},
		{"no such place", "path: /pi/unit", "path: /pi/unti", "call.value", ""},
		{"list index without list", "path: /pi/unit", "path: /members/*/unit", "call.value", ""},
		{"no such list", "each: agreement.signatories", "each: agreement.signers", "call.value", ""},
		{"country that does not exist", "countries: [RS, HU,", "countries: [XX, HU,", "call.value", "/topics/0/countries/0"},
		{"field that is not defined", "life_health, agri_new]", "life_health, agri]", "call.value", "/topics/0/fields/5"},
		{"category that does not exist", "{id: experimental, cap", "{id: experiment, cap", "call.value", "/topics/2/categories/0/id"},
		{"window reversed", `close: "2025-09-05T17`, `close: "2025-08-05T17`, "call.value", "/window/close"},
		{"recommendation before applications close", `recommend_by: "2025-09-10T17`, `recommend_by: "2025-09-01T17`, "call.value", "/recommend_by"},
		{"copies do not add up", "copies: {total: 5,", "copies: {total: 6,", "call.value", "/contract/copies/total"},
		{"share above one", "outward_share: {num: 1, den: 2}", "outward_share: {num: 3, den: 2}", "call.value", "/money/outward_share/num"},
		{"attachment for a rule that is not there", "when: has(p.project.platform), rule: NB-III.1.5", "when: has(p.project.platform), rule: NB-9", "call.value", ""},
		{"rule twice", "- id: NB-I.1.3\n    clause: {zh: \"一、专题一“合作国别”", "- id: NB-I.1.2\n    clause: {zh: \"一、专题一“合作国别”", "call.value", "/rules/5/id"},
		{"manual rule without a stage", "requirement:\n      zh: \"项目符合我市科创重点发展领域和产业发展方向\"\n      en: \"The project is in line with the key areas and industrial directions of Ningbo\"\n    stages: [review]\n", "requirement:\n      zh: \"项目符合我市科创重点发展领域和产业发展方向\"\n      en: \"The project is in line with the key areas and industrial directions of Ningbo\"\n", "", ""},
		{"kind of batch that does not exist", "batch: each\n        when: 'lead.uscc", "batch: all\n        when: 'lead.uscc", "call.value", ""},
		{"batch out of a batch", "require: 'size(pfo) > 0'", "require: 'size(others) > 0'", "call.expression", ""},
		{"stage that does not exist", "stages: [application]\n", "stages: [applying]\n", "call.value", ""},
		{"template outside the folder", "template: {zh: contract.docx}", "template: {zh: ../contract.docx}", "call.value", "/documents/3/template/zh"},
		{"wrong pattern", `number_pattern: '20\d{2}H\d{3}'`, `number_pattern: '20(\d'`, "call.value", "/contract/number_pattern"},
		{"birth limit for one sex only", "\n    pi_born_from: {M: 1985-01-01, F: 1983-01-01}", "\n    pi_born_from: {M: 1985-01-01}", "call.value", "/topics/1/pi_born_from"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := edit(t, src, tt.old, tt.text)
			c, list := Load([]byte(bad))
			if c != nil {
				t.Fatal("it was loaded")
			}
			if tt.code == "" {
				if list[0].Code != "call.value" || !strings.HasSuffix(list[0].Path, "/how") || list[0].Place.Row == 0 {
					t.Error(list[0].In("en"))
				}
				return
			}
			line := lineOf(bad, tt.text)
			if tt.text[0] == '\n' {
				line++
			}
			if len(list) != 1 && tt.code == "call.value" {
				t.Errorf("%d findings, want one", len(list))
			}
			f := list[0]
			if f.Code != tt.code || f.Severity != problem.Fail || f.Place.Row != line || tt.path != "" && f.Path != tt.path {
				t.Errorf("%s in line %d at %s, want %s in line %d: %s", f.Code, f.Place.Row, f.Path, tt.code, line, f.In("en"))
			}
		})
	}
}

func TestLoadNoYAML(t *testing.T) {
	for name, src := range map[string]string{
		"empty": "", "text": "hello", "list": "- 1", "tab": "id:\n\t- x", "open quote": `id: "x`, "two documents": "id: a\n---\nid: b",
		"nested without end": strings.Repeat("[", 20000), "large": strings.Repeat("#", maxSource+1),
	} {
		t.Run(name, func(t *testing.T) {
			if c, list := Load([]byte(src)); c != nil || !list.Failed() {
				t.Errorf("call %v, findings %v", c, list)
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
	src := ningbo(f)
	f.Add(src)
	f.Add(src[:len(src)/3])
	f.Add([]byte("id: {a: [b, {c: d}]}\ntopics: 3\n"))
	f.Add([]byte("id: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		c, list := Load(src)
		if (c == nil) != list.Failed() {
			t.Errorf("call %t, failed %t", c != nil, list.Failed())
		}
	})
}
