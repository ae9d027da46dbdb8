package model

import (
	"testing"
	"time"
)

// on returns a point on the calendar.
func on(t *testing.T, s string) Instant {
	t.Helper()
	x, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return InstantOf(x)
}

// TestWindows: when each kind of schedule opens next. The days of the week are
// those of the calendar: 1 May 2026 is a Friday.
func TestWindows(t *testing.T) {
	day := func(s string) Instant { return on(t, s+" 00:00") }
	night := func(s Recurrence) MaintenanceConfiguration {
		return MaintenanceConfiguration{Schedule: s, DurationHours: 4, StartDate: day("2026-05-01"), StartTime: 22 * time.Hour}
	}
	daily := night(Recurrence{Every: Daily, Interval: 3})
	weekly := night(Recurrence{Every: Weekly, Interval: 2, DayOfWeek: time.Sunday})
	monthly := night(Recurrence{Every: AbsoluteMonthly, Interval: 1, DayOfMonth: 31})
	second := night(Recurrence{Every: RelativeMonthly, Interval: 2, DayOfWeek: time.Tuesday, WeekIndex: "Second"})
	last := night(Recurrence{Every: RelativeMonthly, Interval: 1, DayOfWeek: time.Friday, WeekIndex: "Last"})
	abroad := weekly
	abroad.UTCOffset = 5*time.Hour + 30*time.Minute
	holidays := daily
	holidays.NotAllowedDates = []DateSpan{{day("2026-05-04"), day("2026-05-04")}, {day("2026-05-06"), day("2026-05-07")}}
	blocked := night(Recurrence{Every: Daily, Interval: 1})
	blocked.NotAllowedDates = []DateSpan{{day("2026-05-02"), day("2026-05-02")}}
	for _, c := range []struct {
		name      string
		window    MaintenanceConfiguration
		now, want string
	}{
		{"before its first day", daily, "2026-04-20 12:00", "2026-05-01 22:00"},
		{"every third day", daily, "2026-05-02 02:00", "2026-05-04 22:00"},
		{"still open after midnight", daily, "2026-05-02 01:59", "2026-05-02 01:59"},
		{"every other Sunday", weekly, "2026-05-01 00:00", "2026-05-03 22:00"},
		{"the Sunday between is left out", weekly, "2026-05-04 02:00", "2026-05-17 22:00"},
		{"years later", weekly, "2029-05-01 00:00", "2029-05-13 22:00"},
		{"the 31st", monthly, "2026-05-01 00:00", "2026-05-31 22:00"},
		{"months without a 31st are left out", monthly, "2026-06-01 02:00", "2026-07-31 22:00"},
		{"second Tuesday of every other month", second, "2026-05-13 02:00", "2026-07-14 22:00"},
		{"last Friday, the fifth", last, "2026-05-01 02:00", "2026-05-29 22:00"},
		{"last Friday, the fourth", last, "2026-06-01 00:00", "2026-06-26 22:00"},
		{"by the clock of another place", abroad, "2026-05-01 00:00", "2026-05-03 16:30"},
		{"not on a forbidden day, but the day after", holidays, "2026-05-02 03:00", "2026-05-05 00:00"},
		{"nor on two", holidays, "2026-05-05 03:00", "2026-05-08 00:00"},
		{"a forbidden day cuts the night before off", blocked, "2026-05-02 00:30", "2026-05-03 00:00"},
	} {
		at, ok := c.window.opening(0, on(t, c.now))
		if want := on(t, c.want); !ok || at != want {
			t.Errorf("%s: %s, want %s", c.name, at, want)
		}
	}
	none := daily
	none.NotAllowedDates = []DateSpan{{day("2020-01-01"), day("2099-12-31")}}
	if at, ok := none.opening(0, on(t, "2026-05-01 00:00")); ok {
		t.Errorf("forbidden for good: opens %s", at)
	}
}

// TestUntilOpen: simulated time runs from the start of the run, and what has no
// configuration may start at any time.
func TestUntilOpen(t *testing.T) {
	m := &Model{}
	m.Run.Start = on(t, "2026-05-03 00:00")
	m.Maintenance = []MaintenanceConfiguration{{Name: ConfigurationAutoUpgrade, Schedule: Recurrence{Every: Weekly, Interval: 1, DayOfWeek: time.Sunday}, DurationHours: 4, StartTime: time.Hour}}
	for _, c := range []struct{ at, want time.Duration }{
		{0, time.Hour}, {time.Hour - 1, 1}, {time.Hour, 0}, {5*time.Hour - 1, 0}, {5 * time.Hour, 164 * time.Hour},
	} {
		if got := m.UntilOpen(ConfigurationAutoUpgrade, c.at); got != c.want {
			t.Errorf("at %v: %v, want %v", c.at, got, c.want)
		}
	}
	if got := m.UntilOpen(ConfigurationNodeOS, 0); got != 0 {
		t.Errorf("without a configuration: %v", got)
	}
}

// TestMaintenanceChecks: what a configuration may be.
func TestMaintenanceChecks(t *testing.T) {
	with := func(change func(*MaintenanceConfiguration)) func(*Spec) {
		return func(s *Spec) {
			c := MaintenanceConfiguration{Name: ConfigurationAutoUpgrade, Schedule: Recurrence{Every: Weekly, Interval: 1}, DurationHours: 4}
			change(&c)
			s.Maintenance, s.Cluster.AutoUpgradeChannel, s.Strategies[0].Kind = []MaintenanceConfiguration{c}, ChannelStable, AutoUpgrade
		}
	}
	runRows(t, []checkRow{
		{"fine", with(func(*MaintenanceConfiguration) {}), ""},
		{"no name", with(func(c *MaintenanceConfiguration) { c.Name = "weekly" }), `error maintenance_configuration[0].name: "weekly" is not known; use "default", "aksManagedAutoUpgradeSchedule" or "aksManagedNodeOSUpgradeSchedule"`},
		{"too long", with(func(c *MaintenanceConfiguration) { c.DurationHours = 25 }), `error maintenance_configuration[0].duration_hours: 25 is not a number of hours from 1 to 24`},
		{"too short for az", with(func(c *MaintenanceConfiguration) { c.DurationHours = 2 }), `warning maintenance_configuration[0].duration_hours: 2 h are less than az takes, 4`},
		{"no day", with(func(c *MaintenanceConfiguration) { c.Schedule = Recurrence{Every: AbsoluteMonthly, Interval: 1} }), `error maintenance_configuration[0].schedule: 0 is not a day of a month from 1 to 31`},
		{"dates backwards", with(func(c *MaintenanceConfiguration) { c.NotAllowedDates = []DateSpan{{Start: 86400, End: 0}} }), `error maintenance_configuration[0].not_allowed_dates[0].end: the last day is before the first; exchange them`},
		{"default is weekly", with(func(c *MaintenanceConfiguration) {
			c.Name, c.Schedule = ConfigurationDefault, Recurrence{Every: Daily, Interval: 1}
		}), `error maintenance_configuration[0].schedule: "daily" is given, and "default" is weekly only
warning maintenance_configuration[0].name: "default" is for AKS's own weekly releases, which touch no node, so it holds nothing up here`},
		{"no channel", func(s *Spec) {
			s.Strategies[0].Kind, s.Cluster.NodeOSUpgradeChannel = AutoUpgrade, NodeOSNone
		}, `error strategy[0].kind: "auto-upgrade" needs a channel, and cluster.auto_upgrade_channel is "none", cluster.node_os_upgrade_channel "None"; write "stable" in the first`},
		{"no channel of versions", func(s *Spec) { s.Strategies[0].Kind = AutoUpgrade }, `error strategy[0].to: 1.30.5 is given, and cluster.auto_upgrade_channel "none" moves no versions; write "stable" there`},
		{"holds nothing up", func(s *Spec) {
			with(func(*MaintenanceConfiguration) {})(s)
			s.Strategies[0].Kind = Full
		}, `warning maintenance_configuration[0]: no strategy has AKS upgrade anything by itself, so the window holds nothing up; requests of users don't wait for it`},
	})
}
