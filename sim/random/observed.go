package random

import (
	"errors"
	"math"
	"slices"
	"sort"
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

// around is how many observations stand for a moment.
const around = 40

// Observed returns the distribution of what was measured: at each moment each of
// the observations nearest in time is as likely.
func Observed(list []Observation) (Dist, error) {
	if len(list) == 0 {
		return Dist{}, errors.New("nothing was observed")
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Observation) int { return int(a.At - b.At) })
	h := &history{}
	for i, x := range list {
		if err := check("an observation of", x.Took, 0); err != nil {
			return Dist{}, err
		}
		from := max(0, min(i-around/2, len(list)-around))
		h.at = append(h.at, x.At)
		h.near = append(h.near, history{took: sorted(list[from:min(len(list), from+around)])})
	}
	h.took = sorted(list)
	return Dist{kind: observed, seen: h}, nil
}

func sorted(list []Observation) []time.Duration {
	took := make([]time.Duration, len(list))
	for i, x := range list {
		took[i] = x.Took
	}
	slices.Sort(took)
	return took
}

func (h *history) quantile(p float64) time.Duration {
	return h.took[max(0, int(math.Ceil(p*float64(len(h.took))))-1)]
}

// At returns the distribution as it is at a moment: d itself, unless d is what
// was observed.
func (d Dist) At(t time.Duration) Dist {
	if d.kind != observed || d.seen.at == nil {
		return d
	}
	i := sort.Search(len(d.seen.at), func(i int) bool { return d.seen.at[i] >= t })
	return Dist{kind: observed, seen: &d.seen.near[min(i, len(d.seen.near)-1)]}
}
