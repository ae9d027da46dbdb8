package kube

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// NodeID names a node. IDs are given in order of appearance, the nodes of the
// model first, so a NodeID is also the index of the trace subject.
type NodeID int32

// PodID names a pod: one incarnation, not the replica that it stands for. IDs
// are given in order of appearance and are the indices of trace subjects.
type PodID int32

// none is the NodeID and PodID that names nothing.
const none = -1

// Observer learns what the layer above has to wait for. Its methods are called
// from within events; they may use both faces of the cluster.
type Observer interface {
	// NodeUsable: the node is Ready, its not-ready taint is gone.
	NodeUsable(n NodeID)
	// NodeDeleted: the machine is gone and billed no longer.
	NodeDeleted(n NodeID)
	DrainObserver
}

// DrainObserver learns how the drains of one client end.
type DrainObserver interface {
	// DrainEnded: a drain that Drain started is over.
	DrainEnded(n NodeID, r DrainResult)
}

// DrainResult is how a drain ended. Where it did not end with an empty node it
// names what stood in the way.
type DrainResult struct {
	Result trace.DrainResult
	Pod    PodID    // that was refused for the longest time, or is still going; -1: none
	Budget int      // index of the budget that refused it; -1: none
	Record trace.ID // the DrainEnded record
	Why    string   // one clause for people; empty when Drained
}

// Watcher learns that the cluster has changed.
type Watcher interface {
	// Changed: something is different now that decides which pods fit where. It is
	// called from within events, before the change is complete.
	Changed()
}

// API is what a client of Kubernetes can do. There are two: AKS, and the person
// with kubectl. Each drains a node at most once at a time; both may drain the
// same node.
type API struct {
	c   *Cluster
	who drainer
}

// drainer is who drains.
type drainer uint8

const (
	byAKS    drainer = iota
	byPerson         // with kubectl
	drainers
)

// The answers of the eviction API.
const (
	Granted   = 201 // the pod terminates, or was doing so already
	Forbidden = 403 // the controller lags behind the budget's evictions by more than 2,000
	NotFound  = 404 // there is no such pod
	Conflict  = 409 // others were faster 20 times in a row
	TooMany   = 429 // the budget allows no disruption now
	Internal  = 500 // two budgets select the pod: it can never be evicted
)

// Eviction is the answer to one request for an eviction.
type Eviction struct {
	Code   int           // Granted, Forbidden, NotFound, Conflict, TooMany or Internal
	Budget int           // index of the budget that was asked; -1: none
	Retry  time.Duration // what Retry-After said; 0: nothing
	Record trace.ID      // the answer's record; 0 with NotFound
}

// DrainOptions is how a node is drained.
type DrainOptions struct {
	After   time.Duration // it begins so much later: its client cordons nodes that go together one after the other
	Timeout time.Duration // from then; 0: for ever
	Force   bool          // budgets are not asked
	Kubectl *Kubectl      // as kubectl drains; nil: as AKS does

	// What the cluster autoscaler does otherwise than kubectl drain.
	Refused time.Duration // the drain ends when a pod is still refused after so long; 0: as long as Timeout
	Retry   time.Duration // from a refusal to the next request for that pod; 0: Timing.EvictionRetry
	Grace   time.Duration // what a pod has at most to stop; 0: its own termination grace
}

// Kubectl is the flags of kubectl drain. It asks for all pods at the same time,
// gives up on a pod that the API refuses for good, and looks once, and then once
// a second whether a pod is gone. Source: kubernetes kubectl/pkg/drain; recorded.
type Kubectl struct {
	IgnoreDaemonSets bool          // else a DaemonSet's pod is an error
	Force            bool          // else a pod without a controller is an error
	DisableEviction  bool          // pods are deleted: no budget is asked
	GracePeriod      time.Duration // instead of the pods' own; negative: their own
}

// Machines is what a cloud can do to machines.
type Machines struct{ c *Cluster }

// Boot is an order for a new machine.
type Boot struct {
	Pool    int  // index of the pool
	Version int  // index into Model.Versions
	Zone    int  // index into Cluster.Zones; -1: none
	Surge   bool // extra machine of an upgrade
	Fails   bool // it never becomes Ready; whoever ordered it has to delete it
}

// Node is the state of one node.
type Node struct {
	Pool     int
	Version  int  // index into Model.Versions
	Zone     int  // index into Cluster.Zones; -1: none
	Number   int  // of the instance in its pool
	Surge    bool // booted as such
	Cordoned bool
	ByHand   bool // cordoned, and by a person
	Present  bool // it has a node object, as kubectl get nodes shows
	Usable   bool // Ready and without the not-ready taint
	Joined   bool // it has been usable since it was booted or reimaged, though it may have crashed
	Ready    bool // Usable as the API has it, where a machine that is down is so until that is noticed
	Unready  bool // it was Ready and isn't: reimaged, back from a crash, or lost
	Deleted  bool // asked to go or gone
}

// Pod is the state of one pod.
type Pod struct {
	Workload int
	Ordinal  int      // of the replica; 0 for a DaemonSet
	Node     NodeID   // -1: not bound
	For      NodeID   // the only node that a DaemonSet's pod may be bound to; -1: any
	Phase    PodPhase // where it is on its way
	Ran      bool     // it has run, so for the API it is no longer Pending
	Since    des.Time // created
	Record   trace.ID // of its latest step
	Halted   bool     // its machine is down, so that nobody ends it
	Suffix   int      // the number that its name ends in, as PodCreated has it
	Writes   int      // of its object in the API so far
}
