package chart

import (
	"math"
	"slices"

	"rollsim/sim/des"
)

// steps is w's step function thinned to what the columns of the picture can
// show: first, lowest and last of each.
func (v *availability) steps(w *workloadFact) curve {
	c := curve{name: w.label}
	at, value := w.ready.At, w.ready.Value
	if len(at) == 0 {
		at, value = []des.Time{v.a.from}, []int32{int32(w.desired)}
	}
	begin, found := slices.BinarySearch(at, v.a.from)
	if !found {
		begin = max(begin-1, 0)
	}
	column := func(i int) int { return int(2 * v.a.x(at[i])) }
	for i := begin; i < len(at) && (i == begin || at[i] <= v.a.to); {
		lowest, next := i, i+1
		for ; next < len(at) && at[next] <= v.a.to && column(next) == column(i); next++ {
			if value[next] < value[lowest] {
				lowest = next
			}
		}
		for _, k := range []int{i, lowest, next - 1} {
			c.add(max(at[k], v.a.from), value[k])
		}
		i = next
	}
	return c
}

// add appends a step unless it is none.
func (c *curve) add(at des.Time, value int32) { c.addShare(at, float64(value)) }

// corners are the points of c from the left edge of the panel to the right.
func (v *availability) corners(c curve, y func(float64) float64) []pt {
	x, last := v.a.x0, y(c.value[0])
	out := []pt{{x, last}}
	for i := 1; i < len(c.value); i++ {
		x = half(v.a.x(des.Time(math.Round(c.seconds[i] * 1e9))))
		out = append(out, pt{x, last}, pt{x, y(c.value[i])})
		last = y(c.value[i])
	}
	return append(out, pt{v.a.x1, last})
}

func (c *curve) addShare(at des.Time, share float64) {
	if n := len(c.value); n > 0 && c.value[n-1] == share {
		return
	}
	c.seconds = append(c.seconds, at.Seconds())
	c.value = append(c.value, share)
}
