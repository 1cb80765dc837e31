package programme

import (
	"fmt"
	"strings"

	"tripact/project"
)

// Dictionary lists the fields of the group 通知 (call) that Values gives templates, in the order of Values, objects before
// what is in them; each example is what this call has.
func (c *Call) Dictionary() []project.Entry {
	one := *c // with a record in each list, so that what is in them is listed
	if len(one.Basis) == 0 {
		one.Basis = make([]Document, 1)
	}
	if len(one.Contacts) == 0 {
		one.Contacts = make([]Contact, 1)
	}
	if len(one.Topics) == 0 {
		one.Topics = make([]Topic, 1)
	}
	if len(one.Fields) == 0 {
		one.Fields = make([]Named, 1)
	}
	blank := project.Blank()
	if len(one.Topics[0].Fields) > 0 {
		blank.Project.Field = one.Topics[0].Fields[0]
	}
	blank.Project.Topic = one.Topics[0].ID
	root := values{{key: "call", zh: []string{"通知"}, value: one.values(blank, one.findings(blank))}}
	return root.entries("", "")
}

func (v values) entries(path, zhPath string) []project.Entry {
	var out []project.Entry
	for _, e := range v {
		f := project.Entry{Path: path + e.key, ZHPath: zhPath + e.key, ZH: e.zh, EN: strings.ReplaceAll(e.key, "_", " "), Type: "text"}
		if len(e.zh) > 0 {
			f.ZHPath = zhPath + e.zh[0]
		}
		var below values
		switch x := e.value.(type) {
		case values:
			f.Type, below = "object", x
		case []values:
			f.Type, below = "list", x[0]
			f.Path, f.ZHPath = f.Path+"[]", f.ZHPath+"[]"
		case []any:
			f.Type = "texts"
		case int:
			f.Type, f.Example = "int", fmt.Sprint(x)
		case bool:
			f.Type, f.Example = "bool", fmt.Sprint(x)
		case string:
			f.Example = x
			if datedKeys[e.key] {
				f.Type = "date"
			}
		}
		out = append(out, f)
		out = append(out, below.entries(f.Path+".", f.ZHPath+".")...)
	}
	return out
}

// datedKeys are the values of a call that are dates or times, for the filter 日期.
var datedKeys = map[string]bool{"date": true, "opens_at": true, "closes_at": true, "recommend_by": true, "prior_before": true}
