package model

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const maintenanceSource = "AKS planned maintenance page; ARM, maintenanceWindow"

var maintenanceKeys = []key[MaintenanceConfiguration]{
	{name: "name", required: true, value: func(c *MaintenanceConfiguration) string { return quoted(c.Name) }},
	{name: "schedule", required: true, value: func(c *MaintenanceConfiguration) string { return c.Schedule.String() }},
	{name: "duration_hours", unit: "hours", required: true, value: func(c *MaintenanceConfiguration) string { return strconv.Itoa(c.DurationHours) }},
	{name: "utc_offset", source: maintenanceSource, value: func(c *MaintenanceConfiguration) string { return strconv.Quote(SpellOffset(c.UTCOffset)) }},
	{name: "start_date", source: maintenanceSource, note: "the day on which the run starts", value: func(c *MaintenanceConfiguration) string { return quotedDate(c.StartDate) }},
	{name: "start_time", required: true, value: func(c *MaintenanceConfiguration) string { return strconv.Quote(SpellClock(c.StartTime)) }},
	{name: "not_allowed_dates", source: maintenanceSource, note: "none", value: func(c *MaintenanceConfiguration) string {
		parts := make([]string, len(c.NotAllowedDates))
		for i, s := range c.NotAllowedDates {
			parts[i] = s.String()
		}
		if len(parts) == 0 {
			return ""
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}},
}

// String spells s as a scenario does.
func (s *Recurrence) String() string {
	switch s.Every {
	case Daily:
		return fmt.Sprintf("{ daily = { interval_days = %d } }", s.Interval)
	case Weekly:
		return fmt.Sprintf("{ weekly = { interval_weeks = %d, day_of_week = %q } }", s.Interval, s.DayOfWeek)
	case AbsoluteMonthly:
		return fmt.Sprintf("{ absolute_monthly = { interval_months = %d, day_of_month = %d } }", s.Interval, s.DayOfMonth)
	case RelativeMonthly:
		return fmt.Sprintf("{ relative_monthly = { interval_months = %d, day_of_week = %q, week_index = %q } }", s.Interval, s.DayOfWeek, s.WeekIndex)
	}
	return ""
}

// String spells s as a scenario does.
func (s DateSpan) String() string {
	return fmt.Sprintf("{ start = %s, end = %s }", quotedDate(s.Start), quotedDate(s.End))
}

func quotedDate(x Instant) string {
	if x == 0 {
		return ""
	}
	return strconv.Quote(x.Time().Format(time.DateOnly))
}

// SpellClock spells a time of the day: 22:00.
func SpellClock(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d/time.Hour), int(d%time.Hour/time.Minute))
}

// SpellOffset spells an offset from UTC: +01:00.
func SpellOffset(d time.Duration) string {
	if d < 0 {
		return "-" + SpellClock(-d)
	}
	return "+" + SpellClock(d)
}
