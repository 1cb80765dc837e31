package app

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestLinkCode(t *testing.T) {
	a, b := New(Config{LinkKey: []byte(strings.Repeat("a", 32))}), New(Config{LinkKey: []byte(strings.Repeat("b", 32))})
	const id = "0123456789abcdef0123456789abcdef"
	token := id + "." + a.linkMAC(id)
	if got, err := a.linkID(token); err != nil || got != id {
		t.Errorf("linkID = %q, %v", got, err)
	}
	for name, forged := range map[string]string{
		"another key": id + "." + b.linkMAC(id), "no code": id, "empty": "", "an empty code": id + ".",
		"another id": "1" + token[1:], "half a code": token[:len(token)-8], "more": token + "A",
	} {
		if got, err := a.linkID(forged); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := New(Config{}).linkID(id + "." + New(Config{}).linkMAC(id)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a key: %v", err)
	}
}
