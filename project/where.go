package project

import (
	"reflect"
	"strconv"
	"strings"

	"tripact/problem"
)

// Where names a place in a project file for people, in the words of the dictionary: “前期投入第3项：发生日期”, “Prior expenses,
// item 3: Date”. What the project does not have is named as the pointer has it; "" is the whole project.
func Where(path string) problem.Text {
	if path == "" {
		return problem.T("项目数据", "the project")
	}
	var zh, en []string
	t := reflect.TypeFor[Project]()
	for step := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		if n, err := strconv.Atoi(step); err == nil && len(zh) > 0 {
			last := len(zh) - 1
			zh[last], en[last] = zh[last]+"第"+strconv.Itoa(n+1)+"项", en[last]+", item "+strconv.Itoa(n+1)
			continue
		}
		var f *field
		if t != nil {
			f = fieldNamed(model[t], step)
		}
		if f == nil {
			zh, en, t = append(zh, step), append(en, step), nil
			continue
		}
		zh, en, t = append(zh, f.zh[0]), append(en, f.en), f.of
	}
	if len(zh) > 1 && zh[0] == "项目" { // the fields of project stand at the root of what people read
		zh, en = zh[1:], en[1:]
	}
	return problem.T(strings.Join(zh, "："), strings.Join(en, ": "))
}
