package webhook

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tripact/app"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// The example of the specification, which other libraries compute alike.
func TestSignature(t *testing.T) {
	got, err := sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("sign = %s, %v; want %s", got, err, want)
	}
}

func TestSendAndVerify(t *testing.T) {
	var header http.Header
	var body []byte
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header.Clone()
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusNoContent)
	}))
	defer receiver.Close()
	now := time.Now()
	m := app.Message{ID: "msg_1", URL: receiver.URL, Secret: secret, Body: []byte(`{"a":"二"}`), At: now}
	if status, err := New("test", true).Send(t.Context(), m); err != nil || status != http.StatusNoContent {
		t.Fatalf("Send = %d, %v", status, err)
	}
	if err := Verify(secret, header, body, now); err != nil {
		t.Error(err)
	}
	other := header.Clone()
	other.Set("webhook-id", "msg_2")
	for name, err := range map[string]error{
		"another body":   Verify(secret, header, append(body, ' '), now),
		"another secret": Verify("whsec_"+strings.Repeat("A", 32), header, body, now),
		"another id":     Verify(secret, other, body, now),
		"later":          Verify(secret, header, body, now.Add(6*time.Minute)),
		"earlier":        Verify(secret, header, body, now.Add(-6*time.Minute)),
		"no header":      Verify(secret, http.Header{}, body, now),
	} {
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "114.114.114.114": true, "2400:3200::1": true,
		"127.0.0.1": false, "127.9.9.9": false, "10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"169.254.169.254": false, "0.0.0.0": false, "0.1.2.3": false, "100.64.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "198.18.0.1": false,
		"::1": false, "::": false, "fe80::1%eth0": false, "fc00::1": false, "fd12::1": false, "ff02::1": false, "::ffff:127.0.0.1": false,
		"::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:0:1::1": false, "::ffff:8.8.8.8": true,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("public(%s) = %v", address, got)
		}
	}
}

// Nothing of the own network is asked, whatever its address is spelled like, and no redirect leads there.
func TestInsideIsRefused(t *testing.T) {
	asked := false
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer inside.Close()
	s := New("test", false)
	port := inside.URL[strings.LastIndexByte(inside.URL, ':'):]
	for _, host := range []string{"https://127.0.0.1", "https://localhost", "https://[::1]", "https://[::ffff:127.0.0.1]", "https://0.0.0.0", "https://127.1", "https://2130706433"} {
		if _, err := s.Send(t.Context(), app.Message{ID: "m", URL: host + port, Secret: secret, At: time.Now()}); err == nil {
			t.Errorf("%s was asked", host)
		}
	}
	if _, err := s.Send(t.Context(), app.Message{ID: "m", URL: "https://127.0.0.1" + port, Secret: secret, At: time.Now()}); !errors.Is(err, app.ErrAddress) {
		t.Errorf("not told as an address: %v", err)
	}
	if _, err := s.Send(t.Context(), app.Message{ID: "m", URL: "http://example.org/", Secret: secret, At: time.Now()}); !errors.Is(err, app.ErrAddress) {
		t.Errorf("without TLS: %v", err)
	}
	if asked {
		t.Error("a request came through")
	}
}

func TestAllowed(t *testing.T) {
	s := New("test", false)
	s.resolve = func(_ context.Context, _, host string) ([]netip.Addr, error) {
		switch host {
		case "good.example":
			return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
		case "mixed.example": // one good address does not make up for a bad one
			return []netip.Addr{netip.MustParseAddr("93.184.216.34"), netip.MustParseAddr("10.0.0.1")}, nil
		}
		return nil, errors.New("no such name")
	}
	for address, want := range map[string]bool{
		"https://good.example/hook": true, "https://mixed.example/": false, "https://none.example/": false, "http://good.example/": false, "ftp://good.example/": false,
	} {
		if err := s.Allowed(t.Context(), address); (err == nil) != want {
			t.Errorf("Allowed(%s) = %v", address, err)
		}
	}
	if err := New("test", true).Allowed(t.Context(), "http://127.0.0.1:9/"); err != nil {
		t.Errorf("with private addresses: %v", err)
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	reached := false
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer target.Close()
	receiver := httptest.NewServer(http.RedirectHandler(target.URL, http.StatusTemporaryRedirect))
	defer receiver.Close()
	status, err := New("test", true).Send(t.Context(), app.Message{ID: "m", URL: receiver.URL, Secret: secret, At: time.Now()})
	if err != nil || status != http.StatusTemporaryRedirect || reached {
		t.Errorf("status %d, %v, followed %v", status, err, reached)
	}
}
