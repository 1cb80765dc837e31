package api

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gorilla/mux"

	"tripact/project"
)

//go:embed docs.html
var docsPage string

//go:embed docs.css
var docsStyle []byte

// OpenAPI is the description of the API, an OpenAPI 3.1 document as YAML; openapi.yaml holds it.
func (s *Server) OpenAPI() ([]byte, error) {
	text, err := s.huma.OpenAPI().YAML()
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return text, nil
}

// pages serves what describes the API, to everybody: it holds nothing but what the program is.
func (s *Server) pages(root *mux.Router) error {
	yaml, err := s.OpenAPI()
	if err != nil {
		return err
	}
	text, err := json.Marshal(s.huma.OpenAPI())
	if err != nil {
		return fmt.Errorf("describe the API: %w", err)
	}
	schema, err := project.Schema()
	if err != nil {
		return fmt.Errorf("describe a project: %w", err)
	}
	docs, err := s.docs()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		path, mediaType string
		data            []byte
	}{
		{"/openapi.yaml", "application/yaml", yaml},
		{"/openapi.json", "application/json", text},
		{"/schemas/project.json", "application/schema+json", schema},
		{"/docs", "text/html; charset=utf-8", docs},
		{"/docs.css", "text/css; charset=utf-8", docsStyle},
	} {
		root.HandleFunc(Prefix+f.path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", f.mediaType)
			w.Header().Set("Cache-Control", "no-cache")
			w.Write(f.data) //nolint:errcheck // a reader who has gone
		}).Methods(http.MethodGet, http.MethodHead)
	}
	return nil
}

// docs makes the page for people from the description.
func (s *Server) docs() ([]byte, error) {
	type field struct{ Name, In, Type, Doc, Need string }
	type operation struct {
		Method, Path, ID, Summary, Action string
		Params, Body                      []field
		Success, Answer                   string
	}
	type group struct {
		Name string
		Ops  []operation
	}
	doc := s.huma.OpenAPI()
	need := func(b bool) string {
		if b {
			return "required"
		}
		return ""
	}
	kind := func(x *huma.Schema) string {
		switch {
		case x == nil:
			return ""
		case x.Ref != "":
			return x.Ref[strings.LastIndexByte(x.Ref, '/')+1:]
		case len(x.Enum) > 0:
			var list []string
			for _, e := range x.Enum {
				list = append(list, fmt.Sprint(e))
			}
			return strings.Join(list, " | ")
		case x.Items != nil && x.Items.Ref != "":
			return "list of " + x.Items.Ref[strings.LastIndexByte(x.Items.Ref, '/')+1:]
		case x.Items != nil:
			return "list of " + x.Items.Type
		case x.Format != "":
			return x.Type + " (" + x.Format + ")"
		}
		return x.Type
	}
	fields := func(x *huma.Schema) (list []field) {
		if x != nil && x.Ref != "" {
			x = doc.Components.Schemas.SchemaFromRef(x.Ref)
		}
		if x == nil {
			return nil
		}
		for _, name := range slices.Sorted(maps.Keys(x.Properties)) {
			p := x.Properties[name]
			list = append(list, field{Name: name, Type: kind(p), Doc: p.Description, Need: need(slices.Contains(x.Required, name))})
		}
		return list
	}
	groups := map[string]*group{}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		item := doc.Paths[path]
		for _, o := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if o == nil {
				continue
			}
			at := operation{Method: o.Method, Path: path, ID: o.OperationID, Summary: o.Summary}
			if a, ok := o.Extensions["x-action"].(string); ok {
				at.Action = a
			}
			for _, p := range o.Parameters {
				at.Params = append(at.Params, field{Name: p.Name, In: p.In, Type: kind(p.Schema), Doc: cmp.Or(p.Description, p.Schema.Description), Need: need(p.Required)})
			}
			if o.RequestBody != nil {
				for _, c := range o.RequestBody.Content {
					at.Body = fields(c.Schema)
				}
			}
			for _, code := range slices.Sorted(maps.Keys(o.Responses)) {
				if code >= "4" || code == "default" {
					continue
				}
				at.Success = code
				for _, c := range o.Responses[code].Content {
					at.Answer = kind(c.Schema)
				}
			}
			g := groups[o.Tags[0]]
			if g == nil {
				g = &group{Name: o.Tags[0]}
				groups[o.Tags[0]] = g
			}
			g.Ops = append(g.Ops, at)
		}
	}
	type schema struct {
		Name   string
		Fields []field
	}
	var page struct {
		Title, Description string
		Groups             []*group
		Schemas            []schema
	}
	page.Title, page.Description = doc.Info.Title, doc.Info.Description
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		page.Groups = append(page.Groups, groups[name])
	}
	all := doc.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if list := fields(all[name]); len(list) > 0 {
			page.Schemas = append(page.Schemas, schema{name, list})
		}
	}
	t, err := template.New("docs").Parse(docsPage)
	if err != nil {
		return nil, fmt.Errorf("page of the API: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, page); err != nil {
		return nil, fmt.Errorf("page of the API: %w", err)
	}
	return b.Bytes(), nil
}
