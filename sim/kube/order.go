package kube

import (
	"slices"

	"rollsim/sim/model"
)

// zone is the nodes of a zone that exist, in order of appearance.
type zone struct{ nodes []NodeID }

func (s *scheduler) reset(m *model.Scheduler) {
	s.client.reset(m.ClientQPS, m.ClientBurst)
	s.telling, s.turns = false, 0
	s.queue.pods, s.backing.pods, s.backing.backing = s.queue.pods[:0], s.backing.pods[:0], true
	s.nodes, s.nominees = s.nodes[:0], s.nominees[:0]
	s.present, s.waiting, s.start, s.from, s.dirty = 0, 0, 0, 0, false
	s.order, s.candidateNodes = s.order[:0], 0
	s.scan.reset()
	for i := range s.zones {
		s.zones[i].nodes = s.zones[i].nodes[:0]
	}
}

// add takes note of a node object that appears in a zone.
func (s *scheduler) add(n NodeID, zoneIndex int32) {
	z := zoneIndex + 1
	for len(s.zones) <= int(z) {
		s.zones = append(s.zones, zone{})
	}
	list := &s.zones[z].nodes
	*list = append(*list, n)
	if len(*list) == 1 {
		s.order = append(s.order, z)
	}
	s.present++
	s.dirty = true
}

// remove forgets a node object, and its zone with the last one.
func (s *scheduler) remove(n NodeID, zoneIndex int32) {
	z := zoneIndex + 1
	list := &s.zones[z].nodes
	at := slices.Index(*list, n)
	*list = slices.Delete(*list, at, at+1)
	if len(*list) == 0 {
		at := slices.Index(s.order, z)
		s.order = slices.Delete(s.order, at, at+1)
	}
	s.present--
	s.dirty = true
}

// interleave lists the nodes in the order in which the scheduler looks at them:
// one of each zone in turn, zones in order of appearance. Source: kubernetes pkg/scheduler/backend/cache/node_tree.go.
func (c *Cluster) interleave() {
	s := &c.sched
	if !s.dirty {
		return
	}
	s.dirty = false
	s.nodes = slices.Grow(s.nodes[:0], s.present)[:s.present]
	for round, at := 0, 0; at < s.present; {
		// As long as the shortest of the zones that go on.
		zones, end := 0, 0
		for _, z := range s.order {
			if n := len(s.zones[z].nodes); n > round {
				if zones++; end == 0 || n < end {
					end = n
				}
			}
		}
		first := at
		for _, z := range s.order {
			if list := s.zones[z].nodes; len(list) > round {
				for i, n := range list[round:end] {
					s.nodes[first+i*zones] = n
				}
				first++
			}
		}
		at += (end - round) * zones
		round = end
	}
}
