package chart

import "math"

// A placer finds places for labels beside what they name, clear of what is
// already there.
type placer struct {
	area      rect   // where labels may lie
	obstacles []rect // curve pieces, limits, dots, whiskers, placed labels
}

// direction is where a label lies as seen from its point.
type direction struct{ dx, dy float64 }

// Below right first: in a panel the point is the lowest of its curve.
var belowFirst = []direction{{1, 1}, {1, 0}, {-1, 1}, {1, -1}, {-1, 0}, {0, 1}, {-1, -1}, {0, -1}}

// Above left first: in a chart of dots better ones lie there.
var aboveFirst = []direction{{1, -1}, {-1, -1}, {1, 1}, {-1, 1}, {0, -1}, {0, 1}, {1, 0}, {-1, 0}}

// place returns the best box of size w × h for a label of the point at, and
// what it costs: 50 for each px² outside, 4 for each px² on an obstacle, 40 for
// each further ring, 8 for each less preferred direction. The first of equals
// wins, so that the same picture comes out each time.
func (p *placer) place(at pt, w, h float64, prefer []direction) (best rect, cost float64) {
	cost = math.Inf(1)
	for ring, d := range []float64{7, 14, 24, 40} {
		for rank, dir := range prefer {
			r := beside(at, w, h, d, dir)
			c := 40*float64(ring) + 8*float64(rank)
			c += 50 * (w*h - r.overlap(p.area))
			for _, o := range p.obstacles {
				c += 4 * r.overlap(o)
			}
			if c < cost-1e-6 {
				best, cost = r, c
			}
		}
	}
	return best, cost
}

// clear is the highest cost of a place that touches nothing.
const clear = 4*40 + 8*8

func beside(at pt, w, h, d float64, dir direction) rect {
	r := rect{x0: at.x - w/2, y0: at.y - h/2}
	switch {
	case dir.dx > 0:
		r.x0 = at.x + d
	case dir.dx < 0:
		r.x0 = at.x - d - w
	}
	switch {
	case dir.dy > 0:
		r.y0 = at.y + d
	case dir.dy < 0:
		r.y0 = at.y - d - h
	}
	if dir.dx != 0 && dir.dy != 0 { // corners: only a little aside
		r.x0 -= dir.dx * (d - min(d, 7))
	}
	r.x1, r.y1 = r.x0+w, r.y0+h
	return r
}
