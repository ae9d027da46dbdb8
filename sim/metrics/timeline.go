package metrics

import (
	"cmp"
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// Timeline is what pictures of one run are drawn from: step functions and
// spans, complete and undecimated.
type Timeline struct {
	Header *trace.Header
	Run    *Run
	Start  des.Time // first request
	End    des.Time // the last operation is over
	Last   des.Time // end of observation: settled, or horizon; >= End

	Waiting      time.Duration // some drain waits for a budget
	Stopped      bool          // the upgrade didn't complete; End is the stop
	ControlPlane PhaseRun
	PlaneSteps   []Span // each upgrade of the control plane; State is an index into Header.Versions. ControlPlane spans them all
	Pools        []PoolTimeline
	Nodes        []NodeTimeline // by order of appearance
	Workloads    []WorkloadTimeline
}

// Step is a right-continuous step function of counts: Value[i] holds from
// At[i] until At[i+1]; the last one to the end. At is strictly increasing.
type Step struct {
	At    []des.Time
	Value []int32
}

// PoolTimeline is what one pool did.
type PoolTimeline struct {
	Name    string
	Surge   int
	Upgrade PhaseRun
	Phases  []Span     // State is a trace.Phase
	Batches []des.Time // starts, with batching "batch" only
}

// Span is a state that held for a while.
type Span struct {
	From, To des.Time
	State    int
}

// NodeState is what a node is doing.
type NodeState int

// The states of a node, for pictures.
const (
	NodeCreating  NodeState = iota + 1 // ordered, not usable yet
	NodeOld                            // usable, on the version that it, or its pool, started with
	NodeDraining                       // being drained; a node that is only cordoned is as it was
	NodeSoaking                        // drained in an upgrade by AKS, and left so for a while
	NodeDrained                        // drained outside of one, as the nodes of a pool emptied by hand wait to be deleted
	NodeReimaging                      // away until usable again
	NodeNew                            // usable, on a version newer than that, on a new image of that one, or in the new pool of a blue-green upgrade by hand
	NodeSurge                          // usable surge node
	NodeGoing                          // drained surge node being deleted
	NodeStuck                          // cordoned or put back after a failed drain
	NodeDown                           // its machine has crashed, and nobody works on it
)

// NodeTimeline is one node's life.
type NodeTimeline struct {
	Name    string
	Pool    int // index into Timeline.Pools
	Zone    string
	Surge   bool
	Later   bool     // it came after the start, and not as a surge node
	Kept    bool     // a surge node that stays in the place of another one
	Added   bool     // the cluster autoscaler ordered it
	Removed des.Time // when the cluster autoscaler began to remove it; 0: it didn't
	Batch   int      // number from 1; 0: none
	Spans   []Span   // State is a NodeState; adjacent, without gaps; at least one, of no length only where the run has none for it
	Pods    Step     // bound pods, terminating ones too, those of DaemonSets not
	Waits   []Wait
	Drains  []Drain // in order
}

// Drain is one drain of a node. State is its trace.DrainResult, 0 when it was
// still going on.
type Drain struct {
	Span
	Waited   time.Duration // for any budget
	Budget   int           // index into Header.Budgets of the one that it waited for longest; -1: none
	Refusals int           // of that budget
	Disk     time.Duration // of the wait for that budget: a pod of the budget waited for its disk
}

// Length is how long the drain took.
func (d *Drain) Length() time.Duration { return d.To.Sub(d.From) }

// Waiting are the spans in which drains of the node waited for a budget, whichever
// it was.
func (n *NodeTimeline) Waiting() []Span {
	var out []Span
	for _, w := range slices.SortedFunc(slices.Values(n.Waits), func(a, b Wait) int { return cmp.Compare(a.From, b.From) }) {
		if k := len(out); k > 0 && w.From <= out[k-1].To {
			out[k-1].To = max(out[k-1].To, w.To)
			continue
		}
		out = append(out, Span{From: w.From, To: w.To})
	}
	return out
}

// Wait is a time that a drain spent waiting for a budget: from a refusal to
// that pod's next attempt. Overlapping waits for one budget are merged.
type Wait struct {
	From, To des.Time
	Budget   int // index into Header.Budgets
	Refusals int
}

// WorkloadTimeline is one workload's readiness over time, beside its numbers.
type WorkloadTimeline struct {
	*WorkloadRun
	Ready    Step
	Refusals []des.Time // refused evictions, in order
}

// Down returns how long nothing of the workload was ready between from and to.
func (w *WorkloadTimeline) Down(from, to des.Time) time.Duration {
	d, _ := w.Ready.Below(1, from, to)
	return d
}
