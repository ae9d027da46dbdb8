package model

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const maintenanceSource = "AKS planned maintenance page; ARM, maintenanceWindow"

var maintenanceKeys = []key[MaintenanceConfiguration]{
	{name: "name", is: aChoice, values: spelled(ConfigurationNames), required: true,
		means: "what the window is for: AKS's weekly releases, which touch no node; versions; node images",
		value: func(c *MaintenanceConfiguration) string { return quoted(c.Name) }},
	{name: "schedule", is: aTable, required: true,
		means: "on which days windows begin, such as { weekly = { day_of_week = \"Sunday\" } }: one of daily, weekly, absolute_monthly and relative_monthly",
		value: func(c *MaintenanceConfiguration) string { return c.Schedule.String() }},
	{name: "duration_hours", is: aCount, least: "1", most: "24", unit: "hours", required: true,
		means: "how long a window is open; az takes 4 and more",
		value: func(c *MaintenanceConfiguration) string { return strconv.Itoa(c.DurationHours) }},
	{name: "utc_offset", is: anOffset, least: "\"-14:00\"", most: "\"+14:00\"", source: maintenanceSource,
		means: "offset of start_date and start_time from UTC",
		value: func(c *MaintenanceConfiguration) string { return strconv.Quote(SpellOffset(c.UTCOffset)) }},
	{name: "start_date", is: aDate, source: maintenanceSource,
		otherwise: "the day on which the run starts", means: "first day that counts",
		value: func(c *MaintenanceConfiguration) string { return quotedDate(c.StartDate) }},
	{name: "start_time", is: aClock, least: "\"00:00\"", most: "\"23:59\"", required: true,
		means: "time of the day at which windows open",
		value: func(c *MaintenanceConfiguration) string { return strconv.Quote(SpellClock(c.StartTime)) }},
	{name: "not_allowed_dates", is: someTables, source: maintenanceSource,
		otherwise: "none", means: "spans of days on which nothing starts",
		value: func(c *MaintenanceConfiguration) string {
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
