package storage

import (
	"mime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCleanFileName(t *testing.T) {
	tests := []struct{ name, in, ext, want string }{
		{"Chinese", "任务书.pdf", ".pdf", "任务书.pdf"},
		{"rare and combining characters stay", "𬭎_Đorđe_e\u0301.docx", ".docx", "𬭎_Đorđe_e\u0301.docx"},
		{"extension added", "推荐函", ".pdf", "推荐函.pdf"},
		{"other extension kept as a part", "推荐函.exe", ".pdf", "推荐函.exe.pdf"},
		{"extension in capitals", "A.PDF", ".pdf", "A.pdf"},
		{"paths", "../../etc/passwd", ".pdf", "_.._etc_passwd.pdf"},
		{"windows", `C:\a*b?"<>|.pdf`, ".pdf", "C__a_b_____.pdf"},
		{"line breaks and controls", "a\r\nSet-Cookie: x\x00\x7f.pdf", ".pdf", "aSet-Cookie_ x.pdf"},
		{"bidi override", "contract\u202Efdp.exe", ".pdf", "contractfdp.exe.pdf"},
		{"zero width and BOM", "\ufeffa\u200bb.pdf", ".pdf", "ab.pdf"},
		{"ideographic space", "甲\u3000乙.pdf", ".pdf", "甲 乙.pdf"},
		{"empty", "", ".pdf", "document.pdf"},
		{"only dots", " ... ", ".pdf", "document.pdf"},
		{"only the extension", ".pdf", ".pdf", "document.pdf"},
		{"device", "con.pdf", ".pdf", "_con.pdf"},
		{"device with number", "LPT1.old", ".pdf", "_LPT1.old.pdf"},
		{"broken UTF-8", "a\xffb", ".pdf", "a_b.pdf"},
		{"long", strings.Repeat("长", 100), ".docx", strings.Repeat("长", 65) + ".docx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := CleanFileName(tt.in, tt.ext); got != tt.want {
				t.Errorf("CleanFileName(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestDisposition(t *testing.T) {
	tests := []struct{ in, want string }{
		{"report.pdf", `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`},
		{"任务书 v1.pdf", `attachment; filename="_ v1.pdf"; filename*=UTF-8''%E4%BB%BB%E5%8A%A1%E4%B9%A6%20v1.pdf`},
		{"任务书.pdf", `attachment; filename="document.pdf"; filename*=UTF-8''%E4%BB%BB%E5%8A%A1%E4%B9%A6.pdf`},
		{"100%=a@b'(1).pdf", `attachment; filename="100_=a@b'(1).pdf"; filename*=UTF-8''100%25%3Da%40b%27%281%29.pdf`},
	}
	for _, tt := range tests {
		if got := disposition(CleanFileName(tt.in, ".pdf"), ".pdf"); got != tt.want {
			t.Errorf("disposition(%q)\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

func FuzzDisposition(f *testing.F) {
	for _, s := range []string{"任务书.pdf", "a\r\nb", `"\`, "\u202E", "𬭎", strings.Repeat("长", 99), "..", "CON", "\xff", "a.pdf.PDF", "%41"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		name := CleanFileName(in, ".pdf")
		if again := CleanFileName(name, ".pdf"); again != name {
			t.Errorf("cleaning %q again gives %q", name, again)
		}
		if !utf8.ValidString(name) || len(name) > maxFileName || len(name) <= len(".pdf") || !strings.HasSuffix(name, ".pdf") {
			t.Errorf("CleanFileName(%q) = %q", in, name)
		}
		if strings.ContainsAny(name, `/\:*?"<>|`) || strings.ContainsFunc(name, unicode.IsControl) {
			t.Errorf("CleanFileName(%q) = %q", in, name)
		}
		header := disposition(name, ".pdf")
		for i := range len(header) {
			if header[i] < ' ' || header[i] > '~' {
				t.Fatalf("disposition(%q) = %q is not plain ASCII", name, header)
			}
		}
		kind, params, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" || params["filename"] != name {
			t.Errorf("%s reads as %s %q, %v; want %q", header, kind, params, err, name)
		}
	})
}
