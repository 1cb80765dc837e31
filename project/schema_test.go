package project

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write schema.json and the golden files of testdata")

func TestSchema(t *testing.T) {
	got, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, old) {
		t.Error("schema.json is not what the types say; run go test ./project -update and read the difference")
	}
	var doc struct {
		Defs map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(got, &doc); err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(got), `"$ref": "#/$defs/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if doc.Defs[name] == nil {
			t.Errorf("$defs lacks %s", name)
		}
	}
}

// TestModel holds what every field must have: both labels, names that do not meet, a known enum.
func TestModel(t *testing.T) {
	for typ, fields := range model {
		names := map[string]string{}
		name := func(field, key string) {
			if other, ok := names[key]; ok {
				t.Errorf("%s: %s and %s share the name %s", typ.Name(), other, field, key)
			}
			names[key] = field
			if strings.ContainsAny(key, " .|{}#/^?!:()\"'“”，、。（）") || key == "" {
				t.Errorf("%s.%s: %q cannot be written in a tag", typ.Name(), field, key)
			}
		}
		for _, f := range fields {
			name(f.json, f.json)
			for _, zh := range f.zh {
				name(f.json, zh)
				if f.enum != "" {
					name(f.json, zh+"英文")
				}
			}
			if f.en == "" {
				t.Errorf("%s.%s has no English label", typ.Name(), f.json)
			}
			if f.enum != "" {
				name(f.json, f.json+"_zh")
				name(f.json, f.json+"_en")
				if len(enums[f.enum]) == 0 {
					t.Errorf("%s.%s: no enum %s", typ.Name(), f.json, f.enum)
				}
			}
			if !strings.ContainsFunc(f.zh[0], isHan) {
				t.Errorf("%s.%s has no Chinese label", typ.Name(), f.json)
			}
			if f.computed && f.optional {
				t.Errorf("%s.%s is computed and cannot be optional", typ.Name(), f.json)
			}
		}
	}
	for name, list := range enums {
		codes := map[string]bool{}
		for _, c := range list {
			if codes[c.Code] || c.Label.ZH == "" || c.Label.EN == "" {
				t.Errorf("enum %s: code %q twice or without labels", name, c.Code)
			}
			codes[c.Code] = true
		}
	}
}

func TestDictionary(t *testing.T) {
	list := Dictionary()
	byPath := map[string]Entry{}
	for _, e := range list {
		if _, twice := byPath[e.Path]; twice {
			t.Errorf("%s stands twice", e.Path)
		}
		byPath[e.Path] = e
		if e.Path == "" || e.ZHPath == "" || len(e.ZH) == 0 || e.EN == "" || e.Type == "" {
			t.Errorf("incomplete: %+v", e)
		}
	}
	for path, want := range map[string]Entry{
		"lead.name_cn":      {ZHPath: "乙方.单位名称", ZH: []string{"单位名称"}, EN: "Name (Chinese)", Type: "text"},
		"members[].name_cn": {ZHPath: "成员[].姓名", ZH: []string{"姓名"}, EN: "Name", Type: "text"},
		"project.title_cn":  {ZHPath: "项目名称", ZH: []string{"项目名称"}, EN: "Project title (Chinese)", Type: "text"},
		"project.requested": {ZHPath: "申请经费", ZH: []string{"申请经费"}, EN: "Funding requested", Type: "money", Unit: "元", Example: "800000.00"},
		"project.category":  {ZHPath: "项目类别", ZH: []string{"项目类别"}, EN: "Category", Type: "code", Enum: "category", Example: "basic"},
		"budget.total":      {ZHPath: "预算.总预算", ZH: []string{"总预算"}, EN: "Total budget", Type: "money", Unit: "元", Example: "800000.00", Calc: true},
		"contract.budget":   {ZHPath: "合同.合同预算", ZH: []string{"合同预算", "预算"}, EN: "Budget in the contract", Type: "object", Optional: true},
	} {
		got := byPath[path]
		got.Path = ""
		if want.Example == "" {
			got.Example = ""
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %+v, want %+v", path, got, want)
		}
	}
	if i := slices.IndexFunc(list, func(e Entry) bool { return e.Path == "team.overseas_by_unit[].count" }); i < 0 || !list[i].Calc {
		t.Error("computed groups are not in the dictionary")
	}
}

func TestCountries(t *testing.T) {
	if len(countries) != 249 {
		t.Errorf("%d countries, ISO 3166-1 has 249", len(countries))
	}
	if !slices.IsSortedFunc(countries, func(a, b Choice) int { return strings.Compare(a.Code, b.Code) }) {
		t.Error("countries are not in order")
	}
	for code, want := range map[string][2]string{
		"RS": {"塞尔维亚", "Serbia"}, "BA": {"波黑", "Bosnia and Herzegovina"}, "CZ": {"捷克", "Czech Republic"}, "MK": {"北马其顿", "North Macedonia"},
		"HK": {"中国香港", "Hong Kong, China"}, "MO": {"中国澳门", "Macao, China"}, "TW": {"中国台湾", "Taiwan, China"},
	} {
		c, ok := Country(code)
		if !ok || c.Label.ZH != want[0] || c.Label.EN != want[1] {
			t.Errorf("Country(%s) = %+v", code, c)
		}
	}
	// The partner countries of the Ningbo call, by their names in its notice.
	for _, name := range strings.Split("塞尔维亚、匈牙利、波兰、斯洛文尼亚、斯洛伐克、希腊、克罗地亚、阿尔巴尼亚、波黑、保加利亚、黑山、北马其顿、捷克、罗马尼亚", "、") {
		if !slices.ContainsFunc(countries, func(c Choice) bool { return c.Label.ZH == name }) {
			t.Errorf("no country %s", name)
		}
	}
	if _, ok := Country("XX"); ok || IsRegion("RS") || !IsRegion("TW") {
		t.Error("XX is a country, RS a region or TW none")
	}
}
