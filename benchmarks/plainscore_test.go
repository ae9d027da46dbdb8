package benchmarks

import "math"

// score gives the feasible nodes the points of all plugins with their weights.
func (s *plain) score(w *plainWorkload) {
	s.totals, s.points = s.totals[:0], s.points[:0]
	for _, i := range s.feasible {
		n := &s.nodes[i]
		fit := (unused(n.scoredCPU+w.scoredCPU, n.cpu) + unused(n.scoredMemory+w.scoredMemory, n.memory)) / 2
		s.totals = append(s.totals, int32(fit)+balanced(w, n))
		s.points = append(s.points, 0)
	}
	s.scoreTaints(w)
	s.scoreLabels(w)
	s.scoreImages(w)
	s.scoreSpread(w)
	s.scorePods(w)
}

func unused(requested, capacity int64) int64 {
	if capacity == 0 || requested > capacity {
		return 0
	}
	return (capacity - requested) * 100 / capacity
}

func balanced(w *plainWorkload, n *plainNode) int32 {
	if w.Requests.CPU == 0 && w.Requests.Memory == 0 {
		return 0
	}
	cpu := min(1, float64(n.usedCPU+w.Requests.CPU)/float64(n.cpu))
	memory := min(1, float64(n.usedMemory+w.Requests.Memory)/float64(n.memory))
	return int32((1 - math.Abs((cpu-memory)/2)) * 100)
}

func (s *plain) scoreTaints(w *plainWorkload) {
	most := int32(0)
	for _, i := range s.feasible {
		most = max(most, w.prefer[s.nodes[i].class])
	}
	for j, i := range s.feasible {
		points := int32(100)
		if most > 0 {
			points -= 100 * w.prefer[s.nodes[i].class] / most
		}
		s.totals[j] += 3 * points
	}
}

func (s *plain) scoreLabels(w *plainWorkload) {
	most := int32(0)
	if len(w.PreferredNodeAffinity) == 0 {
		return
	}
	for _, i := range s.feasible {
		most = max(most, w.likes[s.nodes[i].class])
	}
	for j, i := range s.feasible {
		if most > 0 {
			s.totals[j] += 2 * (100 * w.likes[s.nodes[i].class] / most)
		}
	}
}

func (s *plain) scoreImages(w *plainWorkload) {
	if w.image < 0 {
		return
	}
	have := 0
	for _, i := range s.order {
		if s.nodes[i].images[w.image] {
			have++
		}
	}
	size := int64(float64(w.Image.Size) * (float64(have) / float64(len(s.order))))
	size = min(max(size, 23<<20), 1000<<20)
	points := int32(100 * (size - 23<<20) / (1000<<20 - 23<<20))
	for j, i := range s.feasible {
		if s.nodes[i].images[w.image] {
			s.totals[j] += points
		}
	}
}

func (s *plain) scoreSpread(w *plainWorkload) {
	if len(w.soft) == 0 {
		return
	}
	s.weigh(w)
	least, most := int32(math.MaxInt32), int32(0)
	for j, i := range s.feasible {
		n := &s.nodes[i]
		if s.points[j] = -1; w.own && !s.hasKeys(w.soft, n.class) {
			continue
		}
		crowd := 0.0
		for k := range w.soft {
			c := &w.soft[k]
			if d := s.classes[n.class].domain[c.key]; c.key == 0 {
				crowd += float64(float64(sum(n.live, c.selected))*s.weights[k]) + float64(c.skew-1)
			} else if d >= 0 {
				crowd += float64(float64(s.counts[len(w.hard)+k][d])*s.weights[k]) + float64(c.skew-1)
			}
		}
		s.points[j] = int32(math.Round(crowd))
		least, most = min(least, s.points[j]), max(most, s.points[j])
	}
	for j := range s.feasible {
		switch {
		case s.points[j] < 0:
		case most == 0:
			s.totals[j] += 2 * 100
		default:
			s.totals[j] += 2 * (100 * (most + least - s.points[j]) / most)
		}
	}
}

// weigh gives each soft constraint the logarithm of how many domains the
// feasible nodes are in.
func (s *plain) weigh(w *plainWorkload) {
	s.weights = s.weights[:0]
	for k := range w.soft {
		size := 0
		clear(s.domains(len(s.counts) - 1))
		seen := s.counts[len(s.counts)-1]
		for _, i := range s.feasible {
			n := &s.nodes[i]
			if w.own && !s.hasKeys(w.soft, n.class) {
				continue
			}
			if w.soft[k].key == 0 {
				size++
				continue
			}
			d := s.classes[n.class].domain[w.soft[k].key]
			if d < 0 {
				d = int32(len(seen) - 1) // a value of its own; classes are more than values then
			}
			if seen[d]++; seen[d] == 1 {
				size++
			}
		}
		s.weights = append(s.weights, math.Log(float64(size+2)))
	}
}

func (s *plain) scorePods(w *plainWorkload) {
	if len(w.pulls) == 0 {
		return
	}
	at := w.termsAt() + len(w.together) + len(w.apart)
	least, most := int32(math.MaxInt32), int32(math.MinInt32)
	for j, i := range s.feasible {
		s.points[j] = 0
		for k := range w.pulls {
			s.points[j] += w.pulls[k].weight * s.near(&w.pulls[k], at+k, &s.nodes[i])
		}
		least, most = min(least, s.points[j]), max(most, s.points[j])
	}
	for j := range s.feasible {
		if most > least {
			s.totals[j] += 2 * int32(100*(float64(s.points[j]-least)/float64(most-least)))
		}
	}
}
