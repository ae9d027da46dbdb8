package random

import (
	"testing"
	"time"
)

// TestObserved: a hundred observations of 1 s are followed by a hundred of 3 s. In the
// middle of either stretch all draws are like it, in between they are mixed, and
// without a moment they are what was observed over all.
func TestObserved(t *testing.T) {
	var list []Observation
	for i := range 200 {
		took := time.Second
		if i >= 100 {
			took = 3 * time.Second
		}
		list = append(list, Observation{At: time.Duration(i) * time.Second, Took: took})
	}
	d, err := Observed(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		at         time.Duration
		least, top time.Duration
	}{
		{0, time.Second, time.Second},
		{50 * time.Second, time.Second, time.Second},
		{100 * time.Second, time.Second, 3 * time.Second},
		{150 * time.Second, 3 * time.Second, 3 * time.Second},
		{time.Hour, 3 * time.Second, 3 * time.Second},
	} {
		if now := d.At(x.at); now.Quantile(0) != x.least || now.Quantile(1) != x.top || now.At(0) != now {
			t.Errorf("at %v: from %v to %v, want %v to %v", x.at, now.Quantile(0), now.Quantile(1), x.least, x.top)
		}
	}
	twice := d.Times(2).At(0)
	if d.Mean() != 2*time.Second || d.Min() != time.Second || twice.Mean() != 2*time.Second {
		t.Errorf("mean %v, least %v, twice as long %v; want 2s, 1s, 2s", d.Mean(), d.Min(), twice.Mean())
	}
	if _, err := Observed(nil); err == nil {
		t.Error("nothing was observed, and nobody minds")
	}
	if _, err := Observed([]Observation{{Took: -1}}); err == nil {
		t.Error("a negative duration is taken")
	}
	if c := Constant(time.Second); c.At(time.Hour) != c {
		t.Error("a constant changes with time")
	}
}
