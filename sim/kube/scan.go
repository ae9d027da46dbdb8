package kube

import (
	"math/bits"
	"slices"
)

// part is nodes of one word.
type part struct {
	nodes uint64
	word  int32
	of    int32 // the part of the window that these are of
}

// stretch is what lies together in the order of the search and was looked at in
// one go.
type stretch struct {
	from, to int // in that order
	parts    int // of the window at its end
}

// scan is the memory of a search by means of a plane.
type scan struct {
	begin, end []int32 // of a stretch, by zone
	stretches  []stretch
	window     []part            // the feasible nodes of the stretches
	ties       []uint64          // parallel to it: the best of them
	opinion    [mostGroups]uint8 // by group: of the pod at hand
	extra      [mostGroups]int32 // by group: all points but those for the room
	met        []uint8           // groups with an opinion
	accepted   []uint8           // those that are feasible; scheduler.scores has a node of each
	members    []part            // of the group at hand
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
	s.met, s.accepted = s.met[:0], s.accepted[:0]
	s.stretches, s.window = s.stretches[:0], s.window[:0]
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
		n = c.bestFound(p, plane)
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

// search looks at a stretch of the nodes, adds the feasible ones to the window
// and returns how many they are.
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
			if nodes = c.admit(p, plane, words[i], nodes); nodes != 0 {
				feasible += bits.OnesCount64(nodes)
				s.scan.window = append(s.scan.window, part{nodes: nodes, word: words[i]})
			}
			a = next
		}
	}
	s.scan.stretches = append(s.scan.stretches, stretch{from, to, len(s.scan.window)})
	return feasible
}

// admit returns which nodes of a word in a set are feasible for a pod.
func (c *Cluster) admit(p PodID, plane *plane, word int32, set uint64) uint64 {
	s := &c.sched.scan
	b := &plane.blocks[word]
	if unknown := set &^ b.known; unknown != 0 {
		c.learn(p, plane, word, unknown)
	}
	set &= b.open
	for rest := set; rest != 0; {
		first := bits.TrailingZeros64(rest)
		group := uint8(b.cells[first] >> groupShift)
		if s.opinion[group] == unmet {
			c.meet(p, group, c.sched.words[word].nodes[first])
		}
		members := plane.members[group][word]
		rest &^= members
		if s.opinion[group] == refused {
			set &^= members
		}
	}
	return set
}

// meet forms an opinion of a group from one of its nodes.
func (c *Cluster) meet(p PodID, group uint8, n NodeID) {
	s := &c.sched.scan
	w := &c.workloads[c.pods[p].workload]
	s.met = append(s.met, group)
	s.opinion[group] = refused
	if w.plain || c.agrees(w, n, c.zoneOf(p)) == Fits {
		s.opinion[group] = accepted
		s.accepted = append(s.accepted, group)
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
	for i, g := range s.accepted {
		s.extra[g] = list[i].total
	}
}

// bestFound returns the best of the nodes that a search has found.
func (c *Cluster) bestFound(p PodID, plane *plane) NodeID {
	s := &c.sched.scan
	s.ties = slices.Grow(s.ties[:0], len(s.window))[:len(s.window)]
	best := int32(-1)
	for _, g := range s.accepted {
		members := s.members[:0]
		rows := plane.members[g]
		for i, x := range s.window {
			if nodes := x.nodes & rows[x.word]; nodes != 0 {
				members = append(members, part{nodes, x.word, int32(i)})
			}
		}
		s.members = members
		points := plane.best(members) + s.extra[g]
		if points < best {
			continue
		}
		if points > best {
			best = points
			clear(s.ties)
		}
		for _, x := range members {
			s.ties[x.of] |= x.nodes
		}
	}
	ties := 0
	for _, x := range s.ties {
		ties += bits.OnesCount64(x)
	}
	return c.tie(c.pick(p, ties))
}

// tie returns the node that comes after so many others that are as good.
func (c *Cluster) tie(others int) NodeID {
	s := &c.sched.scan
	part := 0
	for _, x := range s.stretches {
		ties := 0
		for i := part; i < x.parts; i++ {
			ties += bits.OnesCount64(s.ties[i])
		}
		if others < ties {
			from, to := x.from, x.to
			for from+1 < to {
				if middle := (from + to) / 2; c.tiesBefore(middle, part, x.parts) <= others {
					from = middle
				} else {
					to = middle
				}
			}
			return c.sched.nodeAt(from)
		}
		others -= ties
		part = x.parts
	}
	panic("kube: tie: there are fewer")
}

// tiesBefore returns how many ties in some parts of the window come before a
// place in the order of the search.
func (c *Cluster) tiesBefore(position, from, to int) (ties int) {
	s := &c.sched
	s.reach(position, s.scan.begin)
	for i := from; i < to; i++ {
		x := &s.words[s.scan.window[i].word]
		set := s.scan.ties[i]
		if rank := s.scan.begin[x.zone] - x.first; rank <= 0 {
			continue
		} else if rank < int32(bits.OnesCount64(x.live)) {
			set &= lowest(x.live, rank)
		}
		ties += bits.OnesCount64(set)
	}
	return ties
}
