package kube

import (
	"fmt"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// Cluster is a live cluster: its nodes, pods, controllers and scheduler. It
// belongs to one goroutine, that of its engine.
type Cluster struct {
	eng   *des.Engine
	actor des.Actor
	m     *model.Model
	rec   *trace.Recorder
	obs   Observer
	hands DrainObserver // of the person with kubectl

	watcher  Watcher
	watching bool // the watcher is told of the next change

	witness       func(*Placement) // nil: nobody
	serverWitness func(ServerStep) // nil: nobody

	src   random.Source
	apis  [drainers]API
	cloud Machines

	// Fixed by the model.
	classes    []class
	topologies []topology
	watched    []constraint // spread constraints that nodes matter to as such
	resources  []string     // extended ones that pods ask for
	workloads  []workload
	planes     []plane
	daemons    []int32 // workloads that are DaemonSets
	images     []image
	budgets    []budget
	pools      []pool

	// Live state. Nodes and pods are only ever appended until Reset.
	nodes     []node
	room      []room  // parallel to nodes: what the scheduler looks at
	journal   journal // of nodes whose room changes, or what else the scheduler sees of them
	extended  []int64 // free extended resources, by node and resource
	tallies   []tally
	pods      []pod
	slots     []slot
	pulls     slab[pull]
	disks     []line // by node: disks that are attached or detached
	drains    slab[drain]
	errands   slab[errand]
	displaced slab[displaced]
	listed    []PodID // for a moment's list of pods

	collector client        // of the pod garbage collector
	phase     time.Duration // of its looks, one every gcPeriod

	evictors     []evictor // of lost nodes, by zone; the first is of nodes without a zone
	unreached    int       // nodes that are lost
	taintManager client    // of who deletes their pods

	control     controllers
	budgetReads budgetCache
	changes     uint32 // of pods
	sched       scheduler
	trial       Trial
	totals      totals
	names       nameBuffers
}

// totals are counts over all workloads, for Settled.
type totals struct {
	wanted int // replicas that should be there and Ready
	ready  int // pods that are, and whose containers run
	pods   int // pods that exist in any phase
}

// Kinds of events, with what Subject and Arg are.
const (
	evNodeReady     des.Kind = iota // node
	evNodeUsable                    // node
	evNodeDeleted                   // node
	evNodeLost                      // node: the control plane has heard nothing of it for too long
	evNodeBack                      // node: the machine starts again after a crash
	evGiveUp                        // evictor: its limit lets the next lost node be given up
	evExpel                         // pod: it has stayed on a lost node for as long as it may
	evOrphans                       // node: it doesn't exist, and the objects of its pods go
	evOrphan                        // pod: its object goes, as its node doesn't exist
	evCreate                        // slot: its controller sees that a pod is missing
	evMake                          // slot: the request for the next pod is let through
	evStatus                        // workload: a ReplicaSet's pods are made, its status comes next
	evSynced                        // workload: a ReplicaSet's status is written
	evSync                          // workload: a StatefulSet looks at its ordinals
	evSchedule                      // the scheduler takes the first pod of its queue
	evTold                          // the scheduler's request about a pod that fits nowhere is let through
	evDisplaced                     // displaced: a request for a victim is let through
	evFlush                         // pod: it has waited for long
	evBind                          // pod: the scheduler's request to bind it is let through
	evDisk                          // pod: its disk is detached, or attached
	evPulled                        // pull: an image is there
	evRunning                       // pod
	evFinished                      // pod: a Job's has done its work
	evReady                         // pod
	evAvailable                     // pod
	evStopped                       // pod: its containers have ended
	evBudgetCreated                 // budget
	evBudget                        // budget: the controller learns of a change
	evBudgetWritten                 // budget: the API server answers the controller, which writes a status
	evBudgetRetry                   // budget: the controller comes back to it after a conflict
	evProgress                      // the API server learns how far etcd is
	evRequest                       // errand: a stage of its request is over
	evErrandSeen                    // errand: kubectl looks, and the pod is gone
	evDrainAsk                      // drain: somebody on its list is due
	evDrainList                     // drain: what is still on the node?
	evDrainLimit                    // drain: its time is over
	evDrainRefused                  // drain: pods may be refused no longer
)

// New returns a cluster of m that lives on eng and writes to rec. Reset gives
// it its state.
func New(eng *des.Engine, m *model.Model, rec *trace.Recorder) *Cluster {
	c := &Cluster{eng: eng, m: m, rec: rec, evictors: make([]evictor, len(m.Cluster.Zones)+1)}
	c.actor = eng.Register(c)
	c.apis, c.cloud.c = [drainers]API{{c, byAKS}, {c, byPerson}}, c
	c.buildClasses()
	c.buildWorkloads()
	c.buildBudgets()
	return c
}

// SetObserver says who learns of nodes and drains. Without one, nobody does.
func (c *Cluster) SetObserver(o Observer) { c.obs = o }

// SetPerson says who learns of the drains of Kubectl. Without one, nobody does.
func (c *Cluster) SetPerson(o DrainObserver) { c.hands = o }

// Watch has a watcher told of the next change, once.
func (c *Cluster) Watch(w Watcher) { c.watcher, c.watching = w, true }

// changed tells the watcher, if it waits for that.
func (c *Cluster) changed() {
	if c.watching && !c.trial.on {
		c.watching = false
		c.watcher.Changed()
	}
}

// API returns the face that AKS sees as a client of Kubernetes.
func (c *Cluster) API() *API { return &c.apis[byAKS] }

// Kubectl returns the face that a person sees.
func (c *Cluster) Kubectl() *API { return &c.apis[byPerson] }

// Machines returns the face that the cloud sees.
func (c *Cluster) Machines() *Machines { return &c.cloud }

// Reset puts the cluster into its state at time 0 and writes its first records:
// the model's nodes are usable, its pods on their nodes and Ready. Replicas
// without a given node are placed by the scheduler, in workload order; those
// that fit nowhere stay pending. The engine and the recorder are reset before.
func (c *Cluster) Reset(src random.Source) {
	c.resetNodes(src)
	c.firstPods()
	c.firstBudgets()
}

// resetNodes is Reset without pods.
func (c *Cluster) resetNodes(src random.Source) {
	c.src = src
	c.totals = totals{}
	c.watching = false
	c.nodes, c.room, c.pods = c.nodes[:0], c.room[:0], c.pods[:0]
	c.pulls.reset()
	c.drains.reset()
	c.errands.reset()
	c.displaced.reset()
	c.budgetReads.reset()
	c.changes = 0
	c.resetCollector()
	c.resetEvictors()
	c.control.reset(c.m.Controllers)
	c.sched.reset(&c.m.Scheduler)
	c.resetFlush()
	c.resetWorkloads()
	c.resetBudgets()
	for p := range c.m.NodePools {
		c.pools[p].byNumber = c.pools[p].byNumber[:0]
		c.pools[p].next = int32(c.m.NodePools[p].NextInstance)
		for i := range c.m.NodePools[p].Nodes {
			c.firstNode(p, i)
		}
	}
}

// Handle executes one event of the cluster. It is called by the engine.
func (c *Cluster) Handle(ev des.Event) {
	switch ev.Kind {
	case evNodeReady:
		c.nodeReady(NodeID(ev.Subject))
	case evNodeUsable:
		c.nodeUsable(NodeID(ev.Subject))
	case evNodeDeleted:
		c.nodeDeleted(NodeID(ev.Subject))
	case evNodeLost:
		c.nodeLost(NodeID(ev.Subject))
	case evNodeBack:
		c.nodeBack(NodeID(ev.Subject))
	case evGiveUp:
		c.giveUp(ev.Subject)
	case evExpel:
		c.expelPod(PodID(ev.Subject))
	case evOrphans:
		c.collect(NodeID(ev.Subject))
	case evOrphan:
		c.discard(PodID(ev.Subject))
	case evCreate:
		c.missing(ev.Subject)
	case evMake:
		c.create(ev.Subject)
	case evStatus:
		c.writeStatus(ev.Subject)
	case evSynced:
		c.synced(ev.Subject)
	case evSync:
		c.syncStatefulSet(ev.Subject)
	case evSchedule:
		c.schedule()
	case evTold:
		c.unfitTold()
	case evDisplaced:
		c.displacedGoesOn(ev.Subject)
	case evFlush:
		c.flush(PodID(ev.Subject))
	case evBind:
		c.bound(PodID(ev.Subject))
		c.attach(PodID(ev.Subject))
	case evDisk:
		c.diskMoved(PodID(ev.Subject))
	case evPulled:
		c.pulled(ev.Subject)
	case evRunning:
		c.running(PodID(ev.Subject))
	case evFinished:
		c.finished(PodID(ev.Subject))
	case evReady:
		c.ready(PodID(ev.Subject))
	case evAvailable:
		c.available(PodID(ev.Subject))
	case evStopped:
		c.gone(PodID(ev.Subject), c.pods[ev.Subject].last)
	case evBudgetCreated:
		c.budgetCreated(int(ev.Subject))
	case evBudget:
		c.touchBudget(int(ev.Subject))
	case evBudgetWritten:
		c.budgetAnswered(int(ev.Subject))
	case evBudgetRetry:
		c.budgetRetries(int(ev.Subject))
	case evProgress:
		c.budgetReads.progress(c)
	case evRequest:
		c.requestGoesOn(ev.Subject)
	case evErrandSeen:
		c.errandDone(ev.Subject)
	case evDrainAsk:
		c.askNext(ev.Subject)
	case evDrainList:
		c.drainList(ev.Subject)
	case evDrainLimit:
		c.drainLimit(ev.Subject)
	case evDrainRefused:
		c.drainRefused(ev.Subject)
	default:
		panic(fmt.Sprintf("kube: no event of kind %d exists (t=%v)", ev.Kind, c.eng.Now()))
	}
}

// Settled reports whether every workload but Jobs has its desired replicas Ready
// and nothing of it is terminating or pending. A cluster that lost a bare pod never
// settles again, for nothing replaces it.
func (c *Cluster) Settled() bool {
	return c.totals.ready == c.totals.wanted && c.totals.pods == c.totals.ready
}

// after schedules an event of the cluster. What should happen at once happens
// in the class that the present instant has reached, where that is later.
func (c *Cluster) after(d time.Duration, class des.Class, kind des.Kind, subject int32) des.Handle {
	if d == 0 {
		class = max(class, c.eng.Class())
	}
	return c.eng.After(d, class, des.Event{Actor: c.actor, Kind: kind, Subject: subject})
}

// A slab is memory for things that come and go, named by index.
type slab[T any] struct {
	items []T
	free  []int32
}

// take returns the index of an item that nobody uses. The item is as its last
// user left it.
func (s *slab[T]) take() int32 {
	if n := len(s.free); n > 0 {
		i := s.free[n-1]
		s.free = s.free[:n-1]
		return i
	}
	if len(s.items) < cap(s.items) {
		s.items = s.items[:len(s.items)+1]
	} else {
		var zero T
		s.items = append(s.items, zero)
	}
	return int32(len(s.items) - 1)
}

func (s *slab[T]) put(i int32) { s.free = append(s.free, i) }

func (s *slab[T]) reset() { s.items, s.free = s.items[:0], s.free[:0] }
