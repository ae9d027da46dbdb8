package kube

import (
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// workload is a model workload as the scheduler and the controllers see it,
// with its live counts.
type workload struct {
	*model.Workload
	index int32
	kind  model.WorkloadKind
	key   random.Key // of all its chance

	// For the scheduler.
	stay        time.Duration // on a lost node; -1: for good
	minds       uint8         // bits of room.blocked that keep its pods away
	fits        []fitness     // by class
	byHost      bool          // its node affinity asks for kubernetes.io/hostname, which classes don't know
	hostFits    []bool        // with byHost, by node
	cpu, memory int64         // what is scored: the requests, or upstream's defaults for pods without
	bestEffort  bool          // no requests at all
	hard, soft  []spread      // DoNotSchedule, ScheduleAnyway or the cluster's defaults
	needsKeys   bool          // constraints of its own: nodes without one of their keys count nothing and get no points
	countsKeys  bool          // what a soft one by hostname weighs depends on how many feasible nodes have all keys
	image       int32         // -1: none
	budgets     []int         // that select it
	prefers     bool          // some class has a PreferNoSchedule taint that it doesn't tolerate
	avoids      bool          // it doesn't tolerate the autoscaler's taint for candidates
	onNode      []uint16      // live pods by node
	counted     []constraint  // that count its live pods
	shares      []share       // in tallies of pods
	liveShares  []share       // in tallies of live pods
	extended    []extended    // requests beside cpu and memory
	ports       int32         // tally of pods that have taken a host port of its; -1: none can
	likes       bool          // it prefers some nodes by their labels
	hostLikes   []int32       // with byHost and likes, by node
	lonely      bool          // no pod will ever satisfy all of its required affinity
	plain       bool          // filters have nothing to look at beside taints, labels, ports and resources
	affinity
	lens
	firstSlot   int32      // its replicas' slots follow each other; DaemonSet: -1
	daemon      int32      // index into Cluster.daemons; -1: not a DaemonSet
	rank        int32      // among the workloads, by namespace and name
	prefixes    bool       // another workload's pods could sort between this one's
	waiting     []PodID    // pods that fitted nowhere, in order of creation
	rs          replicaSet // of a Deployment
	job         jobState
	syncing     bool  // a StatefulSet's look at its ordinals is due
	pods, ready int32 // that exist; that are Ready and not terminating
}

// fitness is what a workload's pods think of a class of nodes.
type fitness struct {
	affinity bool  // node selector and required node affinity hold
	taints   bool  // no untolerated NoSchedule or NoExecute taint of the pool
	prefer   int16 // untolerated PreferNoSchedule taints
	likes    int32 // weights of the preferred node affinity terms that hold
}

// Requests that the scheduler assumes when it scores pods that have none.
// Source: kubernetes pkg/scheduler/util/pod_resources.go.
const (
	defaultCPU    = 100
	defaultMemory = 200 << 20
)

func (c *Cluster) buildWorkloads() {
	c.workloads = make([]workload, len(c.m.Workloads))
	for i := range c.m.Workloads {
		w := &c.workloads[i]
		*w = workload{
			index:      int32(i),
			Workload:   &c.m.Workloads[i],
			kind:       c.m.Workloads[i].Kind,
			key:        random.KeyOf("workload", c.m.Workloads[i].Namespace, c.m.Workloads[i].Name),
			cpu:        c.m.Workloads[i].Requests.CPU,
			memory:     c.m.Workloads[i].Requests.Memory,
			bestEffort: c.m.Workloads[i].Requests == model.Resources{},
			budgets:    c.m.BudgetsOf[i],
			firstSlot:  int32(len(c.slots)),
			stay:       stayOf(&c.m.Workloads[i]),
			daemon:     -1,
			image:      c.imageOf(c.m.Workloads[i].Image),
		}
		if w.cpu == 0 {
			w.cpu = defaultCPU
		}
		if w.memory == 0 {
			w.memory = defaultMemory
		}
		c.buildFitness(w)
		c.buildExtended(w)
		if w.kind == model.DaemonSet {
			w.daemon, w.firstSlot = int32(len(c.daemons)), -1
			c.daemons = append(c.daemons, int32(i))
			continue
		}
		for r := range w.Replicas {
			c.slots = append(c.slots, slot{workload: int32(i), index: int32(r)})
		}
	}
	for i := range c.workloads {
		c.buildSpread(i)
	}
	c.buildAffinity()
	c.buildPorts()
	for i := range c.workloads {
		w := &c.workloads[i]
		w.plain = !w.ZonalVolume && len(w.hard) == 0 && w.indifferent()
	}
	c.buildPlanes()
	c.buildNames()
}

// buildFitness judges every class of nodes. A DaemonSet's pods tolerate cordons,
// because their controller adds that toleration. Source: kubernetes
// pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations.
func (c *Cluster) buildFitness(w *workload) {
	w.minds = absent
	if w.kind != model.DaemonSet && !model.Tolerated(w.Tolerations, unschedulableTaint) {
		w.minds |= unschedulable
	}
	if !model.Tolerated(w.Tolerations, notReadyTaint) {
		w.minds |= notReady
	}
	if !model.Tolerated(w.Tolerations, unreachableTaint) {
		w.minds |= unreachable
	}
	if !model.Tolerated(w.Tolerations, toBeDeletedTaint) {
		w.minds |= toBeDeleted
	}
	w.avoids = !model.Tolerated(w.Tolerations, candidateTaint)
	w.byHost = asksForHost(w.Workload)
	w.likes = len(w.PreferredNodeAffinity) > 0
	w.fits = make([]fitness, len(c.classes))
	for i := range c.classes {
		f := &w.fits[i]
		f.affinity = w.byHost || w.MatchesNode(c.classes[i].labels, nil)
		f.likes = liking(w.Workload, c.classes[i].labels)
		f.taints = true
		for _, t := range c.classes[i].taints {
			switch {
			case model.Tolerated(w.Tolerations, t):
			case t.Effect == model.PreferNoSchedule:
				f.prefer++
				w.prefers = true
			default:
				f.taints = false
			}
		}
	}
}

func asksForHost(w *model.Workload) bool {
	if _, ok := w.NodeSelector.Get(model.LabelHostname); ok {
		return true
	}
	for _, term := range w.NodeAffinity {
		if slices.ContainsFunc(term, func(r model.Requirement) bool { return r.Key == model.LabelHostname }) {
			return true
		}
	}
	return slices.ContainsFunc(w.PreferredNodeAffinity, func(t model.PreferredNodeTerm) bool {
		return slices.ContainsFunc(t.Match, func(r model.Requirement) bool { return r.Key == model.LabelHostname })
	})
}

// liking returns the weights of the preferred terms that hold for a node with
// these labels.
func liking(w *model.Workload, l model.Labels) int32 {
	sum := 0
	for _, t := range w.PreferredNodeAffinity {
		if t.Match.Matches(l) {
			sum += t.Weight
		}
	}
	return int32(sum)
}

// resetWorkloads forgets all pods.
func (c *Cluster) resetWorkloads() {
	static := 0
	for i := range c.workloads {
		w := &c.workloads[i]
		w.onNode, w.hostFits, w.hostLikes, w.waiting = w.onNode[:0], w.hostFits[:0], w.hostLikes[:0], w.waiting[:0]
		w.pods, w.ready = 0, 0
		w.syncing = false
		w.rs = replicaSet{missing: w.rs.missing[:0]}
		w.job = jobState{}
		c.resetSpread(w)
		if w.daemon < 0 {
			static += w.Replicas
			if w.kind != model.Job {
				c.totals.wanted += w.Replicas
			}
		}
	}
	c.resetTallies()
	c.resetPlanes()
	c.extended = c.extended[:0]
	c.slots = c.slots[:static]
	for i := range c.slots {
		s := &c.slots[i]
		*s = slot{workload: s.workload, index: s.index, pod: none, disk: none, zone: unbound}
	}
	for i := range c.images {
		c.images[i].nodes = 0
		c.images[i].on = c.images[i].on[:0]
	}
}

// growWorkloads makes room in the tables by node for one node more.
func (c *Cluster) growWorkloads(n NodeID) {
	for i := range c.workloads {
		w := &c.workloads[i]
		w.onNode = append(w.onNode, 0)
		if w.byHost {
			fits, likes := c.judgeHost(w, n)
			w.hostFits, w.hostLikes = append(w.hostFits, fits), append(w.hostLikes, likes)
		}
	}
	c.growTallies()
	c.growExtended(n)
	for i := range c.images {
		c.images[i].on = append(c.images[i].on, false)
	}
	for _, w := range c.daemons {
		c.slots = append(c.slots, slot{workload: w, index: int32(n), pod: none, disk: none, zone: unbound})
	}
}

// judgeHost says what a workload that asks for nodes by name thinks of one:
// whether it may be there, and the weights of what it prefers.
func (c *Cluster) judgeHost(w *workload, n NodeID) (fits bool, likes int32) {
	labels := c.classes[c.room[n].class].labels.With(model.LabelHostname, c.NodeName(n))
	return w.MatchesNode(labels, nil), liking(w.Workload, labels)
}

// selects reports whether the workload's node selector and affinity take a node.
func (c *Cluster) selects(w *workload, n NodeID) bool {
	return w.fits[c.room[n].class].affinity && (!w.byHost || w.hostFits[n])
}

// A slot is what outlives a pod: a replica, or a DaemonSet's place on a node.
type slot struct {
	workload int32
	index    int32      // replica, StatefulSet ordinal, or NodeID for a DaemonSet
	attempt  int32      // incarnations so far
	pod      PodID      // the latest incarnation while it exists; -1
	create   des.Handle // the controller is about to make the next pod
	cause    trace.ID   // why
	asked    bool       // a StatefulSet's next pod, or a Job's, is asked for
	idle     bool       // a Job wants no more pods here
	wanted   bool       // a DaemonSet wants a pod here
	disk     NodeID     // where the disk was last attached; -1: nowhere yet
	zone     int32      // of the disk, -1: of no zone; unbound until first placed
}

const unbound = -2

// podKey is the key of a slot's latest pod; of the slot alone, where it had none.
func (c *Cluster) podKey(s *slot) random.Key { return c.slotKey(s).With(uint64(s.attempt)) }

// slotKey returns the stable identity of a slot: workload and replica, or workload
// and node.
func (c *Cluster) slotKey(s *slot) random.Key {
	w := &c.workloads[s.workload]
	if w.daemon >= 0 {
		return w.key.With(uint64(c.nodes[s.index].key))
	}
	return w.key.With(uint64(s.index))
}

// draw returns a random duration for a purpose and the identity in key.
func (c *Cluster) draw(d random.Dist, key random.Key, purpose uint64) time.Duration {
	if constant, ok := d.IsConstant(); ok {
		return constant
	}
	return c.src.Duration(key.With(purpose), d.At(c.stretch.moment(c.eng.Now())))
}

// apiWrite is how long the API server takes over a controller's request that
// writes an object, whatever kind it is: the request, and the writing.
func (c *Cluster) apiWrite(key random.Key, purpose uint64) time.Duration {
	return c.draw(c.m.Timing.ServerRequest, key.With(purpose), forAsk) + c.draw(c.m.Timing.ObjectWrite, key, purpose)
}

// Purposes of draws, beside the identity of who they are for.
const (
	forName uint64 = iota
	forCreate
	forSchedule
	forTie
	forDisk
	forStart
	forReady
	forTermination
	forRequest
	forRetry
	forBoot
	forReimage
	forUntaint
	forDelete
	forBudget
	forWork
	forPreempt
	forLost
	forTurn
	forStatus
	forMake
	_ // unused, so that the others keep their numbers
	_
	forConflict
	forList
	forCordon
	forAsk
)

// Purposes of draws for the writes of an eviction. Their numbers stay what they
// are, as what every seed draws hangs on them.
const (
	forDebit      uint64 = 789  // the server's request to itself that writes a budget's status
	forDebitWrite uint64 = 790  // the writing of that
	forMark       uint64 = 1301 // the writing of why the pod goes
	forDeletion   uint64 = 1302 // the writing of the pod's deletion
)
