package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"tripact/problem"
	"tripact/storage"
	"tripact/storage/records"
)

// ErrLinkGone means that the link was there and works no longer: revoked, over, or used up.
var ErrLinkGone = records.ErrGone

// linkCode is the length of the code in a link, in bytes: 128 bits of HMAC-SHA256.
const linkCode = 16

// redirectAge is how long the signed link behind a redirect works: minutes, as the store judges by its own clock.
const redirectAge = 5 * time.Minute

// SharedLink is a revocable link as its owner sees it.
type SharedLink struct {
	ID        string    `json:"id"`
	Token     string    `json:"token"` // the last part of its address: /d/{token}
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Limited   bool      `json:"limited"` // UsesLeft counts
	UsesLeft  int       `json:"uses_left"`
	Uses      int       `json:"uses"`
	Revoked   bool      `json:"revoked"`
	Works     bool      `json:"works"`
}

// SharedFile is the file that a link gives.
type SharedFile struct {
	Name        string
	MediaType   string
	Disposition string // a Content-Disposition that saves under Name
	Size        int64  // bytes
	Limited     bool   // each use counts: ask before using it
	Data        []byte // only from UseLink, for a limited link
	URL         string // only from UseLink, for any other: a signed link of minutes to redirect to
}

// CreateLink makes a revocable link to a stored document that works for age (a second to seven days) and, when uses is
// above 0, that many times. It wraps fs.ErrNotExist when there is no such document; an age out of range is a *problem.Error.
func (a *App) CreateLink(ctx context.Context, who Principal, documentID string, age time.Duration, uses int) (SharedLink, error) {
	if age < time.Second || age > storage.MaxLinkAge || uses < 0 {
		return SharedLink{}, problem.List{{
			Code: "link.range", Severity: problem.Fail, Found: fmt.Sprintf("%v, %d", age, uses),
			Message: problem.T("链接的有效期须在1秒至7天之间，次数不得为负", "a link lives between a second and seven days, and has no negative number of uses"),
			Fix:     problem.Fix{ZH: "改用不超过168h的有效期", EN: "ask for at most 168h"},
		}}.Err()
	}
	if err := a.mayLink(ctx, who, documentID); err != nil {
		return SharedLink{}, err
	}
	now := a.cfg.Now()
	l, err := a.cfg.Records.CreateLink(ctx, who.viewer(), documentID, uses, now.Add(age), now)
	if err != nil {
		return SharedLink{}, notExist(err)
	}
	a.cfg.Meter.Linked("created")
	return a.shared(l), nil
}

// mayLink finds the document and asks for the right to manage its links.
func (a *App) mayLink(ctx context.Context, who Principal, documentID string) error {
	if _, err := a.stored(ctx, who, documentID); err != nil {
		return err
	}
	return who.need(ManageLinks)
}

// DocumentLinks lists the revocable links to a document that who's organisation made, and for a bureau all, newest first.
func (a *App) DocumentLinks(ctx context.Context, who Principal, documentID string) ([]SharedLink, error) {
	if err := a.mayLink(ctx, who, documentID); err != nil {
		return nil, err
	}
	list, err := a.cfg.Records.Links(ctx, who.viewer(), documentID)
	if err != nil {
		return nil, fmt.Errorf("links of document %s: %w", documentID, err)
	}
	out := make([]SharedLink, len(list))
	for i, l := range list {
		out[i] = a.shared(l)
	}
	return out, nil
}

// RevokeLink ends a link to a document for good; doing it again changes nothing.
func (a *App) RevokeLink(ctx context.Context, who Principal, documentID, linkID string) error {
	if err := a.mayLink(ctx, who, documentID); err != nil {
		return err
	}
	l, err := a.cfg.Records.Link(ctx, who.viewer(), linkID)
	if err == nil && l.Document != documentID {
		err = records.ErrNotFound
	}
	if err == nil {
		err = a.cfg.Records.RevokeLink(ctx, who.viewer(), linkID, a.cfg.Now())
	}
	return notExist(err)
}

// LookAtLink tells what the link of a token gives, and counts nothing. Errors wrap fs.ErrNotExist for a token that was
// not given out, and ErrLinkGone.
func (a *App) LookAtLink(ctx context.Context, token string) (SharedFile, error) {
	id, err := a.linkID(token)
	if err != nil {
		return SharedFile{}, err
	}
	l, err := a.cfg.Records.Link(ctx, records.System(), id) // the token proves the right to it
	if err != nil {
		return SharedFile{}, notExist(err)
	}
	if !l.Works(a.cfg.Now()) {
		a.cfg.Meter.Linked("gone")
		return SharedFile{}, ErrLinkGone
	}
	d, err := a.cfg.Records.Document(ctx, records.System(), l.Document)
	if err != nil {
		return SharedFile{}, notExist(err)
	}
	return sharedFile(d, l.Limited)
}

// UseLink counts a use of the link of a token, with an event in the audit, and only then gives the file: its bytes where
// the uses are limited, as a signed link could be followed again within its minutes, else a signed link to redirect to.
// Errors are those of LookAtLink.
func (a *App) UseLink(ctx context.Context, token string) (SharedFile, error) {
	seen, err := a.LookAtLink(ctx, token)
	if err != nil {
		return SharedFile{}, err
	}
	id, err := a.linkID(token)
	if err != nil {
		return SharedFile{}, err
	}
	d, err := a.cfg.Records.UseLink(ctx, id, a.cfg.Now())
	if err != nil {
		return SharedFile{}, notExist(err)
	}
	a.cfg.Meter.Linked("used")
	f, err := sharedFile(d, seen.Limited)
	if err != nil {
		return SharedFile{}, err
	}
	if f.Limited {
		f.Data, err = a.cfg.Store.Get(ctx, storage.Object(d.Object))
	} else {
		f.URL, err = a.cfg.Store.SignLink(ctx, storage.Object(d.Object), storage.LinkOptions{FileName: d.FileName, Age: redirectAge})
	}
	if err != nil {
		return SharedFile{}, fmt.Errorf("link to document %s: %w", d.ID, err)
	}
	return f, nil
}

func sharedFile(d records.Document, limited bool) (SharedFile, error) {
	media, disposition, err := storage.Attachment(storage.Object(d.Object), d.FileName)
	if err != nil {
		return SharedFile{}, fmt.Errorf("document %s: %w", d.ID, err)
	}
	return SharedFile{Name: d.FileName, MediaType: media, Disposition: disposition, Size: d.Object.Size, Limited: limited}, nil
}

func (a *App) shared(l records.Link) SharedLink {
	return SharedLink{
		ID: l.ID, Token: l.ID + "." + a.linkMAC(l.ID), CreatedAt: l.CreatedAt, ExpiresAt: l.ExpiresAt, Limited: l.Limited,
		UsesLeft: l.UsesLeft, Uses: l.Uses, Revoked: !l.RevokedAt.IsZero(), Works: l.Works(a.cfg.Now()),
	}
}

// linkMAC is the code that makes an id into a token. It spares the database all guesses.
func (a *App) linkMAC(id string) string {
	h := hmac.New(sha256.New, a.cfg.LinkKey)
	fmt.Fprintf(h, "tripact link\n%s", id)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:linkCode])
}

// linkID returns the id in a token whose code is right.
func (a *App) linkID(token string) (string, error) {
	id, mac, ok := strings.Cut(token, ".")
	if !ok || len(a.cfg.LinkKey) == 0 || !hmac.Equal([]byte(mac), []byte(a.linkMAC(id))) {
		a.cfg.Meter.Linked("forged")
		return "", fmt.Errorf("link: %w", fs.ErrNotExist)
	}
	return id, nil
}

// notExist puts fs.ErrNotExist before what the records say.
func notExist(err error) error {
	if errors.Is(err, records.ErrNotFound) {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return err
}
