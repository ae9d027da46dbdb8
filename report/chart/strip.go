package chart

import (
	"fmt"
	"math"
	"slices"
)

// depthOf is the missing share that fills a strip: no more than is needed, so
// that a loss of a tenth stays visible.
func depthOf(ws []workloadFact) float64 {
	lowest := 1.0
	for i := range ws {
		lowest = min(lowest, ws[i].share())
	}
	switch {
	case lowest < 0.5:
		return 1
	case lowest < 0.75:
		return 0.5
	case lowest < 0.92:
		return 0.25
	}
	return 0.1
}

func nextWords(some, rest int) string {
	if rest == 0 {
		return fmt.Sprintf("the other %d", some)
	}
	return fmt.Sprintf("next %d", some)
}

// strip draws one workload small: the share that is missing hangs down.
func (v *availability) strip(w *workloadFact, y, scale float64) {
	s, a := v.s, &v.a
	b := rect{a.x0, y, a.x1, y + stripHeight}
	v.bands = append(v.bands, b)
	s.box(b, track)
	c := v.steps(w)
	s.curves = append(s.curves, c)
	limit, _ := w.limit()
	depth := func(n float64) float64 { return min(1, (1-n/float64(w.desired))/scale) * stripHeight }
	s.fillShape(v.missing(c, y, depth), mix(white, blue, 0.75))
	if limit > 0 {
		at := depth(float64(limit))
		if w.broken() {
			edge := v.corners(c, func(n float64) float64 { return y + depth(n) })
			s.fillShape(below(edge, y+at), red)
		}
		s.hline(a.x0, a.x1, y+at, muted, 0.5)
	}
	mid := y + stripHeight/2
	desired := s.write(faceTick, a.x0-6, mid, number(w.desired), muted, right)
	s.write(faceStrong, margin, mid, faceStrong.shorten(w.label, desired.x0-margin-10), ink, left)
	v.columns(w, mid, faceStrong)
	v.noteWorkload("strip", w, c)
}

// missing is the area between full readiness and c.
func (v *availability) missing(c curve, y float64, depth func(float64) float64) shape {
	edge := v.corners(c, depth)
	var p shape
	for i := 0; i+1 < len(edge); i += 2 {
		if edge[i].y > 0 && edge[i+1].x >= edge[i].x {
			p.box(rect{edge[i].x, y, edge[i+1].x, y + edge[i].y})
		}
	}
	return p
}

// rest draws all further workloads in one row: the lowest and the median share
// of them at each moment.
func (v *availability) rest(ws []workloadFact, y, scale float64) {
	const height = 28.0
	s, a := v.s, &v.a
	b := rect{a.x0, y, a.x1, y + height}
	v.bands = append(v.bands, b)
	s.box(b, track)
	low, median := v.spread(ws)
	depth := func(share float64) float64 { return min(1, (1-share)/scale) * height }
	s.curves = append(s.curves, low, median)
	s.fillShape(v.missing(low, y, depth), blueFill)
	s.fillShape(v.missing(median, y, depth), mix(white, blue, 0.75))
	s.write(faceName, margin, y+7, fmt.Sprintf("%d more", len(ws)), ink, left)
	s.write(faceTick, margin, y+22, "lowest, median", muted, left)
	total := workloadFact{desired: ws[0].desired, min: ws[0].min}
	for i := range ws {
		total.lost += ws[i].lost
		if ws[i].broken() {
			total.below += ws[i].below
		}
		if ws[i].share() < total.share() {
			total.min, total.desired = ws[i].min, ws[i].desired
		}
	}
	v.columns(&total, y+height/2, faceStrong)
	s.note("rest: %d more, lowest %s, lost %.1f pod-s", len(ws), percent(total.share()), total.lost)
}

// spread is the lowest and the median share over ws, by device column.
func (v *availability) spread(ws []workloadFact) (low, median curve) {
	const columns = 700
	column := (v.a.x1 - v.a.x0) / columns
	shares := make([]float64, len(ws))
	at := make([]int, len(ws))
	for k := range columns {
		t0, t1 := v.a.at(v.a.x0+column*float64(k)), v.a.at(v.a.x0+column*float64(k+1))
		lowest := math.Inf(1)
		for i := range ws {
			r := &ws[i].ready
			for at[i]+1 < len(r.At) && r.At[at[i]+1] <= t0 {
				at[i]++
			}
			if len(r.At) == 0 {
				shares[i] = 1
				continue
			}
			shares[i] = float64(r.Value[at[i]]) / float64(ws[i].desired)
			for j := at[i] + 1; j < len(r.At) && r.At[j] < t1; j++ {
				lowest = min(lowest, float64(r.Value[j])/float64(ws[i].desired))
			}
		}
		slices.Sort(shares)
		low.addShare(t0, min(shares[0], lowest))
		median.addShare(t0, shares[(len(shares)-1)/2])
	}
	low.name, median.name = "lowest of the rest", "median of the rest"
	return low, median
}
