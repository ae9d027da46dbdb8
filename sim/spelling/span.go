package spelling

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

// Span spells a duration for people: 40ms, 1.5s, 41s, 12m04s, 3h05m, 2d07h10m. It
// rounds to what it shows. It is the spelling of every text that rollsim writes;
// settings keep the one of their scenario.
func Span(d time.Duration) string {
	const day = 24 * time.Hour
	seconds := d.Round(time.Second)
	minutes := d.Round(time.Minute)
	switch {
	case d < 0:
		return "-" + Span(-d)
	case d > 0 && d < 100*time.Millisecond:
		return d.Round(time.Millisecond).String()
	case d < 10*time.Second && d%time.Second != 0:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	case seconds < time.Minute:
		return fmt.Sprintf("%ds", seconds/time.Second)
	case seconds < time.Hour:
		return fmt.Sprintf("%dm%02ds", seconds/time.Minute, seconds%time.Minute/time.Second)
	case minutes < 2*day:
		return fmt.Sprintf("%dh%02dm", minutes/time.Hour, minutes%time.Hour/time.Minute)
	}
	days := fmt.Sprintf("%dd%02dh", minutes/day, minutes%day/time.Hour)
	if rest := minutes % time.Hour; rest > 0 {
		days += fmt.Sprintf("%02dm", rest/time.Minute)
	}
	return days
}

// days matches a duration that begins with days, and takes it apart.
var days = regexp.MustCompile(`^([-+]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)d((?:[0-9.].*)?)$`)

// ParseSpan reads a duration as time.ParseDuration does, and days of 24 h before
// all else: 1h30m, 1d, 1.5d, 2d07h10m. So it reads what Duration and Span write.
func ParseSpan(s string) (time.Duration, error) {
	m := days.FindStringSubmatch(s)
	if m == nil {
		return time.ParseDuration(s)
	}
	d, err := time.ParseDuration(m[2] + "h")
	var rest time.Duration
	if err == nil && m[3] != "" {
		rest, err = time.ParseDuration(m[3])
	}
	switch {
	case err != nil:
		return 0, err
	case d > (math.MaxInt64-rest)/24:
		return 0, fmt.Errorf("%q is too long a duration", s)
	case m[1] == "-":
		return -(24*d + rest), nil
	}
	return 24*d + rest, nil
}
