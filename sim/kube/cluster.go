package kube

import (
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
	stretch     stretch
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
	c.stretch = stretch{}
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

// Settled reports whether every workload but Jobs has its desired replicas Ready
// and nothing of it is terminating or pending. A cluster that lost a bare pod never
// settles again, for nothing replaces it.
func (c *Cluster) Settled() bool {
	return c.totals.ready == c.totals.wanted && c.totals.pods == c.totals.ready
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
