package kube

import (
	"testing"

	"rollsim/sim/model"
)

// TestNomineeBound: a nominated pod that is bound, to the node that was kept for it
// or to another, wakes wary pods as a pod would that goes from a node: those that
// room, a port that it has, too, or disks refuse, if they are no more important. The
// API has it nominated until then, though its room is no longer kept.
func TestNomineeBound(t *testing.T) {
	for _, x := range []struct {
		name     string
		hints    hint
		priority int32 // of the pod that waits; the nominee's is 5
		want     bool
	}{
		{"room", roomHint, 5, true},
		{"room, less important", roomHint | spreadHint, 0, true},
		{"room, more important", roomHint, 6, false},
		{"port", portHint, 5, true},
		{"disks", diskHint, 5, true},
		{"affinity, spread, a cordon", apartHint | spreadHint | cordonHint, 5, false},
	} {
		for _, node := range []NodeID{0, 1} {
			w := nomineeWorld(t, x.priority)
			w.c.pods[0].hints = x.hints
			w.c.nominate(1, 0)
			w.c.assume(1, node)
			if w.c.room[0].nominated != 0 || w.c.Nominated(1) != 0 || w.c.pods[0].queued {
				t.Errorf("%s: before node %d is known to the API, room is kept for %d, the nominee's node is %d, the other is queued: %v", x.name, node, w.c.room[0].nominated, w.c.Nominated(1), w.c.pods[0].queued)
			}
			w.c.bound(1)
			if got := w.c.pods[0].queued; got != x.want || w.c.Nominated(1) != none {
				t.Errorf("%s, bound to node %d: woken: %v, want %v; the nominee's node is %d", x.name, node, got, x.want, w.c.Nominated(1))
			}
		}
	}
}

// nomineeWorld is a cluster of two nodes with two pods that wait, each larger than a
// node: a wary one, and one of priority 5.
func nomineeWorld(t *testing.T, priority int32) *world {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 2, 4000, 16<<30))
	for i, p := range []int32{priority, 5} {
		x := model.NewWorkload(string(rune('a' + i)))
		x.Kind = model.BarePod
		x.Requests.CPU = 5000
		x.Priority, x.Disks, x.HostAntiAffinity = p, 1, i == 0
		x.HostPorts = []model.HostPort{{Port: 80, Protocol: "TCP"}}
		s.Workloads = append(s.Workloads, x)
	}
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	w.drainQueue()
	return w
}
