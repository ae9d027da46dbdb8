package kube

import (
	"math"
	"math/bits"
)

// find is what a search has found in a word: of the feasible nodes of one group
// those with the most points for their room.
type find struct {
	nodes  uint64
	word   int32
	group  uint8
	points int32
}

// tied is nodes of a word that are as good as any, by how many of the word's nodes
// come before each.
type tied struct {
	nodes uint64
	word  *word
	first int32 // of the word
}

// scan is the memory of a search by means of a plane.
type scan struct {
	begin, end []int32 // of a span of nodes that lie together in the order of the search, by zone
	finds      []find
	spans      []int             // by span: finds up to its end
	ties       []tied            // of a span
	opinion    [mostGroups]uint8 // by group: of the pod at hand
	extra      [mostGroups]int32 // by group: all points but those for the room
	met        []uint8           // groups with an opinion
	feasible   []uint8           // those that take the pod; scheduler.scores has a node of each
}

// What scan.opinion says of a group.
const (
	unmet = iota
	accepted
	refused
)

// forget makes the memory ready for the next search.
func (s *scan) forget() {
	for _, g := range s.met {
		s.opinion[g] = unmet
	}
	s.met, s.feasible = s.met[:0], s.feasible[:0]
	s.spans, s.finds = s.spans[:0], s.finds[:0]
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
	want := enough(s.present, c.m.Scheduler.PercentageOfNodesToScore)
	feasible, looked, at := 0, 0, 0
	if s.present > 0 {
		at = s.start % s.present // nodes may have gone since
	}
	for looked < s.present && feasible < want {
		// No farther than to the last that is wanted, if all are feasible.
		to := min(at+min(want-feasible, s.present-looked), s.present)
		feasible += c.search(p, plane, at, to)
		looked += to - at
		if at = to; at == s.present {
			at = 0
		}
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
	if s.present > 0 {
		s.start = (s.start + looked) % s.present
	}
	return n, true
}

// search looks at a span of the nodes and returns how many are feasible.
func (c *Cluster) search(p PodID, plane *plane, from, to int) (feasible int) {
	s := &c.sched
	s.reach(from, s.scan.begin)
	s.reach(to, s.scan.end)
	for _, z := range s.order {
		words := s.zones[z].words
		a, b := s.scan.begin[z], s.scan.end[z]
		for i := s.wordOf(z, a); a < b; i++ {
			x := &s.words[words[i]]
			nodes, next := x.live, x.first+int32(bits.OnesCount64(x.live))
			if a > x.first {
				nodes &^= lowest(x.live, a-x.first)
			}
			if b < next {
				nodes &= lowest(x.live, b-x.first)
				next = b
			}
			feasible += c.sift(p, plane, words[i], nodes)
			a = next
		}
	}
	s.scan.spans = append(s.scan.spans, len(s.scan.finds))
	return feasible
}

// sift looks at some nodes of a word and returns how many are feasible.
func (c *Cluster) sift(p PodID, plane *plane, word int32, nodes uint64) (feasible int) {
	s := &c.sched.scan
	b := &plane.blocks[word]
	if unknown := nodes &^ b.known; unknown != 0 {
		c.learn(p, plane, word, unknown)
	}
	for nodes &= b.open; nodes != 0; {
		first := bits.TrailingZeros64(nodes)
		group := b.group[first]
		if s.opinion[group] == unmet {
			c.meet(p, group, c.sched.words[word].nodes[first])
		}
		members := nodes & plane.members[group][word]
		nodes &^= members
		if s.opinion[group] == accepted {
			feasible += bits.OnesCount64(members)
			best, points := b.best(members)
			s.finds = append(s.finds, find{best, word, group, points})
		}
	}
	return feasible
}

// meet forms an opinion of a group from one of its nodes.
func (c *Cluster) meet(p PodID, group uint8, n NodeID) {
	s := &c.sched.scan
	w := &c.workloads[c.pods[p].workload]
	s.met = append(s.met, group)
	s.opinion[group] = refused
	if w.plain || c.agrees(w, n, c.zoneOf(p)) == Fits {
		s.opinion[group] = accepted
		s.feasible = append(s.feasible, group)
		c.sched.scores = append(c.sched.scores, score{node: n})
	}
}

// compareGroups works out the points of the groups that have feasible nodes.
func (c *Cluster) compareGroups(w *workload, feasible int) {
	s := &c.sched.scan
	list := c.sched.scores
	if len(list) > 1 { // else they are the same for all
		c.compare(w, list, feasible)
	}
	for i, g := range s.feasible {
		s.extra[g] = list[i].total
	}
}

// bestFound returns the best of the nodes that a search has found.
func (c *Cluster) bestFound(p PodID) NodeID {
	s := &c.sched.scan
	most, all := int32(-1), 0
	for i := range s.finds {
		x := &s.finds[i]
		x.points += s.extra[x.group]
		switch count := bits.OnesCount64(x.nodes); {
		case x.points > most:
			most, all = x.points, count
		case x.points == most:
			all += count
		}
	}
	return c.tie(most, c.pick(p, all))
}

// tie returns the one of the nodes with so many points that has so many others
// before it in the order of the search.
func (c *Cluster) tie(points int32, others int) NodeID {
	s := &c.sched.scan
	first := 0
	for _, last := range s.spans {
		all := c.listTies(s.finds[first:last], points)
		if others < all {
			return c.sched.nthTie(others)
		}
		others -= all
		first = last
	}
	panic("kube: tie: there are fewer")
}

// listTies lists the nodes with so many points and returns how many they are.
func (c *Cluster) listTies(finds []find, points int32) (all int) {
	s := &c.sched.scan
	s.ties = s.ties[:0]
	for i := range finds {
		if x := &finds[i]; x.points == points {
			w := &c.sched.words[x.word]
			s.ties = append(s.ties, tied{compress(x.nodes, w.live), w, w.first})
			all += bits.OnesCount64(x.nodes)
		}
	}
	return all
}

// nthTie returns the one of the ties listed that has so many others before it.
// Those with fewer nodes of their zone before them come first, then it goes by
// zones.
func (s *scheduler) nthTie(others int) NodeID {
	from, to := int32(math.MaxInt32), int32(0)
	for i := range s.scan.ties {
		first := s.scan.ties[i].first
		from, to = min(from, first), max(to, first+64)
	}
	for from+1 < to {
		if middle := (from + to) / 2; s.tiesBefore(middle) <= others {
			from = middle
		} else {
			to = middle
		}
	}
	others -= s.tiesBefore(from)
	for _, z := range s.order {
		for i := range s.scan.ties {
			x := &s.scan.ties[i]
			if n := from - x.first; x.word.zone != z || n < 0 || n >= 64 || x.nodes>>n&1 == 0 {
				continue
			} else if others == 0 {
				return x.word.nodes[nth(x.word.live, n)]
			}
			others--
		}
	}
	panic("kube: nthTie: there are fewer")
}

// tiesBefore returns how many of the ties listed have fewer nodes than that of
// their zone before them.
func (s *scheduler) tiesBefore(rank int32) (ties int) {
	for i := range s.scan.ties {
		x := &s.scan.ties[i]
		n := min(max(rank-x.first, 0), 64)
		ties += bits.OnesCount64(x.nodes & (1<<n - 1))
	}
	return ties
}
