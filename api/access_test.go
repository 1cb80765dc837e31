package api_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"tripact/app"
)

// calls are one request for each operation that its role may make with success or findings; {…} stand for the records of the
// university's project. An operation that is not here fails TestEveryRoute.
func calls() map[string]request {
	return map[string]request{
		"listProjects":        {method: "GET", path: "/v1/projects"},
		"createProject":       {method: "POST", path: "/v1/projects", body: []byte(`{"call":"ningbo-2025"}`)},
		"readProject":         {method: "GET", path: "/v1/projects/{project}"},
		"reviseProject":       {method: "PUT", path: "/v1/projects/{project}", body: []byte(`{}`), header: map[string]string{"If-Match": "*"}},
		"savePart":            {method: "PUT", path: "/v1/projects/{project}/parts/review", body: []byte(`{}`), header: map[string]string{"If-Match": "*"}},
		"listRevisions":       {method: "GET", path: "/v1/projects/{project}/revisions"},
		"check":               {method: "POST", path: "/v1/check", body: []byte(`{}`)},
		"checkProject":        {method: "POST", path: "/v1/projects/{project}/check"},
		"makeDocuments":       {method: "POST", path: "/v1/documents", body: []byte(`{"projects":["{project}"],"kinds":["contract"],"formats":["docx"]}`)},
		"readReview":          {method: "GET", path: "/v1/projects/{project}/review"},
		"concludeReview":      {method: "POST", path: "/v1/projects/{project}/review", body: []byte(`{}`), header: map[string]string{"If-Match": "*"}},
		"readDifferences":     {method: "GET", path: "/v1/projects/{project}/differences"},
		"downloadDifferences": {method: "POST", path: "/v1/differences", body: []byte(`{"projects":["{project}"],"format":"xlsx"}`)},
		"importApprovals":     {method: "POST", path: "/v1/approvals?call=ningbo-2025&check=true", body: []byte(`{}`)},
		"reportApprovals":     {method: "POST", path: "/v1/approvals/report?call=ningbo-2025", body: []byte(`{}`)},
		"exportProject":       {method: "GET", path: "/v1/projects/{project}/export"},
		"listDocuments":       {method: "GET", path: "/v1/projects/{project}/documents"},
		"listAllDocuments":    {method: "GET", path: "/v1/documents"},
		"readDocument":        {method: "GET", path: "/v1/documents/{document}"},
		"downloadDocument":    {method: "GET", path: "/v1/documents/{document}/content"},
		"createLink":          {method: "POST", path: "/v1/documents/{document}/links", body: []byte(`{"seconds":60}`)},
		"listLinks":           {method: "GET", path: "/v1/documents/{document}/links"},
		"revokeLink":          {method: "DELETE", path: "/v1/documents/{document}/links/{link}"},
		"presignDocument":     {method: "POST", path: "/v1/documents/{document}/presigned", body: []byte(`{"seconds":60}`)},
		"startBatch":          {method: "POST", path: "/v1/batches", body: []byte(`{"projects":["{project}"],"kind":"contract"}`)},
		"listBatches":         {method: "GET", path: "/v1/batches"},
		"readBatch":           {method: "GET", path: "/v1/batches/{batch}"},
		"listBatchRows":       {method: "GET", path: "/v1/batches/{batch}/rows"},
		"watchBatch":          {method: "GET", path: "/v1/batches/{batch}/events"},
		"cancelBatch":         {method: "POST", path: "/v1/batches/{batch}/cancellation"},
		"resumeBatch":         {method: "POST", path: "/v1/batches/{batch}/resumption"},
		"downloadBatch":       {method: "GET", path: "/v1/batches/{batch}/archive"},
		"listWebhooks":        {method: "GET", path: "/v1/webhooks"},
		"createWebhook":       {method: "POST", path: "/v1/webhooks", body: []byte(`{"url":"ftp://nowhere","events":["nothing"]}`)},
		"stopWebhook":         {method: "DELETE", path: "/v1/webhooks/{webhook}"},
		"listDeliveries":      {method: "GET", path: "/v1/webhooks/{webhook}/deliveries"},
		"replayDelivery":      {method: "POST", path: "/v1/webhooks/deliveries/{delivery}/replay"},
		"listCalls":           {method: "GET", path: "/v1/calls"},
		"readCall":            {method: "GET", path: "/v1/calls/ningbo-2025"},
		"listRules":           {method: "GET", path: "/v1/calls/ningbo-2025/rules"},
		"listFields":          {method: "GET", path: "/v1/calls/ningbo-2025/fields"},
		"lintTemplate":        {method: "POST", path: "/v1/calls/ningbo-2025/templates/contract/lint", body: []byte(form), header: map[string]string{"Content-Type": "multipart/form-data; boundary=xxx"}},
		"listTemplates":       {method: "GET", path: "/v1/calls/ningbo-2025/templates"},
		"readTemplate":        {method: "GET", path: "/v1/calls/ningbo-2025/templates/contract/zh"},
		"uploadTemplate":      {method: "POST", path: "/v1/calls/ningbo-2025/templates/contract/zh/versions", body: []byte(form), header: map[string]string{"Content-Type": "multipart/form-data; boundary=xxx"}},
		"readTemplateVersion": {method: "GET", path: "/v1/calls/ningbo-2025/templates/contract/zh/versions/0"},
		"downloadTemplate":    {method: "GET", path: "/v1/calls/ningbo-2025/templates/contract/zh/versions/0/content"},
		"previewTemplate":     {method: "GET", path: "/v1/calls/ningbo-2025/templates/contract/zh/versions/0/preview?format=docx"},
		"publishTemplate":     {method: "POST", path: "/v1/calls/ningbo-2025/templates/contract/zh/versions/0/publication", header: map[string]string{"If-Match": "*"}},
		"compareTemplates":    {method: "GET", path: "/v1/calls/ningbo-2025/templates/contract/zh/comparison?to=0"},
		"readMe":              {method: "GET", path: "/v1/me"},
		"listOrganisations":   {method: "GET", path: "/v1/organisations"},
		"createOrganisation":  {method: "POST", path: "/v1/organisations", body: []byte(`{"kind":"applicant","name_cn":""}`)},
		"reviseOrganisation":  {method: "PUT", path: "/v1/organisations/{lead}", body: []byte(`{"name_cn":""}`)},
		"listMembers":         {method: "GET", path: "/v1/organisations/{lead}/members"},
		"setRoles":            {method: "PUT", path: "/v1/organisations/{lead}/members/{person}/roles", body: []byte(`{"roles":["applicant"]}`)},
		"removeMember":        {method: "DELETE", path: "/v1/organisations/{lead}/members/{person}"},
		"invite":              {method: "POST", path: "/v1/organisations/{lead}/invitations", body: []byte(`{"roles":["applicant"]}`)},
		"listTokens":          {method: "GET", path: "/v1/tokens"},
		"createToken":         {method: "POST", path: "/v1/tokens", body: []byte(`{"name":"n","roles":["owner"],"scopes":["read"],"days":1}`)},
		"revokeToken":         {method: "DELETE", path: "/v1/tokens/{token}"},
		"listEvents":          {method: "GET", path: "/v1/audit"},
		"verifyAudit":         {method: "GET", path: "/v1/audit/verification"},
	}
}

const form = "--xxx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.docx\"\r\n" +
	"Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document\r\n\r\nno Word file\r\n--xxx--\r\n"

// operations reads every operation, with the action that it needs, from the description that the service serves.
func (s *service) operations(t *testing.T) map[string]app.Action {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			ID     string     `json:"operationId"`
			Action app.Action `json:"x-action"`
		}
	}
	s.do(t, request{method: "GET", path: "/v1/openapi.json"}).get(t, &doc)
	ops := map[string]app.Action{}
	for _, item := range doc.Paths {
		for _, o := range item {
			ops[o.ID] = o.Action
		}
	}
	return ops
}

// world saves the university's project with one document, and gives what the paths of calls name.
func (s *service) world(t *testing.T) *strings.Replacer {
	t.Helper()
	r := s.do(t, request{method: "POST", path: "/v1/projects", as: "bureau/officer", body: raw(t, 1)})
	var p struct{ ID string }
	r.get(t, &p)
	var docs struct{ Items []struct{ ID string } }
	s.do(t, request{
		method: "POST", path: "/v1/documents", as: "bureau/officer", body: []byte(`{"projects":["` + p.ID + `"],"kinds":["contract"],"formats":["docx"],"on":"2025-12-20"}`),
	}).get(t, &docs)
	var link struct{ ID string }
	s.do(t, request{method: "POST", path: "/v1/documents/" + docs.Items[0].ID + "/links", as: "bureau/officer", body: []byte(`{"seconds":60}`)}).get(t, &link)
	var token struct{ ID string }
	s.do(t, request{method: "POST", path: "/v1/tokens", as: "bureau/owner", body: []byte(`{"name":"n","roles":["officer"],"scopes":["read"],"days":1}`)}).get(t, &token)
	return strings.NewReplacer("{project}", p.ID, "{document}", docs.Items[0].ID, "{link}", link.ID, "{token}", token.ID,
		"{lead}", s.orgs["lead"].ID, "{person}", s.people["lead"].Person)
}

func (q request) with(names *strings.Replacer, as string) request {
	q.path, q.as = names.Replace(q.path), as
	q.body = []byte(names.Replace(string(q.body)))
	return q
}

// finer are the actions that an operation asks for beyond the one that its description names, which all need.
var finer = map[string]app.Action{"makeDocuments": app.MakeContract, "startBatch": app.MakeContract, "savePart": app.WriteReview, "exportProject": app.ReadProject}

// TestEveryRoute asks every operation as every role of every party of a project: who may is not refused, who may not is, and
// nobody gets in without an account.
func TestEveryRoute(t *testing.T) {
	s := start(t, nil)
	names := s.world(t)
	ops, calls := s.operations(t), calls()
	for _, id := range slices.Sorted(maps.Keys(ops)) {
		q, ok := calls[id]
		if !ok {
			t.Errorf("%s is asked by no test: give it a request", id)
			continue
		}
		if r := s.do(t, q.with(names, "")); r.status != 401 {
			t.Errorf("%s %s without an account: %d", q.method, q.path, r.status)
		}
		for _, name := range slices.Sorted(maps.Keys(s.people)) {
			org, role, ok := strings.Cut(name, "/")
			if !ok || strings.HasPrefix(org, "other") {
				continue
			}
			who := s.people[name]
			may := ops[id] == "" || who.May(ops[id])
			if a := finer[id]; a != "" {
				may = may && who.May(a)
			}
			// What only a bureau's or its own people see is not there for the others.
			elsewhere := strings.Contains(q.path, "{lead}") && org == "unit" || strings.Contains(q.path, "{token}") && org != "bureau"
			if id == "removeMember" || id == "setRoles" {
				q.path = strings.Replace(q.path, "{person}", "nobody", 1) // the roles are asked for first
			}
			r := s.do(t, q.with(names, name))
			refused := r.status == 403 || r.status == 404 && elsewhere
			if refused == may && !elsewhere || r.status >= 500 || r.status == 401 || elsewhere && r.status < 400 {
				t.Errorf("%s as %s (%s): %d, may %t: %.200s", id, name, role, r.status, may, r.body)
			}
		}
	}
	for id := range calls {
		if _, ok := ops[id]; !ok {
			t.Errorf("%s is no operation any more", id)
		}
	}
}

// TestStrangers asks every operation as organisations that have no part in the project: nothing is there.
func TestStrangers(t *testing.T) {
	s := start(t, nil)
	names := s.world(t)
	n := 0
	for id, q := range calls() {
		if id == "startBatch" { // asks for the kind first, and tells of each project in its row
			continue
		}
		if !strings.Contains(q.path+string(q.body), "{") || bytes.HasPrefix(q.body, []byte(`{"call`)) && q.path == "/v1/projects" {
			continue
		}
		if !strings.Contains(q.path, "{") && !bytes.Contains(q.body, []byte("{project}")) {
			continue
		}
		n++
		for _, as := range []string{"other-unit", "other-lead"} {
			if r := s.do(t, q.with(names, as)); r.status != 404 {
				t.Errorf("%s as %s: %d %.200s", id, as, r.status, r.body)
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d operations name a record", n)
	}
	for _, as := range []string{"other-unit", "other-lead"} {
		var list struct{ Items []json.RawMessage }
		s.do(t, request{method: "GET", path: "/v1/projects", as: as}).get(t, &list)
		if len(list.Items) != 0 {
			t.Errorf("%s sees %d projects", as, len(list.Items))
		}
	}
}
