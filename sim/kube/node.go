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

// nodePhase is where a node is on its way.
type nodePhase uint8

const (
	nodeBooting   nodePhase = iota + 1 // machine ordered, no node object
	nodeReady                          // Ready, with the not-ready taint
	nodeUsable                         // the scheduler may use it
	nodeDown                           // the machine has crashed; the node object doesn't show it at first
	nodeReimaging                      // no node object until it is Ready again
	nodeDeleting                       // no node object, machine still billed
	nodeDeleted
)

var nodePhases = [...]string{"no phase", "booting", "ready", "usable", "down", "reimaging", "deleting", "deleted"}

func (p nodePhase) String() string { return nodePhases[p] }

// legalNode has, for each phase, a bit for each phase that may follow it.
var legalNode = [...]uint16{
	0:             1 << nodeBooting,
	nodeBooting:   1<<nodeReady | 1<<nodeDeleting,
	nodeReady:     1<<nodeUsable | 1<<nodeReimaging | 1<<nodeDeleting,
	nodeUsable:    1<<nodeDown | 1<<nodeReimaging | 1<<nodeDeleting,
	nodeDown:      1<<nodeReady | 1<<nodeReimaging | 1<<nodeDeleting,
	nodeReimaging: 1<<nodeReady | 1<<nodeDeleting,
	nodeDeleting:  1 << nodeDeleted,
	nodeDeleted:   0,
}

// node is a machine and, while it is there, its node object. The two are not the
// same: a machine may be down while its node object is there (machine.go), and the
// objects of its pods outlive the node object for a while (orphan.go).
type node struct {
	// What each pod that comes or goes looks at: a cache line.
	pods        []PodID         // in the order in which they came
	pool, zone  int32           // zone -1: none
	slots       int32           // first of its DaemonSets' slots
	last        trace.ID        // record of the latest step
	drains      [drainers]int32 // -1: none
	pull        int32           // first of its pulls; -1
	pulling     int32           // how many of them are under way
	phase       nodePhase
	surge       bool
	joined      bool    // it has been usable since it was booted or reimaged
	silent      bool    // nothing is heard of the machine, though its node object is there
	quarantined bool    // without a node object, and its pods' objects are about to go
	cordoned    drainer // who did it last

	key            random.Key // of all its chance: the name
	version        int32      // the machine's; while it reimages, the coming one
	number         int32      // of the instance in its pool
	given          int32      // index among the pool's nodes of the model; -1: booted later
	hops, silences int32      // reimages, and times that it fell silent, so far
	cordons        int32      // requests of AKS that cordon it so far
	away           trace.ID   // the step with which the node object went last
	timer          des.Handle // the next step of its way
	lost           des.Handle // of a machine that is down: the control plane notices
	_              [12]byte   // so that a node is two cache lines
}

// room is what the scheduler looks at for each pod and node: a cache line.
type room struct {
	cpu, memory           int64 // allocatable
	freeCPU, freeMemory   int64 // allocatable less requests
	scoreCPU, scoreMemory int64 // requests with the defaults for pods without any
	freePods, freeDisks   int32
	class                 int32
	nominated             uint16 // pods that wait for their victims here
	blocked               uint8  // absent, unschedulable, notReady, unreachable, toBeDeleted, deletionCandidate
}

// take books the requests of one pod of w (+1) or gives them back (-1).
func (r *room) take(w *workload, sign int64) {
	r.freeCPU -= sign * w.Requests.CPU
	r.freeMemory -= sign * w.Requests.Memory
	r.scoreCPU += sign * w.cpu
	r.scoreMemory += sign * w.memory
	r.freePods -= int32(sign)
	r.freeDisks -= int32(sign) * int32(w.Disks)
}

// overfull reports whether the pods on a node request more than it has now.
func (r *room) overfull() bool { return r.freeCPU < 0 || r.freeMemory < 0 || r.freePods < 0 }

// resize has the room follow a change of allocatable.
func (r *room) resize(from, to model.Allocatable) {
	r.cpu, r.memory = to.CPU, to.Memory
	r.freeCPU += to.CPU - from.CPU
	r.freeMemory += to.Memory - from.Memory
	r.freePods += int32(to.Pods - from.Pods)
}

// setNodePhase takes a node one step further: it checks that the step is legal
// and writes the record. Nobody else assigns the phase.
func (c *Cluster) setNodePhase(n NodeID, to nodePhase, kind trace.Kind, object trace.Ref, value int64, cause trace.ID) trace.ID {
	x := &c.nodes[n]
	if legalNode[x.phase]&(1<<to) == 0 {
		panic(fmt.Sprintf("kube: node %s: %v -> %v is not a legal step (t=%v)", c.NodeName(n), x.phase, to, c.eng.Now()))
	}
	x.phase = to
	x.last = c.rec.Add(kind, nodeRef(n), object, value, cause)
	c.changed()
	return x.last
}

// grow appends a node to all tables by node.
func (c *Cluster) grow(x node) NodeID {
	n := NodeID(len(c.nodes))
	x.pull, x.drains = -1, noErrands
	x.slots = int32(len(c.slots))
	c.nodes = slices.Grow(c.nodes, 1)[:n+1]
	x.pods = c.nodes[n].pods[:0] // whoever had the place before leaves memory
	c.nodes[n] = x
	c.sched.seats = append(c.sched.seats, none)
	if len(c.disks) <= int(n) {
		c.disks = append(c.disks, line{})
	}
	c.disks[n].reset()
	class := c.classOf(int(x.pool), int(x.zone))
	if x.given >= 0 {
		class = c.pools[x.pool].given[x.given]
	}
	a := c.allocatable(n)
	c.room = append(c.room, room{
		cpu: a.CPU, memory: a.Memory, freeCPU: a.CPU, freeMemory: a.Memory, freePods: int32(a.Pods), freeDisks: int32(c.m.NodePools[x.pool].MaxDataDisks),
		class: class, blocked: absent,
	})
	c.growWorkloads(n)
	return n
}

// addNode adds a machine and writes that it is ordered.
func (c *Cluster) addNode(x node, cause trace.ID) NodeID {
	n := c.grow(x)
	pool := &c.pools[x.pool].byNumber
	at, _ := slices.BinarySearchFunc(*pool, x.number, func(m NodeID, number int32) int { return int(c.nodes[m].number - number) })
	*pool = slices.Insert(*pool, at, n)
	number := int64(x.number) * 2
	if x.surge {
		number++
	}
	c.setNodePhase(n, nodeBooting, trace.NodeRequested, trace.Ref{Kind: trace.Pool, Index: x.pool}, number, cause)
	if x.zone >= 0 {
		c.rec.Add(trace.NodeZone, nodeRef(n), trace.Ref{Kind: trace.Zone, Index: x.zone}, 0, c.nodes[n].last)
	}
	return n
}

// firstNode adds a node of the model, usable from the start.
func (c *Cluster) firstNode(pool, i int) {
	p := &c.m.NodePools[pool]
	given := &p.Nodes[i]
	n := c.addNode(node{
		key:     random.KeyOf("node", given.Name),
		pool:    int32(pool),
		zone:    int32(slices.Index(c.m.Cluster.Zones, given.Zone)),
		version: int32(slices.Index(c.m.Versions, given.Version)),
		number:  numberOf(p, i),
		given:   int32(i),
	}, 0)
	c.appear(n)
	c.untaint(n)
	if given.Cordoned {
		c.apis[byPerson].Cordon(n, 0)
	}
}

// Boot orders a machine. It is Ready after the pool's NodeCreate and usable
// after its NodeUntaint, unless the order says that it fails.
func (x *Machines) Boot(o Boot, cause trace.ID) NodeID {
	c := x.c
	p := &c.pools[o.Pool]
	number := p.next
	p.next++
	n := c.addNode(node{
		key:     random.KeyOf("machine", c.m.NodePools[o.Pool].Name).With(uint64(number)),
		pool:    int32(o.Pool),
		zone:    int32(o.Zone),
		version: int32(o.Version),
		number:  number,
		given:   -1,
		surge:   o.Surge,
	}, cause)
	if o.Fails {
		return n
	}
	d := c.draw(c.timing(n).NodeCreate, c.nodes[n].key, forBoot)
	c.nodes[n].timer = c.after(d, des.ClassFinish, evNodeReady, int32(n))
	return n
}

// Reimage restarts a machine on another version, with an empty disk: the
// containers of pods that are still there die with it, a drain that still runs is
// stopped. The node object is deleted, or kept and lost after a while like that of
// a machine that died. The node comes back after the pool's NodeReimage,
// uncordoned, with the pods whose objects are still there by then.
func (x *Machines) Reimage(n NodeID, version int, cause trace.ID) {
	c := x.c
	m := &c.nodes[n]
	id := c.setNodePhase(n, nodeReimaging, trace.ReimageStarted, versionRef(int32(version)), 0, cause)
	if c.m.Options.ReimagedNode == model.NodeKept {
		c.silence(n, id)
		c.stopDrain(n, byAKS, id)
		c.stopDrain(n, byPerson, id)
	} else {
		c.vanish(n, id)
		if c.m.Options.SetByHand == model.HandLost {
			c.forget(n)
		}
	}
	c.wipe(n)
	before := *c.allocatable(n)
	m.version = int32(version)
	c.room[n].resize(before, *c.allocatable(n))
	c.journal.note(n)
	m.hops++
	m.joined = false
	d := c.draw(c.timing(n).NodeReimage, m.key.With(uint64(m.hops)), forReimage)
	m.timer = c.after(d, des.ClassFinish, evNodeReady, int32(n))
}

// Delete gives a machine back and deletes its node object. The containers of pods
// that are still there die with the machine, a drain that still runs is stopped.
// It is gone after the pool's NodeDelete.
func (x *Machines) Delete(n NodeID, cause trace.ID) {
	c := x.c
	id := c.setNodePhase(n, nodeDeleting, trace.NodeDeleting, trace.Ref{}, 0, cause)
	c.vanish(n, id)
	c.wipe(n)
	d := c.draw(c.timing(n).NodeDelete, c.nodes[n].key, forDelete)
	c.nodes[n].timer = c.after(d, des.ClassFinish, evNodeDeleted, int32(n))
}

// vanish has a machine restart or go, and its node object with it. The objects of
// its pods stay.
func (c *Cluster) vanish(n NodeID, cause trace.ID) {
	x := &c.nodes[n]
	c.eng.Cancel(x.timer)
	if c.room[n].blocked&absent != 0 {
		return // it has been away before
	}
	c.forgetLost(n)
	c.halt(n, cause)
	x.away = cause
	c.depart(n)
	c.stopDrain(n, byAKS, cause)
	c.stopDrain(n, byPerson, cause)
	c.daemonsLeave(n)
	c.judgeZones()
}

// nodeReady makes the node object appear, with the not-ready taint.
func (c *Cluster) nodeReady(n NodeID) {
	c.appear(n)
	c.starts(n)
	c.judgeZones()
}

func (c *Cluster) appear(n NodeID) {
	x := &c.nodes[n]
	c.setNodePhase(n, nodeReady, trace.NodeReady, versionRef(x.version), 0, x.last)
	if c.room[n].blocked&absent != 0 {
		c.arrive(n)
		return
	}
	c.forgetLost(n)
	c.block(n, notReady)
}

// nodeUsable takes the not-ready taint away.
func (c *Cluster) nodeUsable(n NodeID) {
	c.untaint(n)
	c.daemonsArrive(n)
	c.wakeNode(n)
	if c.obs != nil {
		c.obs.NodeUsable(n)
	}
}

func (c *Cluster) untaint(n NodeID) {
	x := &c.nodes[n]
	x.joined = true
	c.setNodePhase(n, nodeUsable, trace.NodeUsable, versionRef(x.version), 0, x.last)
	c.block(n, c.room[n].blocked&^notReady)
}

func (c *Cluster) nodeDeleted(n NodeID) {
	x := &c.nodes[n]
	c.setNodePhase(n, nodeDeleted, trace.NodeDeleted, trace.Ref{}, 0, x.last)
	p := &c.pools[x.pool]
	at := slices.Index(p.byNumber, n)
	p.byNumber = slices.Delete(p.byNumber, at, at+1)
	if c.obs != nil {
		c.obs.NodeDeleted(n)
	}
}

// Cordon keeps new pods off a node. It returns the record, 0 when the node was
// cordoned already or has no node object.
func (a *API) Cordon(n NodeID, cause trace.ID) trace.ID {
	r := &a.c.room[n]
	if r.blocked&(absent|unschedulable) != 0 {
		return 0
	}
	a.c.block(n, r.blocked|unschedulable)
	a.c.nodes[n].cordoned = a.who
	return a.c.rec.Add(trace.NodeCordoned, nodeRef(n), trace.Ref{}, 0, cause)
}

// CordonTime draws how long the next request takes that cordons a node, before its
// next drain.
func (a *API) CordonTime(n NodeID) time.Duration {
	x := &a.c.nodes[n]
	d := a.c.draw(a.c.timing(n).NodeCordon, x.key.With(uint64(x.cordons)), forCordon)
	x.cordons++
	return d
}

// Uncordon lets new pods onto a node again. It returns the record, 0 when the
// node was not cordoned.
func (a *API) Uncordon(n NodeID, cause trace.ID) trace.ID {
	r := &a.c.room[n]
	if r.blocked&unschedulable == 0 {
		return 0
	}
	a.c.block(n, r.blocked&^unschedulable)
	id := a.c.rec.Add(trace.NodeUncordoned, nodeRef(n), trace.Ref{}, 0, cause)
	a.c.wakeNode(n)
	return id
}

// Node returns the state of a node.
func (c *Cluster) Node(n NodeID) Node {
	x := &c.nodes[n]
	return Node{
		Pool:     int(x.pool),
		Version:  int(x.version),
		Zone:     int(x.zone),
		Number:   int(x.number),
		Surge:    c.Surge(n),
		Cordoned: c.room[n].blocked&unschedulable != 0,
		ByHand:   c.room[n].blocked&unschedulable != 0 && x.cordoned == byPerson,
		Present:  c.room[n].blocked&absent == 0,
		Usable:   x.phase == nodeUsable,
		Joined:   x.joined,
		Ready:    x.phase == nodeUsable || x.phase == nodeDown && c.room[n].blocked&unreachable == 0,
		Unready:  x.phase == nodeReimaging || x.phase == nodeReady && x.hops+x.silences > 0 || x.phase == nodeDown && c.room[n].blocked&unreachable != 0,
		Deleted:  c.Deleted(n),
	}
}

// Surge reports what Node says of that. Who walks through all nodes of a pool at
// each step asks only for what it needs.
func (c *Cluster) Surge(n NodeID) bool { return c.nodes[n].surge }

// Deleted is to Node as Surge is.
func (c *Cluster) Deleted(n NodeID) bool { return c.nodes[n].phase >= nodeDeleting }

// Nodes returns the machines of a pool that are not deleted, by number; those
// that boot, reimage or are being deleted are among them. The slice is valid
// until the next machine comes or goes.
func (c *Cluster) Nodes(pool int) []NodeID { return c.pools[pool].byNumber }

func versionRef(v int32) trace.Ref { return trace.Ref{Kind: trace.Version, Index: v} }
