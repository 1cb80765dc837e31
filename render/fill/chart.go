package fill

import (
	"archive/zip"
	"bytes"
	"cmp"
	pathpkg "path"
	"slices"
	"strconv"
	"strings"
	"time"

	"tripact/problem"
	"tripact/render/docx"
)

// chartData is what a chart shows: categories and, for each series, as many values; "" is a gap. Points of scatter and
// bubble charts have numbers for categories: those of all series, or their own.
type chartData struct {
	categories []string
	names      []string
	values     [][]string
	x          [][]string // by series; nil for one that takes the categories
	sizes      [][]string // of bubbles, by series; nil for one without
}

// points is the place of the points of series i along the axis of categories.
func (d *chartData) along(i int) []string {
	if d.x != nil && d.x[i] != nil {
		return d.x[i]
	}
	return d.categories
}

// seriesKind is what a series wants to be told.
type seriesKind uint8

const (
	seriesValues  seriesKind = iota // a category and a value
	seriesPoints                    // two numbers
	seriesBubbles                   // three
)

// chartSeries is a series of the template's chart.
type chartSeries struct {
	node, val *docx.Node // c:ser, and its c:val or c:yVal
	kind      seriesKind
}

const maxPoints = 32_000 // of a series, the limit of Word

// chart fills the chart that the relationship rid of the current part leads to and returns the id of the relationship
// to use. The data is a list of records, whose fields have the names of the series in the template; or a record of
// categories (类别) and series (系列) with name (名称) and values (数值), as many series as the template has. The cached
// values are replaced and the workbook behind them is made anew; a link to a workbook elsewhere is taken away.
func (r *renderer) chart(t *tag, rid string, v any) (string, bool) {
	a := r.assets
	host := r.t.pkg.Part(r.part.name)
	rel, ok := r.t.pkg.Rel(host, rid)
	part := r.t.pkg.Part(rel.Target)
	if !ok || part == nil || !rel.Is("chart") {
		r.invalid(t, "fill.chart.kind", "对应的图表不能填数据", "stands at a chart that cannot take data", "用“插入—图表”重新插入图表", "insert the chart again")
		return "", false
	}
	root, err := part.Parse()
	if err != nil {
		r.invalid(t, "fill.chart.kind", "对应的图表已损坏", "stands at a broken chart", "重新插入图表", "insert the chart again")
		return "", false
	}
	ed := &chartEdit{data: part.Data, root: root, sheet: "Sheet1"}
	ed.find(root, "")
	if len(ed.series) == 0 {
		r.invalid(t, "fill.chart.kind", "对应的图表没有能填数据的系列", "stands at a chart without series that can take data", "用“插入—图表”重新插入图表", "insert the chart again")
		return "", false
	}
	d, ok := r.chartData(t, v, ed)
	if !ok {
		return "", false
	}
	// The workbook behind the chart.
	book, outside := "", false
	if ext := root.Child("c:externalData"); ext != nil {
		id, _ := ext.Attr("r:id")
		if br, ok := r.t.pkg.Rel(part, id); ok && linkedBook(r.t.pkg, br) {
			book = br.Target
		} else {
			outside = true
		}
	}
	cols, _ := d.columns(ed.kinds())
	sheet := workbook(ed.bookSheet(), cols)
	if outside {
		r.report(t, problem.Finding{
			Code: "fill.chart.link", Severity: problem.Info,
			Message: problem.Tf("“%[1]s”的图表原来链接到别处的工作簿，链接已去掉：在 Word 里不能再编辑数据", "the chart of “%[1]s” was linked to a workbook elsewhere; the link is gone and its data cannot be edited in Word", t.label()),
			Fix:     problem.Fix{ZH: "在模板里改为嵌入的图表", EN: "embed the chart in the template"},
		})
	}
	if !a.charts[part.Name] && bytes.Count(host.Data, []byte(`"`+rid+`"`)) == 1 {
		a.charts[part.Name] = true
		a.jobs = append(a.jobs, chartJob{part.Name, part.Name, d})
		if book != "" {
			a.pkg.Set(book, sheet)
		}
		return rid, true
	}
	c := &copier{from: r.t.pkg, to: a.pkg, done: map[string]string{}, instead: map[string][]byte{}}
	if book != "" {
		c.instead[book] = sheet
	}
	name := c.copy(part, 0)
	a.jobs = append(a.jobs, chartJob{name, part.Name, d})
	return a.rel(r.part.name, "chart", name, false), true
}

// seriesOf reads the series of the chart that the relationship rid of a part leads to: their names and kinds.
func seriesOf(p *docx.Package, host *docx.Part, rid string) (names []string, kinds []seriesKind) {
	rel, _ := p.Rel(host, rid)
	part := p.Part(rel.Target)
	if part == nil {
		return nil, nil
	}
	root, err := part.Parse()
	if err != nil {
		return nil, nil // told when it is filled
	}
	ed := &chartEdit{data: part.Data, root: root}
	ed.find(root, "")
	for _, s := range ed.series {
		kinds = append(kinds, s.kind)
	}
	return ed.names(), kinds
}

// chartJob is a chart whose series are written when everything else is: text in it may hold tags of its own.
type chartJob struct {
	name, like string // the part, and the one it is a copy of
	data       *chartData
}

func (j *chartJob) finish(p *docx.Package) {
	data := p.Part(j.like).Data
	root, err := docx.Parse(data)
	if err != nil {
		return // it was parsed before
	}
	ed := &chartEdit{data: data, root: root, sheet: "Sheet1"}
	ed.find(root, "")
	if len(ed.series) != len(j.data.names) {
		return
	}
	ed.write(j.data)
	if ext := root.Child("c:externalData"); ext != nil {
		id, _ := ext.Attr("r:id")
		if rel, ok := p.Rel(p.Part(j.like), id); !ok || !linkedBook(p, rel) {
			ed.cut(ext)
		}
	}
	p.Set(j.name, ed.bytes())
}

// linkedBook reports whether a chart's workbook is one in the package that can be made anew.
func linkedBook(p *docx.Package, rel docx.Rel) bool {
	return !rel.External && strings.EqualFold(pathpkg.Ext(rel.Target), ".xlsx") && p.Part(rel.Target) != nil
}

// chartData reads the data of a chart.
func (r *renderer) chartData(t *tag, v any, ed *chartEdit) (*chartData, bool) {
	if list, ok := asList(v); ok {
		return r.chartRecords(t, list, ed)
	}
	bad := func() (*chartData, bool) {
		r.invalid(t, "fill.chart.data", "不是图表的数据", "is no data for a chart", "给出一列记录，字段名与图表的系列名相同", "give a list of records whose fields have the names of the chart's series")
		return nil, false
	}
	m, ok := v.(map[string]any)
	if !ok {
		return bad()
	}
	given := one(m, "categories", "类别")
	cats, okC := asList(given)
	series, okS := asList(one(m, "series", "系列"))
	if !okS || !okC && given != nil {
		return bad()
	}
	names := ed.names()
	if len(series) != len(names) {
		r.invalid(t, "fill.chart.series", "有 %[2]d 个系列，模板的图表有 %[3]d 个", "has %[2]d series, but the chart of the template %[3]d", "使系列的个数与模板一致", "give as many series as the template has", len(series), len(names))
		return nil, false
	}
	d := &chartData{x: make([][]string, len(series)), sizes: make([][]string, len(series))}
	for _, c := range cats {
		s, ok := toText(c)
		if !ok {
			return bad()
		}
		d.categories = append(d.categories, s)
	}
	for i, s := range series {
		sm, _ := s.(map[string]any)
		name, ok := toText(one(sm, "name", "名称"))
		if !ok {
			name = names[i]
		}
		d.names = append(d.names, name)
		kind := ed.series[i].kind
		column := func(gaps bool, keys ...string) ([]string, bool) {
			list, ok := asList(one(sm, keys...))
			if !ok {
				return nil, true
			}
			out := make([]string, len(list))
			for k, v := range list {
				if out[k], ok = chartNumber(v); !ok || !gaps && out[k] == "" {
					_, _ = r.notNumber(t, name, v)
					return nil, false
				}
			}
			return out, true
		}
		values, ok := column(true, "values", "数值", "y", "纵坐标")
		if !ok {
			return nil, false
		}
		if kind != seriesValues {
			if d.x[i], ok = column(false, "x", "横坐标"); !ok {
				return nil, false
			}
			if d.x[i] == nil && !r.numeric(t, d) {
				return nil, false
			}
		}
		if kind == seriesBubbles {
			if d.sizes[i], ok = column(true, "sizes", "大小"); !ok {
				return nil, false
			}
		}
		if kind == seriesValues && given == nil {
			return bad()
		}
		if n := len(d.along(i)); values == nil || len(values) != n || kind == seriesBubbles && len(d.sizes[i]) != n {
			if kind == seriesValues {
				r.invalid(t, "fill.chart.series", "的第 %[2]d 个系列的数值个数与类别不同", "has a series (number %[2]d) with more or fewer values than categories", "每个类别给一个数值", "give one value for each category", i+1)
			} else {
				r.invalid(t, "fill.chart.series", "的第 %[2]d 个系列的横坐标、数值（气泡图还有大小）个数不同", "has a series (number %[2]d) whose x, values and, for bubbles, sizes differ in number", "每个点各给一个", "give one of each for every point", i+1)
			}
			return nil, false
		}
		d.values = append(d.values, values)
	}
	return d, r.points(t, d)
}

// numeric reads the categories of d as numbers, which the points of scatter and bubble charts need.
func (r *renderer) numeric(t *tag, d *chartData) bool {
	for k, c := range d.categories {
		s, ok := chartNumber(c)
		if !ok || s == "" {
			r.invalid(t, "fill.chart.number", "的横坐标“%[2]s”不是数，散点图和气泡图要的是数", "has “%[2]s” for an x, but a scatter or bubble chart takes numbers", "给出数", "give numbers", c)
			return false
		}
		d.categories[k] = s
	}
	return true
}

func (r *renderer) points(t *tag, d *chartData) bool {
	most := len(d.categories)
	for i := range d.values {
		most = max(most, len(d.values[i]))
	}
	if most > maxPoints {
		r.invalid(t, "fill.limit.points", "有 %[2]d 个数据点，超过 %[3]d 个", "has %[2]d points, more than %[3]d", "减少数据", "use less data", most, maxPoints)
		return false
	}
	return true
}

func (r *renderer) notNumber(t *tag, field string, v any) (*chartData, bool) {
	zh, en := describe(v)
	r.invalid(t, "fill.chart.number", "的“%[2]s”里有不是数的值（%[3]s）", "has a value under “%[2]s” that is no number (%[4]s)", "给出数", "give numbers", field, zh, en)
	return nil, false
}

// chartRecords takes the values from records: a field for each series, one for the category, and for bubbles one for the
// size: that of the series' name with 大小 (_size) after it, or 大小 (size) for all.
func (r *renderer) chartRecords(t *tag, list []any, ed *chartEdit) (*chartData, bool) {
	names := ed.names()
	d := &chartData{names: names, values: make([][]string, len(names)), sizes: make([][]string, len(names))}
	points := slices.ContainsFunc(ed.series, func(s chartSeries) bool { return s.kind != seriesValues })
	category := []string{"类别", "category", "名称", "name", "标签", "label"}
	if points {
		category = []string{"横坐标", "x", "类别", "category"}
	}
	if t.obj.field != "" {
		category = []string{t.obj.field}
	}
	for _, item := range list {
		m, ok := item.(map[string]any)
		if !ok {
			r.invalid(t, "fill.chart.data", "要的是一列记录", "takes a list of records", "每项给出分类和各系列的数值", "give a category and the values of the series in each")
			return nil, false
		}
		first := func(keys ...string) (any, bool) {
			for _, k := range keys {
				if v, ok := resolve(m, k, r.t.aliases); ok {
					return v, true
				}
			}
			return nil, false
		}
		v, found := first(category...)
		label, isText := toText(v)
		if !found || v != nil && !isText {
			r.invalid(t, "fill.chart.category", "的记录里没有作分类的字段“%[2]s”", "has records without the category field “%[2]s”", "在替代文字里写明，例如 {{@"+t.label()+":专题名称}}", "name it in the alternative text, as {{@"+t.label()+":title}}", category[0])
			return nil, false
		}
		d.categories = append(d.categories, label)
		number := func(to *[]string, show string, keys ...string) bool {
			v, ok := first(keys...)
			if !ok {
				r.noField(t, m, show)
				return false
			}
			s, ok := chartNumber(v)
			if !ok {
				_, _ = r.notNumber(t, show, v)
				return false
			}
			*to = append(*to, s)
			return true
		}
		for i, n := range names {
			if !number(&d.values[i], n, n) {
				return nil, false
			}
			if ed.series[i].kind == seriesBubbles && !number(&d.sizes[i], n+"大小", n+"大小", n+"_size", "大小", "size") {
				return nil, false
			}
		}
	}
	if points && !r.numeric(t, d) {
		return nil, false
	}
	return d, r.points(t, d)
}

// noField reports records without the field of a series.
func (r *renderer) noField(t *tag, m map[string]any, n string) {
	fields := make([]string, 0, len(m))
	for k := range m {
		fields = append(fields, k)
	}
	slices.Sort(fields)
	fixZH, fixEN := "把图表的系列名改为数据里的字段名", "give the series of the chart the name of a field"
	if s := nearest(n, fields); s != "" {
		fixZH, fixEN = "您是否要把系列命名为“"+s+"”？", "should the series be called “"+s+"”?"
	}
	r.invalid(t, "fill.chart.field", "的记录里没有图表系列“%[2]s”的字段", "has records without the field of the chart's series “%[2]s”", fixZH, fixEN, n)
}

// chartNumber writes a number as a chart keeps it; nothing is a gap.
func chartNumber(v any) (string, bool) {
	if s, ok := v.(string); v == nil || ok && strings.TrimSpace(s) == "" {
		return "", true
	}
	n, ok := number(v, true)
	if !ok {
		return "", false
	}
	return ratText(n), true
}

// chartEdit rewrites the series of a chart part.
type chartEdit struct {
	data   []byte
	root   *docx.Node
	series []chartSeries
	sheet  string // as formulas spell it
	edits  []replacement
}

type replacement struct {
	from, to int
	with     []byte
}

func (e *chartEdit) find(n *docx.Node, in string) {
	if n.Name == "c:ser" {
		s := chartSeries{node: n, val: n.Child("c:val")}
		switch {
		case s.val != nil:
		case in == "c:bubbleChart":
			s.kind, s.val = seriesBubbles, n.Child("c:yVal")
		default:
			s.kind, s.val = seriesPoints, n.Child("c:yVal")
		}
		if s.val == nil {
			return
		}
		if f := s.val.Path("c:numRef", "c:f").Content(); strings.Contains(f, "!") {
			e.sheet = f[:strings.LastIndexByte(f, '!')]
		}
		e.series = append(e.series, s)
		return
	}
	for _, k := range n.Kids {
		e.find(k, n.Name)
	}
}

func (e *chartEdit) names() []string {
	out := make([]string, 0, len(e.series))
	for _, s := range e.series {
		tx := s.node.Child("c:tx")
		name := tx.Child("c:v").Content()
		if c := tx.Path("c:strRef", "c:strCache"); c != nil {
			name = c.Path("c:pt", "c:v").Content()
		}
		out = append(out, strings.TrimSpace(name))
	}
	return out
}

// bookSheet is the sheet's name without the quotes of formulas and without a workbook before it.
func (e *chartEdit) bookSheet() string {
	s := e.sheet
	if len(s) > 1 && s[0] == '\'' && s[len(s)-1] == '\'' {
		s = strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	}
	if i := strings.LastIndexByte(s, ']'); i >= 0 {
		s = s[i+1:]
	}
	return s
}

func (e *chartEdit) cut(n *docx.Node) {
	e.edits = append(e.edits, replacement{n.Start, n.End, nil})
}

func column(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// bookColumn is a column of the workbook behind a chart.
type bookColumn struct {
	head   string
	points []string
	text   bool // not numbers
}

// place says which columns a series takes its points from.
type place struct{ x, y, size int }

// columns lays d out in the sheet: categories in column A, then what each series has of its own.
func (d *chartData) columns(kinds []seriesKind) (cols []bookColumn, at []place) {
	shared := len(d.values) == 0
	text := true
	for i := range d.values {
		if d.x == nil || d.x[i] == nil {
			shared = true
			text = text && kinds[i] == seriesValues
		}
	}
	if shared {
		cols = append(cols, bookColumn{points: d.categories, text: text})
	}
	add := func(head string, points []string) int {
		cols = append(cols, bookColumn{head: head, points: points})
		return len(cols) - 1
	}
	for i := range d.values {
		var p place
		if d.x != nil && d.x[i] != nil {
			p.x = add("X", d.x[i])
		}
		p.y = add(d.names[i], d.values[i])
		if d.sizes != nil && d.sizes[i] != nil {
			p.size = add("大小", d.sizes[i])
		}
		at = append(at, p)
	}
	return cols, at
}

func (e *chartEdit) kinds() []seriesKind {
	out := make([]seriesKind, len(e.series))
	for i, s := range e.series {
		out[i] = s.kind
	}
	return out
}

func (e *chartEdit) write(d *chartData) {
	cols, places := d.columns(e.kinds())
	for i, s := range e.series {
		raw := e.data[s.node.Start+1 : s.node.Open]
		name := raw[:indexOr(raw, " \t\r\n/>")]
		p := string(name[:bytes.LastIndexByte(name, ':')+1])
		// ref is a reference to a column, with the points it has; only its head when points is nil.
		ref := func(col int, numbers bool, format string, points []string) []byte {
			el, cache := "strRef", "strCache"
			f := e.sheet + "!$" + column(col) + "$1"
			if points != nil {
				f = e.sheet + "!$" + column(col) + "$2:$" + column(col) + "$" + strconv.Itoa(max(len(points), 1)+1)
			} else {
				points = []string{cols[col].head}
			}
			if numbers {
				el, cache = "numRef", "numCache"
			}
			b := docx.AppendText([]byte("<"+p+el+"><"+p+"f>"), f)
			b = append(b, "</"+p+"f><"+p+cache+">"...)
			if numbers {
				b = docx.AppendText(append(b, "<"+p+"formatCode>"...), format)
				b = append(b, "</"+p+"formatCode>"...)
			}
			b = append(b, "<"+p+`ptCount val="`+strconv.Itoa(len(points))+`"/>`...)
			for i, v := range points {
				if v == "" && numbers {
					continue
				}
				b = docx.AppendText(append(b, "<"+p+`pt idx="`+strconv.Itoa(i)+`"><`+p+"v>"...), v)
				b = append(b, "</"+p+"v></"+p+"pt>"...)
			}
			return append(b, "</"+p+cache+"></"+p+el+">"...)
		}
		// put writes an element instead of the one that stands there, or at a place.
		put := func(el string, at, col int, numbers bool, points []string) {
			n := s.node.Child("c:" + el)
			format := "General"
			if f := n.Path("c:numRef", "c:numCache", "c:formatCode"); f != nil {
				format = f.Content()
			}
			b := slices.Concat([]byte("<"+p+el+">"), ref(col, numbers, format, points), []byte("</"+p+el+">"))
			if n != nil {
				e.edits = append(e.edits, replacement{n.Start, n.End, b})
			} else {
				e.edits = append(e.edits, replacement{at, at, b})
			}
		}
		after := s.node.Open
		for _, n := range []string{"c:idx", "c:order"} {
			if k := s.node.Child(n); k != nil {
				after = k.End
			}
		}
		some := func(points []string) []string { return append([]string{}, points...) } // never nil
		put("tx", after, places[i].y, false, nil)
		if s.kind == seriesValues {
			put("cat", s.val.Start, 0, false, some(d.categories))
			put("val", 0, places[i].y, true, some(d.values[i]))
			continue
		}
		put("xVal", s.val.Start, places[i].x, true, some(d.along(i)))
		put("yVal", 0, places[i].y, true, some(d.values[i]))
		if s.kind == seriesBubbles {
			put("bubbleSize", s.val.End, places[i].size, true, some(d.sizes[i]))
		}
	}
}

func (e *chartEdit) bytes() []byte {
	slices.SortStableFunc(e.edits, func(a, b replacement) int { return cmp.Compare(a.from, b.from) })
	var out []byte
	at := 0
	for _, r := range e.edits {
		out = append(append(out, e.data[at:r.from]...), r.with...)
		at = r.to
	}
	return append(out, e.data[at:]...)
}

// workbook makes the smallest workbook (ISO/IEC 29500-1, SpreadsheetML) that holds cols, their heads in row 1.
func workbook(sheet string, cols []bookColumn) []byte {
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	const types = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	const rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const rel = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	rows := []byte(head + `<worksheet xmlns="` + main + `"><sheetData>`)
	text := func(ref, s string) {
		rows = docx.AppendText(append(rows, `<c r="`+ref+`" t="inlineStr"><is><t xml:space="preserve">`...), s)
		rows = append(rows, `</t></is></c>`...)
	}
	rows = append(rows, `<row r="1">`...)
	last := 0
	for i, c := range cols {
		last = max(last, len(c.points))
		if c.head != "" {
			text(column(i)+"1", c.head)
		}
	}
	rows = append(rows, `</row>`...)
	for k := range last {
		n := strconv.Itoa(k + 2)
		rows = append(rows, `<row r="`+n+`">`...)
		for i, c := range cols {
			switch {
			case k >= len(c.points):
			case c.text:
				text(column(i)+n, c.points[k])
			case c.points[k] != "":
				rows = append(rows, `<c r="`+column(i)+n+`"><v>`+c.points[k]+`</v></c>`...)
			}
		}
		rows = append(rows, `</row>`...)
	}
	rows = append(rows, `</sheetData></worksheet>`...)
	name := docx.AppendAttr(nil, sheet)
	parts := []struct {
		name string
		data []byte
	}{
		{"[Content_Types].xml", []byte(head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + types + `sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + types + `worksheet+xml"/></Types>`)},
		{"_rels/.rels", []byte(head + rel + `<Relationship Id="rId1" Type="` + rels + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
		{"xl/workbook.xml", []byte(head + `<workbook xmlns="` + main + `" xmlns:r="` + rels + `"><sheets><sheet name="` + string(name) + `" sheetId="1" r:id="rId1"/></sheets></workbook>`)},
		{"xl/_rels/workbook.xml.rels", []byte(head + rel + `<Relationship Id="rId1" Type="` + rels + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`)},
		{"xl/worksheets/sheet1.xml", rows},
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, p := range parts {
		// Writing to memory does not fail.
		if w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}); err == nil {
			_, _ = w.Write(p.data)
		}
	}
	_ = z.Close()
	return buf.Bytes()
}

// copier copies parts with everything they lead to from one package into another.
type copier struct {
	from, to *docx.Package
	done     map[string]string // names of parts → names of their copies
	instead  map[string][]byte // other bytes for some parts
}

// copy returns the name of the copy of part. Relationships keep their ids; addresses outside the package, which Word
// would fetch, are left out except hyperlinks.
func (c *copier) copy(part *docx.Part, depth int) string {
	if name, ok := c.done[part.Name]; ok {
		return name
	}
	data, ok := c.instead[part.Name]
	if !ok {
		data = part.Data
	}
	p := c.to.AddPart(part.Name, part.ContentType, data)
	c.done[part.Name] = p.Name
	var rels []docx.Rel
	for _, r := range c.from.Rels(part) {
		if r.External {
			if target, ok := webAddress(r.Target); ok && r.Is("hyperlink") {
				rels = append(rels, docx.Rel{ID: r.ID, Type: r.Type, Target: target, External: true})
			}
			continue
		}
		if t := c.from.Part(r.Target); t != nil && depth < 8 {
			rels = append(rels, docx.Rel{ID: r.ID, Type: r.Type, Target: c.copy(t, depth+1)})
		}
	}
	c.to.AddRels(p, rels)
	return p.Name
}
