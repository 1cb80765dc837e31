package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// upload is a version of the contract's template whose bytes are seed.
func upload(seed string) TemplateVersion {
	digest := digestOf([]byte(seed))
	return TemplateVersion{
		Slot: Slot{"ningbo-2025", "contract", "zh"}, Note: "note on " + seed, Warns: 2,
		Object: Object{Key: "sha256/" + digest[:2] + "/" + digest[2:] + ".docx", Size: 7, SHA256: digest, VersionID: "v1"},
	}
}

// history tells the publications of a slot, oldest first, as "seq:version".
func history(t *testing.T, db *DB, v Viewer, s Slot) string {
	t.Helper()
	_, published, err := db.Templates(t.Context(), v, s.Call)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range published {
		if p.Slot == s {
			out = append(out, fmt.Sprintf("%d:%d", p.Seq, p.Version))
		}
	}
	slices.Reverse(out)
	return strings.Join(out, " ")
}

func testTemplates(t *testing.T, db *DB) {
	ctx := t.Context()
	clerk := System()
	clerk.whole, clerk.Actor = false, "clerk"
	slot := upload("a").Slot
	current := func() int {
		t.Helper()
		now, err := db.CurrentTemplate(ctx, clerk, slot)
		if err != nil || now.Slot != slot {
			t.Fatalf("%+v, %v", now, err)
		}
		return now.Version
	}
	if n := current(); n != 0 {
		t.Errorf("version %d is in force before there is any", n)
	}
	one, fresh, err := db.AddTemplate(ctx, clerk, upload("a"), day(1))
	if err != nil || !fresh || one.Version != 1 || one.UploadedBy != "clerk" || !one.UploadedAt.Equal(fromMicros(micros(day(1)))) {
		t.Fatalf("%+v, %v, %v", one, fresh, err)
	}
	two, _, err := db.AddTemplate(ctx, clerk, upload("b"), day(2))
	if err != nil || two.Version != 2 {
		t.Fatalf("%+v, %v", two, err)
	}
	// The same bytes are the same version; in another slot they are one of their own.
	again := upload("a")
	again.Note = "another note"
	if same, fresh, err := db.AddTemplate(ctx, clerk, again, day(3)); err != nil || fresh || same != one {
		t.Errorf("%+v, %v, %v", same, fresh, err)
	}
	english := upload("a")
	english.Lang = "en"
	if other, fresh, err := db.AddTemplate(ctx, clerk, english, day(3)); err != nil || !fresh || other.Version != 1 {
		t.Errorf("%+v, %v, %v", other, fresh, err)
	}
	if got, err := db.Template(ctx, clerk, slot, 1); err != nil || got != one {
		t.Errorf("%+v, %v; want %+v", got, err, one)
	}
	if _, err := db.Template(ctx, clerk, slot, 3); !errors.Is(err, ErrNotFound) {
		t.Errorf("a version that is not there: %v", err)
	}
	if n := current(); n != 0 {
		t.Errorf("version %d is in force, and none was published", n)
	}

	for _, tt := range []struct {
		name          string
		version, base int
		want          error
		current       int
		history       string
	}{
		{"the one that comes with the call, which is in force", 0, 7, nil, 0, ""},
		{"what is not there", 3, 0, ErrNotFound, 0, ""},
		{"the first", 1, 0, nil, 1, "1:1"},
		{"it again, as if nothing were published", 1, 0, nil, 1, "1:1"},
		{"the second, as if nothing were published", 2, 0, ErrConflict, 1, "1:1"},
		{"the second", 2, 1, nil, 2, "1:1 2:2"},
		{"back to the first", 1, 2, nil, 1, "1:1 2:2 3:1"},
		{"back to the one that comes with the call", 0, 3, nil, 0, "1:1 2:2 3:1 4:0"},
		{"over an old one", 2, 3, ErrConflict, 0, "1:1 2:2 3:1 4:0"},
		{"over whichever it is", 2, AnyRevision, nil, 2, "1:1 2:2 3:1 4:0 5:2"},
	} {
		p, err := db.PublishTemplate(ctx, clerk, slot, tt.version, tt.base, day(4))
		if !errors.Is(err, tt.want) || err == nil && p.Version != tt.version {
			t.Errorf("%s: %+v, %v, want %v", tt.name, p, err, tt.want)
		}
		if n, h := current(), history(t, db, clerk, slot); n != tt.current || h != tt.history {
			t.Errorf("%s: version %d is in force after %q, want %d after %q", tt.name, n, h, tt.current, tt.history)
		}
	}
	list, _, err := db.Templates(ctx, clerk, slot.Call)
	if err != nil || len(list) != 3 || list[0].Lang != "en" || list[1] != two || list[2] != one {
		t.Errorf("%+v, %v", list, err)
	}
	var told []string
	for e, err := range db.Events(ctx, clerk, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Actor != "clerk" || !strings.HasPrefix(e.Subject, "ningbo-2025/contract/") {
			t.Errorf("event %+v", e)
		}
		detail, _, _ := strings.Cut(e.Detail, " ")
		told = append(told, strings.TrimPrefix(e.Event, "template.")+" "+detail)
	}
	const want = "uploaded v1, uploaded v2, uploaded v1, published v1, published v2, rolled-back v1, rolled-back v0, rolled-back v2"
	if got := strings.Join(told, ", "); got != want {
		t.Errorf("the audit tells %s\nwant %s", got, want)
	}
}

// testTemplateStrangers: templates are those of the bureau that has the call. Its managing units and applicants make documents with
// them, and change none.
func testTemplateStrangers(t *testing.T, db *DB) {
	ctx := t.Context()
	first, err := db.Organisation(ctx, System(), FirstBureau)
	if err != nil {
		t.Fatal(err)
	}
	bureau := viewerOf(first)
	lead := organisation(t, db, bureau, Applicant, "申报", leadCode)
	if _, _, err := db.AddTemplate(ctx, lead, upload("a"), day(1)); !errors.Is(err, ErrNotFound) {
		t.Errorf("an applicant adds one: %v", err)
	}
	slot := upload("a").Slot
	foreign := organisation(t, db, System(), Bureau, "外局", "")
	if list, _, err := db.Templates(ctx, foreign, slot.Call); err != nil || len(list) != 0 {
		t.Errorf("a call that no bureau has: %v, %v", list, err)
	}
	if _, _, err := db.AddTemplate(ctx, bureau, upload("a"), day(1)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.PublishTemplate(ctx, bureau, slot, 1, 0, day(1)); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]Viewer{"another bureau": foreign, "its applicant": organisation(t, db, foreign, Applicant, "申报", leadCode), "nobody": {}} {
		_, _, listed := db.Templates(ctx, v, slot.Call)
		_, read := db.Template(ctx, v, slot, 1)
		_, _, added := db.AddTemplate(ctx, v, upload("b"), day(2))
		_, published := db.PublishTemplate(ctx, v, slot, 0, AnyRevision, day(2))
		for what, err := range map[string]error{"lists": listed, "reads": read, "adds": added, "publishes": published} {
			if !errors.Is(err, ErrNotFound) {
				t.Errorf("%s %s: %v", name, what, err)
			}
		}
		if now, err := db.CurrentTemplate(ctx, v, slot); err != nil || now.Version != 0 {
			t.Errorf("%s has %+v in force, %v", name, now, err)
		}
	}
	if now, err := db.CurrentTemplate(ctx, lead, slot); err != nil || now.Version != 1 {
		t.Errorf("an applicant of the bureau has %+v in force, %v", now, err)
	}
	if _, err := db.PublishTemplate(ctx, lead, slot, 0, AnyRevision, day(2)); !errors.Is(err, ErrNotFound) {
		t.Errorf("an applicant publishes: %v", err)
	}
}

// testTwentyTemplates: of twenty uploads at once none is lost and none twice, and of twenty publications over the same one one
// wins.
func testTwentyTemplates(t *testing.T, db *DB) {
	ctx := t.Context()
	clerk, slot := System(), upload("").Slot
	const n = 20
	together := func(do func(i int) error) []error {
		errs := make([]error, n)
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() { errs[i] = do(i) })
		}
		all.Wait()
		return errs
	}
	versions := make([]int, n)
	for i, err := range together(func(i int) error {
		v, _, err := db.AddTemplate(ctx, clerk, upload(fmt.Sprint(i/2)), day(1)) // each by two
		versions[i] = v.Version
		return err
	}) {
		if err != nil {
			t.Fatal(i, err)
		}
		if versions[i] != versions[i/2*2] {
			t.Errorf("the same bytes are versions %d and %d", versions[i], versions[i/2*2])
		}
	}
	slices.Sort(versions)
	if got := slices.Compact(versions); len(got) != n/2 || got[0] != 1 || got[len(got)-1] != n/2 {
		t.Errorf("versions %v", got)
	}
	won := 0
	for i, err := range together(func(i int) error {
		_, err := db.PublishTemplate(ctx, clerk, slot, 1+i%10, 0, day(2))
		return err
	}) {
		switch {
		case err == nil:
			won++ // the winner, and the one who published the same
		case !errors.Is(err, ErrConflict):
			t.Errorf("%d: %v", i, err)
		}
	}
	if _, published, err := db.Templates(ctx, clerk, slot.Call); err != nil || len(published) != 1 || won < 1 || won > 2 {
		t.Errorf("%d won: %+v, %v", won, published, err)
	}
}

// testTemplateSweep: the bytes of a version are never removed, and none comes on record while they are.
func testTemplateSweep(t *testing.T, db *DB) {
	ctx := t.Context()
	kept, leaving := upload("kept"), upload("leaving")
	if _, _, err := db.AddTemplate(ctx, System(), kept, day(1)); err != nil {
		t.Fatal(err)
	}
	n, err := db.SweepObjects(ctx, []string{kept.Object.Key, leaving.Object.Key}, day(2), func(_ context.Context, key string) error {
		if key == kept.Object.Key {
			t.Error("a version's bytes are removed")
		}
		if _, _, err := db.AddTemplate(ctx, System(), leaving, day(2)); !errors.Is(err, ErrConflict) {
			t.Errorf("a version came on record whose bytes are being removed: %v", err)
		}
		return nil
	})
	if err != nil || n != 1 {
		t.Errorf("swept %d, %v", n, err)
	}
	if v, fresh, err := db.AddTemplate(ctx, System(), leaving, day(2)); err != nil || !fresh || v.Version != 2 {
		t.Errorf("stored again: %+v, %v, %v", v, fresh, err)
	}
}

// testDocumentTemplate: a document keeps the version that it was made with, and the next one knows it.
func testDocumentTemplate(t *testing.T, db *DB) {
	ctx := t.Context()
	p := save(t, db, "1", "{}")
	d := contract(p, "pdf", "one")
	if digest, _, err := db.Predecessor(ctx, System(), d); err != nil || digest != "" {
		t.Errorf("before the first: %q, %v", digest, err)
	}
	d.TemplateDigest, d.TemplateVersion = "digest of three", 3
	saved, err := db.SaveDocuments(ctx, System(), []Document{d}, day(1))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := db.Document(ctx, System(), saved[0].ID); err != nil || got.TemplateVersion != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	next := contract(p, "pdf", "two")
	next.Version = 2
	if digest, version, err := db.Predecessor(ctx, System(), next); err != nil || digest != "digest of three" || version != 3 {
		t.Errorf("%q, %d, %v", digest, version, err)
	}
	next.State = Draft
	if digest, _, err := db.Predecessor(ctx, System(), next); err != nil || digest != "" {
		t.Errorf("of a draft: %q, %v", digest, err)
	}
}
