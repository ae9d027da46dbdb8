package kube

import "slices"

// found is a node that was as good as any of its group until then.
type found struct {
	node NodeID
	cell uint16
}

// scan is the memory of a search by means of a plane.
type scan struct {
	best  [mostGroups]int32 // by group: points for the room of the best node so far, or fresh or refused
	extra [mostGroups]int32 // by group: all other points
	good  []found           // in the order of the search
	met   []uint8           // groups that have feasible nodes; scheduler.scores has the first of each
	shut  []uint8           // groups whose nodes aren't feasible for this pod
}

// What scan.best says of groups without a best node.
const (
	fresh   = -1   // no node of it has been met; those that are unknown are of such a group
	refused = 1000 // its nodes aren't feasible
)

func (s *scan) reset() {
	for g := range s.best {
		s.best[g] = fresh
	}
	s.best[closed] = refused
}

// forget makes the memory ready for the next search.
func (s *scan) forget() {
	for _, g := range s.met {
		s.best[g] = fresh
	}
	for _, g := range s.shut {
		s.best[g] = fresh
	}
	s.met, s.shut = s.met[:0], s.shut[:0]
}

// chooseByGroups chooses a node for a pod by means of its workload's plane, the
// same as chooseListed. It isn't ok where there is none.
func (c *Cluster) chooseByGroups(p PodID) (n NodeID, ok bool) {
	s := &c.sched
	w := &c.workloads[c.pods[p].workload]
	if w.plane < 0 || c.pods[p].nominated != none || c.planes[w.plane].wide {
		return none, false
	}
	plane := c.planeOf(w)
	c.leastCounts(w)
	s.unshunned = len(s.nominees) > 0 && c.unshunned(w)
	s.scores = s.scores[:0]
	total := len(s.nodes)
	s.scan.good = slices.Grow(s.scan.good[:0], total+1)
	want := enough(total, c.m.Scheduler.PercentageOfNodesToScore)
	feasible, looked, at := 0, 0, 0
	if total > 0 {
		at = s.start % total // nodes may have gone since
	}
	for looked < total && feasible < want {
		stretch := s.nodes[at:min(total, at+total-looked)]
		fit, seen := c.search(p, plane, stretch, want-feasible)
		feasible, looked, at = feasible+fit, looked+seen, 0
	}
	n = none
	if feasible > 0 && !plane.wide {
		c.compareGroups(w, feasible)
		n = c.bestFound(p)
	}
	s.scan.forget()
	if plane.wide {
		return none, false
	}
	s.from = s.start
	if total > 0 {
		s.start = (s.start + looked) % total
	}
	return n, true
}

// search looks at nodes until so many are feasible. It returns how many are and
// how many it looked at. Whether a node is as good as the best of its group is
// nothing that a processor could foresee, so no jump depends on it: each node is
// written down, and stays there when it is. Nor does one on whether it is
// feasible: nodes that anti-affinity or a host port closes are as random.
func (c *Cluster) search(p PodID, plane *plane, nodes []NodeID, want int) (feasible, looked int) {
	s, cells := &c.sched.scan, plane.cells
	count := len(s.good)
	good := s.good[:cap(s.good)]
	for i, n := range nodes {
		cell := cells[n]
		best := s.best[uint8(cell>>groupShift)]
		if best == fresh {
			cell = c.meet(p, plane, n)
			best = s.best[uint8(cell>>groupShift)]
		}
		points := int32(uint8(cell))
		good[count] = found{n, cell}
		count += less(best, points+1)
		s.best[uint8(cell>>groupShift)] = max(best, points)
		if feasible += less(best, refused); feasible == want {
			s.good = good[:count]
			return feasible, i + 1
		}
	}
	s.good = good[:count]
	return feasible, len(nodes)
}

// less returns 1 when a is below b, else 0.
func less(a, b int32) int { return int(uint32(a-b) >> 31) }

// meet looks at a node that isn't known yet or is the first of its group. It
// returns the node's cell, a closed one where the node takes no such pod now.
func (c *Cluster) meet(p PodID, plane *plane, n NodeID) (cell uint16) {
	s := &c.sched.scan
	w := &c.workloads[c.pods[p].workload]
	if cell = plane.cells[n]; cell == unknown {
		cell = c.learn(w, plane, n)
		if c.room[n].nominated > 0 && c.refusal(p, w, n, c.zoneOf(p)) != Fits {
			return closed << groupShift
		}
	}
	group := uint8(cell >> groupShift)
	switch {
	case s.best[group] != fresh:
	case w.plain || c.agrees(w, n, c.zoneOf(p)) == Fits:
		s.best[group] = 0
		s.met = append(s.met, group)
		c.sched.scores = append(c.sched.scores, score{node: n})
	default:
		s.best[group] = refused
		s.shut = append(s.shut, group)
	}
	return cell
}

// compareGroups works out the points of the groups that have feasible nodes.
func (c *Cluster) compareGroups(w *workload, feasible int) {
	s := &c.sched.scan
	list := c.sched.scores
	if len(list) > 1 { // else they are the same for all
		c.compare(w, list, feasible)
	}
	for i, g := range s.met {
		s.extra[g] = list[i].total
	}
}

// bestFound returns the best of the nodes that a search has found.
func (c *Cluster) bestFound(p PodID) NodeID {
	s := &c.sched.scan
	best := int32(-1)
	for _, g := range s.met {
		best = max(best, s.best[g]+s.extra[g])
	}
	ties := 0 // brought to the front of the list, without a jump as in search
	for _, x := range s.good {
		s.good[ties] = x
		ties += less(best, s.total(x.cell)+1)
	}
	return s.good[c.pick(p, ties)].node
}

// total returns all points of a node with this cell.
func (s *scan) total(cell uint16) int32 { return int32(uint8(cell)) + s.extra[uint8(cell>>groupShift)] }
