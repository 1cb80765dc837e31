package api_test

import (
	"slices"
	"testing"
)

// TestLetters is the life of a recommendation letter at a managing unit: a draft, which nobody but those who could make it knows of, the letter itself, its place in the list
// of all documents, its file. Strangers see neither.
func TestLetters(t *testing.T) {
	s := start(t, nil)
	names := s.world(t)
	ids := func(as, query string) (list []string) {
		t.Helper()
		for after := ""; ; {
			var page struct {
				Items []struct{ ID, Kind string }
				Next  string
			}
			r := s.do(t, request{method: "GET", path: "/v1/documents?limit=1&after=" + after + query, as: as})
			if r.get(t, &page); r.status != 200 || len(page.Items) > 1 {
				t.Fatalf("%d %s", r.status, r.body)
			}
			for _, d := range page.Items {
				list = append(list, d.Kind+" "+d.ID)
			}
			if after = page.Next; after == "" {
				slices.Sort(list) // all of one moment here
				return list
			}
		}
	}
	letter := func(draft string) string {
		t.Helper()
		var docs struct{ Items []struct{ ID string } }
		r := s.do(t, request{method: "POST", path: "/v1/documents", as: "unit/managing-unit", body: []byte(names.Replace(`{"projects":["{project}"],"kinds":["recommendation-letter"],"formats":["pdf"],"on":"2025-12-20"` + draft + `}`))})
		if r.get(t, &docs); r.status != 201 || len(docs.Items) != 1 {
			t.Fatalf("%d %s", r.status, r.body)
		}
		return "recommendation-letter " + docs.Items[0].ID
	}
	contract := names.Replace("contract {document}")
	draft := letter(`,"draft":true`)
	issued := letter("")
	for as, want := range map[string][]string{
		"unit/managing-unit": {issued, draft, contract}, "bureau/officer": {issued, draft, contract}, "lead/applicant": {issued, contract}, "other-unit": nil, "other-lead": nil,
	} {
		slices.Sort(want)
		if got := ids(as, ""); !slices.Equal(got, want) {
			t.Errorf("%s sees %q, want %q", as, got, want)
		}
	}
	letters := []string{issued, draft}
	slices.Sort(letters)
	if got := ids("unit/managing-unit", "&kind=recommendation-letter&call=ningbo-2025"); !slices.Equal(got, letters) {
		t.Errorf("letters: %q", got)
	}
	if r := s.do(t, request{method: "GET", path: "/v1/documents/" + issued[len("recommendation-letter "):] + "/content", as: "unit/managing-unit"}); r.status != 302 {
		t.Errorf("the file: %d", r.status)
	}
	for query, want := range map[string]int{"?after=x": 400, "?kind=letter": 422, "?limit=501": 422} {
		if r := s.do(t, request{method: "GET", path: "/v1/documents" + query, as: "unit/managing-unit"}); r.status != want {
			t.Errorf("%s: %d, want %d", query, r.status, want)
		}
	}
}
