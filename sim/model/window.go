package model

import (
	"time"

	"rollsim/sim/spelling"
)

// MaintenanceWindow is when AKS starts automatic upgrades: again and again from
// a first time on. What has started goes on when it closes, and nothing new
// starts. Requests of users don't wait for it.
// Source: AKS planned maintenance page, aksManagedAutoUpgradeSchedule.
type MaintenanceWindow struct {
	Start    time.Duration // of the first one, since the run began
	Duration time.Duration // 0: there is none, automatic upgrades start at any time
	Every    time.Duration // from one start to the next
}

// Until returns how long it is from t, since the run began, until the window is
// open; 0 when it is.
func (w MaintenanceWindow) Until(t time.Duration) time.Duration {
	switch {
	case w.Duration == 0:
		return 0
	case t < w.Start:
		return w.Start - t
	}
	if since := (t - w.Start) % w.Every; since >= w.Duration {
		return w.Every - since
	}
	return 0
}

func (c *checker) checkMaintenance() {
	w := &c.m.Cluster.MaintenanceWindow
	const path = "cluster.maintenance_window"
	c.checkDuration(path+".start", w.Start)
	c.checkDuration(path+".duration", w.Duration)
	c.checkDuration(path+".every", w.Every)
	switch {
	case w.Duration == 0 && (w.Start != 0 || c.m.Written[path+".every"]):
		c.errorf(path+".duration", "no duration is given, so the window never opens; write \"4h\"")
	case w.Duration > w.Every:
		c.errorf(path+".duration", "%s is longer than the time from one window to the next, %s", spelling.Duration(w.Duration), spelling.Duration(w.Every))
	}
	if w.Duration > 0 && !c.upgradesItself() {
		c.warnf(path, "no strategy has kind \"auto-upgrade\", so the window holds nothing up; requests of users don't wait for it")
	}
}

func (c *checker) upgradesItself() bool {
	for i := range c.m.Strategies {
		if c.m.Strategies[i].Kind == AutoUpgrade {
			return true
		}
	}
	return false
}

var maintenanceKeys = []key[MaintenanceWindow]{
	{name: "start", unit: "duration", source: byScenario, note: "of the first window, since the run began", value: func(w *MaintenanceWindow) string { return quotedDuration(w.Start) }},
	{name: "duration", unit: "duration", source: byScenario, note: "0s: automatic upgrades start at any time", value: func(w *MaintenanceWindow) string { return quotedDuration(w.Duration) }},
	{name: "every", unit: "duration", source: "AKS planned maintenance page", note: "weekly", value: func(w *MaintenanceWindow) string { return quotedDuration(w.Every) }},
}
