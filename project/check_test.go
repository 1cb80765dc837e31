package project

import (
	"bytes"
	"testing"

	"tripact/problem"
)

func checkEdited(t *testing.T, changes edits) problem.List {
	t.Helper()
	p, list := Decode(bytes.NewReader(edited(t, changes)))
	for _, f := range list {
		t.Error(f.In("en"))
	}
	if p == nil {
		t.FailNow()
	}
	return p.Check()
}

func TestCheckHolds(t *testing.T) {
	for _, name := range []string{"full.json", "minimal.json"} {
		expect(t, load(t, name).Check())
	}
}

func TestCheck(t *testing.T) {
	const fail, warn = problem.Fail, problem.Warn
	tests := []struct {
		name    string
		changes edits
		wants   []want
	}{
		{"C1 items", edits{"/budget/spending/1/self": "900000.01"}, []want{
			{fail, "project.budget.items", "/budget/spending", []string{"3000000.01", "0.01"}},
			{warn, "project.budget.items.self", "/budget/spending", nil},
		}},
		{"C1 units, grant against own money", edits{"/budget/units/0/fiscal": "600000.01", "/budget/units/0/self": "1699999.99"}, []want{
			{fail, "project.budget.units.fiscal", "/budget/units", nil},
			{warn, "project.budget.units.self", "/budget/units", nil},
		}},
		{"C1 requested", edits{"/project/requested": "800000.01"}, []want{
			{fail, "project.budget.requested", "/budget/sources", nil},
			{fail, "project.contract.self", "/contract/budget/sources", []string{"0.01"}},
		}},
		{"C1 year twice", edits{"/budget/sources/1/year": 2026}, []want{{fail, "project.budget.year.twice", "/budget/sources/1/year", nil}}},
		{"C14 year before the project", edits{"/budget/sources/0/year": 2025}, []want{{fail, "project.budget.year.before", "/budget/sources/0/year", []string{"prior"}}}},
		{"year long after", edits{"/budget/sources/1/year": 2030}, []want{{warn, "project.budget.year.after", "/budget/sources/1/year", nil}}},
		{"item unknown", edits{"/budget/spending/3/code": "4"}, []want{{fail, "project.budget.item.unknown", "/budget/spending/3/code", nil}}},
		{"item twice", edits{"/budget/spending/2/code": "1.2"}, []want{{fail, "project.budget.item.twice", "/budget/spending/2/code", []string{"2"}}}},
		{"item nested", edits{"/budget/spending/2/code": "1.1"}, []want{{fail, "project.budget.item.nested", "/budget/spending/2/code", []string{"1.1.1"}}}},
		{"item total", edits{"/budget/spending/3/code": "3"}, []want{{fail, "project.budget.item.total", "/budget/spending/3/code", nil}}},
		{"unit row unknown", edits{"/budget/units/1/unit": "示例大 学"}, []want{
			{fail, "project.unit.unknown", "/budget/units/1/unit", []string{"示例大学", "U+5B66", "U+0020"}},
			{fail, "project.budget.unit.missing", "/budget/units", []string{"示例大学"}},
		}},
		{"unit row role", edits{"/budget/units/1/role": "lead"}, []want{{fail, "project.budget.unit.role", "/budget/units/1/role", nil}}},
		{"unit row country", edits{"/budget/units/2/country": "HU"}, []want{{fail, "project.budget.unit.country", "/budget/units/2/country", nil}}},
		{"unit row English name", edits{"/budget/units/1/unit_en": "Sample University"}, []want{{warn, "project.budget.unit.name_en", "/budget/units/1/unit_en", nil}}},
		{"equipment above its item", edits{"/budget/equipment/0/qty": 2}, []want{{warn, "project.equipment.sum", "/budget/equipment", nil}}},
		{"C9 period", edits{"/project/end": "2026-01"}, []want{
			{fail, "project.period.order", "/project/end", nil},
			{fail, "project.schedule.end", "/schedule/1/end", nil},
			{warn, "project.budget.year.after", "/budget/sources/1/year", nil},
		}[:2]},
		{"A.2.6 gap", edits{"/schedule/1/start": "2027-02"}, []want{{fail, "project.schedule.gap", "/schedule/1/start", []string{"2027-01"}}}},
		{"A.2.6 overlap", edits{"/schedule/1/start": "2026-12"}, []want{{fail, "project.schedule.overlap", "/schedule/1/start", nil}}},
		{"A.2.6 first", edits{"/schedule/0/start": "2026-02"}, []want{{fail, "project.schedule.start", "/schedule/0/start", nil}}},
		{"A.2.6 last", edits{"/schedule/1/end": "2028-11"}, []want{{fail, "project.schedule.end", "/schedule/1/end", nil}}},
		{"C10 target", edits{"/indicators/0/target": "≥900 MPa"}, []want{{warn, "project.indicator.target", "/indicators/0/target", nil}}},
		{"C10 target with thousands", edits{"/indicators/0/target": "≥1,800 MPa", "/indicators/0/target_num": "1800"}, nil},
		{"indicator id twice", edits{"/indicators/1/id": "I1"}, []want{{fail, "project.indicator.twice", "/indicators/1/id", nil}}},
		{"C11 account", edits{"/lead/bank/account_name": "宁波示例新村料股份有限公司"}, []want{{fail, "project.account.name", "/lead/bank/account_name", []string{"第6个字", "“材”（U+6750）"}}}},
		{"C11 member's unit", edits{"/members/1/unit": "宁波示例新材料有限公司"}, []want{{fail, "project.unit.unknown", "/members/1/unit", []string{"宁波示例新材料股份有限公司", "第8个字"}}}},
		{"C13 first member", edits{"/members/0/name_cn": "洪明"}, []want{{fail, "project.member.first", "/members/0/name_cn", []string{"U+2CB4E"}}}},
		{"C13 overseas", edits{"/members/2/unit": "示例大学", "/members/2/side": "CN"}, []want{{fail, "project.member.overseas", "/pfo/0/name_cn", nil}}},
		{"member side", edits{"/members/2/side": "CN"}, []want{{warn, "project.member.side", "/members/2/side", nil}}},
		{"member months", edits{"/members/2/months_per_year": 12.5}, []want{{fail, "project.member.months", "/members/2/months_per_year", nil}}},
		{"member twice", edits{"/members/1/id_no": "330299198501010019", "/members/1/sex": "M", "/members/1/birth": "1985-01"}, []want{{fail, "project.member.twice", "/members/1/id_no", nil}}},
		{"C14 prior inside", edits{"/prior/0/date": "2026-02-01"}, []want{{fail, "project.prior.inside", "/prior/0/date", nil}}},
		{"agreement", edits{"/agreement/valid_to": "2025-05-01"}, []want{
			{fail, "project.agreement.period", "/agreement/valid_to", nil},
			{fail, "project.agreement.signed", "/agreement/signed_on", nil},
		}},
		{"attachment unknown", edits{"/agreement/ref": "A9"}, []want{{fail, "project.attach.unknown", "/agreement/ref", nil}}},
		{"attachment twice", edits{"/attach/1/id": "A1"}, []want{
			{fail, "project.attach.twice", "/attach/1/id", nil},
			{fail, "project.attach.unknown", "/pfo/0/letter_ref", nil},
		}},
		{"publicity", edits{"/rec/publicised_to": "2025-08-01", "/approval/pub_to": "2026-01-01", "/approval/sign_by": "2026-01-01"}, []want{
			{fail, "project.rec.publicity", "/rec/publicised_to", nil},
			{fail, "project.approval.publicity", "/approval/pub_to", nil},
			{fail, "project.approval.sign_by", "/approval/sign_by", nil},
		}},
		{"C7", edits{"/approval/no": "2026H002", "/approval/title_cn": "高强陶瓷的中塞联台研发", "/approval/pi": "洪明", "/approval/category": "applied"}, []want{
			{fail, "project.contract.approved", "/contract/no", []string{"第8个字", "“2”"}},
			{fail, "project.contract.approved", "/project/title_cn", []string{"第9个字应为“台”（U+53F0），现为“合”（U+5408）"}},
			{fail, "project.contract.approved", "/pi/name_cn", []string{"U+6D2A"}},
			{fail, "project.contract.approved", "/project/category", nil},
		}},
		{"C2", edits{"/approval/amount": "599999.99", "/approval/total": "2999999.99"}, []want{
			{fail, "project.contract.amount", "/contract/budget/sources", []string{"0.01"}},
			{fail, "project.contract.total", "/contract/budget/sources", nil},
			{fail, "project.payments.sum", "/contract/payments", nil},
			{fail, "project.contract.self", "/contract/budget/sources", nil},
		}},
		{"payments", edits{"/contract/payments/1/pct": 2000, "/contract/payments/1/no": 3}, []want{
			{fail, "project.payments.pct", "/contract/payments", []string{"90%"}},
			{fail, "project.payments.no", "/contract/payments/1/no", nil},
			{warn, "project.payments.rate", "/contract/payments/1/pct", nil},
		}},
		{"copies", edits{"/contract/copies/c": 0}, []want{
			{fail, "project.copies.sum", "/contract/copies/total", []string{"4"}},
			{fail, "project.copies.none", "/contract/copies/c", nil},
		}},
		{"contract without approval", edits{"/approval": gone}, []want{{fail, "project.contract.approval", "/approval", nil}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { expect(t, checkEdited(t, tt.changes), tt.wants...) })
	}
}

// TestApprovedBelowRequest is the worked example for C5: application 300.00 (80.00 requested, 220.00 own), 60.00 approved.
func TestApprovedBelowRequest(t *testing.T) {
	p := load(t, "full.json")
	k := p.ContractBudget()
	if p.Budget.Total != 300_0000_00 || p.Budget.Self != 220_0000_00 || k.Total != 300_0000_00 || k.Self != 240_0000_00 || k.Fiscal != 60_0000_00 {
		t.Fatalf("the example is not the worked one: %v %v %v %v", p.Budget.Total, p.Budget.Self, k.Total, k.Self)
	}
	expect(t, p.Check())

	k.Sources[1].PartnerSelf-- // one fen of own money short of 240.00, and of the total
	p.Derive()
	var list problem.List
	for _, f := range p.Check() {
		if f.Code == "project.contract.self" || f.Code == "project.contract.total.lower" {
			list.Add(f)
		}
	}
	expect(
		t, list, want{problem.Warn, "project.contract.total.lower", "/contract/budget/sources", []string{"3000000.00"}},
		want{problem.Fail, "project.contract.self", "/contract/budget/sources", []string{"2400000.00", "0.01"}},
	)

	p.Lead.OrgType = "university" // then nobody is bound to raise the difference
	list = nil
	for _, f := range p.Check() {
		if f.Code == "project.contract.self" {
			list.Add(f)
		}
	}
	expect(t, list, want{problem.Warn, "project.contract.self", "/contract/budget/sources", nil})
}

// TestOneThird is the rounding trap of C3: a third of 200.00 万元 is neither 66.67 nor decided by a rounded percentage.
func TestOneThird(t *testing.T) {
	for _, tt := range []struct {
		grant, total Fen
		want         bool
	}{
		{66_6700_00, 200_0000_00, false},
		{66_6600_00, 200_0000_00, true},
		{60_0000_00, 300_0000_00, true},
		{100, 300, true},
		{101, 302, false},
		{MaxFen, MaxFen * 3, true},
		{1 << 62, 1 << 62, false}, // the products do not fit in 64 bits
		{0, 0, true},
	} {
		if got := tt.grant.AtMost(1, 3, tt.total); got != tt.want {
			t.Errorf("%s of %s at most 1/3: %v, want %v", tt.grant, tt.total, got, tt.want)
		}
	}
}

// TestIndicatorsKept is C8: comparator-aware, exact decimals.
func TestIndicatorsKept(t *testing.T) {
	same := func(cmp, n string) Indicator { return Indicator{Cmp: cmp, Number: n} }
	tests := []struct {
		was, now Indicator
		ok       bool
	}{
		{same(">=", "800"), same(">=", "800"), true},
		{same(">=", "800"), same(">=", "800.0"), true},
		{same(">=", "800"), same(">=", "799.999"), false},
		{same(">=", "800"), same(">=", "900"), true},
		{same(">=", "800"), same("=", "800"), true},
		{same(">=", "800"), same("=", "700"), false},
		{same(">=", "800"), same("<=", "900"), false},
		{same("<=", "0.5"), same("<=", "0.50"), true},
		{same("<=", "0.5"), same("<=", "0.51"), false},
		{same("<=", "0.5"), same("<=", "0.05"), true},
		{same("<=", "-10"), same("<=", "-9"), false},
		{same("=", "2"), same("=", "2"), true},
		{same("=", "2"), same(">=", "2"), false},
		{same("=", "2"), same("=", "3"), false},
	}
	for _, tt := range tests {
		if got := sameScale(tt.was.Cmp, tt.now.Cmp) && notWeaker(tt.was, tt.now); got != tt.ok {
			t.Errorf("%s %s keeps %s %s: %v, want %v", tt.now.Cmp, tt.now.Number, tt.was.Cmp, tt.was.Number, got, tt.ok)
		}
	}

	p := load(t, "full.json")
	now := append([]Indicator(nil), p.Indicators...)
	now[0].Number, now[0].Target = "799", "≥799 MPa"
	now[1].Unit = "‰"
	now[2].Name = "发明专利授权"
	p.Contract.Indicators = now
	expect(
		t, p.Check(), want{problem.Fail, "project.contract.indicator.weaker", "/contract/indicators/0/target_num", []string{">= 800"}},
		want{problem.Fail, "project.contract.indicator.weaker", "/contract/indicators/1/unit", nil},
		want{problem.Warn, "project.contract.indicator.name", "/contract/indicators/2/name", []string{"第5个字"}},
	)
	p.Contract.Indicators = append([]Indicator(nil), p.Indicators[1:]...)
	expect(t, p.Check(), want{problem.Fail, "project.contract.indicator.missing", "/indicators/0", []string{"I1", "抗弯强度"}})
}

func TestHoldsNumber(t *testing.T) {
	for _, tt := range []struct {
		text, number string
		want         bool
	}{
		{"≥800 MPa", "800", true},
		{"≥800 MPa", "800.0", true},
		{"≥1,800 MPa", "1800", true},
		{"≥1,234,800 MPa", "1234800", true},
		{"≤2.0×10⁻⁶立方毫米/（牛·米）", "0.0000020", true},
		{"≤2.0 × 10^-6", "0.000002", true},
		{"5×10⁴ h", "50000", true},
		{"-40至80℃", "-40", true},
		{"2件", "2", true},
		{"12件", "2", false},
		{"≥900 MPa", "800", false},
		{"两件", "2", false},
		{"2×10^999999999", "2", true},
	} {
		if got := holdsNumber(tt.text, tt.number); got != tt.want {
			t.Errorf("%s holds %s: %v, want %v", tt.text, tt.number, got, tt.want)
		}
	}
}

// TestUnitOfMoney: 80 typed for 80 万元, and 3,000,000 万元 for as many yuan.
func TestUnitOfMoney(t *testing.T) {
	p := load(t, "minimal.json")
	p.Project.Requested = 80_00
	p.Budget.Sources[0].Fiscal = 80_00
	p.Budget.Sources[0].LeadSelf = 3_000_000 * 10_000_00
	p.Derive()
	var list problem.List
	for _, f := range p.Check() {
		if f.Code == "project.money.unit" {
			list.Add(f)
		}
	}
	expect(t, list, want{problem.Warn, "project.money.unit", "/project/requested", nil}, want{problem.Warn, "project.money.unit", "/budget/sources", nil})
}
