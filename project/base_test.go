package project

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"
)

func TestFenJSON(t *testing.T) {
	tests := []struct {
		in   string
		want Fen
		ok   bool
	}{
		{`"800000.00"`, 800000_00, true},
		{`"800000"`, 800000_00, true},
		{`800000`, 800000_00, true},
		{`800000.5`, 800000_50, true},
		{`0.29`, 29, true}, // 0.29 × 100 is 28.999… in floating point
		{`"10000000000.00"`, MaxFen, true},
		{`"10000000000.01"`, 0, false},
		{`"1.005"`, 0, false},
		{`1.005`, 0, false},
		{`-1`, 0, false},
		{`1e6`, 0, false},
		{`"1e6"`, 0, false},
		{`""`, 0, false},
		{`"800,000.00"`, 0, false},
		{`"１２"`, 0, false},
		{`"NaN"`, 0, false},
		{`true`, 0, false},
	}
	for _, tt := range tests {
		var got Fen
		err := json.Unmarshal([]byte(tt.in), &got)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%s = %d, %v, want %d", tt.in, got, err, tt.want)
		}
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		want := Fen(r.Int64N(int64(MaxFen)))
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got Fen
		if err := json.Unmarshal(data, &got); err != nil || got != want {
			t.Fatalf("%s = %d, %v, want %d", data, got, err, want)
		}
	}
}

func TestMonths(t *testing.T) {
	month := func(s string) Month {
		m, err := ParseMonth(s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, tt := range []struct {
		from, to string
		want     int
	}{{"2026-01", "2028-12", 36}, {"2026-01", "2029-01", 37}, {"2026-01", "2026-01", 1}, {"2026-02", "2026-01", 0}, {"2025-12", "2026-01", 2}} {
		if got := month(tt.from).Through(month(tt.to)); got != tt.want {
			t.Errorf("%s through %s = %d, want %d", tt.from, tt.to, got, tt.want)
		}
	}
	if m := month("2024-02"); m.Last().String() != "2024-02-29" || m.First().String() != "2024-02-01" || m.Next().String() != "2024-03" {
		t.Errorf("%v: %v to %v, then %v", m, m.First(), m.Last(), m.Next())
	}
	if m := month("2025-12"); m.Last().String() != "2025-12-31" || m.Next().String() != "2026-01" {
		t.Errorf("%v ends %v, then %v", m, m.Last(), m.Next())
	}
	var none Month
	if none.Through(month("2026-01")) != 0 || none.String() != "" || !none.Last().IsZero() || !none.First().IsZero() {
		t.Error("no month is a month")
	}
}

func TestDatesJSON(t *testing.T) {
	var v struct {
		D Date
		M Month
		T Time
	}
	const text = `{"D":"2025-08-05","M":"2026-01","T":"2025-09-10T17:00:00+08:00"}`
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	if data, err := json.Marshal(v); err != nil || string(data) != text {
		t.Errorf("%s, %v", data, err)
	}
	if v.T.Date() != (Date{2025, time.September, 10}) || v.D.InMonth() != (Month{2025, time.August}) || v.D.Start().Format(time.RFC3339) != "2025-08-05T00:00:00+08:00" {
		t.Errorf("%v %v %v", v.T.Date(), v.D.InMonth(), v.D.Start())
	}
	const none = `{"D":"","M":"","T":""}`
	if err := json.Unmarshal([]byte(none), &v); err != nil || !v.D.IsZero() || !v.M.IsZero() || !v.T.IsZero() {
		t.Errorf("%+v, %v", v, err)
	}
	if data, err := json.Marshal(v); err != nil || string(data) != none {
		t.Errorf("%s, %v", data, err)
	}
	for _, s := range []string{"2025-02-29", "2025-8-5", "2025-08", "2025-08-05T00:00:00Z", "05.08.2025"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v", s, d)
		}
	}
	if d, err := ParseDate("2024-02-29"); err != nil || d.Compare(Date{2024, 3, 1}) >= 0 || !d.After(Date{2024, 2, 28}) || !d.Before(Date{2025, 1, 1}) {
		t.Errorf("2024-02-29: %v, %v", d, err)
	}
}

func TestSharesAndTenthsJSON(t *testing.T) {
	for in, want := range map[string]BP{`7000`: 7000, `"7000"`: 7000, `"70%"`: 7000, `"33.33%"`: 3333, `0`: 0} {
		var got BP
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s = %d, %v, want %d", in, got, err, want)
		}
	}
	for _, in := range []string{`0.7`, `"70.001%"`, `"%"`, `-1`, `"seventy"`, `"1,000%"`} {
		var got BP
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("share %s = %d", in, got)
		}
	}
	for in, want := range map[string]Tenths{`6.5`: 65, `"6.5"`: 65, `10`: 100, `0.1`: 1} {
		var got Tenths
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s = %d, %v, want %d", in, got, err, want)
		}
		if data, _ := json.Marshal(want); in[0] != '"' && string(data) != in {
			t.Errorf("%d is written %s", want, data)
		}
	}
	for _, in := range []string{`6.55`, `-1`, `"half"`, `1e1`} {
		var got Tenths
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("number %s = %d", in, got)
		}
	}
}

func TestRichJSON(t *testing.T) {
	for in, want := range map[string]string{`"a\nb"`: "a\nb", `["a","b"]`: "a\nb", `""`: "", `null`: "", `"a\r\n\r\n b"`: "a\n b"} {
		var got Rich
		if err := json.Unmarshal([]byte(in), &got); err != nil || got.String() != want {
			t.Errorf("%s = %q, %v, want %q", in, got, err, want)
		}
	}
	var got Rich
	if err := json.Unmarshal([]byte(`{"a":1}`), &got); err == nil {
		t.Errorf("an object is %q", got)
	}
}
