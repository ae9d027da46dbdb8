package importer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

// Maintenance configurations come in az's flat shape and in ARM's; what is for
// AKS's own releases in the old shape, or makes no sense, is said and left out.
func TestMaintenance(t *testing.T) {
	r := mustImport(t, importer.Input{
		Kubectl: text(`{"nodes": [{"metadata": {"name": "a", "labels": {"agentpool": "np1"}}, "status": {"nodeInfo": {"kubeletVersion": "v1.30.4"}}}]}`),
		Cluster: text(`{"kubernetesVersion": "1.30.4", "networkProfile": {"networkPlugin": "azure", "networkPolicy": "azure"}, "autoUpgradeProfile": {"upgradeChannel": "stable", "nodeOSUpgradeChannel": "SecurityPatch"}}`),
		Maintenance: text(`[
			{"name": "aksManagedAutoUpgradeSchedule", "maintenanceWindow": {"durationHours": 8, "startDate": "2026-05-01", "startTime": "22:30", "utcOffset": "-03:00",
				"notAllowedDates": [{"start": "2026-12-23", "end": "2027-01-05"}],
				"schedule": {"absoluteMonthly": null, "daily": null, "relativeMonthly": {"dayOfWeek": "Saturday", "intervalMonths": 1, "weekIndex": "First"}, "weekly": null}}},
			{"name": "aksManagedNodeOSUpgradeSchedule", "properties": {"maintenanceWindow": {"durationHours": 4, "startTime": "01:00", "schedule": {"weekly": {"dayOfWeek": "Sunday", "intervalWeeks": 2}}}}},
			{"name": "default", "maintenanceWindow": null, "timeInWeek": [{"day": "Monday", "hourSlots": [1, 2]}]},
			{"name": "broken", "maintenanceWindow": {"startTime": "25:00", "schedule": {"daily": {"intervalDays": 1}}}}]`),
	})
	check(t, r.Spec)
	day := func(y int, m time.Month, d int) model.Instant {
		return model.InstantOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
	}
	want := []model.MaintenanceConfiguration{
		{Name: model.ConfigurationAutoUpgrade, Schedule: model.Recurrence{Every: model.RelativeMonthly, Interval: 1, DayOfWeek: time.Saturday, WeekIndex: "First"},
			DurationHours: 8, UTCOffset: -3 * time.Hour, StartDate: day(2026, time.May, 1), StartTime: 22*time.Hour + 30*time.Minute,
			NotAllowedDates: []model.DateSpan{{Start: day(2026, time.December, 23), End: day(2027, time.January, 5)}}},
		{Name: model.ConfigurationNodeOS, Schedule: model.Recurrence{Every: model.Weekly, Interval: 2}, DurationHours: 4, StartTime: time.Hour},
	}
	if d := cmp.Diff(want, r.Spec.Maintenance); d != "" {
		t.Errorf("maintenance (-want +got):\n%s", d)
	}
	if c := &r.Spec.Cluster; c.NodeOSUpgradeChannel != model.NodeOSSecurityPatch || c.Limits.NetworkPolicy != model.PolicyAzure {
		t.Errorf("node OS channel %q, network policy %q", c.NodeOSUpgradeChannel, c.Limits.NetworkPolicy)
	}
	var notes []string
	for _, n := range r.Notes {
		notes = append(notes, n.String())
	}
	for _, part := range []string{"timeInWeek", `"25:00" is no time of the day: left out`} {
		if !strings.Contains(strings.Join(notes, "\n"), part) {
			t.Errorf("no note says %q:\n%s", part, strings.Join(notes, "\n"))
		}
	}
}
