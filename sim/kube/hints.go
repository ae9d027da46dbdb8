package kube

import (
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/random"
)

// What the scheduler's plugins make of events (QueueingHints): a pod that waits is
// tried again only when a plugin that refused it, on whichever node, says that the
// event may help. For most pods that comes to being tried whenever something helps.
// Not so for wary ones, to which it matters what other pods there are:
// InterPodAffinity goes by a pod that is gone when all required anti-affinity terms
// of the waiting one select it, and not by one that shunned it, nor by one whose
// absence makes it the first of its kind; nobody goes by a pod that terminates,
// though spread counts it no more. Then a pod waits on that would fit, until
// another event wakes it or the flush of pods that have waited for long. Sources:
// kubernetes isSchedulableAfter... of pkg/scheduler/framework/plugins and
// pkg/scheduler/backend/queue/scheduling_queue.go, isPodWorthRequeuing.

// hint is a set of plugins that refused a pod.
type hint uint16

const (
	cordonHint hint = 1 << iota // NodeUnschedulable
	taintHint                   // TaintToleration
	labelHint                   // NodeAffinity
	portHint                    // NodePorts
	roomHint                    // NodeResourcesFit
	diskHint                    // NodeVolumeLimits
	zoneHint                    // VolumeBinding
	spreadHint                  // PodTopologySpread
	apartHint                   // InterPodAffinity
)

// hintOf has the plugin of each refusal.
var hintOf = [...]hint{
	Unschedulable: cordonHint, Untolerated: taintHint, Unselected: labelHint, PortTaken: portHint, Full: roomHint,
	TooManyDisks: diskHint, DiskElsewhere: zoneHint, Unlabelled: spreadHint, Skewed: spreadHint,
	Alone: apartHint, Repelled: apartHint, Shunned: apartHint,
}

// wary reports whether it matters to pods of w what other pods there are.
func (w *workload) wary() bool { return len(w.hard) > 0 || !w.indifferent() }

// buildFoes notes the workloads that all required anti-affinity terms of w select.
func (c *Cluster) buildFoes(i int, terms []podTerm) {
	w := &c.workloads[i]
	for _, t := range terms {
		switch {
		case !t.anti || t.weight != 0:
		case !w.repels:
			w.foes, w.repels = slices.Clone(t.selected), true
		default:
			w.foes = slices.DeleteFunc(w.foes, func(v int) bool { return !slices.Contains(t.selected, v) })
		}
	}
}

// hintsOf returns which plugins refuse a wary pod.
func (c *Cluster) hintsOf(p PodID) hint {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	if !w.wary() {
		return 0
	}
	c.leastCounts(w)
	hints := hint(0)
	for n := range c.nodes {
		switch {
		case c.room[n].blocked&absent != 0:
		case w.daemon >= 0 && int32(n) != c.slots[x.slot].index:
			hints |= labelHint
		default:
			hints |= hintOf[c.refusal(p, w, NodeID(n), c.zoneOf(p))]
		}
	}
	if hints == 0 { // there is no node at all: the next that comes is a reason
		hints = cordonHint | taintHint
	}
	return hints
}

// tellNode tells wary pods that a node was added or removed, or has other taints
// than before.
func (c *Cluster) tellNode(n NodeID, before uint8) {
	if c.sched.waiting == 0 {
		return
	}
	for i := range c.workloads {
		if w := &c.workloads[i]; len(w.waiting) > 0 && w.wary() {
			c.wakeIf(w, func(x *pod) bool { return c.goesByNode(x, w, n, before) })
		}
	}
}

// tellPod tells wary pods that a pod of v is bound or, where it is gone, that it is.
func (c *Cluster) tellPod(v int32, gone bool) {
	if c.sched.waiting == 0 {
		return
	}
	for i := range c.workloads {
		w := &c.workloads[i]
		switch {
		case len(w.waiting) == 0 || !w.wary():
		case gone:
			c.wakeIf(w, func(x *pod) bool { return c.goesByGone(x, w, v) })
		default:
			c.wakeIf(w, func(x *pod) bool {
				return x.hints&spreadHint != 0 && c.spreadCounts(x.workload, v) ||
					x.hints&apartHint != 0 && slices.Contains(c.workloads[v].followers, x.workload)
			})
		}
	}
}

// tellDetached tells wary pods that a node has a disk less attached.
func (c *Cluster) tellDetached() {
	if c.sched.waiting == 0 {
		return
	}
	for i := range c.workloads {
		if w := &c.workloads[i]; len(w.waiting) > 0 && w.wary() {
			c.wakeIf(w, func(x *pod) bool { return x.hints&diskHint != 0 })
		}
	}
}

// tellReleased tells wary pods that a pod of v is nominated no longer. Those that are
// more important didn't leave it the room; affinity and spread don't go by pods that
// were on no node.
func (c *Cluster) tellReleased(v int32) {
	if c.sched.waiting == 0 {
		return
	}
	gone := &c.workloads[v]
	for i := range c.workloads {
		if w := &c.workloads[i]; len(w.waiting) > 0 && w.wary() && w.Priority <= gone.Priority {
			c.wakeIf(w, func(x *pod) bool {
				return x.hints&roomHint != 0 ||
					x.hints&portHint != 0 && shareAPort(w.HostPorts, gone.HostPorts) ||
					x.hints&diskHint != 0 && (gone.Disks > 0 || gone.ZonalVolume)
			})
		}
	}
}

// goesByNode reports whether a plugin that refused x, a pod of w, goes by what
// happens to a node, which was blocked by other bits before. Those that go by new
// nodes go by each change of taints too. Source of that: kubernetes
// pkg/scheduler/scheduler.go, buildQueueingHintMap.
func (c *Cluster) goesByNode(x *pod, w *workload, n NodeID, before uint8) bool {
	r := &c.room[n]
	added, removed := before&absent != 0, r.blocked&absent != 0
	switch {
	case x.hints&spreadHint != 0 && c.hasKeys(w.hard, r.class):
		return true
	case removed:
		return false
	case x.hints&cordonHint != 0 && (added || before&unschedulable != 0) && r.blocked&unschedulable == 0,
		x.hints&taintHint != 0 && before&w.minds != 0 && r.blocked&w.minds == 0 && w.fits[r.class].taints:
		return true
	case !added:
		return x.hints&(labelHint|portHint|roomHint|zoneHint|apartHint) != 0
	}
	return x.hints&(portHint|diskHint|zoneHint) != 0 ||
		x.hints&labelHint != 0 && c.selects(w, n) && (w.daemon < 0 || c.slots[x.slot].index == int32(n)) ||
		x.hints&roomHint != 0 && c.couldFit(w, n) ||
		x.hints&apartHint != 0 && (w.repels || slices.ContainsFunc(w.together, func(t int32) bool { return c.domainOf(c.tallies[t].topology, n) >= 0 }))
}

// goesByGone reports whether a plugin that refused x, a pod of w, goes by a pod of
// v that is gone.
func (c *Cluster) goesByGone(x *pod, w *workload, v int32) bool {
	gone := &c.workloads[v]
	return x.hints&roomHint != 0 ||
		x.hints&portHint != 0 && shareAPort(w.HostPorts, gone.HostPorts) ||
		x.hints&diskHint != 0 && (gone.Disks > 0 || gone.ZonalVolume) ||
		x.hints&spreadHint != 0 && c.spreadCounts(x.workload, v) ||
		x.hints&apartHint != 0 && slices.Contains(w.foes, int(v))
}

// spreadCounts reports whether a hard spread constraint of a workload counts the
// pods of v.
func (c *Cluster) spreadCounts(workload, v int32) bool {
	return slices.ContainsFunc(c.workloads[v].counted, func(s constraint) bool { return s.hard && s.workload == workload })
}

// wakeIf is wake for the wary pods of w whose plugins go by an event.
func (c *Cluster) wakeIf(w *workload, goesBy func(*pod) bool) {
	next := true // of the pods that are alike the oldest is tried
	for _, p := range w.waiting {
		x := &c.pods[p]
		alike := w.alike(x)
		switch {
		case alike && !next || x.queued:
		case goesBy(x):
			c.enqueue(p)
		default:
			c.overlook(p)
		}
		next = next && !alike
	}
}

// alike reports whether a pod of w fits where others of w do: it is bound to nothing
// of its own, a node or the zone of a disk, nor nominated to a node.
func (w *workload) alike(x *pod) bool {
	return x.nominated == none && !w.ZonalVolume && w.daemon < 0
}

// takeOver has the next pods of w wait in the place of x, which was tried for those
// that are like it and goes.
func (c *Cluster) takeOver(w *workload, x *pod) {
	if !w.alike(x) {
		return
	}
	for _, p := range w.waiting {
		y := &c.pods[p]
		if y.queued || !w.alike(y) {
			continue
		}
		if y.entered < x.entered {
			y.hints = x.hints
		}
		c.overlook(p)
	}
}

// flushPeriod is how often the scheduler looks for pods that have waited for
// longer than Scheduler.Flush, to try them once more. Source: kubernetes
// pkg/scheduler/backend/queue/scheduling_queue.go, Run.
const flushPeriod = 30 * time.Second

// flushedAt returns when the flush finds a pod that waits since the moment from.
func (c *Cluster) flushedAt(from des.Time) des.Time {
	t := from.Add(c.m.Scheduler.Flush)
	return t + des.Time(flushPeriod) - (t-c.sched.flush)%des.Time(flushPeriod)
}

func (c *Cluster) resetFlush() {
	c.sched.flush = des.Time(c.src.Uniform(random.KeyOf("scheduler flush"))*float64(flushPeriod)) - des.Time(flushPeriod)
}

// overlook notes that a pod may fit now and that no event says so: it is tried
// when the flush finds it.
func (c *Cluster) overlook(p PodID) {
	x := &c.pods[p]
	if x.overlooked {
		return
	}
	x.overlooked = true
	t := c.flushedAt(x.entered)
	for t <= c.eng.Now() { // it was found before, in vain
		t = c.flushedAt(t)
	}
	c.after(t.Sub(c.eng.Now()), des.ClassControl, evFlush, int32(p))
}

// overlookSpread is overlook for pods whose hard constraints count those of v, of
// which one is asked to go: it counts no longer, and that is no event.
func (c *Cluster) overlookSpread(v *workload) {
	if c.sched.waiting == 0 {
		return
	}
	for _, x := range v.counted {
		if x.hard {
			for _, p := range c.workloads[x.workload].waiting {
				c.overlook(p)
			}
		}
	}
}

// flush tries a pod that was overlooked, unless it has been tried since.
func (c *Cluster) flush(p PodID) {
	x := &c.pods[p]
	if x.overlooked && x.waiting && !x.queued {
		c.enqueue(p)
	}
}
