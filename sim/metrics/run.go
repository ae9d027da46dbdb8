package metrics

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// Run is one replication in numbers.
type Run struct {
	Strategy    string
	Seed        uint64
	Replication int

	Outcome  trace.Outcome
	Reason   string    // one sentence: what ended the run
	Blocker  *Blocker  // set when Outcome is trace.Blocked
	Blockers []Blocker // that one, then each further budget that refuses when the drains end; of one budget the first pod
	Refusals []Refusal

	Start        des.Time      // first request submitted
	Duration     time.Duration // first request submitted to last operation over; when completed, to the last that had something to do
	Sessions     []Session     // of upgrading, in order
	Settled      time.Duration // to the moment when every workload had its replicas ready again and AKS had cleaned up
	HasSettled   bool          // false: that moment never came
	ControlPlane PhaseRun      // zero when the control plane wasn't upgraded
	Pools        []PoolRun     // every pool of the cluster, in file order

	PeakNodes, PeakVCPUs, PeakAddresses int
	SurgeNodeHours                      float64       // of surge nodes, from order to gone
	SurgeCost                           float64       // USD at list price
	CostKnown                           bool          // false: a surge node's price is unknown
	ExtraNodeHours                      float64       // of all nodes, less those of as many as at the first request, whoever changed their count; negative when nodes went
	ExtraCost                           float64       // USD at list price
	ExtraCostKnown                      bool          // false: the price of a node that came or went is unknown
	NodesAdded, NodesRemoved            int           // by the cluster autoscaler
	MixedVersions                       time.Duration // while control plane and all nodes weren't at one version
	Events                              uint64

	EndControlPlane string // version at the end
	EndSkew         int    // minors between the control plane and the oldest pool at the end
	EndMixed        bool   // pools or nodes differ from the control plane at the end: against best practice

	Crashes   []Crash       // of machines, in order
	Workloads []WorkloadRun // in file order
}

// Completes reports whether the run came to a good end: it did what was asked for,
// and no workload is down for it.
func (r *Run) Completes() bool {
	return r.Outcome == trace.Completed && len(r.Down()) == 0
}

// Down names the workloads that are down at the end.
func (r *Run) Down() []string {
	var names []string
	for i := range r.Workloads {
		if r.Workloads[i].DownAtEnd {
			names = append(names, r.workloadName(i))
		}
	}
	return names
}

// workloadName is a workload's name, with its namespace where another one has the
// same name.
func (r *Run) workloadName(i int) string {
	w := &r.Workloads[i]
	for j := range r.Workloads {
		if j != i && r.Workloads[j].Name == w.Name {
			return w.Namespace + "/" + w.Name
		}
	}
	return w.Name
}

// Crash is a machine that died while it was a node.
type Crash struct {
	Node    string
	At      des.Time
	Lost    des.Time // when Kubernetes took the node for not ready
	Back    des.Time // when it was ready again, started or reimaged
	HasLost bool     // false: it was back, or gone, before that
	HasBack bool     // false: it wasn't while the run was observed
}

// Session is a time in which the control plane or some pool is being upgraded, or a
// surge node is there, from its first moment to its last. A pause of SessionGap or more ends it: an upgrade
// that takes two evenings, or two maintenance windows, has two.
type Session struct{ From, To des.Time }

// Length is how long the session takes.
func (s Session) Length() time.Duration { return s.To.Sub(s.From) }

// SessionGap is the shortest pause between two sessions. It is longer than what
// operators wait between two pools of one evening, and shorter than a day.
const SessionGap = 2 * time.Hour

// Latecomers names the pools whose upgrade begins in the last of several sessions
// only, and how long that is after the end of the first.
func (r *Run) Latecomers() (pools []string, wait time.Duration) {
	n := len(r.Sessions)
	if n < 2 {
		return nil, 0
	}
	for i := range r.Pools {
		if p := &r.Pools[i]; p.Upgrade.Ran && p.Upgrade.Start >= r.Sessions[n-1].From {
			pools = append(pools, p.Name)
		}
	}
	return pools, r.Sessions[n-1].From.Sub(r.Sessions[0].To)
}

// Blocker is who kept a drain from ending.
type Blocker struct {
	Node, Pool    string
	Pod, Workload string
	Budget        string   // empty: no budget, the pod itself didn't go
	Clash         []string // the budgets that select the pod, where these are several: evictions answer 500, for good
	At            des.Time
	Disk          time.Duration // of the drain: a pod of the budget waited for its disk
}

// Refusal is a request that AKS refused.
type Refusal struct {
	Request  string
	Code     string
	Message  string
	Expected bool
	Upgrade  bool // of a version or an image was asked for
	At       des.Time
}

// PhaseRun is a span of a run.
type PhaseRun struct {
	Start, End des.Time
	Ran        bool
	Over       bool // false: it was cut off at End, by a failure or the end of the run
}

// PoolRun is one pool in one replication.
type PoolRun struct {
	Name       string
	Upgrade    PhaseRun
	Surge      int    // nodes planned
	Slots      int    // nodes worked on at the same time
	NeverThere bool   // only another strategy adds it
	EndVersion string // the pool's current version; empty: it isn't there
	Replaces   string // the pool that it stands in for when that is gone; empty: none
	NodesOld   int    // at the end, not on the control plane's version

	// Quarantined are the nodes that couldn't be drained and stay cordoned as
	// they are, while the upgrade goes on (UndrainableNodeBehavior Cordon).
	Quarantined []OldNode

	Drains DrainStats
}

// OldNode is a node at the end of a run.
type OldNode struct{ Name, Version string }

// DrainStats is over the drains of one pool.
type DrainStats struct {
	Count          int
	Mean, Longest  time.Duration
	LongestNode    string
	LongestBudget  string        // that the longest drain waited for most; empty: none
	LongestDisk    time.Duration // of that wait: a pod of the budget waited for its disk
	WaitingBudgets time.Duration // node-time spent waiting for a budget
}

// WorkloadRun is one workload in one replication. Availability is ready over
// desired replicas; a terminating pod isn't ready.
type WorkloadRun struct {
	Namespace, Name string
	Kind            string
	Desired         int

	MinReady         int
	MinReadyAt       des.Time
	MeanAvailability float64       // time-weighted, start to settled
	WorstWindow      float64       // lowest mean availability over WorstWindowLength
	ReadySecondsLost float64       // pod-seconds below desired, start to settled
	HasFloor         bool          // a budget selects it and nothing else
	Floor            int           // highest desiredHealthy of those budgets
	BelowBudget      time.Duration // while any budget that selects it, shared ones included, had fewer ready pods than it wants
	HasTarget        bool
	Target           float64
	BelowTarget      time.Duration // ready < Target*Desired
	EvictionsGranted int
	EvictionsRefused int  // answers, not pods
	EvictionsInvalid int  // of those the 500s: several budgets select the pod, so no budget was asked
	Preempted        int  // pods that went for one of higher priority
	ReadyAtEnd       int  // of observation
	DownAtEnd        bool // had ready replicas when the first request was submitted and has none at the end of observation: it doesn't come back
	PodsMovedTwice   int  // evicted pods that were created to replace an evicted pod
	PodsCreated      int
	PendingSeconds   float64 // pod-seconds from created to bound
	PendingLongest   time.Duration
	PendingAtEnd     int
}

// WorstWindowLength is the length of the window of WorkloadRun.WorstWindow.
const WorstWindowLength = 5 * time.Minute
