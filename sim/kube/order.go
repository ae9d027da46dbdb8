package kube

import (
	"math/bits"
	"slices"

	"rollsim/sim/model"
)

// zone is the nodes of a zone that exist, in order of appearance. They sit in
// words.
type zone struct {
	words []int32 // in order
	nodes int     // how many
}

// A word is 64 seats for nodes of one zone, so that a set of them is an integer.
// A node gets the next seat of its zone when it appears and keeps it until it
// goes; the seat isn't given again before all of the word's are free. Thus the
// order of seats is the order of appearance, and what is known by seat needn't be
// moved when a node goes.
type word struct {
	live  uint64 // seats that are taken
	nodes [64]NodeID
	zone  int32 // index into scheduler.zones
	first int32 // how many nodes of the zone sit before these
	given int32 // seats that were given
}

// seat is a node's: a word and a bit of it.
type seat int32

func (s seat) word() int32  { return int32(s) >> 6 }
func (s seat) mask() uint64 { return 1 << (uint32(s) & 63) }

func (s *scheduler) reset(m *model.Scheduler) {
	s.client.reset(m.ClientQPS, m.ClientBurst)
	s.telling, s.turns = false, 0
	s.queue.pods, s.backing.pods, s.backing.backing = s.queue.pods[:0], s.backing.pods[:0], true
	s.nodes, s.nominees = s.nodes[:0], s.nominees[:0]
	s.present, s.waiting, s.start, s.from, s.dirty = 0, 0, 0, 0, false
	s.order, s.candidateNodes = s.order[:0], 0
	s.words, s.freeWords, s.seats = s.words[:0], s.freeWords[:0], s.seats[:0]
	s.scan.forget()
	for i := range s.zones {
		s.zones[i] = zone{words: s.zones[i].words[:0]}
	}
}

// add takes note of a node object that appears in a zone.
func (s *scheduler) add(n NodeID, zoneIndex int32) {
	z := zoneIndex + 1
	for len(s.zones) <= int(z) {
		s.zones = append(s.zones, zone{})
		s.scan.begin, s.scan.end = append(s.scan.begin, 0), append(s.scan.end, 0)
	}
	list := &s.zones[z]
	if list.nodes == 0 {
		s.order = append(s.order, z)
	}
	if k := len(list.words); k == 0 || s.words[list.words[k-1]].given == 64 {
		list.words = append(list.words, s.freeWord(z, int32(list.nodes)))
	}
	at := list.words[len(list.words)-1]
	x := &s.words[at]
	bit := x.given
	x.given++
	x.live |= 1 << bit
	x.nodes[bit] = n
	s.seats[n] = seat(at<<6 | bit)
	list.nodes++
	s.present++
	s.dirty = true
}

// freeWord returns a word without nodes for a zone with so many nodes.
func (s *scheduler) freeWord(zone, nodes int32) int32 {
	at := int32(len(s.words))
	if k := len(s.freeWords); k > 0 {
		at, s.freeWords = s.freeWords[k-1], s.freeWords[:k-1]
	} else {
		s.words = append(s.words, word{})
	}
	x := &s.words[at]
	x.live, x.zone, x.first, x.given = 0, zone, nodes, 0
	return at
}

// remove forgets a node object, and its zone with the last one.
func (s *scheduler) remove(n NodeID, zoneIndex int32) {
	z := zoneIndex + 1
	list := &s.zones[z]
	x := &s.words[s.seats[n].word()]
	x.live &^= s.seats[n].mask()
	at := slices.Index(list.words, s.seats[n].word())
	for _, w := range list.words[at+1:] {
		s.words[w].first--
	}
	if x.live == 0 {
		s.freeWords = append(s.freeWords, list.words[at])
		list.words = slices.Delete(list.words, at, at+1)
	}
	if list.nodes--; list.nodes == 0 {
		at := slices.Index(s.order, z)
		s.order = slices.Delete(s.order, at, at+1)
	}
	s.seats[n] = none
	s.present--
	s.dirty = true
}

// The scheduler looks at the nodes in turn: one of each zone, zones in order of
// appearance; those that have no more are left out. Source: kubernetes
// pkg/scheduler/backend/cache/node_tree.go.

// interleave lists all nodes in that order.
func (c *Cluster) interleave() {
	s := &c.sched
	if !s.dirty {
		return
	}
	s.dirty = false
	s.nodes = slices.Grow(s.nodes[:0], s.present)[:s.present]
	for _, z := range s.order {
		rank := int32(0)
		for _, w := range s.zones[z].words {
			x := &s.words[w]
			for rest := x.live; rest != 0; rest &= rest - 1 {
				s.nodes[s.position(z, rank)] = x.nodes[bits.TrailingZeros64(rest)]
				rank++
			}
		}
	}
}

// position returns the place of a zone's node in that order; the zone has so many
// nodes before it.
func (s *scheduler) position(zone, rank int32) int {
	at, earlier := 0, 1
	for _, z := range s.order {
		if z == zone {
			earlier = 0
		}
		at += min(s.zones[z].nodes, int(rank)+earlier)
	}
	return at
}

// reach sets in a list by zone how many of its nodes are among so many first ones
// of that order.
func (s *scheduler) reach(nodes int, reached []int32) {
	for round := 0; ; {
		zones, end := 0, 0 // that have more nodes than round, and the fewest that one of them has
		for _, z := range s.order {
			if n := s.zones[z].nodes; n > round {
				if zones++; end == 0 || n < end {
					end = n
				}
			}
		}
		rest := 0
		if all := (end - round) * zones; nodes >= all && zones > 0 {
			nodes, round = nodes-all, end
			continue
		} else if zones > 0 {
			round, rest = round+nodes/zones, nodes%zones
		}
		for _, z := range s.order {
			n := s.zones[z].nodes
			reached[z] = int32(min(n, round))
			if n > round && rest > 0 {
				reached[z]++
				rest--
			}
		}
		return
	}
}

// wordOf returns which of a zone's words has the node with so many before it. It
// is at the place where it would be if all were full, or further on.
func (s *scheduler) wordOf(zone, rank int32) int {
	words := s.zones[zone].words
	at := int(rank >> 6)
	for at+1 < len(words) && s.words[words[at+1]].first <= rank {
		at++
	}
	return at
}

// nth returns which bit of x is set after n others that are.
func nth(x uint64, n int32) int {
	at := bits.TrailingZeros64(x)
	if x >>= at; x&(x+1) == 0 {
		return at + int(n) // they are all in a row, as most are
	}
	for half := 32; half > 0; half /= 2 {
		if below := int32(bits.OnesCount64(x & (1<<half - 1))); below <= n {
			n -= below
			x >>= half
			at += half
		}
	}
	return at
}

// lowest returns the n lowest of the bits that are set in x, which has more.
func lowest(x uint64, n int32) uint64 { return x & (1<<nth(x, n) - 1) }

// compress returns, for the bits of x, how many bits of all come before each; all
// has every bit of x.
func compress(x, all uint64) (ranks uint64) {
	if first := bits.TrailingZeros64(all); all>>first&(all>>first+1) == 0 {
		return x >> first
	}
	for ; x != 0; x &= x - 1 {
		ranks |= 1 << bits.OnesCount64(all&(x&-x-1))
	}
	return ranks
}
