package model

import (
	"strconv"
	"strings"
	"time"
)

// Instant is a point on the calendar in seconds since 1970, UTC; 0: none.
type Instant int64

// InstantOf returns the point in time t, without fractions of a second.
func InstantOf(t time.Time) Instant { return Instant(t.Unix()) }

// Time returns x in UTC.
func (x Instant) Time() time.Time { return time.Unix(int64(x), 0).UTC() }

// String spells x as RFC 3339 does.
func (x Instant) String() string { return x.Time().Format(time.RFC3339) }

// Add returns x and d later, without fractions of a second.
func (x Instant) Add(d time.Duration) Instant { return x + Instant(d/time.Second) }

// Sub returns how long it is from y to x.
func (x Instant) Sub(y Instant) time.Duration { return time.Duration(x-y) * time.Second }

// midnight returns the beginning of x's day.
func (x Instant) midnight() Instant { return x - x%Instant(day/time.Second) }

// ReleaseDate returns the day on which a node image was released, which its
// release tells but for Windows.
func ReleaseDate(release string) (day Instant, ok bool) {
	month, rest, _ := strings.Cut(release, ".")
	number, _, _ := strings.Cut(rest, ".")
	m, err1 := strconv.Atoi(month)
	d, err2 := strconv.Atoi(number)
	if err1 != nil || err2 != nil || len(month) != len("202604") || m%100 < 1 || m%100 > 12 || d < 1 || d > 31 {
		return 0, false
	}
	return InstantOf(time.Date(m/100, time.Month(m%100), d, 0, 0, 0, 0, time.UTC)), true
}

// someDay is the start of a run where nothing else gives one: a Monday.
var someDay = InstantOf(time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC))

// fillStart puts the start of a run on the calendar: where the scenario doesn't,
// on the day of the newest node image.
func (m *Model) fillStart() {
	if m.Run.Start != 0 {
		return
	}
	m.Run.Start = someDay
	if day, ok := ReleaseDate(m.Cluster.LatestNodeImage); ok {
		m.Run.Start = day
	}
}
