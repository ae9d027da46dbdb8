package kube

import (
	"fmt"
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// PodPhase is where a pod is on its way, as the API has it: a pod whose machine
// has died is Ready there until somebody says otherwise. The first four are what
// Kubernetes calls phase Pending, the next two its phase Running.
type PodPhase uint8

// The phases of a pod.
const (
	PodPending     PodPhase = iota + 1 // not bound to a node
	PodAttaching                       // bound, waits for its zonal disk
	PodPulling                         // bound, waits for its image
	PodStarting                        // bound, its containers start
	PodRunning                         // runs, not Ready yet
	PodReady                           // runs and is Ready
	PodTerminating                     // asked to go; not ready, whatever it was
	PodGone                            // the object is removed
)

var podPhases = [...]string{"no phase", "pending", "attaching", "pulling", "starting", "running", "ready", "terminating", "gone"}

// String returns the phase in one word.
func (p PodPhase) String() string { return podPhases[p] }

// legalPod has, for each phase, a bit for each phase that may follow it.
var legalPod = [...]uint16{
	0:              1 << PodPending,
	PodPending:     1<<PodAttaching | 1<<PodPulling | 1<<PodStarting | 1<<PodTerminating,
	PodAttaching:   1<<PodPulling | 1<<PodStarting | 1<<PodTerminating,
	PodPulling:     1<<PodStarting | 1<<PodTerminating,
	PodStarting:    1<<PodAttaching | 1<<PodPulling | 1<<PodStarting | 1<<PodRunning | 1<<PodTerminating,
	PodRunning:     1<<PodAttaching | 1<<PodPulling | 1<<PodStarting | 1<<PodReady | 1<<PodTerminating,
	PodReady:       1<<PodRunning | 1<<PodTerminating,
	PodTerminating: 1 << PodGone,
	PodGone:        0,
}

// pod is one incarnation of a replica. There are many, and most are first looked
// at again when their node is drained, so it takes two cache lines: all that the
// end of a pod needs is in the first, what only the scheduler and Jobs need in the
// second.
type pod struct {
	key       random.Key // of all its chance: its slot and which incarnation it is
	workload  int32
	slot      int32
	suffix    int32 // what its name ends in; a StatefulSet's ordinal
	node      NodeID
	timer     des.Handle      // the next step of its way
	last      trace.ID        // record of its latest step
	errands   [drainers]int32 // what drains want of it; -1: nothing
	looks     int32           // of the API server at it, as its eviction is asked for
	writes    int32           // of its object: what its resourceVersion tells
	phase     PodPhase
	disk      uint8 // where its disk is on its way
	ran       bool  // it has run, so that it is Running for the API when it is started again
	available bool  // Ready for as long as its workload's MinReady
	halted    bool  // its containers died with the machine, which isn't back
	doomed    bool  // whoever removes it has made the requests for that
	preempted bool  // terminating for the sake of another pod
	binding   bool  // on its node for the scheduler only: the request to bind it waits

	since      des.Time   // created; the scheduler's queue goes by it
	entered    des.Time   // into the scheduler's queue, or failed for the last time
	backoff    des.Time   // until when it backs off
	started    des.Time   // bound
	work       des.Handle // the end of a Job's pod
	nominated  NodeID     // where it waits for its victims to be gone, until it is bound; -1
	tries      int32      // scheduling attempts
	unfit      int32      // nodes that refused it at the last attempt, as recorded
	fails      int32      // attempts that failed
	hints      hint       // of those that refused it when it failed
	queued     bool       // in the scheduler's queue
	backing    bool       // queued, and backs off
	waiting    bool       // in its workload's list of pods that fitted nowhere
	overlooked bool       // waiting, may fit, and nothing will say so but the flush
}

func podRef(p PodID) trace.Ref   { return trace.Ref{Kind: trace.Pod, Index: int32(p)} }
func nodeRef(n NodeID) trace.Ref { return trace.Ref{Kind: trace.Node, Index: int32(n)} }

// setPhase takes a pod one step further, keeps the counts of ready pods and
// writes the record, which it returns.
func (c *Cluster) setPhase(p PodID, to PodPhase, kind trace.Kind, object trace.Ref, value int64, cause trace.ID) trace.ID {
	x := &c.pods[p]
	from := x.phase
	c.advance(p, to)
	x.last = c.rec.Add(kind, podRef(p), object, value, cause)
	w := &c.workloads[x.workload]
	switch {
	case to == PodReady:
		c.healthChanged(w, 1, x.last)
	case from == PodReady:
		c.healthChanged(w, -1, x.last)
	case to == PodTerminating:
		c.confirmed(w, p)
	}
	return x.last
}

// written notes that a pod's object is written.
func (c *Cluster) written(x *pod) {
	x.writes++
	c.changes++
}

// advance takes a pod one step further and checks that the step is legal. Nobody
// else assigns the phase. Only steps into starting have no record.
func (c *Cluster) advance(p PodID, to PodPhase) {
	x := &c.pods[p]
	if legalPod[x.phase]&(1<<to) == 0 {
		panic(fmt.Sprintf("kube: pod %s: %v -> %v is not a legal step (t=%v)", c.PodName(p), x.phase, to, c.eng.Now()))
	}
	c.written(x)
	c.weigh(x, -1)
	x.phase = to
	c.weigh(x, 1)
	x.ran = x.ran || to == PodRunning
}

// weigh adds a pod to the totals (+1), or takes it out of them (-1). Pods of Jobs
// don't count, nor those of DaemonSets on nodes that don't exist: nobody wants them.
func (c *Cluster) weigh(x *pod, sign int) {
	w := &c.workloads[x.workload]
	if x.phase == 0 || x.phase == PodGone || w.kind == model.Job ||
		w.daemon >= 0 && x.node != none && c.room[x.node].blocked&absent != 0 {
		return
	}
	c.totals.pods += sign
	if x.phase == PodReady && !x.halted {
		c.totals.ready += sign
	}
}

// newPod makes the next pod of a slot.
func (c *Cluster) newPod(i int32, cause trace.ID) PodID {
	s := &c.slots[i]
	s.attempt++
	s.pod = PodID(len(c.pods))
	c.pods = append(c.pods, pod{})
	x := &c.pods[s.pod]
	x.workload, x.slot, x.key = s.workload, i, c.podKey(s)
	x.node, x.nominated, x.errands = none, none, noErrands
	x.since = c.eng.Now()
	x.suffix = c.suffixOf(x)
	workloadRef := trace.Ref{Kind: trace.Workload, Index: s.workload}
	id := c.setPhase(s.pod, PodPending, trace.PodCreated, workloadRef, int64(x.suffix), cause)
	c.podsChanged(&c.workloads[s.workload], 1, id)
	return s.pod
}

// link puts a pod on its node, as the last that came, and takes the room that it
// requests.
func (c *Cluster) link(p PodID, n NodeID) {
	x := &c.pods[p]
	x.node = n
	c.nodes[n].pods = append(c.nodes[n].pods, p)
	w := &c.workloads[x.workload]
	c.book(w, n, 1)
	c.count(w, n, 1)
}

// unlink takes a pod off its node, which has the room back. The pod still
// knows where it was.
func (c *Cluster) unlink(p PodID) {
	x := &c.pods[p]
	list := c.nodes[x.node].pods
	at := slices.Index(list, p)
	c.nodes[x.node].pods = slices.Delete(list, at, at+1)
	w := &c.workloads[x.workload]
	c.book(w, x.node, -1)
}

// terminate asks a pod to stop. Its controller sees that at once and replaces
// it where it doesn't wait for the end.
func (c *Cluster) terminate(p PodID, reason trace.TerminationReason, cause trace.ID) {
	c.terminateWithin(p, c.workloads[c.pods[p].workload].TerminationGrace, reason, cause)
}

// terminateWithin is terminate with another grace period than the pod's own.
func (c *Cluster) terminateWithin(p PodID, grace time.Duration, reason trace.TerminationReason, cause trace.ID) {
	x := &c.pods[p]
	c.eng.Cancel(x.timer)
	c.dropDisk(p)
	id := c.setPhase(p, PodTerminating, trace.PodTerminating, nodeOrNone(x.node), int64(reason), cause)
	c.leaving(p, reason, id)
	if x.node == none {
		c.unqueue(p)
		c.gone(p, id)
		return
	}
	w := &c.workloads[x.workload]
	c.count(w, x.node, -1)
	c.changed()
	c.overlookSpread(w)
	if reason == trace.NodeGone || reason == trace.Finished || x.binding {
		x.binding = false
		c.gone(p, id)
		return
	}
	if x.halted && grace > 0 {
		return // there is no kubelet that could tell of its end; without grace nobody asks it
	}
	stop := min(c.draw(w.Termination, x.key, forTermination), grace)
	x.timer = c.after(stop, des.ClassFinish, evStopped, int32(p))
}

// gone removes the object of a terminating pod.
func (c *Cluster) gone(p PodID, cause trace.ID) {
	x := &c.pods[p]
	id := c.setPhase(p, PodGone, trace.PodDeleted, nodeOrNone(x.node), 0, cause)
	w := &c.workloads[x.workload]
	if x.node != none {
		c.unlink(p)
	}
	if s := &c.slots[x.slot]; s.pod == p {
		s.pod = none
	}
	c.podsChanged(w, -1, id)
	c.left(p, id)
	if x.node != none {
		c.drainLost(p)
		c.wakeNode(x.node)
		c.tellPod(x.workload, true)
		c.unname(p)
	}
}

func nodeOrNone(n NodeID) trace.Ref {
	if n == none {
		return trace.Ref{}
	}
	return nodeRef(n)
}
