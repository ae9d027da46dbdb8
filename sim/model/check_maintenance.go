package model

import (
	"fmt"
	"slices"
	"time"
)

// leastHours is what az takes as the duration of a window, and what AKS
// recommends.
const leastHours = 4

func (c *checker) checkMaintenance() {
	for i := range c.m.Maintenance {
		c.checkConfiguration(fmt.Sprintf("maintenance_configuration[%d]", i), &c.m.Maintenance[i])
	}
	duplicates(c.m.Maintenance, func(x MaintenanceConfiguration) ConfigurationName { return x.Name }, func(i, first int) {
		c.errorf(fmt.Sprintf("maintenance_configuration[%d].name", i), "%q is the name of maintenance_configuration[%d] too; there is one of each", c.m.Maintenance[i].Name, first)
	})
	if len(c.m.Maintenance) > 0 && c.m.Written != nil && !c.m.Written["run.start"] {
		c.warnf("run.start", "no start is given, so the run begins on the day of the newest node image, %s; windows count from there", c.m.Run.Start)
	}
}

func (c *checker) checkConfiguration(path string, x *MaintenanceConfiguration) {
	if !oneOf(c, path+".name", x.Name, ConfigurationNames) {
		return
	}
	c.checkSchedule(path+".schedule", x)
	if x.DurationHours < 1 || x.DurationHours > 24 {
		c.errorf(path+".duration_hours", "%d is not a number of hours from 1 to 24", x.DurationHours)
	} else if x.DurationHours < leastHours {
		c.warnf(path+".duration_hours", "%d h are less than az takes, %d", x.DurationHours, leastHours)
	}
	if x.StartTime < 0 || x.StartTime >= day {
		c.errorf(path+".start_time", "not a time of the day; write one such as \"22:00\"")
	}
	if x.UTCOffset < -14*time.Hour || x.UTCOffset > 14*time.Hour {
		c.errorf(path+".utc_offset", "not an offset from -14:00 to +14:00; write one such as \"+01:00\"")
	}
	for j, s := range x.NotAllowedDates {
		if s.End < s.Start {
			c.errorf(fmt.Sprintf("%s.not_allowed_dates[%d].end", path, j), "the last day is before the first; exchange them")
		}
	}
	switch {
	case x.Name == ConfigurationDefault:
		c.warnf(path+".name", "%q is for AKS's own weekly releases, which touch no node, so it holds nothing up here", x.Name)
	case !c.upgradesItself():
		c.warnf(path, "no strategy has AKS upgrade anything by itself, so the window holds nothing up; requests of users don't wait for it")
	}
}

func (c *checker) checkSchedule(path string, x *MaintenanceConfiguration) {
	s := &x.Schedule
	if !oneOf(c, path, s.Every, []Every{Daily, Weekly, AbsoluteMonthly, RelativeMonthly}) {
		return
	}
	if x.Name == ConfigurationDefault && s.Every != Weekly {
		c.errorf(path, "%q is given, and %q is weekly only", s.Every, x.Name)
	}
	if s.Interval < 1 || s.Interval > 52 {
		c.errorf(path, "an interval of %d is not one from 1 to 52", s.Interval)
	}
	if s.Every == AbsoluteMonthly && (s.DayOfMonth < 1 || s.DayOfMonth > 31) {
		c.errorf(path, "%d is not a day of a month from 1 to 31", s.DayOfMonth)
	}
	if s.Every == RelativeMonthly && !slices.Contains(WeekIndices, s.WeekIndex) {
		oneOf(c, path, s.WeekIndex, WeekIndices)
	}
}

// upgradesItself reports whether AKS upgrades anything by itself.
func (c *checker) upgradesItself() bool {
	for i := range c.m.Strategies {
		s := &c.m.Strategies[i]
		if s.Kind == AutoUpgrade || slices.ContainsFunc(s.Operations, func(o Operation) bool { return o.Client == AKS }) {
			return true
		}
	}
	return false
}
