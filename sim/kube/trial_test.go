package kube

import (
	"fmt"
	"testing"
)

// try does random things in a trial and ends it. What the cluster counts must be
// as before: whoever checks the invariants next sees to that.
func (m *monkey) try() {
	m.t.Helper()
	c, records := m.c, len(m.trace.Records)
	before := fmt.Sprintf("%+v %v", c.room, c.extended)
	trial := c.Try()
	var nodes []NodeID
	for n := range c.nodes {
		nodes = append(nodes, NodeID(n))
	}
	for range m.r.IntN(3) {
		nodes = append(nodes, trial.AddNode(m.r.IntN(len(m.c.m.NodePools)), m.r.IntN(len(m.c.m.Cluster.Zones)+1)-1, m.r.IntN(len(m.c.m.Versions))))
	}
	lifted := map[PodID]bool{}
	for range 20 {
		n := nodes[m.r.IntN(len(nodes))]
		if int(n) < trial.real && m.r.IntN(5) == 0 {
			trial.Remove(n)
			continue
		}
		mark := trial.Mark()
		for _, p := range c.PodsOn(n) {
			if !lifted[p] {
				trial.Lift(p)
				lifted[p] = true
				m.place(trial, p, nodes)
			}
		}
		if m.r.IntN(4) == 0 {
			trial.Undo(mark)
			break
		}
	}
	for _, p := range c.Unschedulable(nil) {
		m.place(trial, p, nodes)
	}
	trial.End()
	if after := fmt.Sprintf("%+v %v", c.room, c.extended); after != before || len(m.trace.Records) != records {
		m.t.Fatalf("t=%v: a trial has left\n%s\nof\n%s", m.eng.Now(), after, before)
	}
}

// place puts a pod on the first node of a trial that takes it, which no other
// way of asking may deny.
func (m *monkey) place(trial *Trial, p PodID, nodes []NodeID) {
	m.t.Helper()
	n := trial.FirstFit(p, nodes)
	if n == none {
		return
	}
	c := m.c
	w := &c.workloads[c.pods[p].workload]
	c.leastCounts(w)
	if why := c.judge(w, n, c.zoneOf(p)); why != Fits {
		m.t.Fatalf("t=%v: a trial puts pod %s where %s refuses it", m.eng.Now(), c.PodName(p), why.Plugin())
	}
	trial.Put(p, n)
}

// TestTrialKeepsMemory: once its tables have grown, a trial allocates nothing.
func TestTrialKeepsMemory(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("web", 5, 4000, 16<<30))
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	all := []NodeID{0, 1, 2, 3, 4, 5}
	once := func() {
		trial := w.c.Try()
		trial.AddNode(0, -1, 0)
		for _, p := range w.c.PodsOn(0) {
			trial.Lift(p)
			trial.Put(p, trial.FirstFit(p, all))
		}
		trial.End()
	}
	once()
	if n := testing.AllocsPerRun(100, once); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
