package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"rollsim/sim/des"
)

// drawn makes a step function of a picture: one letter a second, from time 0.
func drawn(picture string) Step {
	var s Step
	for i, c := range picture {
		s.add(des.Time(i)*des.Time(time.Second), int32(c-'0'))
	}
	return s
}

func TestStep(t *testing.T) {
	//	4 ████      ██        ████
	//	3 ██████    ████    ██████
	//	2 ████████  ██████  ██████
	//	1 ████████  ██████████████
	//	  0 1 2 3 4 5 6 7 8 9 10
	const picture = "44320" + "4321" + "344"
	s := drawn(picture)
	end := des.Time(len(picture)) * des.Time(time.Second)
	second := des.Time(time.Second)
	for _, c := range []struct {
		name     string
		from, to des.Time
		mean     float64
		min      int32
		minAt    des.Time
		below3   time.Duration
		worst2   float64 // worst mean over 2 s
		worst2At des.Time
		undef    bool
	}{
		{"whole", 0, end, 34.0 / 12, 0, 4 * second, 4 * time.Second, 1, 3 * second, false},
		{"without the outage", 5 * second, end, 21.0 / 7, 1, 8 * second, 2 * time.Second, 1.5, 7 * second, false},
		{"outage only", 4 * second, 5 * second, 0, 0, 4 * second, time.Second, 0, 4 * second, false},
		{"half seconds", second / 2, 3*second - second/2, (1.5*4 + 0.5*3) / 2, 3, 2 * second, 0, (1.5*4 + 0.5*3) / 2, second / 2, false},
		{"last value goes on", 11 * second, 20 * second, 4, 4, 11 * second, 0, 4, 11 * second, false},
		{"no time", second, second, 0, 0, 0, 0, 0, 0, true},
		{"before it begins", -1, end, 0, 0, 0, 0, 0, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			mean, ok := s.Mean(c.from, c.to)
			if ok == c.undef || math.Abs(mean-c.mean) > 1e-12 {
				t.Errorf("mean: got %v, %v; want %v, %v", mean, ok, c.mean, !c.undef)
			}
			least, at, ok := s.Min(c.from, c.to)
			if ok == c.undef || least != c.min || at != c.minAt {
				t.Errorf("min: got %v at %v, %v; want %v at %v, %v", least, at, ok, c.min, c.minAt, !c.undef)
			}
			below, ok := s.Below(3, c.from, c.to)
			if ok == c.undef || below != c.below3 {
				t.Errorf("below 3: got %v, %v; want %v, %v", below, ok, c.below3, !c.undef)
			}
			worst, at, ok := s.Worst(2*time.Second, c.from, c.to)
			if ok == c.undef || math.Abs(worst-c.worst2) > 1e-12 || at != c.worst2At {
				t.Errorf("worst 2s: got %v at %v, %v; want %v at %v, %v", worst, at, ok, c.worst2, c.worst2At, !c.undef)
			}
		})
	}
	if _, _, ok := s.Worst(0, 0, end); ok {
		t.Error("a window without length has a mean")
	}
	if v, ok := s.ValueAt(4 * second); !ok || v != 0 {
		t.Errorf("value at 4s: got %v, %v; want 0: a step function is right-continuous", v, ok)
	}
	if _, ok := s.ValueAt(-1); ok {
		t.Error("there is a value before the first point")
	}
}

func TestStepAdd(t *testing.T) {
	var s Step
	s.add(0, 3)
	s.add(5, 2) // holds for no time
	s.add(5, 3)
	s.add(7, 3)
	s.add(9, 1)
	if len(s.At) != 2 || s.At[1] != 9 || s.Value[1] != 1 {
		t.Errorf("got %v %v, want points at 0 and 9 only", s.At, s.Value)
	}
}

// The fast search for the worst window finds what trying every window finds.
func TestWorstAgainstSlow(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range 300 {
		var s Step
		s.add(0, int32(rng.IntN(5)))
		at := des.Time(0)
		for range rng.IntN(60) {
			at += des.Time(1 + rng.IntN(9))
			s.add(at, int32(rng.IntN(5)))
		}
		to := at + des.Time(1+rng.IntN(20))
		from := des.Time(rng.IntN(int(to)))
		w := time.Duration(1 + rng.IntN(50))
		mean, where, ok := s.Worst(w, from, to)
		slow, first := slowWorst(s, min(w, to.Sub(from)), from, to)
		if !ok || math.Abs(mean-slow) > 1e-9 || where != first {
			t.Fatalf("function %d: worst mean over %d ns in [%d, %d) of %v %v: got %v at %d, want %v at %d",
				i, w, from, to, s.At, s.Value, mean, where, slow, first)
		}
	}
}

// slowWorst tries the window at every nanosecond.
func slowWorst(s Step, w time.Duration, from, to des.Time) (least float64, at des.Time) {
	least = math.Inf(1)
	for t := from; t+des.Time(w) <= to; t++ {
		sum := 0
		for u := t; u < t+des.Time(w); u++ {
			v, _ := s.ValueAt(u)
			sum += int(v)
		}
		if mean := float64(sum) / float64(w); mean < least-1e-12 {
			least, at = mean, t
		}
	}
	return least, at
}

func TestWorstKeepsOneWindow(t *testing.T) {
	w := worst{length: 100}
	w.reset(0)
	for i := range des.Time(100_000) {
		w.add(10*(i+1), int32(i%7))
	}
	if len(w.steps) > 200 {
		t.Errorf("%d steps are kept for a window of 10", len(w.steps))
	}
}
