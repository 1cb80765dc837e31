package app

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPortableName: names that Windows takes, and that stay what they are where it does.
func TestPortableName(t *testing.T) {
	for in, want := range map[string]string{
		"2026H001_甬江理工大学_三方合同任务书_v1.docx": "2026H001_甬江理工大学_三方合同任务书_v1.docx",
		`a<b>c:d"e/f\g|h?i*j.pdf`:         "a_b_c_d_e_f_g_h_i_j.pdf",
		"con.pdf":                         "_con.pdf",
		"COM1.docx":                       "_COM1.docx",
		"LPT¹.docx":                       "_LPT¹.docx",
		"company.pdf":                     "company.pdf",
		"aux.tar.pdf":                     "_aux.tar.pdf",
		"..pdf":                           "_.pdf",
		" 名 . .pdf":                       "名.pdf",
		"tab\there.pdf":                   "tab_here.pdf",
	} {
		if got := portableName(in); got != want {
			t.Errorf("portableName(%q) = %q, want %q", in, got, want)
		}
	}
	long := portableName(strings.Repeat("𬭎", 200) + ".pdf")
	if len(long) > 240 || !utf8.ValidString(long) || !strings.HasSuffix(long, "𬭎.pdf") {
		t.Errorf("a long name: %d bytes, %q", len(long), long)
	}
}
