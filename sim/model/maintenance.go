package model

import (
	"slices"
	"time"
)

// MaintenanceConfiguration is when AKS starts what it does by itself: again and
// again by a schedule, for some hours. What has started goes on when the window
// closes, and nothing new starts. Requests of users don't wait for it.
// Source: AKS planned maintenance page; ARM, maintenanceConfigurations.
type MaintenanceConfiguration struct {
	Name            ConfigurationName
	Schedule        Recurrence
	DurationHours   int           // 1 to 24; az takes 4 and more
	UTCOffset       time.Duration // of dates and times below
	StartDate       Instant       // 00:00 UTC of the first day that counts; 0: the day on which the run starts
	StartTime       time.Duration // of a day, from midnight
	NotAllowedDates []DateSpan
}

// ConfigurationName says what a configuration is for.
type ConfigurationName string

// The configurations: AKS's weekly releases of control plane components and
// add-ons, which touch no node; versions; node images.
const (
	ConfigurationDefault     ConfigurationName = "default"
	ConfigurationAutoUpgrade ConfigurationName = "aksManagedAutoUpgradeSchedule"
	ConfigurationNodeOS      ConfigurationName = "aksManagedNodeOSUpgradeSchedule"
)

// ConfigurationNames are all of them.
var ConfigurationNames = []ConfigurationName{ConfigurationDefault, ConfigurationAutoUpgrade, ConfigurationNodeOS}

// DateSpan is some days on which nothing starts, first and last included.
type DateSpan struct {
	Start, End Instant // 00:00 UTC of the day
}

// Every is the kind of a schedule.
type Every string

// The kinds.
const (
	Daily           Every = "daily"
	Weekly          Every = "weekly"
	AbsoluteMonthly Every = "absoluteMonthly"
	RelativeMonthly Every = "relativeMonthly"
)

// WeekIndex is which of its kind in a month a day of the week is.
type WeekIndex string

// WeekIndices are ARM's, in their order.
var WeekIndices = []WeekIndex{"First", "Second", "Third", "Fourth", "Last"}

// Recurrence says on which days windows begin.
type Recurrence struct {
	Every      Every
	Interval   int          // days, weeks or months; at least 1
	DayOfWeek  time.Weekday // weekly, relativeMonthly
	DayOfMonth int          // absoluteMonthly; months that don't have the day are left out
	WeekIndex  WeekIndex    // relativeMonthly
}

const day = 24 * time.Hour

// never is beyond every run.
const never = 10 * 365 * day

// UntilOpen returns how long it is from a time, since the run began, until
// something that AKS does by itself may start; 0 when it may, or when the
// configuration isn't there; more than any run lasts when it never may.
func (m *Model) UntilOpen(name ConfigurationName, t time.Duration) time.Duration {
	i := slices.IndexFunc(m.Maintenance, func(c MaintenanceConfiguration) bool { return c.Name == name })
	if i < 0 {
		return 0
	}
	now := m.Run.Start.Add(t)
	open, ok := m.Maintenance[i].opening(m.Run.Start, now)
	if !ok {
		return never
	}
	return max(open.Sub(now)-t%time.Second, 0)
}

// opening returns the first moment from now on at which the window is open.
func (c *MaintenanceConfiguration) opening(start, now Instant) (at Instant, ok bool) {
	first := c.StartDate
	if first == 0 {
		first = start.Add(c.UTCOffset).midnight()
	}
	length := time.Duration(c.DurationHours) * time.Hour
	for k := c.Schedule.before(first, now.Add(c.UTCOffset-length)); k < c.Schedule.before(first, now.Add(never)); k++ {
		date, exists := c.Schedule.date(first, k)
		if !exists || date < first {
			continue
		}
		begin := date.Add(c.StartTime - c.UTCOffset)
		if at := c.allowed(max(begin, now)); at < begin.Add(length) {
			return at, true
		}
	}
	return 0, false
}

// allowed returns the first moment from at on that is on no forbidden date.
func (c *MaintenanceConfiguration) allowed(at Instant) Instant {
	for again := true; again; {
		again = false
		for _, s := range c.NotAllowedDates {
			from, to := s.Start.Add(-c.UTCOffset), s.End.Add(day-c.UTCOffset)
			if from <= at && at < to {
				at, again = to, true
			}
		}
	}
	return at
}

// date returns the day of the k-th interval from the first day; it doesn't exist
// where the month lacks it.
func (s *Recurrence) date(first Instant, k int) (at Instant, ok bool) {
	t := first.Time()
	switch s.Every {
	case Daily:
		return first.Add(time.Duration(k*s.Interval) * day), true
	case Weekly:
		ahead := (int(s.DayOfWeek-t.Weekday()) + 7) % 7
		return first.Add(time.Duration(ahead+7*k*s.Interval) * day), true
	}
	month := time.Date(t.Year(), t.Month()+time.Month(k*s.Interval), 1, 0, 0, 0, 0, time.UTC)
	days := month.AddDate(0, 1, -1).Day()
	number := s.DayOfMonth
	if s.Every == RelativeMonthly {
		number = 1 + (int(s.DayOfWeek-month.Weekday())+7)%7
		number += 7 * slices.Index(WeekIndices, s.WeekIndex)
		if number > days { // the last is the fourth or the fifth
			number -= 7
		}
	}
	return InstantOf(month).Add(time.Duration(number-1) * day), number <= days
}

// before returns an interval that begins at or before a moment, and not long
// before it.
func (s *Recurrence) before(first, at Instant) int {
	if at < first {
		return 0
	}
	length := 31 * day
	switch s.Every {
	case Daily:
		length = day
	case Weekly:
		length = 7 * day
	}
	return max(int(at.Sub(first)/(length*time.Duration(s.Interval)))-1, 0)
}
