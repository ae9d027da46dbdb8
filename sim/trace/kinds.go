package trace

import "strconv"

// kindInfo says what a kind of record is called and what it may hold.
type kindInfo struct {
	name    string
	subject kinds // that the subject may be of
	object  kinds // that the object may be of; None is always fine
	value   form
}

// kinds is a set of subject kinds.
type kinds uint16

func kindsOf(ks ...SubjectKind) kinds {
	var s kinds
	for _, k := range ks {
		s |= 1 << k
	}
	return s
}

func (s kinds) has(k SubjectKind) bool { return s>>k&1 != 0 }

// form is what a record's value means, and so how it is spelled.
type form uint8

const (
	noValue   form = iota
	plain          // a number
	nameValue      // one of names, numbered from 1
	instance       // NodeRequested: number*2 + surge
	levels         // BudgetStatus: desiredHealthy<<32 | disruptionsAllowed
)

var (
	onRun    = kindsOf(RunSubject)
	onOp     = kindsOf(Operation)
	onTarget = kindsOf(ControlPlane, Pool)
	onPool   = kindsOf(Pool)
	onNode   = kindsOf(Node)
	onPod    = kindsOf(Pod)
	onBudget = kindsOf(Budget)
	version  = kindsOf(Version)
	zone     = kindsOf(Zone)
	workload = kindsOf(Workload)
	nothing  = kindsOf()
)

var kindTable = [kindEnd]kindInfo{
	RunStarted: {"run-started", onRun, nothing, noValue},
	RunEnded:   {"run-ended", onRun, nothing, nameValue},
	RunSettled: {"run-settled", onRun, nothing, plain},

	RequestSubmitted:  {"request-submitted", onOp, onTarget, nameValue},
	RequestRefused:    {"request-refused", onOp, onTarget, plain},
	OperationStarted:  {"operation-started", onOp, onTarget, plain},
	OperationEnded:    {"operation-ended", onOp, onTarget, nameValue},
	ProvisioningState: {"provisioning-state", onTarget, nothing, nameValue},
	TargetVersion:     {"target-version", onTarget, version, noValue},
	CurrentVersion:    {"current-version", onTarget, version, noValue},

	SurgePlanned: {"surge-planned", onPool, nothing, plain},
	SlotsPlanned: {"slots-planned", onPool, nothing, plain},
	BatchStarted: {"batch-started", onPool, nothing, plain},
	PoolPhase:    {"pool-phase", onPool, nothing, nameValue},
	PoolSoaking:  {"pool-soaking", onPool, nothing, plain},

	NodeRequested:    {"node-requested", onNode, onPool, instance},
	NodeZone:         {"node-zone", onNode, zone, noValue},
	NodeReady:        {"node-ready", onNode, version, noValue},
	NodeUsable:       {"node-usable", onNode, version, noValue},
	NodeCordoned:     {"node-cordoned", onNode, nothing, noValue},
	NodeUncordoned:   {"node-uncordoned", onNode, nothing, noValue},
	DrainStarted:     {"drain-started", onNode, nothing, plain},
	DrainEnded:       {"drain-ended", onNode, nothing, nameValue},
	SoakStarted:      {"soak-started", onNode, nothing, plain},
	ReimageStarted:   {"reimage-started", onNode, version, noValue},
	NodeDeleting:     {"node-deleting", onNode, nothing, noValue},
	NodeDeleted:      {"node-deleted", onNode, nothing, noValue},
	AllocationFailed: {"allocation-failed", kindsOf(Node, Pool), onPool, noValue},
	NodeQuarantined:  {"node-quarantined", onNode, nothing, noValue},
	NodeCrashed:      {"node-crashed", onNode, nothing, noValue},
	NodeLost:         {"node-lost", onNode, nothing, noValue},
	NodeKept:         {"node-kept", onNode, nothing, plain},
	NodeTainted:      {"node-tainted", onNode, nothing, nameValue},
	NodeUntainted:    {"node-untainted", onNode, nothing, nameValue},

	ScaledUp:     {"scaled-up", onPool, nothing, plain},
	ScaleBackoff: {"scale-backoff", onPool, nothing, plain},
	ScaleHalted:  {"scale-halted", kindsOf(ControlPlane), nothing, plain},
	NodeUnneeded: {"node-unneeded", onNode, nothing, plain},
	NodeNeeded:   {"node-needed", onNode, nothing, plain},

	PodCreated:       {"pod-created", onPod, workload, plain},
	PodBound:         {"pod-bound", onPod, onNode, noValue},
	PodUnschedulable: {"pod-unschedulable", onPod, nothing, plain},
	PodNominated:     {"pod-nominated", onPod, onNode, plain},
	PodPulling:       {"pod-pulling", onPod, onNode, plain},
	PodRunning:       {"pod-running", onPod, onNode, noValue},
	PodReady:         {"pod-ready", onPod, onNode, noValue},
	PodAvailable:     {"pod-available", onPod, onNode, noValue},
	PodUnready:       {"pod-unready", onPod, onNode, noValue},
	PodLost:          {"pod-lost", onPod, onNode, noValue},
	PodTerminating:   {"pod-terminating", onPod, onNode, nameValue},
	PodDeleted:       {"pod-deleted", onPod, onNode, noValue},

	EvictionGranted: {"eviction-granted", onPod, onBudget, plain},
	EvictionRefused: {"eviction-refused", onPod, onBudget, plain},
	BudgetStatus:    {"budget-status", onBudget, nothing, levels},
	DiskMoving:      {"disk-moving", onPod, onNode, noValue},
}

// valueNames are the names of the values of those kinds whose value is one of
// several, from 1.
func (k Kind) valueNames() []string {
	switch k {
	case RunEnded:
		return outcomeNames
	case RequestSubmitted:
		return verbNames
	case OperationEnded:
		return resultNames
	case ProvisioningState:
		return stateNames
	case PoolPhase:
		return phaseNames
	case DrainEnded:
		return drainNames
	case PodTerminating:
		return reasonNames
	case NodeTainted, NodeUntainted:
		return taintNames
	}
	return nil
}

// The names of the values. Results and states are in ARM's words.
var (
	outcomeNames = []string{Completed: "completed", Refused: "refused", Blocked: "blocked", Failed: "failed", Horizon: "horizon"}
	resultNames  = []string{Succeeded: "Succeeded", OperationFailed: "Failed", Canceled: "Canceled"}
	stateNames   = []string{
		StateSucceeded: "Succeeded", StateFailed: "Failed", StateCanceled: "Canceled", StateCreating: "Creating",
		StateUpdating: "Updating", StateUpgrading: "Upgrading", StateScaling: "Scaling", StateDeleting: "Deleting",
		StateUpgradingNodeImage: "UpgradingNodeImageVersion", StateStarting: "Starting", StateStopping: "Stopping", StateCanceling: "Canceling",
	}
	phaseNames  = []string{AddingSurge: "adding-surge", Rolling: "rolling", RemovingSurge: "removing-surge", PhaseDone: "done", FinalSoak: "final-soak"}
	drainNames  = []string{Drained: "drained", DrainTimedOut: "timed-out", DrainStopped: "stopped", DrainFailed: "failed"}
	taintNames  = []string{DeletionCandidate: "deletion-candidate", ToBeDeleted: "to-be-deleted"}
	reasonNames = []string{Evicted: "evicted", NodeGone: "node-gone", ScaledDown: "scaled-down", DeletedByUser: "deleted-by-user", Preempted: "preempted", Finished: "finished", Unreachable: "unreachable"}
	verbNames   = []string{
		VerbUpgrade: "upgrade", VerbUpgradeControlPlane: "upgrade-control-plane", VerbUpgradePool: "upgrade-pool", VerbScale: "scale",
		VerbUpgradeNodeImage: "upgrade-node-image", VerbUpdatePool: "update-pool", VerbAddPool: "add-pool", VerbDeletePool: "delete-pool",
		VerbStopPool: "stop-pool", VerbStartPool: "start-pool", VerbRollbackPool: "rollback-pool", VerbAbort: "abort",
		VerbDeleteMachines: "delete-machines", VerbCordon: "cordon", VerbUncordon: "uncordon", VerbDrain: "drain",
	}
	subjectNames = []string{
		None: "none", RunSubject: "run", ControlPlane: "control-plane", Pool: "node-pool", Node: "node", Pod: "pod",
		Workload: "workload", Budget: "pdb", Operation: "operation", Version: "version", Zone: "zone",
	}
)

// String returns the name of k, such as "pod-bound".
func (k Kind) String() string {
	if k > 0 && k < kindEnd {
		return kindTable[k].name
	}
	return "kind " + strconv.Itoa(int(k))
}

// String returns the name of k, such as "control-plane".
func (k SubjectKind) String() string { return nameOf(subjectNames, int64(k), 0, "subject") }

// String returns the name of o, such as "completed".
func (o Outcome) String() string { return nameOf(outcomeNames, int64(o), 1, "outcome") }

// String returns r in ARM's words, such as "Succeeded".
func (r OperationResult) String() string { return nameOf(resultNames, int64(r), 1, "result") }

// String returns s in ARM's words, such as "Upgrading".
func (s State) String() string { return nameOf(stateNames, int64(s), 1, "state") }

// String returns the name of p, such as "adding-surge".
func (p Phase) String() string { return nameOf(phaseNames, int64(p), 1, "phase") }

// String returns the name of r, such as "timed-out".
func (r DrainResult) String() string { return nameOf(drainNames, int64(r), 1, "drain result") }

// String returns the name of r, such as "node-gone".
func (r TerminationReason) String() string { return nameOf(reasonNames, int64(r), 1, "reason") }

// Upgrades reports whether a request of v asks for a version or a node image.
func (v Verb) Upgrades() bool {
	switch v {
	case VerbUpgrade, VerbUpgradeControlPlane, VerbUpgradePool, VerbUpgradeNodeImage:
		return true
	}
	return false
}

// ByKubectl reports whether a request goes to Kubernetes, not to AKS.
func (v Verb) ByKubectl() bool { return v >= VerbCordon && v <= VerbDrain }

// String returns the name of t, such as "to-be-deleted".
func (t Taint) String() string { return nameOf(taintNames, int64(t), 1, "taint") }

// String spells v as a scenario does, such as "upgrade-pool".
func (v Verb) String() string { return nameOf(verbNames, int64(v), 1, "verb") }

func nameOf(names []string, i, first int64, what string) string {
	if i >= first && i < int64(len(names)) {
		return names[i]
	}
	return what + " " + strconv.FormatInt(i, 10)
}
