package autoscaler

import (
	"math"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// Cloud is who makes and unmakes machines, and says what the autoscaler may do.
// Who implements it calls Changed when an answer changes that the cluster itself
// doesn't show.
type Cloud interface {
	// Group returns what a pool may have and has.
	Group(pool int) Group
	// ScaleDownDisabled reports whether a node has the annotation
	// cluster-autoscaler.kubernetes.io/scale-down-disabled.
	ScaleDownDisabled(n kube.NodeID) bool
	// Surplus reports whether a node is not part of its pool's count: a surge node.
	Surplus(n kube.NodeID) bool
	// Increase orders nodes for a pool, all or none. Each machine is told to
	// Ordered, what can't be had later to OrderFailed. It returns the record of
	// what stands in the way; 0: nothing.
	Increase(pool, nodes int, cause trace.ID) trace.ID
	// Delete gives a machine back.
	Delete(n kube.NodeID, cause trace.ID)
}

// Group is a pool as the autoscaler sees it.
type Group struct {
	Enabled  bool // it has the autoscaler
	Open     bool // and it may be scaled now
	Min, Max int
	Count    int // nodes that it is meant to have
	Size     int // machines that there are or will be, without those on their way out; surge nodes count
	Awaited  int // of those, the ones that have no machine yet
	Version  int // of a new node; index into Model.Versions
	Priority int // for expander priority
}

// Autoscaler is the cluster autoscaler of one cluster. It keeps its memory over
// Reset.
type Autoscaler struct {
	eng     *des.Engine
	actor   des.Actor
	m       *model.Model
	profile *model.Autoscaler
	k       *kube.Cluster
	cloud   Cloud
	rec     *trace.Recorder
	src     random.Source

	groups []group
	nodes  []node // by NodeID; nodes that nothing was ever the matter with may lie beyond its end

	next    des.Handle // the scan to come
	at      des.Time   // of it; none: none is
	seq     uint64     // moves on with every change, its own ones included
	scanned uint64     // seq at the end of the last scan
	on      bool       // some pool had it at the last scan
	moved   bool       // this scan has changed something
	halted  bool       // too many nodes aren't ready

	// When it last did so; long ago: never.
	added, deleted, failed des.Time

	every bool // play each scan
	up    upMemory
	down  downMemory
}

// group is what it remembers of a pool.
type group struct {
	Group             // as of this scan
	until    des.Time // it backs off until then
	backoff  time.Duration
	failedAt des.Time
	ordering bool // an order isn't complete yet
}

// node is what it remembers of a node.
type node struct {
	ordered  bool     // by it, and not there yet
	since    des.Time // that it was ordered
	record   trace.ID // NodeRequested's cause, or NodeUnneeded
	unneeded bool
	from     des.Time // unneeded since
	drains   bool     // it has pods that would have to go
	risky    bool     // and a budget allows fewer disruptions than that, so they go in turn
	removing bool     // it is being drained
	going    bool     // its machine is being deleted
	recheck  des.Time // not looked at again before
	checked  uint64   // seq when it was
}

const (
	longAgo  des.Time = math.MinInt64 / 2
	none     des.Time = -1
	evScan   des.Kind = 0
	noNodeID          = kube.NodeID(-1)
	noPodID           = kube.PodID(-1)
)

// New returns the autoscaler of m's cluster. It registers with eng. Call Reset
// before use.
func New(eng *des.Engine, m *model.Model, k *kube.Cluster, cloud Cloud, rec *trace.Recorder) *Autoscaler {
	a := &Autoscaler{eng: eng, m: m, profile: &m.Autoscaler, k: k, cloud: cloud, rec: rec, groups: make([]group, len(m.NodePools))}
	a.actor = eng.Register(a)
	return a
}

// Reset goes back to time zero, after the cluster and the cloud did.
func (a *Autoscaler) Reset(src random.Source) {
	a.src = src
	clear(a.groups)
	a.nodes = a.nodes[:0]
	a.at, a.seq, a.scanned, a.on, a.moved, a.halted = none, 0, 0, false, false, false
	a.added, a.deleted, a.failed = longAgo, longAgo, longAgo
	a.up.drawn, a.up.again = noPodID, 0
	a.Changed()
}

// Changed has the autoscaler look again: something has changed that it decides
// by. It implements kube.Watcher.
func (a *Autoscaler) Changed() {
	if !a.on && !a.enabled() {
		return
	}
	a.on = true
	a.seq++
	a.wake(a.eng.Now())
}

// enabled reports whether any pool has the autoscaler.
func (a *Autoscaler) enabled() bool {
	for i := range a.groups {
		if a.cloud.Group(i).Enabled {
			return true
		}
	}
	return false
}

// wake has a scan take place at the first time for one from t on, or sooner.
func (a *Autoscaler) wake(t des.Time) {
	interval := des.Time(a.profile.ScanInterval)
	t = max((t+interval-1)/interval*interval, interval)
	if t == a.eng.Now() && a.eng.Class() >= des.ClassScan {
		t += interval
	}
	if a.at != none && a.at <= t {
		return
	}
	a.eng.Cancel(a.next)
	a.at = t
	a.next = a.eng.At(t, des.ClassScan, des.Event{Actor: a.actor, Kind: evScan})
}

// wakeAfter is wake for a time that has to have passed.
func (a *Autoscaler) wakeAfter(t des.Time) {
	if t >= a.eng.Now() {
		a.wake(t + 1)
	}
}

// Handle plays a scan: look for nodes that never came, then scale up, and where
// nothing was to be done scale down.
// Source: kubernetes autoscaler core/static_autoscaler.go, RunOnce.
func (a *Autoscaler) Handle(des.Event) {
	a.at, a.moved = none, false
	for i := range a.groups {
		a.groups[i].Group = a.cloud.Group(i)
	}
	a.giveUp()
	if a.healthy() {
		switch a.scaleUp() {
		case upOrdered:
		case upWaits:
			a.scaleDown(false)
			a.raiseToMin()
		default:
			a.scaleDown(true)
			a.raiseToMin()
		}
	} else {
		a.forgetUnneeded()
	}
	a.sleep()
}

// sleep has the next scan take place when it could find something else.
func (a *Autoscaler) sleep() {
	if a.moved {
		a.seq++
	}
	a.scanned = a.seq
	if a.on = a.enabled(); !a.on {
		return
	}
	a.k.Watch(a)
	if a.moved || a.every {
		a.wake(a.eng.Now() + 1)
	}
	for n := range a.nodes {
		x := &a.nodes[n]
		if x.ordered {
			a.wakeAfter(x.since.Add(a.profile.MaxNodeProvisionTime))
		}
	}
	a.sleepUp()
	a.sleepDown()
}

// healthy reports whether few enough nodes aren't ready for it to do anything.
// Source: kubernetes autoscaler clusterstate, IsClusterHealthy.
func (a *Autoscaler) healthy() bool {
	unready, all := 0, 0
	for p := range a.groups {
		for _, n := range a.k.Nodes(p) {
			switch x := a.k.Node(n); {
			case x.Deleted:
			case x.Unready:
				unready++
				all++
			case x.Present:
				all++
			}
		}
	}
	halts := unready > a.profile.OKTotalUnreadyCount && unready*100 > a.profile.MaxTotalUnreadyPercentage*all
	if halts != a.halted {
		a.halted, a.moved = halts, true
		a.recordHalt(unready, all)
	}
	return !halts
}

// nodeOf returns what is remembered of n, for reading and writing.
func (a *Autoscaler) nodeOf(n kube.NodeID) *node {
	for int(n) >= len(a.nodes) {
		a.nodes = append(a.nodes, node{})
	}
	return &a.nodes[n]
}

// EveryScan has it play every scan from now on, also those that find nothing new.
// Nothing ends then, and nothing else is different; tests use it.
func (a *Autoscaler) EveryScan() {
	a.every = true
	a.wake(a.eng.Now())
}

// Removes reports whether the autoscaler is draining a node.
func (a *Autoscaler) Removes(n kube.NodeID) bool { return int(n) < len(a.nodes) && a.nodes[n].removing }

// Busy reports whether it is draining any node.
func (a *Autoscaler) Busy() bool {
	for i := range a.nodes {
		if a.nodes[i].removing {
			return true
		}
	}
	return false
}
