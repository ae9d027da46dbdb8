package des

import "time"

// Time is an instant of simulated time: nanoseconds since the run began.
type Time int64

// MaxTime is the last instant that an engine can schedule, about 18 years after
// the run began: time and class share the 63 bits of one key.
const MaxTime Time = 1<<(63-classBits) - 1

// Add returns the instant d after t, or before it when d is negative. It wraps
// around where int64 does, at 292 years.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// Sub returns how long after u the instant t is; negative when it is before.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// Seconds returns t in seconds since the run began, for axes and statistics.
func (t Time) Seconds() float64 { return time.Duration(t).Seconds() }

// String returns t as the time since the run began, such as "1h2m3.5s".
func (t Time) String() string { return time.Duration(t).String() }
