package project

import (
	"strings"
	"testing"

	"tripact/problem"
)

// verdict is the worst severity and the codes of what a check said.
func verdict(d *decoder) (problem.Severity, string) {
	var worst problem.Severity
	var codes []string
	for _, f := range d.list {
		if worst != problem.Fail {
			worst = f.Severity
		}
		codes = append(codes, f.Code)
	}
	return worst, strings.Join(codes, " ")
}

// TestUSCC: the vectors U1–U12 of DOMAIN.md D.5.
func TestUSCC(t *testing.T) {
	const fail, warn = problem.Fail, problem.Warn
	tests := []struct {
		in, want string
		sev      problem.Severity
		codes    string
	}{
		{in: "91330200AAAAAAA10U"},
		{in: "91330200AAAAAAAX2Y"},
		{in: "91330200AAAAAA21X8"},
		{in: "12330200AAAAAAA37Q"},
		{in: "52330200AAAAAAA53A"},
		{in: "91330200AAAAAAF12E"},
		{in: "91330200AAAAAAA10V", sev: fail, codes: "project.uscc.char"},
		{in: "91330200AAAAAAA10X", sev: warn, codes: "project.uscc.check"},
		{in: "91330200AAAAAAA11Y", sev: warn, codes: "project.uscc.org"},
		{in: "91330200AAAAAAA10", sev: fail, codes: "project.uscc.length"},
		{in: "91330200aaaaaaa10u", want: "91330200AAAAAAA10U", sev: warn, codes: "project.uscc.form"},
		{in: "９1330200AAAAAAA10U", want: "91330200AAAAAAA10U", sev: warn, codes: "project.uscc.form"},
		{in: "91330200 AAAAAAA1 0U", want: "91330200AAAAAAA10U", sev: warn, codes: "project.uscc.form"},
		{in: "91330200АAAAAAA10U", sev: fail, codes: "project.uscc.char"}, // Cyrillic А
		{in: "91330200ΑAAAAAA10U", sev: fail, codes: "project.uscc.char"}, // Greek Α
		{in: "", sev: fail, codes: "project.uscc.length"},
	}
	for _, tt := range tests {
		d := &decoder{}
		got := checkUSCC(d, "/x", tt.in)
		if tt.want == "" {
			tt.want = tt.in
		}
		if sev, codes := verdict(d); got != tt.want || sev != tt.sev || codes != tt.codes {
			t.Errorf("%s: %s, %s [%s], want %s, %s [%s]", tt.in, got, sev, codes, tt.want, tt.sev, tt.codes)
		}
	}
}

// TestCitizenID: the vectors I1–I9 of DOMAIN.md D.6, with the record that each belongs to.
func TestCitizenID(t *testing.T) {
	tests := []struct {
		in, sex, birth string
		codes          string
	}{
		{in: "330299198501010019", sex: "M", birth: "1985-01-01"},
		{in: "33029919841231001X", sex: "M", birth: "1984-12-31"},
		{in: "330299198301010022", sex: "F", birth: "1983-01-01"},
		{in: "330299198212310023", sex: "F", birth: "1982-12-31"},
		{in: "33029919790101003X", sex: "M", birth: "1979-01-01"},
		{in: "330299200002290044", sex: "F", birth: "2000-02-29"},
		{in: "330299198501010018", codes: "project.id.check"},
		{in: "330299198502300018", codes: "project.id.birth"},
		{in: "33029919841231001x", sex: "M", birth: "1984-12"},
		{in: "330299198501010019", sex: "F", birth: "1985-01-02", codes: "project.id.birth project.id.sex"},
		{in: "330299198501010019", birth: "1985-02", codes: "project.id.birth"},
		{in: "440524188001010014", codes: "project.id.birth"}, // of the standard itself; born 1880
		{in: "11010519491231002X"},
		{in: "33029919850101001", codes: "project.id.shape"},
		{in: "３30299198501010019", codes: "project.id.shape"},
		{in: "330299 198501010019", codes: "project.id.shape"},
	}
	for _, tt := range tests {
		d := &decoder{}
		got := checkID(d, "/x", "id", tt.in, tt.sex, tt.birth)
		if _, codes := verdict(d); codes != tt.codes || got != strings.ToUpper(tt.in) {
			t.Errorf("%s %s %s: %s [%s], want [%s]", tt.in, tt.sex, tt.birth, got, codes, tt.codes)
		}
	}
	for _, tt := range []struct{ kind, no, codes string }{
		{"passport", "P0123456", ""},
		{"passport", "p0123456", ""},
		{"hkmotw_residence", "810000198501010011", ""}, // only the citizen ID number has its check digit verified
		{"foreign_residence", "911124198108030024", ""},
		{"tw_permit", "12345678", ""},
		{"passport", "no passport", "project.id.shape"},
		{"", "330299198501010019", "project.id.type"},
	} {
		d := &decoder{}
		checkID(d, "/x", tt.kind, tt.no, "F", "1990-01-01")
		if _, codes := verdict(d); codes != tt.codes {
			t.Errorf("%s %s: [%s], want [%s]", tt.kind, tt.no, codes, tt.codes)
		}
	}
	if idCheck("44052418800101001") != '4' || idCheck("11010519491231002") != 'X' {
		t.Error("check digits of the standard's own examples")
	}
}

// TestDocNo: DOMAIN.md D.3.
func TestDocNo(t *testing.T) {
	const fail, warn = problem.Fail, problem.Warn
	tests := []struct {
		in, want string
		sev      problem.Severity
		word     string
	}{
		{in: "甬科外〔2025〕96号"},
		{in: "甬科高〔2023〕73号"},
		{in: "国办发〔2021〕32号"},
		{in: "甬科外[2025]96号", want: "甬科外〔2025〕96号", sev: warn},
		{in: "甬科外［2025］96号", want: "甬科外〔2025〕96号", sev: warn},
		{in: "甬科外【2025】96号", want: "甬科外〔2025〕96号", sev: warn},
		{in: "甬科外﹝2025﹞96号", want: "甬科外〔2025〕96号", sev: warn},
		{in: "甬科外(2025)96号", want: "甬科外〔2025〕96号", sev: warn},
		{in: "甬科外（2025）96号", want: "甬科外〔2025〕96号", sev: warn},
		{in: "甬科外（2025〕96号", want: "甬科外〔2025〕96号", sev: warn},
		{in: "甬科外〔2025〕第96号", sev: fail, word: "第"},
		{in: "甬科外〔2025〕096号", sev: fail, word: "虚位"},
		{in: "甬科外〔25〕96号", sev: fail},
		{in: "甬科外〔2125〕96号", sev: fail},
		{in: "甬科外〔2025〕96", sev: fail},
		{in: "YKW〔2025〕96号", sev: fail},
		{in: "甬科外 〔2025〕96号", sev: fail},
		{in: "甬科外〔2025〕123456号", sev: fail},
		{in: "甬科外〔2025〕９６号", sev: fail},
	}
	for _, tt := range tests {
		d := &decoder{}
		got := checkDocNo(d, "/x", tt.in)
		if tt.want == "" {
			tt.want = tt.in
		}
		if sev, codes := verdict(d); got != tt.want || sev != tt.sev {
			t.Errorf("%s: %s, %s [%s], want %s, %s", tt.in, got, sev, codes, tt.want, tt.sev)
		}
		if tt.word != "" && !strings.Contains(d.list[0].Message.ZH, tt.word) {
			t.Errorf("%s: %s", tt.in, d.list[0].Message.ZH)
		}
	}
}

// TestNames: DOMAIN.md D.7.
func TestNames(t *testing.T) {
	for _, name := range []string{
		"张三", "欧阳娜", "司马相如", "𬭎明", "㛃", "䶮", "㙓", "㴔", "䥽", "龑", "堃", "喆", "頔", "𫖯", "𫄧", "𬀩", "𬍛", "𬱖", "𬴊", "𪚥", "𰻞", "葛\U000E0100", "\uF914",
		"艾尼瓦尔·买买提", "阿卜杜热依木·图尔荪", "José Álvarez-Núñez", "Đorđe Petrović", "Žofia Nováková", "Ștefan Țurcanu", "Árpád Őry", "Łukasz Żółć", "van der Berg",
		"O’Neill", "O'Neill", "Sukarno", "马尔科·彼得罗维奇（Marko Petrović）", "马尔科·彼得罗维奇（M. Petrović）", "Ελένη", "Ђорђе", "Щерева", "J. R. Smith",
		strings.Repeat("张", 25),
	} {
		d := &decoder{}
		checkText(d, "/x", name)
		if got := checkPerson(d, "/x", name); got != name || len(d.list) > 0 {
			t.Errorf("%s: %s, %v", name, got, d.list)
		}
	}
	const fail, warn = problem.Fail, problem.Warn
	tests := []struct {
		in, want string
		sev      problem.Severity
		code     string
	}{
		{"艾尼瓦尔•买买提", "艾尼瓦尔·买买提", warn, "project.name.dot"},
		{"艾尼瓦尔・买买提", "艾尼瓦尔·买买提", warn, "project.name.dot"},
		{"艾尼瓦尔‧买买提", "艾尼瓦尔·买买提", warn, "project.name.dot"},
		{"艾尼瓦尔∙买买提", "艾尼瓦尔·买买提", warn, "project.name.dot"},
		{"艾尼瓦尔⋅买买提", "艾尼瓦尔·买买提", warn, "project.name.dot"},
		{"艾尼瓦尔．买买提", "艾尼瓦尔·买买提", warn, "project.name.dot"},
		{"艾尼瓦尔･买买提", "艾尼瓦尔·买买提", warn, "project.name.dot"},
		{"艾尼瓦尔.买买提", "艾尼瓦尔·买买提", warn, "project.name.dot"},
		{"·艾尼瓦尔", "·艾尼瓦尔", fail, "project.name.dot"},
		{"艾尼瓦尔·", "艾尼瓦尔·", fail, "project.name.dot"},
		{"艾尼瓦尔··买买提", "艾尼瓦尔··买买提", fail, "project.name.dot"},
		{"张　三", "张　三", fail, "project.name.space"},
		{"张 三", "张 三", fail, "project.name.space"},
		{"张?", "张?", fail, "project.text.lost"},
		{"张□", "张□", fail, "project.text.lost"},
		{"〓明", "〓明", fail, "project.text.lost"},
		{"Petrovi?", "Petrovi?", fail, "project.text.lost"},
		{"张\uE863", "张\uE863", fail, "project.text.lost"},
		{"张\U000F0000", "张\U000F0000", fail, "project.text.lost"},
		{"张\U00100001", "张\U00100001", fail, "project.text.lost"},
		{"张\uFFFD", "张\uFFFD", fail, "project.text.lost"},
		{"张三1", "张三1", fail, "project.name.digit"},
		{"张三\u200B", "张三\u200B", fail, "project.text.control"},
		{strings.Repeat("张", 26), strings.Repeat("张", 26), fail, "project.name.long"},
	}
	for _, tt := range tests {
		d := &decoder{}
		checkText(d, "/x", tt.in)
		got := checkPerson(d, "/x", tt.in)
		if sev, codes := verdict(d); got != tt.want || sev != tt.sev || codes != tt.code {
			t.Errorf("%s: %s, %s [%s], want %s, %s [%s]", tt.in, got, sev, codes, tt.want, tt.sev, tt.code)
		}
	}
	d := &decoder{}
	checkText(d, "/x", "张\uE863")
	if got := d.list[0].Fix.Replace; got != "张䶮" {
		t.Errorf("the character of the old encoding is not offered: %q", got)
	}
}

func TestForms(t *testing.T) {
	tests := []struct {
		field field
		good  []string
		bad   []string
	}{
		{
			field{is: "phone", json: "tel"},
			[]string{"0574-87654321", "057487654321", "87654321", "(0574)87654321", "（0574）87654321", "+86 574 8765 4321", "+381 11 123 4567", "0574-87654321-801", "0574-87654321转801", "95533"},
			[]string{"", "12", "0574-8765432a", "none", "+", "0574--", "０５７４", "1234567890123456789012345"},
		},
		{
			field{is: "phone", json: "mobile"},
			[]string{"13812345678", "138 1234 5678", "+86 13812345678", "+381 64 1234567"},
			[]string{"1381234567", "23812345678", "138123456789"},
		},
		{
			field{is: "email"},
			[]string{"a@example.org", "first.last+tag@sub.example.rs"},
			[]string{"a@b", "a b@example.org", "@example.org", "a@example..org", "a@-example.org", "张三@example.org", "a@example.org "},
		},
		{
			field{is: "url"},
			[]string{"https://www.example.org", "www.example.org/a?b=c", "http://例子.中国/路径", "example.org:8080"},
			[]string{"our site", "javascript:alert(1)", "https://", "ftp://example.org", "a@b.c"},
		},
		{field{is: "currency"}, []string{"EUR", "RSD"}, []string{"Euro", "eur", "€"}},
		{field{is: "decimal"}, []string{"12.5", "-3", "0", "0.05"}, []string{"1,000", "1e3", "05", ".5", "5.", "≥5"}},
		{field{is: "passport"}, []string{"P0123456"}, []string{"p0123456", "P-0123"}},
		{field{is: "file"}, []string{"合作协议（扫描件）.pdf"}, []string{"a/b.pdf", `a\b.pdf`, "..", "a:b"}},
	}
	for _, tt := range tests {
		for _, s := range tt.good {
			d := &decoder{}
			if checkForm(d, &tt.field, "/x", s); len(d.list) > 0 {
				t.Errorf("%s %q: %v", tt.field.is, s, d.list)
			}
		}
		for _, s := range tt.bad {
			d := &decoder{}
			if checkForm(d, &tt.field, "/x", s); len(d.list) != 1 {
				t.Errorf("%s %q is taken", tt.field.is, s)
			}
		}
	}
}
