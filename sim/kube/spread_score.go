package kube

import "math"

// The points of PodTopologySpread. Source: kubernetes podtopologyspread/scoring.go.

// scoreSpread prefers nodes in domains with few pods of w. The list stands for
// so many feasible nodes. Source: kubernetes podtopologyspread/scoring.go.
func (c *Cluster) scoreSpread(w *workload, list []score, feasible int) {
	if len(w.soft) == 0 {
		return
	}
	c.weighSpread(w, list, feasible)
	least, most := int32(math.MaxInt32), int32(0)
	for i := range list {
		x := &list[i]
		if w.needsKeys && !c.hasKeys(w.soft, c.room[x.node].class) {
			x.spread = -1
			continue
		}
		x.spread = c.crowd(w, x.node)
		least, most = min(least, x.spread), max(most, x.spread)
	}
	for i := range list {
		switch x := &list[i]; {
		case x.spread < 0:
			x.spread = 0
		case most == 0:
			x.spread = spreadWeight * maxScore
		default:
			x.spread = spreadWeight * (maxScore * (most + least - x.spread) / most)
		}
	}
}

// crowd returns the weighted sum of the pods in a node's domains.
func (c *Cluster) crowd(w *workload, n NodeID) int32 {
	sum := 0.0
	for i := range w.soft {
		s := &w.soft[i]
		if s.topology == hostname {
			sum += weigh(c.on(w, s, n), s.maxSkew, c.sched.weight[i])
		} else if d := c.topologies[s.topology].domain[c.room[n].class]; d >= 0 {
			sum += weigh(s.count[d], s.maxSkew, c.sched.weight[i])
		}
	}
	return int32(sum + 0.5) // upstream's math.Round: no sum is just below a half
}

// weigh returns what one constraint adds to the sum. The conversion keeps
// compilers from fusing the two operations.
func weigh(count, maxSkew int32, weight float64) float64 {
	return float64(float64(count)*weight) + float64(maxSkew-1)
}

// weighSpread gives each soft constraint its weight: the logarithm of how many
// domains the feasible nodes are in.
func (c *Cluster) weighSpread(w *workload, list []score, feasible int) {
	s := &c.sched
	s.weight = s.weight[:0]
	for i := range w.soft {
		size := 0
		if t := &c.topologies[w.soft[i].topology]; w.soft[i].topology == hostname {
			if !w.countsKeys {
				size = feasible
			}
			for j := 0; w.countsKeys && j < len(list); j++ {
				if c.hasKeys(w.soft, c.room[list[j].node].class) {
					size++
				}
			}
		} else {
			size = c.domainsOf(w, t, list)
		}
		s.weight = append(s.weight, s.logOf(size+2))
	}
}

// logOf returns the natural logarithm of n, which it works out once.
func (s *scheduler) logOf(n int) float64 {
	for len(s.logs) <= n {
		s.logs = append(s.logs, math.Log(float64(len(s.logs))))
	}
	return s.logs[n]
}

// domainsOf counts the domains of a topology that the feasible nodes are in. A
// missing label is a domain too, where nodes without it are scored at all.
func (c *Cluster) domainsOf(w *workload, t *topology, list []score) int {
	s := &c.sched
	s.mark++
	for len(s.seen) <= int(t.domains) {
		s.seen = append(s.seen, 0)
	}
	count := 0
	for i := range list {
		n := list[i].node
		if w.needsKeys && !c.hasKeys(w.soft, c.room[n].class) {
			continue
		}
		if d := t.domain[c.room[n].class] + 1; s.seen[d] != s.mark {
			s.seen[d] = s.mark
			if count++; count == int(t.values) {
				break // no others exist
			}
		}
	}
	return count
}
