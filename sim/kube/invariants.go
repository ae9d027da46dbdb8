package kube

import (
	"errors"
	"fmt"
	"slices"

	"rollsim/sim/model"
)

// CheckInvariants recounts everything that the cluster counts as it goes and
// reports all that does not add up. It is slow; tests call it after each event.
func (c *Cluster) CheckInvariants() error {
	r := c.recount()
	c.checkRoom(r)
	c.checkCounts(r)
	c.checkBudgets(r)
	c.checkSlots(r)
	c.checkTallies(r)
	c.checkResources(r)
	c.checkNominations(r)
	c.checkVictims(r)
	c.checkPorts(r)
	c.checkSeats(r)
	c.checkPlanes(r)
	c.checkDrains(r)
	return errors.Join(r.errs...)
}

// recount is the state of the cluster told from its pods alone.
type recount struct {
	room        []room            // by node
	on          []map[int32]int32 // pods by node and workload
	live, all   []map[int32]int32 // the same on nodes that exist; live ones
	serving     totals            // pods and those that serve, of what Settled looks at
	pods, ready []int32           // by workload
	errs        []error
}

func (c *Cluster) recount() *recount {
	r := &recount{
		room: make([]room, len(c.nodes)),
		on:   make([]map[int32]int32, len(c.nodes)),
		live: make([]map[int32]int32, len(c.nodes)),
		all:  make([]map[int32]int32, len(c.nodes)),
		pods: make([]int32, len(c.workloads)), ready: make([]int32, len(c.workloads)),
	}
	seen := make([]int, len(c.pods))
	for n := range c.nodes {
		r.on[n], r.live[n], r.all[n] = map[int32]int32{}, map[int32]int32{}, map[int32]int32{}
		for _, p := range c.nodes[n].pods {
			x := &c.pods[p]
			seen[p]++
			if x.node != NodeID(n) || seen[p] > 1 {
				r.fail("pod %d is on the list of node %d, but says node %d, or is listed twice", p, n, x.node)
				break
			}
			r.room[n].take(&c.workloads[x.workload], 1)
			r.on[n][x.workload]++
			if c.room[n].blocked&absent != 0 {
				continue // it counts nowhere else
			}
			r.all[n][x.workload]++
			if x.phase < PodTerminating {
				r.live[n][x.workload]++
			}
		}
	}
	for p := range c.pods {
		x := &c.pods[p]
		onNode := (x.phase >= PodAttaching || x.binding) && x.phase <= PodTerminating && x.node != none
		if onNode != (seen[p] == 1) {
			r.fail("pod %s is %v and on %d nodes", c.PodName(PodID(p)), x.phase, seen[p])
		}
		if (x.phase == PodPending && !x.binding) != (x.node == none) && x.phase < PodTerminating {
			r.fail("pod %s is %v on node %d", c.PodName(PodID(p)), x.phase, x.node)
		}
		if x.phase != PodGone {
			r.pods[x.workload]++
		}
		if x.phase == PodReady {
			r.ready[x.workload]++
		}
		c.recountServing(r, x)
		if down := x.node != none && x.phase != PodGone && !x.binding && !c.runs(x.node); x.phase != PodGone && x.halted != down {
			r.fail("pod %s is on a node that is %v, and halted: %v", c.PodName(PodID(p)), c.nodes[x.node].phase, x.halted)
		}
		if w := &c.workloads[x.workload]; x.waiting != slices.Contains(w.waiting, PodID(p)) || x.queued != slices.Contains(c.sched.queueOf(x).pods, PodID(p)) {
			r.fail("pod %s: flags and lists of the scheduler disagree", c.PodName(PodID(p)))
		}
		if x.phase == PodPending && !x.waiting && !x.queued && !x.binding && !gated(c.workloads[x.workload].Workload) {
			r.fail("pod %s is pending and nobody will schedule it", c.PodName(PodID(p)))
		}
	}
	return r
}

// recountServing counts a pod among those that Settled looks at.
func (c *Cluster) recountServing(r *recount, x *pod) {
	w := &c.workloads[x.workload]
	if w.kind == model.Job || x.phase == PodGone || w.daemon >= 0 && x.node != none && c.room[x.node].blocked&absent != 0 {
		return
	}
	r.serving.pods++
	if x.phase == PodReady && (x.node == none || c.runs(x.node)) {
		r.serving.ready++
	}
}

func (r *recount) fail(format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf(format, args...))
}

// checkRoom: requests on a node add up to what is booked and are no more than
// allocatable, and nothing is on a node that isn't there.
func (c *Cluster) checkRoom(r *recount) {
	for n := range c.nodes {
		got, a := &c.room[n], c.allocatable(NodeID(n))
		want := &r.room[n]
		if got.cpu != a.CPU || got.memory != a.Memory || got.freeCPU != a.CPU+want.freeCPU || got.freeMemory != a.Memory+want.freeMemory || got.freePods != int32(a.Pods)+want.freePods ||
			got.scoreCPU != want.scoreCPU || got.scoreMemory != want.scoreMemory {
			r.fail("node %s: booked requests differ from those of its pods", c.NodeName(NodeID(n)))
		}
		here := got.blocked&absent == 0
		if c.runs(NodeID(n)) && got.overfull() {
			r.fail("node %s: more is requested than is allocatable", c.NodeName(NodeID(n)))
		}
		if here != (c.runs(NodeID(n)) || c.nodes[n].silent) || here != c.sched.knows(NodeID(n)) {
			r.fail("node %s is %v, but the scheduler thinks otherwise", c.NodeName(NodeID(n)), c.nodes[n].phase)
		}
		for _, p := range c.nodes[n].pods {
			if x := &c.pods[p]; !here && !c.nodes[n].quarantined && !x.binding && !x.doomed {
				r.fail("node %s is %v, and nobody will remove pod %s from it", c.NodeName(NodeID(n)), c.nodes[n].phase, c.PodName(p))
			}
		}
	}
}

// checkCounts: what workloads, spread constraints and budgets count is so.
func (c *Cluster) checkCounts(r *recount) {
	all := r.serving
	for i := range c.workloads {
		w := &c.workloads[i]
		if w.pods != r.pods[i] || w.ready != r.ready[i] {
			r.fail("workload %s counts %d pods, %d ready; there are %d and %d", w.Name, w.pods, w.ready, r.pods[i], r.ready[i])
		}
		for n := range c.nodes {
			if int32(w.onNode[n]) != r.live[n][int32(i)] {
				r.fail("workload %s counts %d pods on node %d; there are %d", w.Name, w.onNode[n], n, r.live[n][int32(i)])
			}
			if w.HostAntiAffinity && r.all[n][int32(i)] > 1 {
				r.fail("workload %s has two pods on node %s against its anti-affinity", w.Name, c.NodeName(NodeID(n)))
			}
		}
		c.checkSpread(r, i, w.hard)
		c.checkSpread(r, i, w.soft)
	}
	for _, s := range c.slots {
		if w := &c.workloads[s.workload]; w.daemon < 0 && w.kind != model.Job || s.wanted {
			all.wanted++
		}
	}
	if all != c.totals {
		r.fail("totals are %+v, not %+v", c.totals, all)
	}
}

func (c *Cluster) checkBudgets(r *recount) {
	for i := range c.budgets {
		b := c.budgets[i]
		healthy, pods, scale := int32(0), int32(0), int32(0)
		for _, s := range b.selected {
			w := &c.workloads[s]
			healthy += r.ready[s]
			pods += r.pods[s]
			if r.pods[s] > 0 && w.kind != model.BarePod && w.kind != model.DaemonSet && w.kind != model.Job {
				scale += int32(w.Replicas)
			}
		}
		expected, desired := b.resolve(pods, scale)
		if b.status.allowed < 0 {
			r.fail("budget %s allows %d disruptions", b.Name, b.status.allowed)
		}
		if b.status.observed && !b.broken && !b.control.busy() && b.status != c.statusOf(i) {
			r.fail("budget %s: the status is %+v, and no other is due", b.Name, b.status)
		}
		if b.healthy != healthy || b.expected != expected || b.desired != desired {
			r.fail("budget %s counts %d healthy of %d expected, %d desired; it is %d, %d, %d",
				b.Name, b.healthy, b.expected, b.desired, healthy, expected, desired)
		}
	}
}

// checkSlots: each replica has at most one pod that is not terminating, and
// where it has none its controller is about to make one, or waits.
func (c *Cluster) checkSlots(r *recount) {
	live := make([]int, len(c.slots))
	for p := range c.pods {
		x := &c.pods[p]
		if x.phase < PodTerminating {
			live[x.slot]++
			if c.slots[x.slot].pod != PodID(p) {
				r.fail("pod %s is not the pod of its slot", c.PodName(PodID(p)))
			}
		}
	}
	idle := make([]int32, len(c.workloads))
	for i := range c.slots {
		s := &c.slots[i]
		w := &c.workloads[s.workload]
		if s.idle {
			idle[s.workload]++
		}
		if live[i] > 1 {
			r.fail("replica %d of %s has %d pods", s.index, w.Name, live[i])
		}
		if s.pod != none && c.pods[s.pod].phase == PodGone {
			r.fail("replica %d of %s has a pod that is gone", s.index, w.Name)
		}
		if s.wanted && !c.runsThere(s) {
			r.fail("DaemonSet %s wants a pod on node %s, which isn't there", w.Name, c.NodeName(NodeID(s.index)))
		}
	}
	for i := range c.workloads {
		if w := &c.workloads[i]; w.job.idle != idle[i] {
			r.fail("job %s counts %d idle slots; there are %d", w.Name, w.job.idle, idle[i])
		}
	}
}

func (c *Cluster) runsThere(s *slot) bool { return c.room[s.index].blocked&absent == 0 }

// checkDrains: each drain knows how many of its pods are still to go, how many
// requests are under way, and of which nodes and pods it is; a stretch knows how
// many have begun.
func (c *Cluster) checkDrains(r *recount) {
	underWay := 0
	for n := range c.nodes {
		told, begun := 0, 0
		for who, i := range c.nodes[n].drains {
			if i < 0 {
				continue
			}
			d := &c.drains.items[i]
			left, asked := 0, 0
			for _, j := range d.list {
				e := &c.errands.items[j]
				if !e.done {
					left++
					if c.pods[e.pod].errands[who] != j {
						r.fail("pod %s doesn't know the drain of %s", c.PodName(e.pod), c.NodeName(NodeID(n)))
					}
				}
				if e.req.stage != notAsked {
					asked++
				}
			}
			if d.node != NodeID(n) || int(d.who) != who || d.left != left || d.asked != asked {
				r.fail("drain of %s: %d left, %d asked for; its pods say %d, %d", c.NodeName(NodeID(n)), d.left, d.asked, left, asked)
			}
			if d.told {
				told++
			}
			if d.begun {
				begun++
			}
		}
		if told != min(begun, 1) {
			r.fail("%d drains of %s are told", told, c.NodeName(NodeID(n)))
		}
		underWay += begun
	}
	if underWay != c.stretch.drains {
		r.fail("%d drains are under way, the stretch counts %d", underWay, c.stretch.drains)
	}
}
