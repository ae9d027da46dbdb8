package metrics

import (
	"time"

	"rollsim/sim/des"
)

// worst finds the window of a fixed length with the least integral of a step
// function that arrives stretch by stretch. It looks at every window that
// begins or ends at a step, which is where the extremes of a piecewise linear
// function are, in constant amortised time a step, and keeps only the steps of
// one window length.
//
// Integrals are exact: value times nanoseconds, modulo 2^64. The integral over a
// window is the difference of two, and that is exact as long as the window's
// own integral is less than 2^63.
type worst struct {
	length time.Duration

	steps []bend // since the oldest one that a window can still begin at
	head  int    // of steps
	end   des.Time
	total int64 // integral from the beginning to end
	start des.Time
	ok    bool
	best  int64
	at    des.Time
}

// bend is where a stretch begins.
type bend struct {
	at    des.Time
	value int32
	total int64 // integral from the beginning to at
}

func (w *worst) empty() bool { return len(w.steps) == 0 }

// reset forgets everything; the function begins at t.
func (w *worst) reset(t des.Time) {
	w.steps = w.steps[:0]
	w.head = 0
	w.start, w.end, w.total = t, t, 0
	w.ok = false
}

// add takes the next stretch: the value is v until t.
func (w *worst) add(t des.Time, v int32) {
	if t <= w.end {
		return
	}
	w.steps = append(w.steps, bend{w.end, v, w.total})
	length := des.Time(w.length)
	// Windows that begin at a step and end within this stretch.
	for b := w.steps[w.head]; b.at+length <= t; b = w.steps[w.head] {
		w.try(b.at, w.total+int64(v)*int64(b.at+length-w.end)-b.total)
		if w.head+1 == len(w.steps) || w.steps[w.head+1].at+length > t {
			break
		}
		w.head++
	}
	w.total += int64(v) * int64(t-w.end)
	w.end = t
	// The window that ends at t begins in the stretch at head.
	if from := t - length; from >= w.start {
		b := w.steps[w.head]
		w.try(from, w.total-b.total-int64(b.value)*int64(from-b.at))
	}
	w.compact()
}

// compact moves the steps to the front when most of the memory is behind head.
func (w *worst) compact() {
	if w.head > 32 && w.head > len(w.steps)/2 {
		n := copy(w.steps, w.steps[w.head:])
		w.steps = w.steps[:n]
		w.head = 0
	}
}

func (w *worst) try(at des.Time, sum int64) {
	if !w.ok || sum < w.best {
		w.best, w.at, w.ok = sum, at, true
	}
}

// least returns the least integral over a window and where the first such
// window begins. It reports false when the function is shorter than a window.
func (w *worst) least() (sum int64, at des.Time, ok bool) { return w.best, w.at, w.ok }
