package trace

import "rollsim/sim/des"

// ID is a record's number in its trace, from 1 in the order written. 0 names
// no record.
type ID int32

// SubjectKind says which table of names a subject's index goes into.
type SubjectKind uint8

// The kinds of subjects.
const (
	None         SubjectKind = iota
	RunSubject               // the run itself; index 0
	ControlPlane             // of the cluster; index 0
	Pool                     // index into Header.Pools
	Node                     // by order of appearance: those of Header.Nodes first
	Pod                      // by order of appearance
	Workload                 // index into Header.Workloads
	Budget                   // index into Header.Budgets
	Operation                // by order of submission, refused ones included
	Version                  // index into Header.Versions
	Zone                     // index into Header.Zones
)

// Ref names one subject.
type Ref struct {
	Kind  SubjectKind
	Index int32
}

// Record is one thing that happened. What Subject, Object and Value mean
// depends on the Kind and is listed there.
type Record struct {
	At      des.Time
	Kind    Kind
	Subject Ref
	Object  Ref
	Value   int64
	Text    TextID // further words for rare records; 0: none
	Cause   ID     // the earlier record that led to this one; 0: none
}

// TextID names a text of the trace; 0 is the empty text.
type TextID int32

// Kind is what happened.
type Kind uint8

// The kinds of records. Subject, object and value are given in brackets.
const (
	_ Kind = iota

	// Run.
	RunStarted // [run; -; -]
	RunEnded   // [run; -; Outcome] Text: the reason; Cause: what decided it
	RunSettled // [run; -; 1 when every workload has its replicas ready again, 0 when it never will or the horizon struck]

	// Requests and operations. Each submission is an operation subject.
	RequestSubmitted  // [operation; control plane or pool, none for nodes of several pools; Verb] Text: the request's name
	RequestRefused    // [operation; -; 1 when the scenario expects just this answer] Text: Code: message (rule of profile)
	OperationStarted  // [operation; control plane or pool; target version's index, new count for scale, or nodes that kubectl is about]
	OperationEnded    // [operation; control plane or pool; OperationResult] Text: Code: message when not Succeeded
	ProvisioningState // [control plane or pool; -; State] the cluster's state is the control plane's subject
	TargetVersion     // [pool or control plane; version; -] what the user asked for (orchestratorVersion)
	CurrentVersion    // [pool or control plane; version, or none when the pool is gone; -] what runs (currentOrchestratorVersion); at the start and when it changes

	// Pool upgrades.
	SurgePlanned // [pool; -; surge nodes; 0 in place] Text: how it was resolved, "33% of 8 -> 3"
	SlotsPlanned // [pool; -; nodes worked on at the same time]
	BatchStarted // [pool; -; number from 1] with batching "batch" only
	PoolPhase    // [pool; -; Phase]
	PoolSoaking  // [pool; -; seconds] blue-green: after a batch, or before the commit

	// Nodes.
	NodeRequested    // [node; pool; number*2 + surge] the machine is ordered, billed from now; number: of the instance in its pool
	NodeZone         // [node; zone; -]
	NodeReady        // [node; version; -] Ready, still with the not-ready taint
	NodeUsable       // [node; version; -] the scheduler may use it
	NodeCordoned     // [node; -; -]
	NodeUncordoned   // [node; -; -]
	DrainStarted     // [node; -; pods to evict]
	DrainEnded       // [node; -; DrainResult] Cause: what ended it; Text when it failed
	SoakStarted      // [node; -; seconds]
	ReimageStarted   // [node; version; -] target version; the node is gone for Kubernetes until NodeReady
	NodeDeleting     // [node; -; -] machine asked to go
	NodeDeleted      // [node; -; -] gone, billed no longer
	AllocationFailed // [node that never becomes Ready, or pool that gets none; pool or none; -] Text: Code: message
	NodeQuarantined  // [node; -; -] it couldn't be drained: it stays cordoned, labelled and as it is
	NodeCrashed      // [node; -; -] the machine died; the node object stays
	NodeLost         // [node; -; -] silent for too long: Kubernetes takes it for not ready and taints it unreachable
	NodeKept         // [node; -; 1 when the one that it replaces goes] the surge node stays in the place of one that is quarantined or deleted
	NodeTainted      // [node; -; Taint] Text: why
	NodeUntainted    // [node; -; Taint] Text: why, where that isn't plain

	// The cluster autoscaler.
	ScaledUp     // [pool; -; nodes] it orders nodes for pods that fit nowhere; Cause: the oldest one's refusal; Text: who they are
	ScaleBackoff // [pool; -; seconds] for so long it orders no more; Cause: what failed
	ScaleHalted  // [control plane; -; 1 when it halts, 0 when it goes on] too many nodes aren't ready; Text: how many
	NodeUnneeded // [node; -; per mille of its allocatable that is requested] its pods fit elsewhere: its time begins
	NodeNeeded   // [node; -; per mille] it ends

	// Pods.
	PodCreated       // [pod; workload; ordinal (StatefulSet), suffix number (others)]
	PodBound         // [pod; node; -]
	PodUnschedulable // [pod; -; nodes refused] first refusal of a pending pod, or a changed one
	PodNominated     // [pod; node; victims] it waits for pods of lower priority to be gone from the node
	PodPulling       // [pod; node; bytes]
	PodRunning       // [pod; node; -]
	PodReady         // [pod; node; -]
	PodAvailable     // [pod; node; -] ready for minReadySeconds; only where that is not 0
	PodUnready       // [pod; node; -] Ready no longer, without a deletion
	PodLost          // [pod; node; -] its containers died with the machine; it serves nobody, and is Ready for the API still
	PodTerminating   // [pod; node; TerminationReason] counts as not ready from here on
	PodDeleted       // [pod; node; -] the object is gone

	// Evictions and budgets.
	EvictionGranted // [pod; budget or none; 201]
	EvictionRefused // [pod; budget or none; 403, 409, 429 or 500] Cause: the record that used the budget up
	BudgetStatus    // [budget; -; desiredHealthy<<32 | disruptionsAllowed] at the start and when desiredHealthy changes
	DiskMoving      // [pod; node; -] the pod waits for its zonal disk

	kindEnd
)

// Outcome is how a run ends.
type Outcome int64

// The outcomes, best first.
const (
	Completed Outcome = iota + 1 // every operation Succeeded, or was refused as expected
	Refused                      // AKS refused a request that the scenario didn't expect to be refused
	Blocked                      // a drain couldn't end: pod, node and budget are named
	Failed                       // an operation failed for another reason, such as a shortage
	Horizon                      // the horizon struck first
)

// OperationResult is how an accepted operation ends.
type OperationResult int64

// The results, in ARM's words.
const (
	Succeeded OperationResult = iota + 1
	OperationFailed
	Canceled
)

// State is a provisioningState of a cluster or a pool. Source: ARM, provisioningState.
type State int64

// The provisioning states that occur.
const (
	StateSucceeded State = iota + 1
	StateFailed
	StateCanceled
	StateCreating
	StateUpdating
	StateUpgrading
	StateScaling
	StateDeleting
	StateUpgradingNodeImage // UpgradingNodeImageVersion
	StateStarting
	StateStopping
	StateCanceling
)

// Phase is what a pool upgrade is doing.
type Phase int64

// The phases of a pool upgrade, in order.
const (
	AddingSurge Phase = iota + 1
	Rolling
	RemovingSurge
	PhaseDone
	FinalSoak // blue-green, between Rolling and RemovingSurge
)

// DrainResult is how a drain ends.
type DrainResult int64

// The results of a drain.
const (
	Drained DrainResult = iota + 1
	DrainTimedOut
	DrainStopped // the operation was over before
	DrainFailed  // kubectl gave up: a pod that it may not or can't evict
)

// Taint is one of the taints that the cluster autoscaler sets.
type Taint int64

// The taints.
const (
	DeletionCandidate Taint = iota + 1 // PreferNoSchedule
	ToBeDeleted                        // NoSchedule
)

// TerminationReason is why a pod goes.
type TerminationReason int64

// The reasons.
const (
	Evicted    TerminationReason = iota + 1 // by the eviction API
	NodeGone                                // its node doesn't exist any more, or came back too small for it
	ScaledDown                              // its controller wants fewer
	DeletedByUser
	Preempted   // by the scheduler, for a pod of higher priority
	Finished    // a Job's pod has done its work
	Unreachable // deleted because it has been on a lost node for as long as it tolerates that
)

// Verb numbers the requests of model.Verb for Record.Value.
type Verb int64

// The verbs.
const (
	VerbUpgrade Verb = iota + 1
	VerbUpgradeControlPlane
	VerbUpgradePool
	VerbScale
	VerbUpgradeNodeImage
	VerbUpdatePool
	VerbAddPool
	VerbDeletePool
	VerbStopPool
	VerbStartPool
	VerbRollbackPool
	VerbAbort
	VerbDeleteMachines
	VerbCordon // these go to Kubernetes, by kubectl
	VerbUncordon
	VerbDrain
)
