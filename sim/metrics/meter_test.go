package metrics

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// metered returns a script with a meter and a timeline on it.
func metered(nodes int) (*script, *Meter, *TimelineBuilder) {
	var m *Meter
	var b *TimelineBuilder
	s := newScript(nodes,
		func(h *trace.Header) trace.Sink { m = NewMeter(h); return m },
		func(h *trace.Header) trace.Sink { b = NewTimeline(h, m); return b })
	return s, m, b
}

func check[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// Two nodes are upgraded one after the other with one surge node. On the first,
// two pods of web want to go: the budget lets one go at a time.
//
//	10s   request; control plane done at 20s
//	20s   surge node ordered, usable at 30s
//	30s   node 0: web-0 goes, web-1 is refused, again at 35s, goes at 40s
//	42s   web-0's replacement ready   52s  web-1's replacement ready
//	45s   drained, reimaged until 65s; node 1 was reimaged before, at once
//	65s   done; surge node gone at 70s
func upgradeByHand() (*script, *Meter, *TimelineBuilder) {
	s, m, b := metered(2)
	s.budget(0, 2)
	s.budget(1, 4)
	web0, web1, _ := s.pod(0, 0, 0), s.pod(0, 0, 1), s.pod(0, 1, 2)
	s.pod(1, 1, 0)
	s.pod(1, 1, 1)
	s.pod(2, 0, 0)
	s.pod(2, 1, 1)
	s.at("10s").submit(trace.VerbUpgrade, planeRef, 2)
	s.at("20s").add(trace.CurrentVersion, planeRef, version(2), 0, 0)
	s.add(trace.SurgePlanned, poolRef, trace.Ref{}, 1, 0)
	s.add(trace.SlotsPlanned, poolRef, trace.Ref{}, 1, 0)
	s.add(trace.PoolPhase, poolRef, trace.Ref{}, int64(trace.AddingSurge), 0)
	s.add(trace.NodeRequested, ref(trace.Node, 2), poolRef, 2<<1|1, 0)
	s.at("30s").add(trace.NodeReady, ref(trace.Node, 2), version(2), 0, 0)
	s.add(trace.NodeUsable, ref(trace.Node, 2), version(2), 0, 0)
	s.add(trace.PoolPhase, poolRef, trace.Ref{}, int64(trace.Rolling), 0)
	for _, n := range []int32{1} {
		s.add(trace.ReimageStarted, ref(trace.Node, n), version(2), 0, 0)
		s.add(trace.NodeReady, ref(trace.Node, n), version(2), 0, 0)
		s.add(trace.NodeUsable, ref(trace.Node, n), version(2), 0, 0)
	}
	s.onNode(trace.NodeCordoned, 0, 0)
	s.onNode(trace.DrainStarted, 0, 2)
	gone := s.evict(web0, 0)
	web3 := s.create(0, 3, gone)
	s.refuse(web1, 0)
	s.at("32s").onPod(trace.PodBound, web3, 2, 0)
	s.at("35s").onPod(trace.PodDeleted, web0, 0, 0)
	s.refuse(web1, 0)
	s.at("40s")
	s.at("42s").onPod(trace.PodReady, web3, 2, 0)
	gone = s.evict(web1, 0)
	web4 := s.create(0, 4, gone)
	s.onPod(trace.PodBound, web4, 2, 0)
	s.at("45s").onPod(trace.PodDeleted, web1, 0, 0)
	s.onNode(trace.DrainEnded, 0, int64(trace.Drained))
	s.onNode(trace.SoakStarted, 0, 0)
	s.add(trace.ReimageStarted, ref(trace.Node, 0), version(2), 0, 0)
	s.at("52s").onPod(trace.PodReady, web4, 2, 0)
	s.at("65s").add(trace.NodeReady, ref(trace.Node, 0), version(2), 0, 0)
	s.add(trace.NodeUsable, ref(trace.Node, 0), version(2), 0, 0)
	// The surge node goes, and the replacement of web0 is evicted again.
	s.add(trace.PoolPhase, poolRef, trace.Ref{}, int64(trace.RemovingSurge), 0)
	s.onNode(trace.DrainStarted, 2, 1)
	gone = s.evict(web3, 2)
	web5 := s.create(0, 5, gone)
	s.onPod(trace.PodBound, web5, 0, 0)
	s.onPod(trace.PodDeleted, web3, 2, 0)
	s.at("67s").onNode(trace.DrainEnded, 2, int64(trace.Drained))
	s.onNode(trace.NodeDeleting, 2, 0)
	s.at("70s").onNode(trace.NodeDeleted, 2, 0)
	s.add(trace.CurrentVersion, poolRef, version(2), 0, 0)
	s.add(trace.PoolPhase, poolRef, trace.Ref{}, int64(trace.PhaseDone), 0)
	s.add(trace.OperationEnded, opRef, planeRef, int64(trace.Succeeded), 0)
	s.end(trace.Completed, "all done", 0)
	s.at("75s").onPod(trace.PodReady, web5, 0, 0)
	s.settle(1)
	return s, m, b
}

func TestUpgradeByHand(t *testing.T) {
	_, m, b := upgradeByHand()
	r := m.Run()
	check(t, "outcome", r.Outcome, trace.Completed)
	check(t, "reason", r.Reason, "all done")
	check(t, "seed", r.Seed, 7)
	check(t, "replication", r.Replication, 2)
	check(t, "duration", r.Duration, 60*time.Second)
	check(t, "settled", r.Settled, 65*time.Second)
	check(t, "has settled", r.HasSettled, true)
	check(t, "control plane", r.ControlPlane, PhaseRun{des.Time(10 * time.Second), des.Time(20 * time.Second), true, true})
	check(t, "peak nodes", r.PeakNodes, 3)
	check(t, "peak vcpus", r.PeakVCPUs, 12)
	check(t, "peak addresses", r.PeakAddresses, 6)
	near(t, "surge node-hours", r.SurgeNodeHours, 50.0/3600)
	near(t, "surge cost", r.SurgeCost, 25.0/3600)
	near(t, "extra node-hours", r.ExtraNodeHours, 50.0/3600)
	near(t, "extra cost", r.ExtraCost, 25.0/3600)
	check(t, "extra cost is known", r.ExtraCostKnown, true)
	check(t, "cost known", r.CostKnown, true)
	check(t, "mixed versions", r.MixedVersions, 45*time.Second) // 20s to 65s
	check(t, "end version", r.EndControlPlane, "1.30.5")
	check(t, "end mixed", r.EndMixed, false)

	p := r.Pools[0]
	check(t, "pool phase", p.Upgrade, PhaseRun{des.Time(20 * time.Second), des.Time(70 * time.Second), true, true})
	check(t, "pool idle", r.Pools[1].Upgrade, PhaseRun{})
	check(t, "surge", p.Surge, 1)
	check(t, "slots", p.Slots, 1)
	check(t, "pool end version", p.EndVersion, "1.30.5")
	check(t, "drains", p.Drains, DrainStats{
		Count: 2, Mean: 17 * time.Second / 2, Longest: 15 * time.Second, LongestNode: "aks-web-000000", LongestBudget: "web", WaitingBudgets: 12 * time.Second,
	})

	// web: 3 until 30s, 2 until 52s but 3 for no time at 42s, 3 until 65s, 2 until 75s.
	w := r.Workloads[0]
	check(t, "min ready", w.MinReady, 2)
	check(t, "min ready at", w.MinReadyAt, des.Time(30*time.Second))
	near(t, "ready-seconds lost", w.ReadySecondsLost, 22+10)
	near(t, "mean availability", w.MeanAvailability, 1-32.0/(3*65))
	near(t, "worst window of a short run", w.WorstWindow, w.MeanAvailability)
	check(t, "floor", w.Floor, 2)
	check(t, "has floor", w.HasFloor, true)
	check(t, "below budget", w.BelowBudget, 0)
	check(t, "below target", w.BelowTarget, 32*time.Second) // 2 of 3 is less than 80 %
	check(t, "granted", w.EvictionsGranted, 3)
	check(t, "refused", w.EvictionsRefused, 2)
	check(t, "moved twice", w.PodsMovedTwice, 1)
	check(t, "created", w.PodsCreated, 3)
	near(t, "pending", w.PendingSeconds, 2)
	check(t, "pending longest", w.PendingLongest, 2*time.Second)
	check(t, "logs desired", r.Workloads[2].Desired, 2)
	check(t, "db has no floor of its own", r.Workloads[1].HasFloor, false)

	tl := b.Timeline(r)
	check(t, "start", tl.Start, des.Time(10*time.Second))
	check(t, "end", tl.End, des.Time(70*time.Second))
	check(t, "last", tl.Last, des.Time(75*time.Second))
	if diff := cmp.Diff([]Wait{{des.Time(30 * time.Second), des.Time(42 * time.Second), 0, 2}}, tl.Nodes[0].Waits); diff != "" {
		t.Errorf("waits: -want +got:\n%s", diff)
	}
	sec := func(from, to int, s NodeState) Span {
		return Span{des.Time(from) * des.Time(time.Second), des.Time(to) * des.Time(time.Second), int(s)}
	}
	for i, want := range [][]Span{
		{sec(0, 30, NodeOld), sec(30, 45, NodeDraining), sec(45, 65, NodeReimaging), sec(65, 75, NodeNew)},
		{sec(0, 30, NodeOld), sec(30, 75, NodeNew)},
		{sec(20, 30, NodeCreating), sec(30, 65, NodeSurge), sec(65, 67, NodeDraining), sec(67, 70, NodeGoing)},
	} {
		if diff := cmp.Diff(want, tl.Nodes[i].Spans); diff != "" {
			t.Errorf("node %d: -want +got:\n%s", i, diff)
		}
	}
	check(t, "drain", tl.Nodes[0].Drains[0].Span, Span{des.Time(30 * time.Second), des.Time(45 * time.Second), int(trace.Drained)})
	if diff := cmp.Diff(Step{At: []des.Time{0, des.Time(35 * time.Second), des.Time(45 * time.Second), des.Time(65 * time.Second)}, Value: []int32{2, 1, 0, 1}}, tl.Nodes[0].Pods); diff != "" {
		t.Errorf("pods of node 0: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]Span{sec(20, 30, NodeState(trace.AddingSurge)), sec(30, 65, NodeState(trace.Rolling)), sec(65, 70, NodeState(trace.RemovingSurge))}, tl.Pools[0].Phases); diff != "" {
		t.Errorf("phases: -want +got:\n%s", diff)
	}
}

// A drain times out: the pod that the record names is the blocker, with the
// budget that it waited for, though another pod waits for another one.
func TestBlocked(t *testing.T) {
	s, m, b := metered(1)
	s.budget(0, 3)
	web, db := s.pod(0, 0, 0), s.pod(1, 0, 0)
	s.submit(trace.VerbUpgradePool, poolRef, 2)
	s.add(trace.PoolPhase, poolRef, trace.Ref{}, int64(trace.Rolling), 0)
	s.onNode(trace.DrainStarted, 0, 2)
	s.refuse(db, 1)
	s.refuse(web, 0)
	s.at("5m")
	refusal := s.refuse(web, 0)
	s.at("10m")
	ended := s.add(trace.DrainEnded, ref(trace.Node, 0), trace.Ref{}, int64(trace.DrainTimedOut), refusal)
	s.onNode(trace.NodeUncordoned, 0, 0)
	s.add(trace.PoolPhase, poolRef, trace.Ref{}, int64(trace.PhaseDone), 0)
	over := s.rec.AddText(trace.OperationEnded, opRef, poolRef, int64(trace.OperationFailed), ended, "UpgradeFailed: drain")
	s.end(trace.Blocked, "blocked", over)
	s.at("11m").settle(0)
	r := m.Run()
	at := des.Time(10 * time.Minute)
	first := Blocker{Node: "aks-web-000000", Pool: "web", Pod: "web-22222", Workload: "web", Budget: "web", At: at}
	if diff := cmp.Diff(&first, r.Blocker); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	all := []Blocker{first, {Node: "aks-web-000000", Pool: "web", Pod: "db-0", Workload: "db", Budget: "both", At: at}}
	if diff := cmp.Diff(all, r.Blockers); diff != "" {
		t.Errorf("everybody who refuses at the stop, -want +got:\n%s", diff)
	}
	check(t, "settled", r.HasSettled, false)
	check(t, "phase", r.Pools[0].Upgrade, PhaseRun{0, des.Time(10 * time.Minute), true, false})
	check(t, "old nodes", r.Pools[0].NodesOld, 0) // the control plane is old too
	check(t, "below budget", r.Workloads[0].BelowBudget, 11*time.Minute)
	check(t, "waiting", r.Pools[0].Drains.WaitingBudgets, 10*time.Minute)
	n := b.Timeline(r).Nodes[0]
	check(t, "drain", n.Drains[0].Span, Span{0, des.Time(10 * time.Minute), int(trace.DrainTimedOut)})
	check(t, "put back for a minute", n.Spans[len(n.Spans)-1], Span{des.Time(10 * time.Minute), des.Time(11 * time.Minute), int(NodeStuck)})
}

// A budget that has only just refused, when a drain is given up, is about to let
// a pod go: it doesn't block.
func TestPassingRefusalIsNoBlocker(t *testing.T) {
	s, m, _ := metered(1)
	web, db := s.pod(0, 0, 0), s.pod(1, 0, 0)
	s.submit(trace.VerbUpgradePool, poolRef, 2)
	s.onNode(trace.DrainStarted, 0, 2)
	first := s.refuse(web, 0)
	s.at("9m")
	s.refuse(db, 1)
	s.at("10m")
	ended := s.add(trace.DrainEnded, ref(trace.Node, 0), trace.Ref{}, int64(trace.DrainTimedOut), first)
	s.end(trace.Blocked, "blocked", ended)
	r := m.Run()
	if len(r.Blockers) != 1 || r.Blockers[0].Budget != "web" {
		t.Errorf("got %+v, want budget web alone", r.Blockers)
	}
}

// Two budgets select a pod: the eviction API answers 500, no budget is asked,
// and both are named.
func TestTwoBudgetsOnOnePod(t *testing.T) {
	s, m, _ := metered(1)
	web := s.pod(0, 0, 0)
	s.submit(trace.VerbUpgradePool, poolRef, 2)
	s.onNode(trace.DrainStarted, 0, 2)
	refusal := s.add(trace.EvictionRefused, ref(trace.Pod, web), trace.Ref{}, 500, 0)
	s.at("10m")
	ended := s.add(trace.DrainEnded, ref(trace.Node, 0), trace.Ref{}, int64(trace.DrainTimedOut), refusal)
	s.end(trace.Blocked, "blocked", ended)
	r := m.Run()
	want := []Blocker{{Node: "aks-web-000000", Pool: "web", Pod: "web-22222", Workload: "web", Clash: []string{"web", "both"}, At: des.Time(10 * time.Minute)}}
	if diff := cmp.Diff(want, r.Blockers); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	check(t, "refused", r.Workloads[0].EvictionsRefused, 1)
	check(t, "of these by no budget", r.Workloads[0].EvictionsInvalid, 1)
}

// A node that comes back with a new image of its version is a new node; one that
// is drained and left standing, as blue-green does it, drains no more.
func TestImagesAndDrainedNodes(t *testing.T) {
	s, m, b := metered(2)
	s.submit(trace.VerbUpgradeNodeImage, poolRef, 1)
	s.onNode(trace.DrainStarted, 0, 0)
	s.at("1m")
	s.onNode(trace.DrainEnded, 0, int64(trace.Drained))
	s.add(trace.ReimageStarted, ref(trace.Node, 0), version(1), 0, 0)
	s.onNode(trace.DrainStarted, 1, 0)
	s.at("2m")
	s.onNode(trace.DrainEnded, 1, int64(trace.Drained))
	s.add(trace.NodeReady, ref(trace.Node, 0), version(1), 0, 0)
	s.add(trace.NodeUsable, ref(trace.Node, 0), version(1), 0, 0)
	s.at("5m").settle(1)
	nodes := b.Timeline(m.Run()).Nodes
	minute := des.Time(time.Minute)
	if diff := cmp.Diff([]Span{{0, minute, int(NodeDraining)}, {minute, 2 * minute, int(NodeReimaging)}, {2 * minute, 5 * minute, int(NodeNew)}}, nodes[0].Spans); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	check(t, "drained, left standing", nodes[1].Spans[2], Span{2 * minute, 5 * minute, int(NodeDrained)})
}

// A drained node soaks while AKS upgrades its pool, as in a blue-green upgrade,
// and only waits when it was drained by hand.
func TestSoakIsOfAnUpgrade(t *testing.T) {
	for _, upgrading := range []bool{true, false} {
		s, m, b := metered(1)
		s.submit(trace.VerbUpgradePool, poolRef, 1)
		if upgrading {
			s.add(trace.PoolPhase, poolRef, trace.Ref{}, int64(trace.Rolling), 0)
		}
		s.onNode(trace.DrainStarted, 0, 0)
		s.at("1m")
		s.onNode(trace.DrainEnded, 0, int64(trace.Drained))
		s.at("5m").settle(1)
		want := NodeDrained
		if upgrading {
			want = NodeSoaking
		}
		minute := des.Time(time.Minute)
		check(t, "after the drain", b.Timeline(m.Run()).Nodes[0].Spans[1], Span{minute, 5 * minute, int(want)})
	}
}

// A node that can't be drained is quarantined, and the surge node that stands in
// for it is drawn as a node of the pool.
func TestQuarantine(t *testing.T) {
	s, m, b := metered(1)
	s.submit(trace.VerbUpgradePool, poolRef, 2)
	s.node(2, true)
	s.onNode(trace.DrainStarted, 0, 1)
	s.at("10m")
	s.onNode(trace.DrainEnded, 0, int64(trace.DrainTimedOut))
	s.onNode(trace.NodeQuarantined, 0, 0)
	s.at("11m")
	s.onNode(trace.NodeKept, 1, 0)
	s.at("12m").settle(1)
	r := m.Run()
	if diff := cmp.Diff([]OldNode{{"aks-web-000000", "1.29.7"}}, r.Pools[0].Quarantined); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	n := b.Timeline(r).Nodes[1]
	check(t, "kept", n.Kept, true)
	check(t, "in the place of another", n.Spans[len(n.Spans)-1], Span{des.Time(11 * time.Minute), des.Time(12 * time.Minute), int(NodeNew)})
}

// Three pods wait for budget web together for 10s; one pod waits for budget
// both for 12s. Summing over pods would blame web.
func TestUnionOfWaitsIsBlamed(t *testing.T) {
	s, m, _ := metered(1)
	var web []int32
	for i := range int64(3) {
		web = append(web, s.pod(0, 0, i))
	}
	db := s.pod(1, 0, 0)
	s.submit(trace.VerbUpgradePool, poolRef, 2)
	s.onNode(trace.DrainStarted, 0, 4)
	for _, p := range web {
		s.refuse(p, 0)
	}
	s.refuse(db, 1)
	s.at("10s")
	for _, p := range web {
		s.evict(p, 0)
	}
	s.at("12s").evict(db, 0)
	s.at("20s").onNode(trace.DrainEnded, 0, int64(trace.Drained))
	s.settle(1)
	d := m.Run().Pools[0].Drains
	check(t, "budget", d.LongestBudget, "both")
	check(t, "waiting", d.WaitingBudgets, 12*time.Second)
}

// A drain waits 60s for a budget whose other pod waits for its disk in the last
// 50s of them: of the replica that is away the disk is to blame, not the budget.
func TestDiskBehindABudget(t *testing.T) {
	s, m, b := metered(2)
	old, stays := s.pod(0, 1, 0), s.pod(0, 0, 1)
	s.submit(trace.VerbUpgradePool, poolRef, 2)
	gone := s.evict(old, 1)
	fresh := s.create(0, 2, gone)
	s.onNode(trace.DrainStarted, 0, 1)
	s.refuse(stays, 0)
	s.at("10s").onPod(trace.PodBound, fresh, 1, 0)
	s.onPod(trace.DiskMoving, fresh, 1, 0)
	s.at("50s").onPod(trace.PodDeleted, old, 1, 0)
	s.at("60s").evict(stays, 0)
	s.at("70s").onPod(trace.PodRunning, fresh, 1, 0)
	s.at("80s").onNode(trace.DrainEnded, 0, int64(trace.Drained))
	s.end(trace.Completed, "done", 0)
	s.settle(1)
	r := m.Run()
	check(t, "disk behind the longest drain's budget", r.Pools[0].Drains.LongestDisk, 50*time.Second)
	tl := b.Timeline(r)
	check(t, "drain", tl.Nodes[0].Drains[0], Drain{
		Span: Span{0, des.Time(80 * time.Second), int(trace.Drained)}, Waited: time.Minute, Budget: 0, Refusals: 1, Disk: 50 * time.Second,
	})
	check(t, "some drain waits", tl.Waiting, time.Minute)
}

// A budget over two workloads is below when both together have too few; then it
// is below for both.
func TestSharedBudget(t *testing.T) {
	s, m, _ := metered(1)
	s.budget(1, 4)
	for i := range int64(3) {
		s.pod(0, 0, i)
	}
	db := []int32{s.pod(1, 0, 0), s.pod(1, 0, 1)}
	s.submit(trace.VerbUpgradePool, poolRef, 2)
	s.at("10s").onPod(trace.PodUnready, db[0], 0, 0)
	s.at("20s").onPod(trace.PodUnready, db[1], 0, 0)
	s.at("25s").onPod(trace.PodReady, db[0], 0, 0)
	s.at("30s").settle(0)
	r := m.Run()
	check(t, "web", r.Workloads[0].BelowBudget, 5*time.Second)
	check(t, "db", r.Workloads[1].BelowBudget, 5*time.Second)
}

// A worst window of five minutes in a longer run: 2 of 3 for 2 minutes and, a
// minute later, 1 of 3 for 3 minutes; the worst window has 1 minute of the
// first, or begins in it: 1 minute of 2/3, 1 of 1, 3 of 1/3.
func TestWorstWindowOnline(t *testing.T) {
	s, m, _ := metered(1)
	p := []int32{s.pod(0, 0, 0), s.pod(0, 0, 1), s.pod(0, 0, 2)}
	s.submit(trace.VerbUpgradePool, poolRef, 2)
	s.at("10m").onPod(trace.PodUnready, p[0], 0, 0)
	s.at("12m").onPod(trace.PodReady, p[0], 0, 0)
	s.at("13m").onPod(trace.PodUnready, p[0], 0, 0)
	s.onPod(trace.PodUnready, p[1], 0, 0)
	s.at("16m").onPod(trace.PodReady, p[0], 0, 0)
	s.onPod(trace.PodReady, p[1], 0, 0)
	s.at("1h").settle(1)
	near(t, "worst window", m.Run().Workloads[0].WorstWindow, (2.0/3+1+3*1.0/3)/5)
}

func TestRefusalsAndHorizon(t *testing.T) {
	s, m, _ := metered(1)
	s.rec.AddText(trace.RequestSubmitted, opRef, planeRef, int64(trace.VerbUpgrade), 0, "too far")
	s.rec.AddText(trace.RequestRefused, opRef, trace.Ref{}, 1, 0, "BadRequest: skips a minor (rule one-minor of aks-2023-07)")
	s.at("30m").end(trace.Horizon, "not over", 0)
	s.settle(0)
	r := m.Run()
	want := []Refusal{{"too far", "BadRequest", "skips a minor (rule one-minor of aks-2023-07)", true, true, 0}}
	if diff := cmp.Diff(want, r.Refusals); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	check(t, "duration", r.Duration, 30*time.Minute)
}

// Only the control plane is upgraded: mixed to the end, one minor behind.
func TestControlPlaneOnly(t *testing.T) {
	s, m, _ := metered(2)
	s.submit(trace.VerbUpgradeControlPlane, planeRef, 2)
	s.at("8m").add(trace.CurrentVersion, planeRef, version(2), 0, 0)
	s.add(trace.OperationEnded, opRef, planeRef, int64(trace.Succeeded), 0)
	s.end(trace.Completed, "done", 0)
	s.settle(1)
	r := m.Run()
	check(t, "mixed at the end", r.EndMixed, true)
	check(t, "skew", r.EndSkew, 1)
	check(t, "nodes old", r.Pools[0].NodesOld, 2)
	check(t, "pool's version", r.Pools[0].EndVersion, "1.29.7")
	check(t, "mixed", r.MixedVersions, 0)
	check(t, "end versions", endVersions(r), "1.30.5 / web 1.29.7")
}

// A pool that is deleted leaves nothing behind: neither its old version nor its
// nodes count at the end.
func TestDeletedPool(t *testing.T) {
	s, m, _ := metered(1)
	s.add(trace.CurrentVersion, poolRef, version(1), 0, 0)
	s.submit(trace.VerbUpgradeControlPlane, planeRef, 2)
	s.at("8m").add(trace.CurrentVersion, planeRef, version(2), 0, 0)
	s.add(trace.OperationEnded, opRef, planeRef, int64(trace.Succeeded), 0)
	s.at("9m").add(trace.NodeDeleted, ref(trace.Node, 0), trace.Ref{}, 0, 0)
	s.add(trace.CurrentVersion, poolRef, trace.Ref{}, 0, 0)
	s.end(trace.Completed, "done", 0)
	s.settle(1)
	r := m.Run()
	check(t, "mixed at the end", r.EndMixed, false)
	check(t, "skew", r.EndSkew, 0)
	check(t, "pool's version", r.Pools[0].EndVersion, "")
	check(t, "end versions", endVersions(r), "1.30.5")
	check(t, "leaves", leaves(r), "")
	check(t, "mixed", r.MixedVersions, time.Minute)
}

// Pod-nanoseconds sum up to more than a float holds exactly: the share of a
// workload that is never ready must not come out below nothing.
func TestMeanAvailabilityIsAShare(t *testing.T) {
	for seed := range uint64(20) {
		_, m, _ := metered(1)
		m.begin(0)
		l, r := &m.loads[0], rand.New(rand.NewPCG(seed, 0))
		l.desired = 1000
		for range 400 {
			m.last = m.last.Add(time.Duration(r.Int64N(int64(15 * time.Minute))))
			m.account(l, m.last)
		}
		if w := m.workload(0); w.MeanAvailability < 0 || w.MeanAvailability > 1e-9 {
			t.Errorf("seed %d: mean availability %v, want 0", seed, w.MeanAvailability)
		}
	}
}

// Two pools, ten minutes apart, are one session; what goes on the next evening is
// another one.
func TestSessions(t *testing.T) {
	s, m, _ := metered(1)
	phase := func(at string, pool int32, p trace.Phase) {
		s.at(at).add(trace.PoolPhase, ref(trace.Pool, pool), trace.Ref{}, int64(p), 0)
	}
	s.submit(trace.VerbUpgradePool, poolRef, 2)
	phase("1m", 0, trace.Rolling)
	phase("30m", 0, trace.PhaseDone)
	phase("40m", 1, trace.Rolling)
	phase("1h", 1, trace.PhaseDone)
	phase("24h", 0, trace.Rolling)
	s.at("25h").end(trace.Blocked, "by hand", 0)
	s.settle(1)
	want := []Session{{des.Time(time.Minute), des.Time(time.Hour)}, {des.Time(24 * time.Hour), des.Time(25 * time.Hour)}}
	if diff := cmp.Diff(want, m.Run().Sessions); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
}

// What an upgrade adds doesn't depend on how long it is watched: a surge node
// that was there for ten minutes, and not the node that is there anyway.
func TestExtraNodesHoweverLongWatched(t *testing.T) {
	for _, settled := range []string{"30m", "5h"} {
		s, m, _ := metered(1)
		s.at("5m").submit(trace.VerbUpgradePool, poolRef, 2)
		s.add(trace.NodeRequested, ref(trace.Node, 1), poolRef, 2<<1|1, 0)
		s.at("15m").add(trace.NodeDeleted, ref(trace.Node, 1), trace.Ref{}, 0, 0)
		s.end(trace.Completed, "done", 0)
		s.at(settled).settle(1)
		near(t, "extra node-hours, settled at "+settled, m.Run().ExtraNodeHours, 10.0/60)
	}
	s, m, _ := metered(2)
	s.submit(trace.VerbUpgradePool, poolRef, 2)
	s.at("20m").add(trace.NodeDeleted, ref(trace.Node, 1), trace.Ref{}, 0, 0)
	s.end(trace.Completed, "done", 0)
	s.at("1h").settle(1)
	near(t, "extra cost of a node that went", m.Run().ExtraCost, -0.5*40/60)
}

// A node that comes later is old when it has its pool's version of the start, and
// new in a pool that had no node then.
func TestNodesThatComeLater(t *testing.T) {
	s, m, b := metered(1)
	s.submit(trace.VerbUpgradeControlPlane, planeRef, 2)
	for i, pool := range []int32{0, 1} {
		n := ref(trace.Node, int32(1+i))
		s.add(trace.NodeRequested, n, ref(trace.Pool, pool), 40, 0)
		s.add(trace.NodeReady, n, version(1+pool), 0, 0)
		s.add(trace.NodeUsable, n, version(1+pool), 0, 0)
	}
	s.at("1h").end(trace.Completed, "done", 0)
	s.settle(1)
	var got []string
	for _, n := range b.Timeline(m.Run()).Nodes {
		got = append(got, fmt.Sprint(n.Later, len(n.Spans), n.Spans[0].State == int(NodeNew)))
	}
	if diff := cmp.Diff([]string{"false 1 false", "true 1 false", "true 1 true"}, got); diff != "" {
		t.Errorf("came later, spans, new (-want +got):\n%s", diff)
	}
}

// What AKS refuses at once takes no time. Its nodes are still there to be drawn.
func TestRefusedAtOnce(t *testing.T) {
	s, m, b := metered(2)
	s.submit(trace.VerbUpgrade, planeRef, 2)
	s.end(trace.Refused, "refused", 0)
	s.settle(1)
	for _, n := range b.Timeline(m.Run()).Nodes {
		if diff := cmp.Diff([]Span{{State: int(NodeOld)}}, n.Spans); diff != "" {
			t.Errorf("%s: -want +got:\n%s", n.Name, diff)
		}
	}
}

// A trace without any request spans no time; nothing is NaN.
func TestNothingHappens(t *testing.T) {
	s, m, b := metered(1)
	s.pod(0, 0, 0)
	s.at("1h").end(trace.Completed, "nothing to do", 0)
	r := m.Run()
	check(t, "duration", r.Duration, 0)
	near(t, "mean availability", r.Workloads[0].MeanAvailability, 1.0/3)
	check(t, "min ready", r.Workloads[0].MinReady, 1)
	tl := b.Timeline(r)
	if tl.Start != tl.End {
		t.Errorf("a timeline from %v to %v", tl.Start, tl.End)
	}
	check(t, "spans of a node", len(tl.Nodes[0].Spans), 1)
}

// The meter folds online what the timeline's step functions say offline.
func TestMeterAgainstTimeline(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for i := range 200 {
		var m *Meter
		var b *TimelineBuilder
		s := randomRun(rng,
			func(h *trace.Header) trace.Sink { m = NewMeter(h); return m },
			func(h *trace.Header) trace.Sink { b = NewTimeline(h, m); return b })
		r := m.Run()
		tl := b.Timeline(r)
		if err := s.kept.Check(); err != nil {
			t.Fatalf("run %d: %v", i, err)
		}
		for j, w := range tl.Workloads {
			got := r.Workloads[j]
			least, at, ok := w.Ready.Min(tl.Start, tl.Last)
			if !ok {
				continue
			}
			check(t, "min ready", got.MinReady, int(least))
			check(t, "min ready at", got.MinReadyAt, at)
			capped := Step{At: w.Ready.At}
			for _, v := range w.Ready.Value {
				capped.Value = append(capped.Value, min(v, int32(got.Desired)))
			}
			mean, _ := capped.Mean(tl.Start, tl.Last)
			near(t, "mean availability", got.MeanAvailability, mean/float64(got.Desired))
			worst, _, _ := capped.Worst(WorstWindowLength, tl.Start, tl.Last)
			near(t, "worst window", got.WorstWindow, worst/float64(got.Desired))
			if got.HasFloor && got.Floor == 2 && j == 0 { // its own budget only, when the shared one is never below
				below, _ := w.Ready.Below(2, tl.Start, tl.Last)
				if got.BelowBudget < below {
					t.Errorf("below budget: got %v, less than %v below its own floor", got.BelowBudget, below)
				}
			}
			if got.HasTarget {
				below, _ := w.Ready.Below(3, tl.Start, tl.Last) // 80 % of 3
				check(t, "below target", got.BelowTarget, below)
			}
		}
		var longest, waited time.Duration
		var all []Wait
		for _, n := range tl.Nodes {
			all = append(all, n.Waits...)
			spans := time.Duration(0)
			for _, w := range n.Waiting() {
				spans += w.To.Sub(w.From)
			}
			check(t, "spans of waiting", spans, union(n.Waits))
			for _, d := range n.Drains {
				longest = max(longest, d.Length())
			}
			waited += union(n.Waits)
		}
		check(t, "some drain waits", tl.Waiting, union(all))
		check(t, "longest drain", r.Pools[0].Drains.Longest, longest)
		check(t, "waiting", r.Pools[0].Drains.WaitingBudgets, waited)
		if t.Failed() {
			t.Fatalf("in random run %d", i)
		}
	}
}

// union returns how long any of the waits goes on, second by second.
func union(waits []Wait) (d time.Duration) {
	const second = des.Time(time.Second)
	end := des.Time(0)
	for _, w := range waits {
		end = max(end, w.To)
	}
	for t := des.Time(0); t < end; t += second {
		for _, w := range waits {
			if w.From <= t && t < w.To {
				d += time.Second
				break
			}
		}
	}
	return d
}

// A live run and the trace that was written to disk and read back give equal
// numbers and equal pictures, also to a meter that metered another run before.
func TestLiveEqualsReadBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for i := range 50 {
		var m *Meter
		var b *TimelineBuilder
		s := randomRun(rng,
			func(h *trace.Header) trace.Sink { m = NewMeter(h); return m },
			func(h *trace.Header) trace.Sink { b = NewTimeline(h, m); return b })
		if i == 0 {
			s, m, b = upgradeByHand()
		}
		live := m.Run()
		var file bytes.Buffer
		if err := s.kept.WriteJSONL(&file); err != nil {
			t.Fatal(err)
		}
		read, err := trace.ReadJSONL(&file)
		if err != nil {
			t.Fatal(err)
		}
		again := NewMeter(&read.Header)
		randomRun(rng, func(*trace.Header) trace.Sink { return again })
		again.Run()
		again.Reset(read.Header.Strategy, read.Header.Seed, read.Header.Replication)
		line := NewTimeline(&read.Header, again)
		read.Replay(again, line)
		if diff := cmp.Diff(live, again.Run()); diff != "" {
			t.Fatalf("run %d: -live +read back:\n%s", i, diff)
		}
		if diff := cmp.Diff(b.Timeline(live), line.Timeline(live), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("run %d: -live +read back:\n%s", i, diff)
		}
	}
}

func TestMeterDoesNotAllocate(t *testing.T) {
	s := randomRun(rand.New(rand.NewPCG(1, 2)))
	m := NewMeter(&s.header)
	s.kept.Replay(m)
	allocs := testing.AllocsPerRun(20, func() {
		m.Reset("full", 1, 1)
		s.kept.Replay(m)
	})
	if allocs > 1 { // the list of sinks
		t.Errorf("%v allocations for %d records, want none", allocs, len(s.kept.Records))
	}
}

// A trace that is legal but makes no sense breaks neither fold.
func FuzzFolds(f *testing.F) {
	for seed := range uint64(3) {
		var b bytes.Buffer
		s := randomRun(rand.New(rand.NewPCG(seed, 0)))
		if err := s.kept.WriteJSONL(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		x, err := trace.ReadJSONL(bytes.NewReader(in))
		if err != nil {
			return
		}
		m := NewMeter(&x.Header)
		b := NewTimeline(&x.Header, m)
		x.Replay(m, b)
		r := m.Run()
		b.Timeline(r)
		for _, metric := range CatalogueOf(r).Metrics {
			if v, _ := metric.Of(r); math.IsNaN(v) {
				t.Errorf("%s is NaN", metric.Name)
			}
		}
	})
}

func BenchmarkMeter(b *testing.B) {
	s := randomRun(rand.New(rand.NewPCG(1, 2)))
	m := NewMeter(&s.header)
	b.ReportAllocs()
	for b.Loop() {
		m.Reset("full", 1, 1)
		for i, r := range s.kept.Records {
			m.Record(trace.ID(i+1), &r, "")
		}
	}
	b.ReportMetric(float64(len(s.kept.Records))*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// TestCordonedIsNotDraining: a blue-green upgrade cordons all old nodes long
// before it drains them; until then they are as they were.
func TestCordonedIsNotDraining(t *testing.T) {
	s, m, b := metered(1)
	s.at("1m").onNode(trace.NodeCordoned, 0, 0)
	s.at("9m").onNode(trace.DrainStarted, 0, 0)
	s.at("10m").onNode(trace.DrainEnded, 0, int64(trace.Drained))
	s.add(trace.RunEnded, runRef, trace.Ref{}, int64(trace.Completed), 0)
	s.add(trace.RunSettled, runRef, trace.Ref{}, 1, 0)
	spans := b.Timeline(m.Run()).Nodes[0].Spans
	first := spans[0]
	if NodeState(first.State) != NodeOld || first.To != des.Time(9*time.Minute) {
		t.Errorf("the node is %v until %v, want as it was until its drain begins at 9m", first.State, first.To)
	}
	if NodeState(spans[1].State) != NodeDraining {
		t.Errorf("then it is %v, want draining", spans[1].State)
	}
}

// TestDownAtEnd: a workload that had a ready replica when the first request was
// submitted, and has none when observation ends, is down for good. One that never
// had any isn't down for the upgrade, and a DaemonSet goes with its nodes.
func TestDownAtEnd(t *testing.T) {
	for _, x := range []struct {
		name    string
		ready   bool // before the first request
		settled int64
		want    []string
	}{
		{"was ready", true, 0, []string{"web"}},
		{"settled", true, 1, nil},
		{"never was ready", false, 0, nil},
	} {
		s, m, _ := metered(1)
		if x.ready {
			s.pod(0, 0, 0)
		}
		s.pod(2, 0, 0)
		s.at("10s").submit(trace.VerbUpgrade, planeRef, 2)
		if x.ready {
			s.at("20s").onPod(trace.PodDeleted, 0, 0, 0)
		}
		s.end(trace.Completed, "all done", 0)
		s.settle(x.settled)
		r := m.Run()
		if diff := cmp.Diff(x.want, r.Down()); diff != "" {
			t.Errorf("%s: - want, + got\n%s", x.name, diff)
		}
		check(t, x.name+": completes", r.Completes(), len(x.want) == 0)
	}
}

// TestDurationEndsWithTheWork: an abort that finds nothing under way and an upgrade
// that finds all as it asks take no part in the duration of a run that completes.
func TestDurationEndsWithTheWork(t *testing.T) {
	for _, outcome := range []trace.Outcome{trace.Completed, trace.Refused} {
		s, m, _ := metered(1)
		s.at("10s").submit(trace.VerbUpgrade, planeRef, 2)
		s.at("30s").add(trace.CurrentVersion, planeRef, version(2), 0, 0)
		s.add(trace.OperationEnded, opRef, planeRef, int64(trace.Succeeded), 0)
		s.at("60s").add(trace.RequestSubmitted, ref(trace.Operation, 1), poolRef, int64(trace.VerbAbort), 0)
		s.add(trace.RequestRefused, ref(trace.Operation, 1), trace.Ref{}, 0, 0)
		s.at("90s").add(trace.RequestSubmitted, ref(trace.Operation, 2), planeRef, int64(trace.VerbUpgrade), 0)
		s.add(trace.OperationStarted, ref(trace.Operation, 2), planeRef, 2, 0)
		s.add(trace.OperationEnded, ref(trace.Operation, 2), planeRef, int64(trace.Succeeded), 0)
		s.end(outcome, "over", 0)
		s.settle(1)
		want := 80 * time.Second
		if outcome == trace.Completed {
			want = 20 * time.Second
		}
		check(t, outcome.String(), m.Run().Duration, want)
	}
}
