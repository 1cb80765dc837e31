// Package webhook tells other programs of events: an HTTP POST whose sender and time can be checked, to addresses that
// people type in and that must not open a way into the own network.
//
// Messages are signed after Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, version 1): headers
// webhook-id, webhook-timestamp and webhook-signature, the last one "v1," and the HMAC-SHA256 over "id.timestamp.body" in
// base64. Libraries for many languages check it.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"tripact/app"
)

// tolerance is how old or new a message may be when it is verified.
const tolerance = 5 * time.Minute

// timeout is for one message from name to answer.
const timeout = 15 * time.Second

// maxAnswer is how many bytes of an answer are read, so that the connection can be used again. They are kept nowhere.
const maxAnswer = 64 << 10

// Sender sends messages. It is safe for concurrent use.
type Sender struct {
	client  *http.Client
	private bool
	agent   string
	resolve func(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// New returns a Sender. private allows addresses of the own network and plain HTTP, for receivers that stand beside this
// program. version names the program in what it sends.
func New(version string, private bool) *Sender {
	s := &Sender{private: private, agent: "tripact/" + version, resolve: net.DefaultResolver.LookupNetIP}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: s.control}
	s.client = &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would look the name up again, and elsewhere
			DialContext:            dialer.DialContext,
			TLSHandshakeTimeout:    5 * time.Second,
			ResponseHeaderTimeout:  timeout,
			MaxIdleConns:           20,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: 64 << 10,
		},
		// Where it leads nobody has allowed.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// control is asked with the address that is dialled, after its name was looked up: a name that leads to another address
// the second time does not help.
func (s *Sender) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", app.ErrAddress, err)
	}
	if !s.private && !public(at.Addr()) {
		return app.ErrAddress
	}
	return nil
}

// special are the blocks of the IANA registries of special-purpose addresses (RFC 6890 and later ones) that the methods of
// netip.Addr do not know. Those that carry another address inside (NAT64, 6to4, Teredo) could lead inside.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network, RFC 791
	netip.MustParsePrefix("100.64.0.0/10"),   // shared by carriers, RFC 6598
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments, RFC 6890
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation, RFC 5737
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays, RFC 7526
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks, RFC 2544
	netip.MustParsePrefix("198.51.100.0/24"), // documentation, RFC 5737
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation, RFC 5737
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, RFC 1112
	netip.MustParsePrefix("64:ff9b::/96"),    // NAT64, RFC 6052
	netip.MustParsePrefix("64:ff9b:1::/48"),  // local NAT64, RFC 8215
	netip.MustParsePrefix("100::/64"),        // discard, RFC 6666
	netip.MustParsePrefix("2001::/23"),       // protocol assignments with Teredo, RFC 2928
	netip.MustParsePrefix("2001:db8::/32"),   // documentation, RFC 3849
	netip.MustParsePrefix("2002::/16"),       // 6to4, RFC 3056
	netip.MustParsePrefix("3fff::/20"),       // documentation, RFC 9637
	netip.MustParsePrefix("5f00::/16"),       // segment routing, RFC 9602
	netip.MustParsePrefix("fec0::/10"),       // site-local, RFC 3879
}

// public reports whether an address belongs to the internet at large.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Allowed reports by an error that wraps app.ErrAddress why an address will not be asked: its name leads inside or nowhere,
// or it has no TLS.
func (s *Sender) Allowed(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("%w: %w", app.ErrAddress, err)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !s.private) {
		return fmt.Errorf("%w: it is not https", app.ErrAddress)
	}
	if s.private {
		return nil
	}
	list, err := s.resolve(ctx, "ip", u.Hostname())
	if err != nil {
		return fmt.Errorf("%w: its name leads nowhere", app.ErrAddress)
	}
	for _, a := range list {
		if !public(a) {
			return fmt.Errorf("%w: it leads into a private network", app.ErrAddress)
		}
	}
	return nil
}

// Send sends a message and returns the status of the answer, 0 without one. Redirects are not followed.
func (s *Sender) Send(ctx context.Context, m app.Message) (int, error) {
	if u, err := url.Parse(m.URL); err != nil || u.Scheme != "https" && !s.private {
		return 0, fmt.Errorf("send %s: %w", m.ID, app.ErrAddress)
	}
	signature, err := sign(m.Secret, m.ID, m.At.Unix(), m.Body)
	if err != nil {
		return 0, fmt.Errorf("send %s: %w", m.ID, err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return 0, fmt.Errorf("send %s: %w", m.ID, app.ErrAddress)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", s.agent)
	r.Header.Set("webhook-id", m.ID)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(m.At.Unix(), 10))
	r.Header.Set("webhook-signature", signature)
	answer, err := s.client.Do(r)
	if err != nil {
		// The address may hold what is nobody's business: *url.Error repeats it.
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err
		}
		return 0, fmt.Errorf("send %s: %w", m.ID, err)
	}
	defer answer.Body.Close()                                   //nolint:errcheck // only read from
	io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)) //nolint:errcheck // the status is the answer
	return answer.StatusCode, nil
}

// sign returns the signature of a message.
func sign(secret, id string, at int64, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) < 24 {
		return "", errors.New("the secret is not one that was given out")
	}
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s.%d.", id, at)
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil)), nil
}

// Verify reports whether a message with these headers and this body was sent with the secret, not longer than five minutes
// before or after now. It is what a receiver does.
func Verify(secret string, h http.Header, body []byte, now time.Time) error {
	at, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if err != nil {
		return errors.New("webhook: no timestamp")
	}
	if now.Sub(time.Unix(at, 0)).Abs() > tolerance {
		return errors.New("webhook: the message is too old or too new")
	}
	want, err := sign(secret, h.Get("webhook-id"), at, body)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	for have := range strings.FieldsSeq(h.Get("webhook-signature")) {
		if hmac.Equal([]byte(have), []byte(want)) {
			return nil
		}
	}
	return errors.New("webhook: the signature is wrong")
}
