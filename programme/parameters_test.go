package programme

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tripact/problem"
	"tripact/project"
)

// notHere are the numbers that these cases do not hold, by call and path or by path, each with the reason.
var notHere = map[string]string{
	"/year": "printed", "/date": "printed", "/contract/copies": "printed", "/contract/acceptance_months": "printed",
	"shanghai-2024/topics/1/categories/0/cap":      "the fixed grants bind",
	"shanghai-2024/topics/1/max_projects":          "about a batch: 30 and 31 projects in TestBatches",
	"shanghai-2024/topics/1/scientist/per_project": "a project file has room for one guest",
}

// TestEveryParameter shows that the boundary cases hold every number, amount, day and instant of both calls from both sides: moved by one,
// one fen, one day (of periods, one month) or one second, each makes at least one case come out differently.
func TestEveryParameter(t *testing.T) {
	if testing.Short() {
		t.Skip("not short: one case after another")
	}
	for _, tt := range []struct {
		call  *Call
		cases []ruleCase
		new   func(name string) *project.Project
	}{
		{mustLoad(t, ningbo(t)), append(boundaries(t), breaches()...), func(n string) *project.Project { return example(t, n) }},
		{mustLoad(t, shanghai(t)), shanghaiCases(), func(n string) *project.Project { return shanghaiProject(t, n) }},
	} {
		type prepared struct {
			ruleCase
			good, bad *project.Project
		}
		var cases []prepared
		for _, k := range tt.cases {
			p := prepared{ruleCase: k, good: tt.new(k.project), bad: tt.new(k.project)}
			if k.pass != nil {
				k.pass(p.good)
			}
			k.fail(p.bad)
			cases = append(cases, p)
		}
		held := func() (different string) {
			for _, k := range cases {
				has := func(p *project.Project) bool {
					return slices.ContainsFunc(tt.call.Check(p, k.stage, signing), func(f problem.Finding) bool {
						return f.Code == k.rule && f.Severity == k.severity && (k.path == "" || f.Path == k.path)
					})
				}
				if has(k.good) || !has(k.bad) {
					return k.rule + " " + string(k.stage)
				}
			}
			return ""
		}
		known := held() // SH-1.3 has no agreement to test by, which TestShanghai adds
		if tt.call.ID == "shanghai-2024" {
			tt.call.Topics[0].Agreements = []string{"RS"}
			known = held()
		}
		if known != "" {
			t.Fatalf("%s: %s does not hold as it is", tt.call.ID, known)
		}
		count := 0
		var walk func(v reflect.Value, path string)
		move := func(path string, step func(by int), undo func()) {
			count++
			for _, by := range []int{1, -1} {
				step(by)
				if held() == "" {
					t.Errorf("%s%s moved by %+d changes no case", tt.call.ID, path, by)
				}
				undo()
			}
		}
		walk = func(v reflect.Value, path string) {
			if notHere[path] != "" || notHere[tt.call.ID+path] != "" {
				return
			}
			switch v.Type() {
			case typeDate:
				if was := v.Interface().(project.Date); !was.IsZero() {
					move(path, func(by int) {
						to := time.Date(was.Year, was.Month, was.Day+by, 12, 0, 0, 0, time.UTC)
						switch { // projects begin and end with a month
						case strings.HasSuffix(path, "/period/start"):
							to = time.Date(was.Year, was.Month+time.Month(by), 1, 12, 0, 0, 0, time.UTC)
						case strings.HasSuffix(path, "/period/end"):
							to = time.Date(was.Year, was.Month+time.Month(by)+1, 0, 12, 0, 0, 0, time.UTC)
						}
						v.Set(reflect.ValueOf(project.DateOf(to)))
					}, func() { v.Set(reflect.ValueOf(was)) })
				}
				return
			case typeTime:
				if was := v.Interface().(time.Time); !was.IsZero() {
					move(path, func(by int) { v.Set(reflect.ValueOf(was.Add(time.Duration(by) * time.Second))) }, func() { v.Set(reflect.ValueOf(was)) })
				}
				return
			}
			switch v.Kind() { //nolint:exhaustive // the kinds that hold numbers
			case reflect.Int, reflect.Int64:
				if was := v.Int(); was != 0 {
					move(path, func(by int) { v.SetInt(was + int64(by)) }, func() { v.SetInt(was) })
				}
			case reflect.Struct:
				for i := range v.NumField() {
					if name, _ := fieldName(v.Type().Field(i)); name != "" && v.Type().Field(i).Type != reflect.TypeFor[[]Rule]() {
						walk(v.Field(i), path+"/"+name)
					}
				}
			case reflect.Slice:
				for i := range v.Len() {
					walk(v.Index(i), fmt.Sprintf("%s/%d", path, i))
				}
			case reflect.Map:
				for _, key := range v.MapKeys() {
					was := v.MapIndex(key)
					d, ok := was.Interface().(project.Date)
					if !ok {
						continue
					}
					move(path+"/"+key.String(), func(by int) {
						v.SetMapIndex(key, reflect.ValueOf(project.DateOf(time.Date(d.Year, d.Month, d.Day+by, 12, 0, 0, 0, time.UTC))))
					}, func() { v.SetMapIndex(key, was) })
				}
			}
		}
		walk(reflect.ValueOf(tt.call).Elem(), "")
		if count < 10 || strings.Contains(held(), " ") {
			t.Errorf("%s: %d parameters moved; afterwards %q", tt.call.ID, count, held())
		}
		t.Logf("%s: %d parameters", tt.call.ID, count)
	}
}
