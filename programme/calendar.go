package programme

import (
	_ "embed" // the table of holidays
	"fmt"
	"sync"
	"time"

	"tripact/notation"
	"tripact/problem"
	"tripact/project"
)

//go:embed calendar.yaml
var holidays string

// Calendar tells worked days from days off by the yearly arrangement of the State Council. It is immutable and safe for
// concurrent use. A question about a year that it does not have is refused, never guessed.
type Calendar struct {
	years []HolidayYear
	days  map[project.Date]bool // worked or off against the rule of weekdays
}

// HolidayYear is the official arrangement of one year.
type HolidayYear struct {
	Year   int            `yaml:"year"`
	Source problem.Text   `yaml:"source"` // the document that arranges it
	DocNo  string         `yaml:"doc_no"`
	Date   project.Date   `yaml:"date"` // of that document
	Off    []Holiday      `yaml:"off"`
	Work   []project.Date `yaml:"work"` // Saturdays and Sundays that are worked
}

// Holiday is a span of days off, both ends included.
type Holiday struct {
	Name  problem.Text `yaml:"name"`
	Start project.Date `yaml:"start"`
	End   project.Date `yaml:"end"`
}

// OfficialCalendar returns the calendar with the years that ship.
var OfficialCalendar = sync.OnceValue(func() *Calendar {
	c, list := LoadCalendar([]byte(holidays))
	if list.Failed() {
		panic(list.Err()) // the file that ships is tested
	}
	return c
})

// LoadCalendar reads a table of holidays as calendar.yaml has it. It is as strict as Load and reports all faults at once;
// the calendar is nil when there are any.
func LoadCalendar(source []byte) (*Calendar, problem.List) {
	d := &decoder{}
	c := &Calendar{days: make(map[project.Date]bool)}
	d.decode(source, &c.years)
	if d.list.Failed() {
		return nil, inCalendar(d.list)
	}
	d.unique(len(c.years), "/%d/year", func(i int) string { return fmt.Sprint(c.years[i].Year) })
	for i, y := range c.years {
		place := func(list string, j int) string { return fmt.Sprintf("/%d/%s/%d", i, list, j) }
		for j, h := range y.Off {
			at := place("off", j)
			if h.Start.Year != y.Year || h.End.Year != y.Year || h.End.Before(h.Start) {
				d.mistake(at, problem.T("假期不在该年之内，或起止颠倒", "the holiday is not within the year, or is reversed"), problem.T("核对日期", "check the dates"))
				continue
			}
			for day := h.Start; !day.After(h.End); day = plusDays(day, 1) {
				c.days[day] = false
			}
		}
		for j, day := range y.Work {
			at := place("work", j)
			_, off := c.days[day]
			if day.Year != y.Year || !weekend(day) || off {
				d.mistake(at, problem.T("调休上班日应是该年的周六或周日，且不在假期内", "a made-up working day is a Saturday or Sunday of the year outside the holidays"), problem.T("核对日期", "check the date"))
				continue
			}
			c.days[day] = true
		}
	}
	if d.list.Failed() {
		return nil, inCalendar(d.list)
	}
	return c, nil
}

// inCalendar names the file that findings are about.
func inCalendar(list problem.List) problem.List {
	for i := range list {
		list[i].Place.Part = "calendar.yaml"
	}
	return list
}

// Years lists the arrangements that the calendar has.
func (c *Calendar) Years() []HolidayYear { return append([]HolidayYear(nil), c.years...) }

// Has tells whether the calendar has the arrangement of a year.
func (c *Calendar) Has(year int) bool {
	for _, y := range c.years {
		if y.Year == year {
			return true
		}
	}
	return false
}

// Worked tells whether a day is worked. A day of a year that the calendar does not have is an error that holds a
// "calendar.year" finding.
func (c *Calendar) Worked(day project.Date) (bool, error) {
	if !c.Has(day.Year) {
		return false, noYear(day.Year)
	}
	if worked, named := c.days[day]; named {
		return worked, nil
	}
	return !weekend(day), nil
}

// AddWorkdays returns the n-th worked day after from, which is itself not counted; n is at least 1.
func (c *Calendar) AddWorkdays(from project.Date, n int) (project.Date, error) {
	if n < 1 {
		return project.Date{}, badTerm(fmt.Sprint(n))
	}
	day := from
	for n > 0 {
		day = plusDays(day, 1)
		worked, err := c.Worked(day)
		if err != nil {
			return project.Date{}, err
		}
		if worked {
			n--
		}
	}
	return day, nil
}

// NextWorked returns day when it is worked, else the first worked day after it (Civil Code art. 203).
func (c *Calendar) NextWorked(day project.Date) (project.Date, error) {
	for {
		worked, err := c.Worked(day)
		if err != nil || worked {
			return day, err
		}
		day = plusDays(day, 1)
	}
}

// Workdays counts the worked days after from up to and including to; 0 when to is not after from.
func (c *Calendar) Workdays(from, to project.Date) (int, error) {
	n := 0
	for day := plusDays(from, 1); !day.After(to); day = plusDays(day, 1) {
		worked, err := c.Worked(day)
		if err != nil {
			return 0, err
		}
		if worked {
			n++
		}
	}
	return n, nil
}

// TermUnit is what a term is counted in.
type TermUnit string

// Units of terms.
const (
	Workdays     TermUnit = "workday" // only days worked are counted
	CalendarDays TermUnit = "day"     // the last day, when off, moves to the first worked day after it
	Months       TermUnit = "month"   // to the same day, or the last of the month; moves likewise
	FixedDate    TermUnit = "date"    // a day that is named; it stays where it is
)

// Term is a deadline as a call or a letter words it. The day that it runs from is not counted (Civil Code art. 201).
type Term struct {
	N      int          `yaml:"n,opt"`
	Unit   TermUnit     `yaml:"unit"`
	Date   project.Date `yaml:"date,opt"`   // for the unit "date"; the day is included
	Cutoff string       `yaml:"cutoff,opt"` // time of day on the last day, such as "17:00"; empty: the end of the day
}

// Deadline is the instant at which a term has run out: what happens before it is in time, what happens at it is late. The
// zone is China's.
func (c *Calendar) Deadline(t Term, from project.Date) (time.Time, error) {
	var last project.Date
	var err error
	switch t.Unit {
	case Workdays:
		last, err = c.AddWorkdays(from, t.N)
	case CalendarDays:
		if t.N < 1 {
			return time.Time{}, badTerm(fmt.Sprint(t.N))
		}
		last, err = c.NextWorked(plusDays(from, t.N))
	case Months:
		if t.N < 1 {
			return time.Time{}, badTerm(fmt.Sprint(t.N))
		}
		last, err = c.NextWorked(plusMonths(from, t.N))
	case FixedDate:
		if last = t.Date; last.IsZero() {
			return time.Time{}, badTerm("date")
		}
	default:
		return time.Time{}, badTerm(string(t.Unit))
	}
	if err != nil {
		return time.Time{}, err
	}
	if t.Cutoff == "" || t.Cutoff == "24:00" {
		return midnight(plusDays(last, 1)), nil
	}
	clock, err := time.Parse("15:04", t.Cutoff)
	if err != nil {
		return time.Time{}, badTerm(t.Cutoff)
	}
	return midnight(last).Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute), nil
}

func midnight(d project.Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, notation.Zone)
}

func plusDays(d project.Date, n int) project.Date {
	return project.DateOf(midnight(d).AddDate(0, 0, n))
}

// plusMonths returns the same day n months on, or the last day of that month where it has no such day.
func plusMonths(d project.Date, n int) project.Date {
	first := midnight(project.Date{Year: d.Year, Month: d.Month, Day: 1}).AddDate(0, n, 0)
	last := project.DateOf(first.AddDate(0, 1, -1))
	if d.Day < last.Day {
		last.Day = d.Day
	}
	return last
}

func weekend(d project.Date) bool {
	w := midnight(d).Weekday()
	return w == time.Saturday || w == time.Sunday
}

func noYear(year int) error {
	return problem.List{{
		Code: "calendar.year", Severity: problem.Fail, Found: fmt.Sprint(year),
		Message: problem.Tf("没有%d年的节假日安排，不能计算期限", "the official holidays of %d are not in the calendar, so the deadline is not computed", year),
		Fix:     problem.Fix{ZH: "国务院办公厅公布该年节假日安排后，补入 calendar.yaml", EN: "add the year to calendar.yaml when the General Office of the State Council has published it"},
	}}.Err() //nolint:wrapcheck // a finding as it is
}

func badTerm(found string) error {
	return problem.List{{
		Code: "calendar.term", Severity: problem.Fail, Found: found,
		Message: problem.T("期限写法有误", "the term is not well formed"),
		Fix:     problem.Fix{ZH: "n 为正整数，unit 为 workday、day、month 或 date，cutoff 形如 17:00", EN: "n is a positive whole number, unit is workday, day, month or date, cutoff is such as 17:00"},
	}}.Err() //nolint:wrapcheck // a finding as it is
}
