package random

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"time"
)

// Observation is a duration that was measured, and when it began.
type Observation struct{ At, Took time.Duration }

// history is what was observed.
type history struct {
	took []time.Duration // ascending
	at   []time.Duration // ascending; nil: whenever
	near []history       // parallel to at: what was observed around then
}

// Around is how many observations stand for a moment.
const Around = 40

// Observed returns the distribution of what was measured, in no particular order:
// at each moment each of the observations nearest in time is as likely. So a
// stretch in which all was slow stays one.
func Observed(list []Observation) (Dist, error) {
	if len(list) == 0 {
		return Dist{}, errors.New("nothing was observed")
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Observation) int { return cmp.Compare(a.At, b.At) })
	h := &history{took: ascending(list)}
	for i, x := range list {
		if err := check("observation", x.Took, 0); err != nil {
			return Dist{}, err
		}
		from := max(0, min(i-Around/2, len(list)-Around))
		h.at = append(h.at, x.At)
		h.near = append(h.near, history{took: ascending(list[from:min(len(list), from+Around)])})
	}
	return Dist{kind: observed, seen: h}, nil
}

func ascending(list []Observation) []time.Duration {
	took := make([]time.Duration, len(list))
	for i, x := range list {
		took[i] = x.Took
	}
	slices.Sort(took)
	return took
}

// At returns the distribution as it is at a moment: d itself, unless d is what
// was observed.
func (d Dist) At(t time.Duration) Dist {
	if d.kind != observed || d.seen.at == nil {
		return d
	}
	i, _ := slices.BinarySearch(d.seen.at, t)
	return Dist{kind: observed, seen: &d.seen.near[min(i, len(d.seen.near)-1)]}
}

func (h *history) quantile(p float64) time.Duration {
	return h.took[max(0, int(math.Ceil(p*float64(len(h.took))))-1)]
}

func (h *history) mean() time.Duration {
	sum := 0.0
	for _, x := range h.took {
		sum += float64(x)
	}
	return round(sum / float64(len(h.took)))
}

// times is h with everything having taken f times as long.
func (h *history) times(f float64) *history {
	by := func(h history) history {
		h.took = slices.Clone(h.took)
		for i, x := range h.took {
			h.took[i] = round(float64(x) * f)
		}
		return h
	}
	all := by(*h)
	all.near = make([]history, len(h.near))
	for i := range h.near {
		all.near[i] = by(h.near[i])
	}
	return &all
}
