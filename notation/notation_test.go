package notation

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// wordVectors are the rows of DOMAIN.md D.1: yuan, canonical words, words also accepted.
var wordVectors = []struct {
	yuan, words string
	also        []string
}{
	{"0", "零元整", nil},
	{"0.01", "壹分", nil},
	{"0.05", "伍分", nil},
	{"0.10", "壹角整", []string{"壹角"}},
	{"0.50", "伍角整", []string{"伍角"}},
	{"0.99", "玖角玖分", nil},
	{"1", "壹元整", []string{"壹圆整", "壹元正"}},
	{"1.05", "壹元零伍分", nil},
	{"1.10", "壹元壹角整", []string{"壹元壹角"}},
	{"10", "壹拾元整", nil},
	{"10.01", "壹拾元零壹分", nil},
	{"15", "壹拾伍元整", nil},
	{"100", "壹佰元整", nil},
	{"101", "壹佰零壹元整", nil},
	{"110", "壹佰壹拾元整", nil},
	{"1001", "壹仟零壹元整", nil},
	{"1010", "壹仟零壹拾元整", nil},
	{"1409.50", "壹仟肆佰零玖元伍角整", []string{"壹仟肆佰零玖元伍角"}},
	{"6007.14", "陆仟零柒元壹角肆分", nil},
	{"1680.32", "壹仟陆佰捌拾元叁角贰分", []string{"壹仟陆佰捌拾元零叁角贰分"}},
	{"325.04", "叁佰贰拾伍元零肆分", nil},
	{"1050.08", "壹仟零伍拾元零捌分", nil},
	{"10000", "壹万元整", nil},
	{"10001", "壹万零壹元整", nil},
	{"10100", "壹万零壹佰元整", nil},
	{"11000", "壹万壹仟元整", nil},
	{"16409.02", "壹万陆仟肆佰零玖元零贰分", nil},
	{"100000", "壹拾万元整", nil},
	{"107000.53", "壹拾万柒仟元伍角叁分", []string{"壹拾万柒仟元零伍角叁分", "壹拾万零柒仟元伍角叁分", "壹拾万零柒仟元零伍角叁分"}},
	{"300000.30", "叁拾万元叁角整", []string{"叁拾万元零叁角整", "叁拾万元叁角", "叁拾万元零叁角"}},
	{"333333.33", "叁拾叁万叁仟叁佰叁拾叁元叁角叁分", nil},
	{"500000", "伍拾万元整", nil},
	{"800000", "捌拾万元整", nil},
	{"2000000", "贰佰万元整", nil},
	{"335000", "叁拾叁万伍仟元整", nil},
	{"8000", "捌仟元整", nil},
	{"10010001", "壹仟零壹万零壹元整", nil},
	{"20050030", "贰仟零伍万零叁拾元整", nil},
	{"100000001", "壹亿零壹元整", nil},
	{"1001000000", "壹拾亿零壹佰万元整", nil},
	{"1000100010", "壹拾亿零壹拾万零壹拾元整", nil},
	{"1234567890.12", "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分", []string{"壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元零壹角贰分"}},
	{"1000000000000", "壹万亿元整", nil},
	{"1000001000000", "壹万亿零壹佰万元整", nil},
	// beyond the table
	{"100005000", "壹亿零伍仟元整", nil},
	{"1050000000", "壹拾亿伍仟万元整", []string{"壹拾亿零伍仟万元整"}},
	{"10000000000000000", "壹亿亿元整", nil},
	{"10000000000000001", "壹亿亿零壹元整", nil},
}

func TestWords(t *testing.T) {
	for _, v := range wordVectors {
		fen, err := ParseYuan(v.yuan)
		if err != nil {
			t.Errorf("ParseYuan(%q): %v", v.yuan, err)
			continue
		}
		if got, want := Words(fen), "人民币"+v.words; got != want {
			t.Errorf("Words(%s) = %s, want %s", v.yuan, got, want)
		}
		for _, s := range append([]string{v.words, "人民币" + v.words}, v.also...) {
			if got, err := ParseWords(s); err != nil || got != fen {
				t.Errorf("ParseWords(%q) = %d, %v, want %d", s, got, err, fen)
			}
		}
	}
}

func TestWordsOfDifferences(t *testing.T) {
	for fen, want := range map[int64]string{
		-1:            "人民币负壹分",
		-80000000:     "人民币负捌拾万元整",
		math.MinInt64: "人民币负玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零捌分",
	} {
		if got := Words(fen); got != want {
			t.Errorf("Words(%d) = %s, want %s", fen, got, want)
		}
		if back, err := ParseWords(want); err != nil || back != fen {
			t.Errorf("ParseWords(%s) = %d, %v", want, back, err)
		}
	}
}

func TestParseWordsRefuses(t *testing.T) {
	for _, s := range []string{
		"", "人民币", "拾元整", "拾伍元整", "一元整", "廿元整", "壹毛", "壹元", "壹元另伍分", "壹元0伍分", "壹元伍分", "壹元零壹角整", "伍分整",
		"零元伍角整", "壹佰壹元整", "壹万壹元整", "壹万壹佰元整", "壹亿壹元整", "壹佰零零壹元整", "人民币 壹元整", " 壹元整", "壹元整整", "人民币人民币壹元整",
		"壹佰拾元整", "负零元整", "拾", "元整", "壹仟壹仟元整", "壹万万元整", "捌拾万元元", "捌拾万", "壹角壹角", "壹元壹分壹角", "人民币玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零捌分",
	} {
		if got, err := ParseWords(s); err == nil {
			t.Errorf("ParseWords(%q) = %d, want an error", s, got)
		}
	}
}

// amounts gives amounts of every length, with many zeros among their digits.
func amounts(n int) []int64 {
	r := rand.New(rand.NewPCG(1, 2))
	list := []int64{0, 1, 9, 10, 99, 100, math.MaxInt64}
	for range n {
		var b strings.Builder
		for range 1 + r.IntN(18) {
			d := r.IntN(20)
			if d > 9 {
				d = 0
			}
			b.WriteByte(byte('0' + d))
		}
		var v int64
		for _, c := range b.String() {
			v = v*10 + int64(c-'0')
		}
		list = append(list, v)
	}
	return list
}

func TestWordsRoundTrip(t *testing.T) {
	for _, fen := range amounts(5000) {
		s := Words(fen)
		if got, err := ParseWords(s); err != nil || got != fen {
			t.Fatalf("ParseWords(%s) = %d, %v, want %d", s, got, err, fen)
		}
		if strings.Contains(s, "零零") || strings.Contains(s, "零元") && fen != 0 || strings.Contains(s, "零万") || strings.Contains(s, "零亿") {
			t.Fatalf("Words(%d) = %s", fen, s)
		}
	}
}

func TestYuanRoundTrip(t *testing.T) {
	for _, fen := range amounts(5000) {
		for _, s := range []string{Yuan(fen), PlainYuan(fen)} {
			if got, err := ParseYuan(s); err != nil || got != fen {
				t.Fatalf("ParseYuan(%s) = %d, %v, want %d", s, got, err, fen)
			}
		}
		if got, err := ParseWan(Wan(fen)); err != nil || got != fen {
			t.Fatalf("ParseWan(%s) = %d, %v, want %d", Wan(fen), got, err, fen)
		}
	}
}

func TestFigures(t *testing.T) {
	tests := []struct {
		fen              int64
		yuan, plain, wan string
	}{
		{0, "0.00", "0.00", "0.00"},
		{1, "0.01", "0.01", "0.000001"},
		{100, "1.00", "1.00", "0.0001"},
		{80000000, "800,000.00", "800000.00", "80.00"},
		{66670000, "666,700.00", "666700.00", "66.67"},
		{33333333, "333,333.33", "333333.33", "33.333333"},
		{12345600, "123,456.00", "123456.00", "12.3456"},
		{100000000, "1,000,000.00", "1000000.00", "100.00"},
		{-80000000, "-800,000.00", "-800000.00", "-80.00"},
		{math.MinInt64, "-92,233,720,368,547,758.08", "-92233720368547758.08", "-9223372036854.775808"},
	}
	for _, tt := range tests {
		if got := Yuan(tt.fen); got != tt.yuan {
			t.Errorf("Yuan(%d) = %s, want %s", tt.fen, got, tt.yuan)
		}
		if got := PlainYuan(tt.fen); got != tt.plain {
			t.Errorf("PlainYuan(%d) = %s, want %s", tt.fen, got, tt.plain)
		}
		if got := Wan(tt.fen); got != tt.wan {
			t.Errorf("Wan(%d) = %s, want %s", tt.fen, got, tt.wan)
		}
	}
}

func TestParseYuan(t *testing.T) {
	tests := []struct {
		in   string
		want int64
		err  error
	}{
		{in: "800000", want: 80000000},
		{in: "800,000.5", want: 80000050},
		{in: "1,234,567.89", want: 123456789},
		{in: "0.01", want: 1},
		{in: "92233720368547758.07", want: math.MaxInt64},
		{in: "", err: ErrEmpty},
		{in: "-1", err: ErrNegative},
		{in: "1.005", err: ErrDecimals},
		{in: "1.000", err: ErrDecimals},
		{in: "1e6", err: ErrSyntax},
		{in: "１２", err: ErrWide},
		{in: "NaN", err: ErrSyntax},
		{in: "80万元元", err: ErrSyntax},
		{in: "8,00,000", err: ErrGroups},
		{in: "1234,567", err: ErrGroups},
		{in: "80,0000", err: ErrGroups},
		{in: "1,000,", err: ErrSyntax},
		{in: "1.", err: ErrSyntax},
		{in: ".5", err: ErrSyntax},
		{in: "+1", err: ErrSyntax},
		{in: "007", err: ErrSyntax},
		{in: " 1", err: ErrSyntax},
		{in: "1.5,000", err: ErrSyntax},
		{in: "92233720368547758.08", err: ErrRange},
	}
	for _, tt := range tests {
		got, err := ParseYuan(tt.in)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("ParseYuan(%q) = %d, %v, want %d, %v", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func TestParseWan(t *testing.T) {
	tests := []struct {
		in   string
		want int64
		err  error
	}{
		{in: "80", want: 80000000},
		{in: "0.000001", want: 1},
		{in: "66.67", want: 66670000},
		{in: "33.333333", want: 33333333},
		{in: "0.8", want: 800000},
		{in: "0.0000001", err: ErrDecimals},
		{in: "80万元", err: ErrSyntax},
	}
	for _, tt := range tests {
		got, err := ParseWan(tt.in)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("ParseWan(%q) = %d, %v, want %d, %v", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func TestNumeral(t *testing.T) {
	for n, want := range map[int]string{
		0: "零", 5: "五", 10: "十", 12: "十二", 20: "二十", 21: "二十一", 100: "一百", 101: "一百零一", 110: "一百一十", 111: "一百一十一",
		1000: "一千", 1010: "一千零一十", 2025: "二千零二十五", 10000: "一万", 100000: "十万", 120000: "十二万", 100010: "十万零一十", 110010000: "一亿一千零一万",
		-3: "负三",
	} {
		if got := Numeral(n); got != want {
			t.Errorf("Numeral(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestFormatDate(t *testing.T) {
	tests := []struct {
		iso, pattern, want string
		err                error
	}{
		{iso: "2025-08-05", want: "2025年8月5日"},
		{iso: "2024-02-29", want: "2024年2月29日"},
		{iso: "2026-01", want: "2026年1月"},
		{iso: "2025-08-05", pattern: "汉字", want: "二〇二五年八月五日"},
		{iso: "2025-08-05", pattern: "han", want: "二〇二五年八月五日"},
		{iso: "2025-08-05", pattern: "english", want: "5 August 2025"},
		{iso: "2025-10-10", pattern: "汉字", want: "二〇二五年十月十日"},
		{iso: "2020-12-31", pattern: "汉字", want: "二〇二〇年十二月三十一日"},
		{iso: "2030-11-20", pattern: "汉字", want: "二〇三〇年十一月二十日"},
		{iso: "2030-11-21", pattern: "汉字", want: "二〇三〇年十一月二十一日"},
		{iso: "2026-01", pattern: "汉字", want: "二〇二六年一月"},
		{iso: "2025-08-05", pattern: "英文", want: "5 August 2025"},
		{iso: "2026-01", pattern: "英文", want: "January 2026"},
		{iso: "2026-01", pattern: "yyyy.MM", want: "2026.01"},
		{iso: "2025-09-10T17:00:00+08:00", want: "2025年9月10日"},
		{iso: "2025-09-10T17:00:00+08:00", pattern: "M月d日HH:mm", want: "9月10日17:00"},
		{iso: "2025-09-10T20:05:00Z", pattern: "yyyy-MM-dd H:mm", want: "2025-09-11 4:05"},
		{iso: "2025-09-10T20:05:00Z", pattern: "yyyy-MM-dd'T'HH:mm", want: "2025-09-11T04:05"},
		{iso: "2025-08-05", pattern: "d MMM yyyy", want: "5 Aug 2025"},
		{iso: "", err: ErrEmpty},
		{iso: "2025-02-29", err: ErrSyntax},
		{iso: "2025-13", err: ErrSyntax},
		{iso: "2025-8-5", err: ErrSyntax},
		{iso: "2025/08/05", err: ErrSyntax},
		{iso: "2025-09-10T17:00:00", err: ErrSyntax},
		{iso: "2025-08-05", pattern: "YYYY-MM-DD", err: ErrPattern},
		{iso: "2025-08-05", pattern: "yy年", err: ErrPattern},
		{iso: "2025-08-05", pattern: "yyyy 'year", err: ErrPattern},
		{iso: "2026-01", pattern: "yyyy年M月d日", err: ErrNoDay},
		{iso: "2026-01-01", pattern: "HH:mm", err: ErrNoDay},
	}
	for _, tt := range tests {
		got, err := FormatDate(tt.iso, tt.pattern)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("FormatDate(%q, %q) = %q, %v, want %q, %v", tt.iso, tt.pattern, got, err, tt.want, tt.err)
		}
	}
}

func TestMasks(t *testing.T) {
	for in, want := range map[string]string{
		"330299198501010019": "330299********0019", "33029919841231001X": "330299********001X", "E12345678": "E1*****78", "1234": "****", "": "",
	} {
		if got := MaskID(in); got != want {
			t.Errorf("MaskID(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"13812345678": "138****5678", "0574-87654321": "0574-****4321", "+86 138 1234 5678": "+86 138 **** 5678", "+381 11 123 4567": "+381 1* *** 4567",
		"87654321": "****4321", "1234567": "*****67", "110": "***", "": "",
	} {
		if got := MaskPhone(in); got != want {
			t.Errorf("MaskPhone(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPercent(t *testing.T) {
	for bp, want := range map[int]string{3333: "33.33%", 5000: "50%", 10000: "100%", 0: "0%", 5: "0.05%", 7050: "70.50%", -1: "-0.01%"} {
		if got := Percent(bp); got != want {
			t.Errorf("Percent(%d) = %s, want %s", bp, got, want)
		}
	}
}

func FuzzParseWords(f *testing.F) {
	for _, v := range wordVectors {
		f.Add("人民币" + v.words)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fen, err := ParseWords(s)
		if err != nil {
			return
		}
		if back, err := ParseWords(Words(fen)); err != nil || back != fen {
			t.Errorf("%q means %d, its canonical words %d, %v", s, fen, back, err)
		}
	})
}

func FuzzParseYuan(f *testing.F) {
	for _, s := range []string{"800,000.00", "0.01", "1e6", "１２", "92233720368547758.08"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fen, err := ParseYuan(s)
		if err != nil {
			return
		}
		if back, err := ParseYuan(Yuan(fen)); err != nil || back != fen || fen < 0 {
			t.Errorf("%q is %d, written and read again %d, %v", s, fen, back, err)
		}
	})
}

func FuzzFormatDate(f *testing.F) {
	f.Add("2025-08-05", "yyyy年M月d日")
	f.Add("2026-01", "英文")
	f.Add("2025-09-10T17:00:00+08:00", "M月d日HH:mm")
	f.Fuzz(func(t *testing.T, iso, pattern string) {
		if s, err := FormatDate(iso, pattern); err != nil && s != "" {
			t.Errorf("FormatDate(%q, %q) = %q with %v", iso, pattern, s, err)
		}
	})
}
