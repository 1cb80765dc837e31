package project

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"tripact/problem"
)

func decodeEdited(tb testing.TB, changes edits) (*Project, problem.List) {
	tb.Helper()
	return Decode(bytes.NewReader(edited(tb, changes)))
}

func TestDecodeValid(t *testing.T) {
	p := load(t, "full.json")
	if p.Project.Months != 36 || p.Project.Requested != 80_0000_00 || p.Members[0].Months != 65 || p.Members[2].Months != 30 {
		t.Errorf("months %d, requested %v, months a year %v, %v", p.Project.Months, p.Project.Requested, p.Members[0].Months, p.Members[2].Months)
	}
	if got := p.Contract.Payments; got[0].Rate != 7000 || got[1].Rate != 3000 {
		t.Errorf("shares %v, %v", got[0].Rate, got[1].Rate)
	}
	if got := p.Lead.IntroEN; !reflect.DeepEqual(got, Rich{"Makes materials.", "Founded in 2005."}) {
		t.Errorf("paragraphs %q", got)
	}
	load(t, "minimal.json")
}

// TestRoundTrip: what MarshalJSON writes is the same project, and the same bytes again.
func TestRoundTrip(t *testing.T) {
	for _, name := range []string{"full.json", "minimal.json"} {
		p := load(t, name)
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		q, list := Decode(bytes.NewReader(data))
		expect(t, list)
		if !reflect.DeepEqual(p, q) {
			t.Errorf("%s: another project after writing and reading", name)
		}
		if again, _ := json.Marshal(q); !bytes.Equal(data, again) {
			t.Errorf("%s: other bytes", name)
		}
	}
}

func TestDecodeAccepts(t *testing.T) {
	const compatibility = "浙江省宁波市\uF914安路" // NFC would make U+6A02 of it
	p, list := decodeEdited(t, edits{
		"/project/requested": json.Number("800000"), "/project/content_cn": "第一段。\n\n第二段。\r\n", "/project/platform": nil, "/rec/rank": 0,
		"/project/submitted_at": "2025-09-01T02:00:00Z", "/members/0/months_per_year": "6.50", "/lead/website": "", "/lead/agent": nil,
		"/pfo/0/pi/name": "O’Neill", "/members/1/name_cn": "阿卜杜热依木·图尔荪", "/pi/others/0/role": "葛\U000E0100城项目主持", "/lead/address_cn": compatibility,
	})
	expect(t, list)
	if p == nil {
		t.FailNow()
	}
	if got := p.Project.ContentCN; len(got) != 2 || got[1] != "第二段。" {
		t.Errorf("paragraphs %q", got)
	}
	if got := p.Project.SubmittedAt.String(); got != "2025-09-01T10:00:00+08:00" {
		t.Errorf("time %s", got)
	}
	if p.Lead.AddressCN != compatibility {
		t.Errorf("text was normalised: %+q", p.Lead.AddressCN)
	}
	_, list = Decode(strings.NewReader("\uFEFF" + string(testFile(t, "minimal.json")))) // as Windows editors save it
	expect(t, list)
}

func TestDecodeRefuses(t *testing.T) {
	const fail, warn = problem.Fail, problem.Warn
	tests := []struct {
		name    string
		changes edits
		wants   []want
	}{
		{"missing", edits{"/lead": gone, "/project/title_cn": gone, "/members/1/sex": gone, "/budget/sources/0/loan": gone}, []want{
			{fail, "project.field.missing", "/lead", []string{"乙方"}},
			{fail, "project.field.missing", "/project/title_cn", []string{"项目名称"}},
			{fail, "project.field.missing", "/members/1/sex", []string{"性别", "M"}},
			{fail, "project.field.missing", "/budget/sources/0/loan", nil},
		}},
		{"empty", edits{"/project/title_cn": " ", "/project/keywords_cn": []any{}, "/project/start": "", "/project/content": "\n", "/schedule": []any{}, "/project/background": []any{"a", " "}}, []want{
			{fail, "project.field.empty", "/project/title_cn", nil},
			{fail, "project.field.empty", "/project/keywords_cn", nil},
			{fail, "project.field.empty", "/project/start", nil},
			{fail, "project.field.empty", "/project/content", nil},
			{fail, "project.field.empty", "/schedule", nil},
			{fail, "project.field.empty", "/project/background/1", nil},
		}},
		{"unknown", edits{"/project/titel_cn": "x", "/lead/单位名称": "x", "/lead/title_cn": "x", "/zzzzzzzz": 1, "/members/0/idno": "330299198501010019"}, []want{
			{fail, "project.field.unknown", "/project/titel_cn", []string{"title_cn?", "是否为"}},
			{fail, "project.field.unknown", "/lead/单位名称", []string{"name_cn?"}},
			{fail, "project.field.unknown", "/lead/title_cn", []string{"project.title_cn"}},
			{fail, "project.field.unknown", "/zzzzzzzz", []string{"template fields"}},
			{fail, "project.field.unknown", "/members/0/idno", []string{"id_no?"}},
		}},
		{"pointer escapes", edits{}, nil},
		{"computed", edits{"/project/months": 36, "/budget/total": "1.00"}, []want{
			{warn, "project.field.computed", "/project/months", nil}, {warn, "project.field.computed", "/budget/total", nil},
		}},
		{"types", edits{
			"/project": []any{}, "/lead/name_cn": 7, "/lead/state_owned": "是", "/lead/contact/mobile": json.Number("13812345678"), "/pcn": map[string]any{}, "/members/1": "艾尼瓦尔",
			"/pi/birth": 19850101, "/indicators/0/name": nil, "/contract/copies/total": json.Number("5.0"), "/contract/copies/a": json.Number("-3"), "/contract/payments/0/amount": true, "/agreement/parties": "both", "/prior/0/date": json.Number("2025"),
		}, []want{
			{fail, "project.field.type", "/project", nil},
			{fail, "project.field.type", "/lead/name_cn", []string{"a string", "7"}},
			{fail, "project.field.type", "/lead/state_owned", []string{"true or false"}},
			{fail, "project.field.type", "/lead/contact/mobile", []string{"字符串"}},
			{fail, "project.field.type", "/pcn", nil},
			{fail, "project.field.type", "/members/1", nil},
			{fail, "project.field.type", "/pi/birth", nil},
			{fail, "project.field.type", "/indicators/0/name", []string{"null"}},
			{fail, "project.field.type", "/contract/copies/total", nil},
			{fail, "project.field.type", "/contract/copies/a", nil},
			{fail, "project.field.type", "/contract/payments/0/amount", nil},
			{fail, "project.field.type", "/agreement/parties", nil},
			{fail, "project.field.type", "/prior/0/date", nil},
			{fail, "project.id.birth", "/pi/id_no", nil},
		}[:13]},
		{"money", edits{
			"/project/requested": "1.005", "/prior/0/amount": "-1", "/prior/1/amount": json.Number("1e6"), "/budget/sources/0/fiscal": "800,000.00", "/budget/sources/0/loan": "１２",
			"/budget/sources/0/other": "80万元", "/budget/sources/1/loan": "10000000000.01", "/budget/sources/1/other": json.Number("0.1234"),
		}, []want{
			{fail, "project.money.decimals", "/project/requested", []string{"1.005"}},
			{fail, "project.money.negative", "/prior/0/amount", nil},
			{fail, "project.money.form", "/prior/1/amount", nil},
			{fail, "project.money.form", "/budget/sources/0/fiscal", []string{"千分位"}},
			{fail, "project.money.form", "/budget/sources/0/loan", []string{"全角"}},
			{fail, "project.money.form", "/budget/sources/0/other", nil},
			{fail, "project.money.range", "/budget/sources/1/loan", nil},
			{fail, "project.money.decimals", "/budget/sources/1/other", nil},
		}},
		{"dates", edits{
			"/agreement/signed_on": "2025-02-29", "/agreement/valid_from": "2025-6-1", "/project/end": "2028-13", "/project/start": "2026-01-01", "/review/reviewed_at": "2025-09-15T09:00:00", "/prior/0/date": "1825-03-01", "/budget/sources/0/year": 26,
		}, []want{
			{fail, "project.date", "/agreement/signed_on", []string{"2025-02-29"}},
			{fail, "project.date", "/agreement/valid_from", nil},
			{fail, "project.date", "/project/end", nil},
			{fail, "project.date", "/project/start", []string{`"2026-01"`}},
			{fail, "project.date", "/review/reviewed_at", []string{"+08:00"}},
			{fail, "project.date.year", "/prior/0/date", nil},
			{fail, "project.date.year", "/budget/sources/0/year", nil},
		}},
		{"codes", edits{"/project/category": "应用研究类", "/lead/org_type": "company", "/pfo/0/country": "Serbia", "/members/0/nationality": "ZZ"}, []want{
			{fail, "project.code", "/project/category", []string{"改为 applied", "basic, applied"}},
			{fail, "project.code", "/lead/org_type", []string{"one of enterprise, university"}},
			{fail, "project.code", "/pfo/0/country", []string{"make it RS"}},
			{fail, "project.code", "/members/0/nationality", []string{"ISO 3166-1"}},
		}},
		{"numbers", edits{"/members/0/months_per_year": 6.55, "/contract/payments/0/pct": "70.001%", "/contract/payments/1/pct": 0.3, "/indicators/0/target_num": "八百"}, []want{
			{fail, "project.number", "/members/0/months_per_year", nil}, {fail, "project.number", "/contract/payments/0/pct", nil}, {fail, "project.number", "/contract/payments/1/pct", nil}, {fail, "project.number", "/indicators/0/target_num", nil},
		}},
		{"forms", edits{
			"/lead/postcode": "31500", "/lead/contact/tel": "call me", "/lead/contact/mobile": "23000000000", "/lead/contact/email": "a@b", "/lead/website": "our site", "/lead/bank/cnaps": "123", "/lead/bank/account_no": "6222 0000 1111 2222",
			"/pfo/0/contribution/0/currency": "Euro", "/pfo/0/contribution/0/value": "a lot", "/attach/0/file": "../agreement.pdf", "/mu/postcode": "３１５０００",
		}, []want{
			{fail, "project.postcode", "/lead/postcode", nil},
			{fail, "project.phone", "/lead/contact/tel", nil},
			{fail, "project.phone", "/lead/contact/mobile", nil},
			{fail, "project.email", "/lead/contact/email", nil},
			{fail, "project.url", "/lead/website", nil},
			{fail, "project.cnaps", "/lead/bank/cnaps", nil},
			{fail, "project.account", "/lead/bank/account_no", nil},
			{fail, "project.currency", "/pfo/0/contribution/0/currency", nil},
			{fail, "project.money.form", "/pfo/0/contribution/0/value", nil},
			{fail, "project.file", "/attach/0/file", nil},
			{fail, "project.postcode", "/mu/postcode", []string{"half-width"}},
		}},
		{"characters", edits{
			"/project/title_cn": "高强\x00陶瓷", "/project/title_en": "High\u200Bstrength", "/project/content_cn": []any{"一\n二", "三\u202E四", "五\uFFFD"}, "/schedule/0/content": "配方\t", "/lead/address_cn": " 浙江",
		}, []want{
			{fail, "project.text.control", "/project/title_cn", []string{"U+0000"}},
			{fail, "project.text.control", "/project/title_en", []string{"U+200B"}},
			{fail, "project.text.control", "/project/content_cn/0", nil},
			{fail, "project.text.control", "/project/content_cn/1", []string{"U+202E"}},
			{fail, "project.text.lost", "/project/content_cn/2", nil},
			{fail, "project.text.control", "/schedule/0/content", []string{"U+0009"}},
			{warn, "project.text.space", "/lead/address_cn", nil},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, list := decodeEdited(t, tt.changes)
			expect(t, list, tt.wants...)
			if (p == nil) != list.Failed() {
				t.Errorf("project %v with failed %v", p != nil, list.Failed())
			}
		})
	}
}

// TestPersonalDataIsMasked: no finding repeats an identity, telephone or account number, whatever is wrong with it.
func TestPersonalDataIsMasked(t *testing.T) {
	secrets := []string{"330299198501010018", "13812345678", "6222020011112222", "P87654321", "138 1234 567８"}
	for _, bad := range secrets {
		for _, form := range []any{bad, bad + "\x01", "\uE863" + bad, " " + bad, []any{bad}, json.Number("13812345678")} {
			_, list := decodeEdited(t, edits{
				"/pi/id_no": form, "/members/0/id_no": form, "/members/1/id_no": form, "/lead/contact/mobile": form, "/lead/contact/tel": form, "/pi/phone": form, "/lead/bank/account_no": form, "/pi/idno": form,
			})
			said, err := json.Marshal(list)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range append(secrets, "8501010018", "12345678") {
				if strings.Contains(string(said), secret) {
					t.Fatalf("%q is repeated: %s", secret, said)
				}
			}
		}
	}
	p := load(t, "full.json")
	p.Members[0].IDNo, p.Members[1].IDNo = "330299198412310023", "330299198412310023"
	for _, f := range p.Check() {
		if strings.Contains(f.In("zh"), "33029919841231") {
			t.Errorf("Check repeats an ID number: %s", f.In("zh"))
		}
	}
}

func TestDecodeWholeFile(t *testing.T) {
	tests := []struct {
		name string
		in   io.Reader
		code string
		word string
	}{
		{"empty", strings.NewReader(""), "project.json.syntax", "1"},
		{"not JSON", strings.NewReader("{\n  \"call\": \"x\",\n  \"call\" 1}"), "project.json.syntax", "line 3, column 10"},
		{"two values", strings.NewReader("{} {}"), "project.json.syntax", "column 4"},
		{"cut", strings.NewReader(`{"call": "x`), "project.json.syntax", "line 1"},
		{"array", strings.NewReader("[]"), "project.field.type", "object"},
		{"null", strings.NewReader("null"), "project.field.type", "object"},
		{"GBK", bytes.NewReader([]byte("{\"call\": \"\xc4\xfe\"}")), "project.json.encoding", "column 11"},
		{"deep", strings.NewReader(strings.Repeat(`{"a":`, 65) + "1" + strings.Repeat("}", 65)), "project.json.depth", "64"},
		{"very deep", strings.NewReader(strings.Repeat(`[`, 1<<20)), "project.json.syntax", ""},
		{"large", io.LimitReader(zeros{}, 1<<40), "project.json.size", "8 MiB"},
		{"broken reader", iotest.ErrReader(errors.New("cable out")), "project.json.read", "cable out"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, list := Decode(tt.in)
			if p != nil {
				t.Error("a project")
			}
			expect(t, list, want{problem.Fail, tt.code, "", []string{tt.word}})
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestDecodeTwice(t *testing.T) {
	data := bytes.Replace(testFile(t, "minimal.json"), []byte(`"call":`), []byte(`"call": "a", "call":`), 1)
	_, list := Decode(bytes.NewReader(data))
	expect(t, list, want{problem.Fail, "project.field.twice", "/call", nil})

	_, list = Decode(bytes.NewReader(bytes.Replace(testFile(t, "minimal.json"), []byte(`"call":`), []byte(`"a/b~c": 1, "call":`), 1)))
	expect(t, list, want{problem.Fail, "project.field.unknown", "/a~1b~0c", nil})
}

// TestDecodeFlood: a file of nothing but faults is answered with a bounded list.
func TestDecodeFlood(t *testing.T) {
	var b strings.Builder
	b.WriteString("{")
	for i := range 200_000 {
		b.WriteString(`"k` + string(rune('a'+i%26)) + strings.Repeat("x", i%7) + strings.Repeat("y", i%11) + `":1,`)
	}
	b.WriteString(`"z":1}`)
	_, list := Decode(strings.NewReader(b.String()))
	if n := len(list); n != maxFindings+1 || list[n-1].Code != "project.findings" {
		t.Errorf("%d findings, the last %s", n, list[n-1].Code)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(testFile(f, "full.json"))
	f.Add(testFile(f, "minimal.json"))
	f.Add([]byte(`{"call":"x","project":{"start":"2026-01"},"members":[{}],"budget":{"units":[{"unit":"a"}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, list := Decode(bytes.NewReader(data))
		if (p == nil) != list.Failed() {
			t.Fatalf("project %v with failed %v", p != nil, list.Failed())
		}
		for _, finding := range list {
			if finding.Message.ZH == "" || finding.Message.EN == "" || finding.Code == "" {
				t.Fatalf("incomplete: %+v", finding)
			}
		}
		if p == nil {
			return
		}
		p.Check()
		p.Values()
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if q, list := Decode(bytes.NewReader(again)); q == nil {
			t.Fatalf("written and not read again: %v", list.Err())
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data := testFile(b, "full.json")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if p, _ := Decode(bytes.NewReader(data)); p == nil {
			b.Fatal("refused")
		}
	}
}

// asAny is a node as encoding/json gives values.
func asAny(n *node) any {
	switch n.kind {
	case '{':
		m := map[string]any{}
		for i, k := range n.keys {
			m[k] = asAny(n.items[i])
		}
		return m
	case '[':
		list := []any{}
		for _, item := range n.items {
			list = append(list, asAny(item))
		}
		return list
	case '"':
		return n.text
	case '0':
		return json.Number(n.text)
	case 't':
		return n.yes
	}
	return nil
}

// What is read is what encoding/json reads.
func FuzzParse(f *testing.F) {
	f.Add(testFile(f, "full.json"))
	for _, s := range []string{
		`{"a":1,"a":[2.5e-3,-0,true,false,null,{}],"\u4e2d\n\"":"𠮷\ud842\udfb7\ud800 \/\\"}`, ` [ [ ] , { "x" : { } , "y":[ ] } ] `, `"s"`, `0`, "\t-1E+5\n", `null`,
		strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth), strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !utf8.Valid(data) || !json.Valid(data) {
			return
		}
		n, err := parseNode(&valid{data: data}, 0)
		if err != nil {
			if bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) <= MaxDepth {
				t.Fatal(err)
			}
			return
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		var want any
		if err := dec.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := asAny(n); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", data, got, want)
		}
	})
}
