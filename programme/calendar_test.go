package programme

import (
	"strings"
	"testing"
	"time"

	"tripact/notation"
	"tripact/problem"
	"tripact/project"
)

// TestCalendarDays: worked days in each year that ships come to what the published arrangements come to.
func TestCalendarDays(t *testing.T) {
	c := OfficialCalendar()
	for year, want := range map[int]int{2024: 251, 2025: 248, 2026: 248} {
		n := 0
		for d := day(year, 1, 1); d.Year == year; d = plusDays(d, 1) {
			if worked, err := c.Worked(d); err != nil {
				t.Fatal(err)
			} else if worked {
				n++
			}
		}
		if n != want {
			t.Errorf("%d: %d worked days, want %d", year, n, want)
		}
	}
	for d, want := range map[project.Date]bool{
		day(2024, 2, 18): true, day(2024, 10, 12): true, day(2024, 2, 9): true, day(2024, 2, 10): false,
		day(2025, 1, 26): true, day(2025, 1, 28): false, day(2025, 10, 8): false, day(2025, 10, 9): true, day(2025, 10, 11): true, day(2025, 10, 12): false,
		day(2026, 1, 2): false, day(2026, 1, 4): true, day(2026, 2, 14): true, day(2026, 2, 23): false, day(2026, 2, 24): true, day(2026, 2, 29-1): true,
	} {
		if got, err := c.Worked(d); err != nil || got != want {
			t.Errorf("%s: %t %v", d, got, err)
		}
	}
	for _, y := range c.Years() {
		if y.DocNo == "" || y.Source.ZH == "" || y.Source.EN == "" || y.Date.Year != y.Year-1 {
			t.Errorf("%d: no source", y.Year)
		}
	}
}

func TestDeadlines(t *testing.T) {
	c := OfficialCalendar()
	tests := []struct {
		name string
		term Term
		from project.Date
		want string // the first instant that is late; empty: refused
	}{
		{"working days over a weekend", Term{N: 5, Unit: Workdays}, day(2025, 9, 1), "2025-09-09 00:00"},
		{"a made-up Saturday counts", Term{N: 3, Unit: Workdays}, day(2025, 10, 8), "2025-10-12 00:00"},
		{"a made-up Sunday counts", Term{N: 1, Unit: Workdays, Cutoff: "17:00"}, day(2025, 9, 27), "2025-09-28 17:00"},
		{"over Spring Festival", Term{N: 2, Unit: Workdays}, day(2026, 2, 13), "2026-02-25 00:00"},
		{"over New Year", Term{N: 1, Unit: Workdays}, day(2025, 12, 31), "2026-01-05 00:00"},
		{"days end on a worked day", Term{N: 10, Unit: CalendarDays}, day(2025, 9, 1), "2025-09-12 00:00"},
		{"days end in Spring Festival", Term{N: 7, Unit: CalendarDays}, day(2026, 2, 10), "2026-02-25 00:00"},
		{"days end on a made-up Saturday", Term{N: 4, Unit: CalendarDays}, day(2026, 2, 10), "2026-02-15 00:00"},
		{"31 January and one month", Term{N: 1, Unit: Months}, day(2026, 1, 31), "2026-03-01 00:00"}, // 28 February 2026 is worked
		{"a leap day", Term{N: 1, Unit: Months}, day(2024, 1, 31), "2024-03-01 00:00"},
		{"a month to a Sunday", Term{N: 3, Unit: Months}, day(2025, 5, 31), "2025-09-01 24:00"},
		{"a date with the hour", Term{Unit: FixedDate, Date: day(2025, 9, 10), Cutoff: "17:00"}, day(2025, 8, 5), "2025-09-10 17:00"},
		{"a date stays on a day off", Term{Unit: FixedDate, Date: day(2025, 10, 1)}, day(2025, 8, 5), "2025-10-02 00:00"},
		{"into a year that is not there", Term{N: 10, Unit: Workdays}, day(2026, 12, 25), ""},
		{"from a year that is not there", Term{N: 10, Unit: CalendarDays}, day(2022, 12, 25), ""},
		{"no days", Term{Unit: Workdays}, day(2025, 9, 1), ""},
		{"wrong cut-off", Term{N: 1, Unit: Workdays, Cutoff: "5 pm"}, day(2025, 9, 1), ""},
		{"wrong unit", Term{N: 1, Unit: "week"}, day(2025, 9, 1), ""},
		{"no date", Term{Unit: FixedDate}, day(2025, 9, 1), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.Deadline(tt.term, tt.from)
			if tt.want == "" {
				if list := problem.Of(err); !list.Failed() || list[0].Fix.ZH == "" {
					t.Fatalf("%s, %v; want it refused with a finding", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			date, clock, _ := strings.Cut(tt.want, " ")
			d, _ := project.ParseDate(date)
			want := midnight(d)
			if clock == "24:00" {
				want = midnight(plusDays(d, 1))
			} else {
				at, _ := time.Parse("15:04", clock)
				want = want.Add(time.Duration(at.Hour()) * time.Hour)
			}
			if !got.Equal(want) || got.Location() != notation.Zone {
				t.Errorf("%s, want %s", got, want)
			}
			if before, after := want.Add(-time.Second), want.Add(time.Second); !before.Before(got) || want.Before(got) || after.Before(got) {
				t.Error("a second before is in time, the instant and the second after are late")
			}
		})
	}
	if n, err := c.Workdays(day(2025, 9, 26), day(2025, 10, 12)); err != nil || n != 6 { // 28, 29, 30 September; 9, 10, 11 October
		t.Errorf("%d worked days, %v", n, err)
	}
}

// TestCalendarFaults: all faults of a table come back at once, with their lines.
func TestCalendarFaults(t *testing.T) {
	c, list := LoadCalendar([]byte(`- year: 2025
  source: {zh: 甲, en: A}
  doc_no: 一号
  date: 2024-11-12
  off:
    - {name: {zh: 春节, en: Spring Festival}, start: 2025-02-04, end: 2025-01-28}
    - {name: {zh: 元旦, en: New Year}, start: 2026-01-01, end: 2026-01-01}
    - {name: {zh: 劳动节, en: Labour Day}, start: 2025-05-01, end: 2025-05-05}
  work: [2025-05-03, 2025-09-29, 2026-01-04]
`))
	rows := make(map[int]int)
	for _, f := range list {
		rows[f.Place.Row]++
	}
	if c != nil || len(list) != 5 || rows[6] != 1 || rows[7] != 1 || rows[9] != 3 {
		t.Errorf("%v", list)
	}
	if _, list := LoadCalendar([]byte("- year: soon\n  offs: []\n")); len(list) < 4 || list[0].Place.Part != "calendar.yaml" {
		t.Errorf("%v", list)
	}
}
