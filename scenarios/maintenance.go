package scenarios

import (
	"strconv"
	"strings"
	"time"

	"rollsim/sim/model"
)

// maintenance reads a [[maintenance_configuration]].
func maintenance(t *table) model.MaintenanceConfiguration {
	var c model.MaintenanceConfiguration
	required(t, "name", choice(model.ConfigurationNames), &c.Name)
	required(t, "schedule", schedule, &c.Schedule)
	required(t, "duration_hours", count, &c.DurationHours)
	read(t, "utc_offset", offset, &c.UTCOffset)
	read(t, "start_date", date, &c.StartDate)
	required(t, "start_time", clock, &c.StartTime)
	read(t, "not_allowed_dates", list(dateSpan), &c.NotAllowedDates)
	t.end(nil)
	return c
}

// schedule reads a table with the one kind of schedule that is meant.
func schedule(x value) (model.Recurrence, bool) {
	s := model.Recurrence{Interval: 1}
	t, ok := newTable(x)
	if !ok {
		return s, false
	}
	if len(t.m) != 1 {
		return s, x.fail("%d schedules are given; write one of daily, weekly, absolute_monthly and relative_monthly", len(t.m))
	}
	kinds := map[string]model.Every{"daily": model.Daily, "weekly": model.Weekly, "absolute_monthly": model.AbsoluteMonthly, "relative_monthly": model.RelativeMonthly}
	for _, kind := range []string{"daily", "weekly", "absolute_monthly", "relative_monthly"} {
		if !t.has(kind) {
			continue
		}
		s.Every = kinds[kind]
		in := t.sub(kind)
		switch s.Every {
		case model.Daily:
			ok = optional(in, "interval_days", count, &s.Interval) && ok
		case model.Weekly:
			ok = optional(in, "interval_weeks", count, &s.Interval) && ok
			ok = required(in, "day_of_week", weekday, &s.DayOfWeek) && ok
		default:
			ok = optional(in, "interval_months", count, &s.Interval) && ok
		}
		if s.Every == model.AbsoluteMonthly {
			ok = required(in, "day_of_month", count, &s.DayOfMonth) && ok
		}
		if s.Every == model.RelativeMonthly {
			ok = required(in, "day_of_week", weekday, &s.DayOfWeek) && ok
			ok = required(in, "week_index", choice(model.WeekIndices), &s.WeekIndex) && ok
		}
		ok = in.end(nil) && ok
	}
	return s, t.end(nil) && ok
}

func weekday(x value) (time.Weekday, bool) {
	var names []string
	for d := time.Sunday; d <= time.Saturday; d++ {
		names = append(names, d.String())
	}
	name, ok := choice(names)(x)
	for d := time.Sunday; d <= time.Saturday; d++ {
		if d.String() == name {
			return d, ok
		}
	}
	return time.Sunday, ok
}

// date reads a day.
func date(x value) (model.Instant, bool) {
	const example = `a day in quotes, such as "2026-05-06"`
	s, ok := x.str()
	if !ok {
		return 0, x.mistyped(example)
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, x.fail("%s is not a day; write %s", quote(s), example)
	}
	return model.InstantOf(t), true
}

// clock reads a time of the day.
func clock(x value) (time.Duration, bool) {
	const example = `a time of the day in quotes, such as "22:00"`
	s, ok := x.str()
	if !ok {
		return 0, x.mistyped(example)
	}
	d, ok := parseClock(s)
	if !ok {
		return 0, x.fail("%s is not a time of the day; write %s", quote(s), example)
	}
	return d, true
}

// offset reads an offset from UTC.
func offset(x value) (time.Duration, bool) {
	const example = `an offset in quotes, such as "+01:00"`
	s, ok := x.str()
	if !ok {
		return 0, x.mistyped(example)
	}
	d, ok := parseClock(strings.TrimLeft(s, "+-"))
	if !ok || len(s) != len("+01:00") {
		return 0, x.fail("%s is not an offset from UTC; write %s", quote(s), example)
	}
	if s[0] == '-' {
		d = -d
	}
	return d, true
}

// parseClock reads HH:MM.
func parseClock(s string) (time.Duration, bool) {
	t, err := time.Parse("15:04", s)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err == nil
}

func dateSpan(x value) (model.DateSpan, bool) {
	t, ok := newTable(x)
	if !ok {
		return model.DateSpan{}, false
	}
	var s model.DateSpan
	ok = required(t, "start", date, &s.Start)
	ok = required(t, "end", date, &s.End) && ok
	return s, t.end(nil) && ok
}

// maintenance writes a [[maintenance_configuration]].
func (e *encoder) maintenance(i int) {
	c := &e.spec.Maintenance[i]
	b := &block{e: e, path: element("maintenance_configuration", i)}
	b.put("name", str(string(c.Name)))
	b.put("schedule", c.Schedule.String())
	b.put("duration_hours", strconv.Itoa(c.DurationHours))
	b.keep("utc_offset", c.UTCOffset == 0, str(model.SpellOffset(c.UTCOffset)))
	b.keep("start_date", c.StartDate == 0, str(c.StartDate.Time().Format(time.DateOnly)))
	b.put("start_time", str(model.SpellClock(c.StartTime)))
	if len(c.NotAllowedDates) > 0 {
		b.put("not_allowed_dates", spellList(c.NotAllowedDates, model.DateSpan.String))
	}
	b.write("[[maintenance_configuration]]")
}
