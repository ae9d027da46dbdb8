package importer

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rollsim/sim/model"
)

// An azWindow is a maintenance configuration as az aks maintenanceconfiguration
// list prints it. Older ones of the name default have timeInWeek in place of a
// window.
type azWindow struct {
	Name       *string
	Properties *azWindowProperties
	azWindowProperties
}

type azWindowProperties struct {
	MaintenanceWindow *struct {
		Schedule        azSchedule
		DurationHours   *int
		UTCOffset       *string
		StartDate       *string
		StartTime       *string
		NotAllowedDates []struct{ Start, End string }
	}
}

// azSchedule has one of its kinds.
type azSchedule struct {
	Daily  *struct{ IntervalDays int }
	Weekly *struct {
		IntervalWeeks int
		DayOfWeek     string
	}
	AbsoluteMonthly *struct{ IntervalMonths, DayOfMonth int }
	RelativeMonthly *struct {
		IntervalMonths       int
		DayOfWeek, WeekIndex string
	}
}

// readMaintenance reads the output of az aks maintenanceconfiguration list.
func readMaintenance(f File, p *problems) []azWindow {
	docs, err := documents(f)
	if err != nil {
		p.add("%w", err)
		return nil
	}
	var windows []azWindow
	for _, doc := range docs {
		list, err := elements(doc)
		if err != nil {
			p.add("%s: %s; want the array that az aks maintenanceconfiguration list -o json prints", f.Name, problem(err))
			continue
		}
		for i, raw := range list {
			if p.misplaced(fmt.Sprintf("%s: [%d]%s", f.Name, i, nameOf(raw)), raw, "--az-maintenance", "az aks maintenanceconfiguration list -o json") {
				continue
			}
			var w azWindow
			if err := json.Unmarshal(raw, &w); err != nil {
				p.add("%s: [%d]%s: %s", f.Name, i, nameOf(raw), problem(err))
				continue
			}
			coalesce(&w.azWindowProperties, w.Properties)
			windows = append(windows, w)
		}
	}
	return windows
}

// addMaintenance takes the configurations over, and says of those that it can't.
func (im *importing) addMaintenance() {
	for i := range im.azWindows {
		w := &im.azWindows[i]
		s := subject{kind: "maintenance configuration", name: value(w.Name)}
		if w.MaintenanceWindow == nil {
			im.notes.add(ignored, s, "timeInWeek", "an old configuration, which is for AKS's own releases: it touches no node")
			continue
		}
		c, err := configurationOf(w)
		if err != nil {
			im.notes.add(decisive, s, "maintenanceWindow", fmt.Sprintf("%v: left out", err))
			continue
		}
		im.spec.Maintenance = append(im.spec.Maintenance, c)
	}
}

func configurationOf(w *azWindow) (model.MaintenanceConfiguration, error) {
	from := w.MaintenanceWindow
	c := model.MaintenanceConfiguration{Name: model.ConfigurationName(value(w.Name)), DurationHours: value(from.DurationHours)}
	var err error
	if c.Schedule, err = from.Schedule.recurrence(); err != nil {
		return c, err
	}
	if c.StartTime, err = clockOf(value(from.StartTime)); err != nil {
		return c, err
	}
	if text := value(from.UTCOffset); text != "" {
		if c.UTCOffset, err = clockOf(strings.TrimLeft(text, "+-")); err != nil {
			return c, err
		}
		if text[0] == '-' {
			c.UTCOffset = -c.UTCOffset
		}
	}
	if text := value(from.StartDate); text != "" {
		if c.StartDate, err = dateOf(text); err != nil {
			return c, err
		}
	}
	for _, span := range from.NotAllowedDates {
		first, err1 := dateOf(span.Start)
		last, err2 := dateOf(span.End)
		if err1 != nil || err2 != nil {
			return c, fmt.Errorf("%s to %s are no days", span.Start, span.End)
		}
		c.NotAllowedDates = append(c.NotAllowedDates, model.DateSpan{Start: first, End: last})
	}
	return c, nil
}

func (s *azSchedule) recurrence() (model.Recurrence, error) {
	r := model.Recurrence{}
	name := ""
	switch {
	case s.Daily != nil:
		r.Every, r.Interval = model.Daily, s.Daily.IntervalDays
	case s.Weekly != nil:
		r.Every, r.Interval, name = model.Weekly, s.Weekly.IntervalWeeks, s.Weekly.DayOfWeek
	case s.AbsoluteMonthly != nil:
		r.Every, r.Interval, r.DayOfMonth = model.AbsoluteMonthly, s.AbsoluteMonthly.IntervalMonths, s.AbsoluteMonthly.DayOfMonth
	case s.RelativeMonthly != nil:
		m := s.RelativeMonthly
		r.Every, r.Interval, r.WeekIndex, name = model.RelativeMonthly, m.IntervalMonths, model.WeekIndex(m.WeekIndex), m.DayOfWeek
	default:
		return r, fmt.Errorf("no schedule is given")
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), name) {
			r.DayOfWeek, name = d, ""
		}
	}
	if name != "" {
		return r, fmt.Errorf("%q is no day of the week", name)
	}
	return r, nil
}

func clockOf(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("%q is no time of the day", text)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// dateOf reads a day, which az may print with a time behind it.
func dateOf(text string) (model.Instant, error) {
	text, _, _ = strings.Cut(text, "T")
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("%q is no day", text)
	}
	return model.InstantOf(t), nil
}
