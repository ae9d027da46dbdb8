package explain

import (
	"fmt"
	"strconv"
	"time"

	"rollsim/report"
	"rollsim/sim/des"
)

// Clock is an instant of the run; seconds since its start in JSON.
type Clock des.Time

// String spells the instant to the second, rounded as reports and pictures do.
func (c Clock) String() string {
	d := time.Duration(c).Round(time.Second)
	if d < time.Hour {
		return report.Span(d)
	}
	return fmt.Sprintf("%dh%02dm%02ds", d/time.Hour, d/time.Minute%60, d/time.Second%60)
}

// MarshalJSON writes seconds.
func (c Clock) MarshalJSON() ([]byte, error) { return Span(c).MarshalJSON() }

// since returns the span from an earlier instant.
func (c Clock) since(from Clock) Span { return Span(c - from) }

// Span is a length of time; seconds in JSON.
type Span time.Duration

// String spells the span as reports do.
func (s Span) String() string { return report.Span(time.Duration(s)) }

// MarshalJSON writes seconds.
func (s Span) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(s).Seconds(), 'f', -1, 64), nil
}
