package project

import (
	"slices"
	"strings"

	"tripact/problem"
)

// unknown reports a key that the record does not have, with the key that was probably meant.
func (d *decoder) unknown(fields []field, key, path string) {
	if len(d.list) >= maxFindings {
		d.left++
		return
	}
	best, distance := "", max(2, len(key)/3)+1
	for _, f := range fields {
		if f.computed {
			continue
		}
		n := editDistance(strings.ToLower(key), f.json)
		if slices.Contains(f.zh, key) || strings.EqualFold(f.en, key) {
			n = 0
		}
		if n < distance && n < len(f.json) {
			best, distance = f.json, n
		}
	}
	var fix problem.Fix
	switch elsewhere := d.pathsNamed(key); {
	case best != "":
		fix = problem.Fix{ZH: "是否为 " + best + "？", EN: "did you mean " + best + "?", Replace: best}
	case len(elsewhere) > 0:
		all := strings.Join(elsewhere, ", ")
		fix = problem.Fix{ZH: "该字段的位置是 " + all, EN: "the field of that name is " + all}
	default:
		fix = problem.Fix{ZH: "删除它，或用 tripact template fields 查看全部字段", EN: "remove it, or see all fields with tripact template fields"}
	}
	d.fail("project.field.unknown", path, problem.Tf("没有字段“%[1]s”", "there is no field %[1]q", short(key)), "", fix)
}

// pathsNamed lists the first few places of the dictionary whose field has that English or Chinese name.
func (d *decoder) pathsNamed(key string) []string {
	if d.dictionary == nil {
		d.dictionary = Dictionary()
	}
	var list []string
	for _, e := range d.dictionary {
		last := strings.TrimSuffix(e.Path[strings.LastIndexByte(e.Path, '.')+1:], "[]")
		if !e.Calc && (last == key || slices.Contains(e.ZH, key)) && len(list) < 3 {
			list = append(list, e.Path)
		}
	}
	return list
}

// editDistance is the least number of letters to put in, take out or change that make b of a. It looks at the first 64
// bytes, longer than any field name.
func editDistance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
