package fill

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"tripact/problem"
)

// SARIF writes findings about one file as a log of the Static Analysis Results Interchange Format 2.1.0 (OASIS), for CI
// systems. uri is the path of the file as CI knows it, version that of the program; messages are in lang "zh" or "en".
// The same findings give the same bytes.
func SARIF(found problem.List, uri, version, lang string) ([]byte, error) {
	type text struct {
		Text string `json:"text"`
	}
	type artifact struct {
		URI string `json:"uri"`
	}
	type physical struct {
		Artifact artifact `json:"artifactLocation"`
	}
	type logical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	type location struct {
		ID       *int      `json:"id,omitempty"`
		Physical physical  `json:"physicalLocation"`
		Logical  []logical `json:"logicalLocations,omitempty"`
	}
	type result struct {
		Rule      string     `json:"ruleId"`
		Index     int        `json:"ruleIndex"`
		Level     string     `json:"level"`
		Message   text       `json:"message"`
		Locations []location `json:"locations"`
		Related   []location `json:"relatedLocations,omitempty"`
		// Properties hold the finding as this program's own JSON has it.
		Properties problem.Finding `json:"properties"`
	}
	type rule struct {
		ID string `json:"id"`
	}
	file := physical{artifact{(&url.URL{Path: uri}).EscapedPath()}}
	at := func(p *problem.Place) location {
		l := location{Physical: file}
		if p != nil {
			if name := p.In(lang); name != "" {
				l.Logical = []logical{{name, "element"}}
			}
		}
		return l
	}
	rules, results := []rule{}, []result{}
	index := map[string]int{}
	for _, f := range found {
		i, ok := index[f.Code]
		if !ok {
			i = len(rules)
			index[f.Code] = i
			rules = append(rules, rule{f.Code})
		}
		level := "note"
		switch f.Severity {
		case problem.Fail:
			level = "error"
		case problem.Warn:
			level = "warning"
		case problem.Info:
		}
		fix := f.Fix.ZH
		if lang == "en" {
			fix = f.Fix.EN
		}
		msg := f.Message.In(lang)
		if fix != "" {
			msg += "\n" + fix
		}
		r := result{Rule: f.Code, Index: i, Level: level, Message: text{msg}, Locations: []location{at(f.Place)}, Properties: f}
		for j := range f.Related {
			l := at(&f.Related[j])
			l.ID = new(j + 1)
			r.Related = append(r.Related, l)
		}
		results = append(results, r)
	}
	type driver struct {
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
		Rules   []rule `json:"rules"`
	}
	type tool struct {
		Driver driver `json:"driver"`
	}
	type run struct {
		Tool     tool     `json:"tool"`
		Language string   `json:"language"`
		Results  []result `json:"results"`
		Columns  string   `json:"columnKind"`
	}
	log := struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []run  `json:"runs"`
	}{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0",
		Runs: []run{{
			Tool:     tool{driver{Name: "tripact", Version: version, Rules: rules}},
			Language: map[bool]string{true: "en", false: "zh-CN"}[lang == "en"], Results: slices.Clip(results), Columns: "unicodeCodePoints",
		}},
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(log); err != nil {
		return nil, fmt.Errorf("write SARIF: %w", err)
	}
	return b.Bytes(), nil
}
