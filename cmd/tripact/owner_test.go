package main

import (
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tripact/app"
	"tripact/storage/records"
)

// TestOwnerReset: an owner who lost the password comes back by a link from the server, while the service runs; what was signed in before is signed
// out, the old password is worth nothing, the link works once, and the audit tells of it.
func TestOwnerReset(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s, _ := serveHere(t, settings{Addr: "127.0.0.1:0", Data: data})
	ctx := t.Context()
	secret, err := s.app.SetUp(ctx)
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.app.Join(ctx, secret, app.NewAccount{Name: "周慧", Login: "zhou", Password: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	owner, err := s.app.Principal(ctx, before)
	if err != nil {
		t.Fatal(err)
	}
	clerk, _, err := s.app.Invite(ctx, owner, owner.Organisation.ID, []app.Role{app.Officer})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.app.Join(ctx, clerk, app.NewAccount{Name: "经办", Login: "clerk", Password: "correct horse clerk"}); err != nil {
		t.Fatal(err)
	}
	if list := outputOf(t, exec.Command("tripact", "owner", "--data", data)); list != "zhou\t周慧\n" {
		t.Errorf("owners: %q", list)
	}
	if err := exec.Command("tripact", "owner", "--data", data, "--reset", "clerk").Run(); err == nil {
		t.Error("somebody who is no owner was reset")
	}
	link := strings.TrimSpace(outputOf(t, exec.Command("tripact", "owner", "--data", data, "--reset", "ZHOU")))
	if _, err := s.app.Principal(ctx, before); !errors.Is(err, app.ErrSignedOut) {
		t.Errorf("the old session: %v", err)
	}
	if _, err := s.app.SignIn(ctx, "zhou", "correct horse battery", "192.0.2.1"); !errors.Is(err, app.ErrBadCredentials) {
		t.Errorf("the old password: %v", err)
	}
	if _, err := s.app.SignIn(ctx, "zhou", "", "192.0.2.1"); !errors.Is(err, app.ErrBadCredentials) {
		t.Errorf("no password: %v", err)
	}
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(u.Path, "/invite/") {
		t.Fatalf("link %q: %v", link, err)
	}
	for i, want := range []int{http.StatusOK, http.StatusGone} { // redirected to the first page; then used up
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Jar: jar}
		resp, err := client.PostForm(s.public+u.Path, url.Values{"password": {"another horse battery"}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close() //nolint:errcheck // only the status counts
		if resp.StatusCode != want {
			t.Errorf("use %d of the link: %d", i+1, resp.StatusCode)
		}
	}
	after, err := s.app.SignIn(ctx, "zhou", "another horse battery", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	if who, err := s.app.Principal(ctx, after); err != nil || !who.May(app.ManageMembers) {
		t.Errorf("signed in again: %+v %v", who, err)
	}
	events := outputOf(t, exec.Command("tripact", "audit", "--data", data))
	if strings.Count(events, `"`+records.EventReset+`"`) != 1 || strings.Contains(events, strings.TrimPrefix(u.Path, "/invite/")) {
		t.Errorf("the audit: %s", events)
	}
	more := strings.TrimSpace(outputOf(t, exec.Command("tripact", "owner", "--data", data, "--new")))
	u, err = url.Parse(more)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.app.Join(ctx, app.Secret(strings.TrimPrefix(u.Path, "/invite/")), app.NewAccount{Name: "新人", Login: "second", Password: "correct horse second"}); err != nil {
		t.Errorf("one more owner: %v", err)
	}
	if list := outputOf(t, exec.Command("tripact", "owner", "--data", data)); strings.Count(list, "\n") != 2 {
		t.Errorf("owners: %q", list)
	}
}
