package random

import (
	"testing"
	"time"
)

// TestObserved: two stretches, each with fifty observations of 1 s and then fifty
// of 3 s, a second apart. Early in either all draws are like the first, late like the
// last, in between they are mixed, and without a moment they are what was observed
// over all. A third stretch is too short to stand alone.
func TestObserved(t *testing.T) {
	var list []Observation
	for i := range 210 {
		took := time.Second
		if i%100 >= 50 {
			took = 3 * time.Second
		}
		list = append(list, Observation{At: Moment{Stretch: 1 + i/100, Since: time.Duration(i%100) * time.Second}, Took: took})
	}
	d, err := Observed(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		at         Moment
		least, top time.Duration
	}{
		{Moment{}, time.Second, time.Second},
		{Moment{1, 0}, time.Second, time.Second},
		{Moment{1, 30 * time.Second}, time.Second, time.Second},
		{Moment{1, 50 * time.Second}, time.Second, 3 * time.Second},
		{Moment{1, 90 * time.Second}, 3 * time.Second, 3 * time.Second},
		{Moment{1, time.Hour}, 3 * time.Second, 3 * time.Second}, // not the beginning of the next
		{Moment{2, 0}, time.Second, time.Second},
		{Moment{2, time.Hour}, 3 * time.Second, 3 * time.Second},
		{Moment{3, 0}, time.Second, 3 * time.Second},
		{Moment{4, time.Hour}, time.Second, 3 * time.Second},
	} {
		if now := d.At(x.at); now.Quantile(0) != x.least || now.Quantile(1) != x.top || now.At(Moment{}) != now {
			t.Errorf("at %v: from %v to %v, want %v to %v", x.at, now.Quantile(0), now.Quantile(1), x.least, x.top)
		}
	}
	twice := d.Times(2).At(Moment{1, 0})
	if d.Min() != time.Second || twice.Mean() != 2*time.Second {
		t.Errorf("least %v, twice as long %v; want 1s, 2s", d.Min(), twice.Mean())
	}
	if _, err := Observed(nil); err == nil {
		t.Error("nothing was observed, and nobody minds")
	}
	if _, err := Observed([]Observation{{Took: -1}}); err == nil {
		t.Error("a negative duration is taken")
	}
	if c := Constant(time.Second); c.At(Moment{Since: time.Hour}) != c {
		t.Error("a constant changes with time")
	}
}
