package random

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"time"
)

// Moment is when something happens, as far as what was observed depends on it: so
// long after the beginning of a stretch. What stretches are is for those who
// observe and those who draw to agree on; they are numbered in order of time.
type Moment struct {
	Stretch int
	Since   time.Duration
}

// Compare orders moments in time.
func (m Moment) Compare(other Moment) int {
	return cmp.Or(cmp.Compare(m.Stretch, other.Stretch), cmp.Compare(m.Since, other.Since))
}

// Observation is a duration that was measured, and when it began.
type Observation struct {
	At   Moment
	Took time.Duration
}

// history is what was observed.
type history struct {
	took []time.Duration // ascending
	at   []Moment        // ascending; nil: whenever
	near []history       // parallel to at: what was observed around then
}

// Around is how many observations stand for a moment.
const Around = 20

// Observed returns the distribution of what was measured, in no particular order:
// at each moment each of the observations nearest in time is as likely, of the same
// stretch where that has so many. So what was slow in one part of a stretch is slow
// there, however long the stretches before it take now.
func Observed(list []Observation) (Dist, error) {
	if len(list) == 0 {
		return Dist{}, errors.New("nothing was observed")
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Observation) int { return a.At.Compare(b.At) })
	h := &history{took: ascending(list)}
	from, to := 0, 0 // the stretch of list[i]
	for i, x := range list {
		if err := check("observation", x.Took, 0); err != nil {
			return Dist{}, err
		}
		if i == to {
			for from = i; to < len(list) && list[to].At.Stretch == x.At.Stretch; {
				to++
			}
		}
		h.at = append(h.at, x.At)
		h.near = append(h.near, history{took: ascending(around(list, i, from, to))})
	}
	return Dist{kind: observed, seen: h}, nil
}

// around returns the observations that stand for the i-th of a list, whose stretch
// is list[from:to]: half of them before it, half after it. At the ends of a stretch
// they are fewer, for those of another are of another time; but a stretch that has
// too few has its neighbours' help.
func around(list []Observation, i, from, to int) []Observation {
	first, end := i-Around/2, i+Around/2
	if to-from >= Around {
		return list[max(from, first):min(to, end)]
	}
	first = max(0, min(max(first, to-Around), from, len(list)-Around))
	return list[first:min(len(list), first+Around)]
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
// was observed. What came last in a stretch stands for the rest of it.
func (d Dist) At(m Moment) Dist {
	if d.kind != observed || d.seen.at == nil {
		return d
	}
	at := d.seen.at
	i, _ := slices.BinarySearchFunc(at, m, Moment.Compare)
	if i == len(at) || i > 0 && at[i].Stretch > m.Stretch && at[i-1].Stretch == m.Stretch {
		i--
	}
	return Dist{kind: observed, seen: &d.seen.near[i]}
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
