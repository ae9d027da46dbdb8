package metrics

import (
	"sort"
	"time"

	"rollsim/sim/des"
)

// add appends the value v from t on. Within one instant the last value counts;
// a value that changes nothing leaves no point.
func (s *Step) add(t des.Time, v int32) {
	n := len(s.At)
	if n > 0 && s.At[n-1] == t {
		s.At, s.Value = s.At[:n-1], s.Value[:n-1]
		n--
	}
	if n > 0 && s.Value[n-1] == v {
		return
	}
	s.At = append(s.At, t)
	s.Value = append(s.Value, v)
}

// ValueAt returns the value at t. It reports false when t is before the first
// point.
func (s Step) ValueAt(t des.Time) (int32, bool) {
	i := s.index(t)
	if i < 0 {
		return 0, false
	}
	return s.Value[i], true
}

// index returns the point that holds at t, -1 when t is before all of them.
func (s Step) index(t des.Time) int {
	return sort.Search(len(s.At), func(i int) bool { return s.At[i] > t }) - 1
}

// segments calls f for each stretch of constant value of s between from and
// to, in order. It reports false when s isn't defined on all of it, or it spans
// no time.
func (s Step) segments(from, to des.Time, f func(from, to des.Time, v int32)) bool {
	i := s.index(from)
	if i < 0 || from >= to {
		return false
	}
	for ; i < len(s.At) && s.At[i] < to; i++ {
		end := to
		if i+1 < len(s.At) && s.At[i+1] < to {
			end = s.At[i+1]
		}
		f(max(s.At[i], from), end, s.Value[i])
	}
	return true
}

// Mean returns the time-weighted mean between from and to. It reports false
// when s isn't defined there or no time is between them: no mean exists then.
func (s Step) Mean(from, to des.Time) (mean float64, ok bool) {
	sum := 0.0
	ok = s.segments(from, to, func(a, b des.Time, v int32) { sum += float64(v) * float64(b-a) })
	if !ok {
		return 0, false
	}
	return sum / float64(to-from), true
}

// Min returns the lowest value that held for some time between from and to,
// and the first instant at which it did. It reports false where Mean does.
func (s Step) Min(from, to des.Time) (lowest int32, at des.Time, ok bool) {
	first := true
	ok = s.segments(from, to, func(a, _ des.Time, v int32) {
		if first || v < lowest {
			lowest, at, first = v, a, false
		}
	})
	return lowest, at, ok
}

// Below returns how long s was less than level between from and to. It reports
// false where Mean does.
func (s Step) Below(level int32, from, to des.Time) (d time.Duration, ok bool) {
	ok = s.segments(from, to, func(a, b des.Time, v int32) {
		if v < level {
			d += b.Sub(a)
		}
	})
	return d, ok
}

// Worst returns the lowest mean over any window of length w between from and
// to, and where the first such window begins. The mean over a window changes
// linearly while neither of its ends crosses a step, so the lowest one begins
// or ends at a step: those are tried, all of them in one pass. A window longer
// than the time between from and to is cut to it. Worst reports false where
// Mean does, and when w isn't positive.
func (s Step) Worst(w time.Duration, from, to des.Time) (mean float64, at des.Time, ok bool) {
	if w <= 0 {
		return 0, 0, false
	}
	w = min(w, to.Sub(from))
	win := worst{length: w}
	ok = s.segments(from, to, func(a, b des.Time, v int32) {
		if win.empty() {
			win.reset(a)
		}
		win.add(b, v)
	})
	if !ok {
		return 0, 0, false
	}
	sum, at, _ := win.least()
	return float64(sum) / float64(w), at, true
}
