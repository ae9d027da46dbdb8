package kube

import (
	"math"
	"math/bits"
)

// part is nodes of one word.
type part struct {
	nodes uint64
	word  int32
	of    int32 // the part of the window that these are of
}

// tied is nodes of a word that are as good as any.
type tied struct {
	nodes uint64
	word  *word
	live  int32 // nodes of the word
}

// scan is the memory of a search by means of a plane.
type scan struct {
	begin, end []int32           // of a stretch, by zone
	stretches  []int32           // the end in the window of each
	window     []part            // the feasible nodes, by stretches of nodes that lie together in the order of the search
	best       []part            // of them, unordered
	tied       []tied            // the same of one stretch
	opinion    [mostGroups]uint8 // by group: of the pod at hand
	extra      [mostGroups]int32 // by group: all points but those for the room
	met        []uint8           // groups with an opinion
	accepted   []uint8           // those that are feasible; scheduler.scores has a node of each
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
				s.scan.window = append(s.scan.window, part{nodes, words[i], int32(len(s.scan.window))})
			}
			a = next
		}
	}
	s.scan.stretches = append(s.scan.stretches, int32(len(s.scan.window)))
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
		group := b.group[first]
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
	s.best = s.best[:0]
	most := int32(-1)
	all := 0
	for len(s.accepted) > 0 {
		g := s.dearest()
		if s.extra[g]+mostPoints < most {
			break
		}
		members := plane.members[g]
		for i, x := range s.window {
			nodes := x.nodes & members[x.word]
			if nodes == 0 {
				continue
			}
			nodes, points := plane.blocks[x.word].best(nodes)
			if points += s.extra[g]; points < most {
				continue
			} else if points > most {
				most, all, s.best = points, 0, s.best[:0]
			}
			all += bits.OnesCount64(nodes)
			s.best = append(s.best, part{nodes, x.word, int32(i)})
		}
	}
	return c.tie(c.pick(p, all))
}

// dearest takes the group with the most points beside those for the room off the
// list of those that are feasible.
func (s *scan) dearest() uint8 {
	at := 0
	for i, g := range s.accepted {
		if s.extra[g] > s.extra[s.accepted[at]] {
			at = i
		}
	}
	last := len(s.accepted) - 1
	g := s.accepted[at]
	s.accepted[at] = s.accepted[last]
	s.accepted = s.accepted[:last]
	return g
}

// tie returns the one of the best nodes that has so many others before it in the
// order of the search.
func (c *Cluster) tie(others int) NodeID {
	s := &c.sched.scan
	first := int32(0)
	for _, last := range s.stretches {
		all := c.listTies(first, last)
		if others < all {
			return c.sched.nthTie(others)
		}
		others -= all
		first = last
	}
	panic("kube: tie: there are fewer")
}

// listTies lists the best nodes of a stretch and returns how many they are.
func (c *Cluster) listTies(from, to int32) (all int) {
	s := &c.sched.scan
	s.tied = s.tied[:0]
	for _, x := range s.best {
		if from <= x.of && x.of < to {
			w := &c.sched.words[x.word]
			s.tied = append(s.tied, tied{x.nodes, w, int32(bits.OnesCount64(w.live))})
			all += bits.OnesCount64(x.nodes)
		}
	}
	return all
}

// nthTie returns the one of the best nodes of a stretch that has so many others
// before it. Those before which fewer nodes of their zone come are looked at first,
// then it goes by zones.
func (s *scheduler) nthTie(others int) NodeID {
	from, to := int32(math.MaxInt32), int32(0)
	for i := range s.scan.tied {
		x := &s.scan.tied[i]
		from, to = min(from, x.word.first), max(to, x.word.first+x.live)
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
		for i := range s.scan.tied {
			x := &s.scan.tied[i]
			if x.word.zone != z || from < x.word.first || from >= x.word.first+x.live {
				continue
			}
			if bit := nth(x.word.live, from-x.word.first); x.nodes>>bit&1 == 1 {
				if others == 0 {
					return x.word.nodes[bit]
				}
				others--
			}
		}
	}
	panic("kube: nthTie: there are fewer")
}

// tiesBefore returns how many of the best nodes listed have fewer nodes of their
// zone before them.
func (s *scheduler) tiesBefore(rank int32) (ties int) {
	for i := range s.scan.tied {
		x := &s.scan.tied[i]
		nodes := x.nodes
		if n := rank - x.word.first; n <= 0 {
			continue
		} else if n < x.live {
			nodes &= lowest(x.word.live, n)
		}
		ties += bits.OnesCount64(nodes)
	}
	return ties
}
