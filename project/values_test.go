package project

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"tripact/problem"
)

// lookup follows a path of keys and indexes such as "合同/预算/来源/0/年度".
func lookup(t *testing.T, v any, path string) any {
	t.Helper()
	for step := range strings.SplitSeq(path, "/") {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[step]
			if !ok {
				t.Fatalf("%s: no key %s", path, step)
			}
			v = next
		case []any:
			i := int(step[0] - '0')
			if i >= len(x) {
				t.Fatalf("%s: no element %s", path, step)
			}
			v = x[i]
		default:
			t.Fatalf("%s: %s is under %v", path, step, v)
		}
	}
	return v
}

func TestValues(t *testing.T) {
	m := load(t, "full.json").Values()
	for path, want := range map[string]any{
		"项目名称":             "高强陶瓷的中塞联合研发",
		"title_cn":         "高强陶瓷的中塞联合研发",
		"project/title_cn": "高强陶瓷的中塞联合研发",
		"项目/项目名称":          "高强陶瓷的中塞联合研发",
		"申请经费":             "800000.00",
		"requested":        "800000.00",
		"开始年月":             "2026-01",
		"执行月数":             36,
		"category":         "experimental",
		"category_zh":      "试验发展类",
		"category_en":      "Experimental development",
		"项目类别":             "试验发展类",
		"项目类别英文":           "Experimental development",
		"项目目标/1":           "降低成本。",
		"关键词/0":            "陶瓷",
		"提交时间":             "2025-09-01T10:00:00+08:00",
		"解决卡脖子问题":          true,
		"乙方/单位名称":          "宁波示例新材料股份有限公司",
		"申报单位/单位名称":        "宁波示例新材料股份有限公司",
		"lead/name_cn":     "宁波示例新材料股份有限公司",
		"乙方/单位简介英文/1":      "Founded in 2005.",
		"乙方/银行账户/户名":       "宁波示例新材料股份有限公司",
		"丙方/单位名称":          "宁波市示例区科学技术局",
		"归口管理单位/经办人":       "李四海",
		"甲方/单位名称":          "宁波市科学技术局",
		"bureau/name_cn":   "宁波市科学技术局",
		"合同/甲方/单位名称":       "宁波市科学技术局",
		"外方合作单位/0/国别":      "塞尔维亚",
		"外方合作单位/0/国别英文":    "Serbia",
		"外方合作单位/0/外方负责人/姓名": "Đorđe Petrović",
		"合作国别/0":                    "塞尔维亚",
		"国内合作单位名称/0":                "示例大学",
		"外方负责人姓名/0":                 "Đorđe Petrović",
		"项目负责人/姓名":                  "𬭎明",
		"成员/1/姓名":                   "艾尼瓦尔·买买提",
		"成员/1/排名":                   2,
		"成员/0/每年投入月数":               json.Number("6.5"),
		"团队统计/总人数":                  3,
		"团队统计/博士人数":                 2,
		"团队统计/硕士人数":                 1,
		"团队统计/外方人数":                 1,
		"团队统计/外方分单位人数/0/人数":         1,
		"预算/总预算":                    "3000000.00",
		"预算/财政占比":                   2667,
		"预算/支出明细/0/科目":              "一、直接费用",
		"预算/支出明细/0/合计":              "2800000.00",
		"预算/支出明细/2/科目编码":            "1.1.1",
		"预算/支出明细/2/层级":              3,
		"预算/支出明细/6/科目":              "合计",
		"预算/支出明细/6/自筹资金":            "2200000.00",
		"预算/单位分配/1/外拨":              true,
		"预算/单位分配/1/财政占比":            2500,
		"预算/外拨合计":                   "200000.00",
		"预算/合作单位分配/0/单位":            "示例大学",
		"预算/合作单位合计/财政经费":            "200000.00",
		"预算/来源合计/外方投入":              "200000.00",
		"预算/设备/0/金额":                "1400000.00",
		"合同/预算/总预算":                 "3000000.00",
		"合同/预算/财政经费":                "600000.00",
		"合同/合同预算/财政经费":              "600000.00",
		"合同/进度/1/结束":                "2028-12", // the application's, for the contract has none
		"合同/指标/2/指标类别":              "知识产权",
		"合同/分类指标/0/项数":              2,
		"合同/拨款计划/1/比例":              3000,
		"合同/拨款合计":                   "600000.00",
		"分类指标/1/指标类别":               "知识产权",
		"推荐/归口配套经费":                 "0.00",
		"审查/审查结论":                   "受理",
		"外籍青年科学家":                   nil,
		"ys":                        nil,
		"申报通知代码":                    "ningbo-2025",
		"合作协议/中文翻译件/翻译资质编号":         "T-001",
		"立项/立项经费":                   "600000.00",
		"contract/copies/total":     5,
		"agreement/language_en":     "English",
		"附件/0/日期":                   "2025-08-20",
		"members/2/side_zh":         "外方",
		"成员/2/中方或外方":                "外方",
		"members/1/contract_end":    "",
		"budget/lines/4/code":       "1.3",
		"pcn/0/rd_platform":         nil,
		"contract/indicators/0/cmp": ">=",
	} {
		if got := lookup(t, m, path); !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %#v, want %#v", path, got, want)
		}
	}
	plainOnly(t, m, "")
}

// plainOnly checks that a template gets nothing but plain values.
func plainOnly(t *testing.T, v any, path string) {
	t.Helper()
	switch x := v.(type) {
	case nil, string, bool, int, json.Number:
	case map[string]any:
		for k, y := range x {
			plainOnly(t, y, path+"/"+k)
		}
	case []any:
		for _, y := range x {
			plainOnly(t, y, path+"[]")
		}
	default:
		t.Errorf("%s is a %T", path, v)
	}
}

// TestValuesKeys: no field of project hides behind a part of the same name, so that all stand at the root.
func TestValuesKeys(t *testing.T) {
	p := load(t, "full.json")
	parts := object(reflect.ValueOf(p).Elem())
	for k := range object(reflect.ValueOf(&p.Project).Elem()) {
		if _, taken := parts[k]; taken {
			t.Errorf("%s is a part and a field of project", k)
		}
	}
	for _, k := range []string{"bureau", "甲方", "通知", "doc", "文件"} {
		if _, taken := parts[k]; taken {
			t.Errorf("%s is a part", k)
		}
	}
}

func TestValuesWithoutContract(t *testing.T) {
	m := load(t, "minimal.json").Values()
	for _, k := range []string{"合同", "contract", "甲方", "bureau", "立项", "推荐", "审查", "合作协议"} {
		if v, ok := m[k]; !ok || v != nil {
			t.Errorf("%s = %v, %v, want nil and there", k, v, ok)
		}
	}
	for _, k := range []string{"国内合作单位", "外方合作单位", "附件", "合作国别"} {
		if v, ok := m[k].([]any); !ok || len(v) != 0 {
			t.Errorf("%s = %v, want an empty list", k, m[k])
		}
	}
}

func TestValuesContractOwnLists(t *testing.T) {
	p := load(t, "full.json")
	p.Contract.Indicators = append([]Indicator(nil), p.Indicators[:1]...)
	p.Contract.Schedule = []Stage{{Start: p.Project.Start, End: p.Project.End, Content: "全部"}}
	p.Derive()
	m := p.Values()
	if got := lookup(t, m, "合同/合同进度/0/主要工作内容"); got != "全部" {
		t.Errorf("work plan of the contract: %v", got)
	}
	if list, ok := lookup(t, m, "合同/指标").([]any); !ok || len(list) != 1 {
		t.Errorf("indicators of the contract: %v", list)
	}
	if list, ok := lookup(t, m, "合同/分类指标").([]any); !ok || len(list) != 1 {
		t.Errorf("groups of the contract: %v", list)
	}
	if list, ok := lookup(t, m, "指标").([]any); !ok || len(list) != 3 {
		t.Errorf("indicators of the application: %v", list)
	}
}

func TestLetterValues(t *testing.T) {
	one, two, three := load(t, "full.json"), load(t, "full.json"), load(t, "full.json")
	one.Rec.Rank, two.Rec.Rank, three.Rec.Rank = 2, 1, 0
	two.Project.AppNo, two.Project.TitleCN, two.Project.Topic, two.Project.Category = "202501A0013", "第二个项目", "T1", "basic"
	two.Project.Requested, two.Rec.JointFunding = 50_0000_01, 10_0000_00
	three.Project.AppNo, three.Project.TitleCN = "202501A0014", "第三个项目"
	m, list := LetterValues([]*Project{three, one, two})
	expect(t, list)
	for path, want := range map[string]any{
		"丙方/单位名称":            "宁波市示例区科学技术局",
		"归口管理单位/单位名称":        "宁波市示例区科学技术局",
		"推荐/发文字号":            "甬示科〔2025〕12号",
		"推荐项目数":              3,
		"count":              3,
		"申请经费合计":             "2100000.01",
		"总预算合计":              "9000000.00",
		"自筹合计":               "6600000.00",
		"归口配套合计":             "100000.00",
		"项目列表/0/项目名称":        "第二个项目",
		"项目列表/1/项目名称":        "高强陶瓷的中塞联合研发",
		"项目列表/2/项目名称":        "第三个项目",
		"projects/0/推荐/推荐意见": "同意推荐",
		"分专题/0/专题代码":         "T1",
		"分专题/0/项目类别":         "基础研究类",
		"分专题/0/申请经费":         "500000.01",
		"分专题/1/专题名称":         "T3",
		"分专题/1/项目数":          2,
		"by_topic/1/name":    "T3",
		"分专题/1/项目类别英文":       "Experimental development",
	} {
		if got := lookup(t, m, path); !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %#v, want %#v", path, got, want)
		}
	}
	plainOnly(t, m, "")
	again, _ := LetterValues([]*Project{two, three, one})
	if !reflect.DeepEqual(m, again) {
		t.Error("the order of the files matters")
	}
}

func TestLetterValuesRefuses(t *testing.T) {
	m, list := LetterValues(nil)
	expect(t, list, want{problem.Fail, "project.letter.empty", "", nil})
	if m != nil {
		t.Error("values for an empty letter")
	}
	one, two, three := load(t, "full.json"), load(t, "full.json"), load(t, "full.json")
	two.Managing.NameCN = "宁波市示例区科技局"
	two.Managing.Contact.Mobile = "13012345678"
	two.Rec.DocNo = "甬示科〔2025〕13号"
	two.Rec.SignDate.Day++
	two.Rec.Contact.Tel = "0574-00000002"
	two.Rec.Integrity = false
	two.Call = "ningbo-2026"
	three.Rec, three.Project.AppNo = nil, "202501A0014"
	m, list = LetterValues([]*Project{one, two, three})
	differs := func(path string, words ...string) want {
		return want{problem.Fail, "project.letter.differs", path, words}
	}
	expect(
		t, list,
		differs("/call"), differs("/mu/name_cn", "宁波市示例区科学技术局"), differs("/mu/contact/mobile", "130****5678"), differs("/rec/doc_no", "甬示科〔2025〕12号"),
		differs("/rec/sign_date"), differs("/rec/contact/tel", "0574-****0002"), differs("/rec/statement_integrity"),
		want{problem.Fail, "project.letter.twice", "/project/app_no", nil}, want{problem.Warn, "project.letter.rank", "/rec/rank", nil},
		want{problem.Fail, "project.letter.rec", "/rec", nil},
	)
	if m != nil {
		t.Error("values for a letter that cannot be")
	}
	for _, f := range list {
		if strings.Contains(f.In("zh")+f.In("en"), "13012345678") {
			t.Error("a telephone number is repeated")
		}
	}
}

// TestSums: whatever the amounts, the totals of the tables are the sums of their rows, in fen, and Derive twice is Derive once.
func TestSums(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	some := func() Fen { return Fen(r.Int64N(int64(MaxFen))) }
	for range 200 {
		var b Budget
		b.Scheme = []string{"three_line", "eleven_line"}[r.IntN(2)]
		var fiscal, total Fen
		for range 1 + r.IntN(5) {
			s := Source{Fiscal: some(), District: some(), LeadSelf: some(), PartnerSelf: some(), Loan: some(), Other: some(), Foreign: some()}
			fiscal += s.Fiscal
			total += s.Fiscal + s.District + s.LeadSelf + s.PartnerSelf + s.Loan + s.Other
			b.Sources = append(b.Sources, s)
		}
		var items, direct Fen
		for _, it := range Items(b.Scheme) {
			inner := false
			for _, o := range Items(b.Scheme) {
				inner = inner || under(o.Code, it.Code) && o.Code != it.Code
			}
			if inner || it.Code == ItemTotal || r.IntN(3) == 0 {
				continue
			}
			s := Spending{Code: it.Code, Fiscal: some(), Self: some(), Other: some()}
			items += s.Fiscal + s.Self + s.Other
			if strings.HasPrefix(it.Code, "1.") {
				direct += s.Fiscal + s.Self + s.Other
			}
			b.Spending = append(b.Spending, s)
		}
		b.derive()
		if b.Total != total || b.Fiscal != fiscal || b.Fiscal+b.Self+b.Other != total || b.SourceSum.Total != total {
			t.Fatalf("sources: %v %v %v of %v", b.Fiscal, b.Self, b.Other, total)
		}
		last := b.Lines[len(b.Lines)-1]
		if last.Code != ItemTotal || last.Total != items || b.Lines[0].Code != "1" || b.Lines[0].Total != direct {
			t.Fatalf("items: %v of %v, direct %v of %v", last.Total, items, b.Lines[0].Total, direct)
		}
		for _, l := range b.Lines {
			if l.Total != l.Fiscal+l.Self+l.Other || l.Name == "" || l.NameEN == "" || l.Level < 1 {
				t.Fatalf("line %+v", l)
			}
		}
		once, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		b.derive()
		if twice, _ := json.Marshal(b); string(once) != string(twice) {
			t.Fatal("Derive is not idempotent")
		}
	}
}

func TestRate(t *testing.T) {
	for _, tt := range []struct {
		part, whole Fen
		want        BP
	}{{1, 3, 3333}, {2, 3, 6667}, {66_6700_00, 200_0000_00, 3334}, {1, 2, 5000}, {0, 5, 0}, {5, 0, 0}, {5, 5, 10000}, {MaxFen * 4_000_000, MaxFen * 8_000_000, 5000}, {3, 1, 30000}} {
		if got := rate(tt.part, tt.whole); got != tt.want {
			t.Errorf("rate(%d, %d) = %d, want %d", tt.part, tt.whole, got, tt.want)
		}
	}
}

func TestLinesOfSchemes(t *testing.T) {
	count := func(scheme string, leaves ...string) []string {
		var in []Spending
		for _, code := range leaves {
			in = append(in, Spending{Code: code, Fiscal: 1})
		}
		var out []string
		for _, l := range lines(scheme, in) {
			out = append(out, l.Code)
		}
		return out
	}
	for _, tt := range []struct {
		got  []string
		want string
	}{
		{count("three_line"), "1 1.1 1.2 1.3 2 3"},
		{count("three_line", "1.3.2", "1.1.1", "2.2"), "1 1.1 1.1.1 1.2 1.3 1.3.2 2 2.2 3"},
		{count("eleven_line", "1.10"), "1 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 1.10 1.11 2 3"},
		{count("nine_line", "1.1"), ""},
	} {
		if got := strings.Join(tt.got, " "); got != tt.want {
			t.Errorf("lines: %s, want %s", got, tt.want)
		}
	}
}

func BenchmarkValues(b *testing.B) {
	p := load(b, "full.json")
	for b.Loop() {
		p.Values()
	}
}
