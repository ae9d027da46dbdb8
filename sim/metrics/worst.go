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

	steps []bend // since the one that holds where the last window begins
	next  int    // of steps: the first one whose own window hasn't ended yet
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
	w.next = 0
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
	for ; w.next < len(w.steps) && w.steps[w.next].at+length <= t; w.next++ {
		b := w.steps[w.next]
		w.try(b.at, w.total+int64(v)*int64(b.at+length-w.end)-b.total)
	}
	w.total += int64(v) * int64(t-w.end)
	w.end = t
	// The window that ends at t. It begins in the stretch before next.
	if from := t - length; from >= w.start {
		b := w.steps[w.next-1]
		w.try(from, w.total-b.total-int64(b.value)*int64(from-b.at))
	}
	w.compact()
}

// compact drops the steps that no window begins at any more, when they are the
// larger part of the memory.
func (w *worst) compact() {
	if w.next > 32 && w.next > len(w.steps)/2 {
		n := copy(w.steps, w.steps[w.next-1:])
		w.steps = w.steps[:n]
		w.next = 1
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
