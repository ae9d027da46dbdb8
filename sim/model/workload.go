package model

import (
	"time"

	"rollsim/sim/random"
)

// WorkloadKind is who replaces a workload's pods, and how.
type WorkloadKind string

// The kinds. A DaemonSet has one pod on each node that it may run on; a Job's
// pods run to their end; a Pod is bare: nothing replaces it.
const (
	Deployment  WorkloadKind = "Deployment"
	StatefulSet WorkloadKind = "StatefulSet"
	DaemonSet   WorkloadKind = "DaemonSet"
	Job         WorkloadKind = "Job"
	BarePod     WorkloadKind = "Pod"
)

// WorkloadKinds are all of them.
var WorkloadKinds = []WorkloadKind{Deployment, StatefulSet, DaemonSet, Job, BarePod}

// PodManagement is in which order a StatefulSet starts its pods.
type PodManagement string

// The pod management policies of a StatefulSet.
const (
	OrderedReady PodManagement = "OrderedReady" // the default: one after the other
	Parallel     PodManagement = "Parallel"
)

// PodManagements are both of them.
var PodManagements = []PodManagement{OrderedReady, Parallel}

// Image is a container image. It is pulled first on a node that lacks it.
type Image struct {
	Name string // empty: no image to pull
	Size int64  // bytes
}

// WhenUnsatisfiable is how hard a spread constraint is.
type WhenUnsatisfiable string

// The two strengths of a spread constraint.
const (
	DoNotSchedule  WhenUnsatisfiable = "DoNotSchedule"
	ScheduleAnyway WhenUnsatisfiable = "ScheduleAnyway"
)

// WhenUnsatisfiables are both of them.
var WhenUnsatisfiables = []WhenUnsatisfiable{DoNotSchedule, ScheduleAnyway}

// InclusionPolicy is whether a spread constraint looks at a property of nodes.
type InclusionPolicy string

// The policies. Source: Kubernetes NodeInclusionPolicy.
const (
	Honor  InclusionPolicy = "Honor"  // nodes that the property keeps the pods off are in no domain
	Ignore InclusionPolicy = "Ignore" // all nodes count
)

// InclusionPolicies are both of them.
var InclusionPolicies = []InclusionPolicy{Honor, Ignore}

// SpreadConstraint is a topologySpreadConstraint. It counts pods of the
// workload's own namespace.
type SpreadConstraint struct {
	MaxSkew            int // at least 1
	TopologyKey        string
	WhenUnsatisfiable  WhenUnsatisfiable
	Selector           Selector        // of the pods that count; nil: New fills in the workload's labels
	MinDomains         int             // with DoNotSchedule: fewer domains count as an empty one; 0: New fills in 1
	NodeAffinityPolicy InclusionPolicy // node selector and affinity; empty: New fills in Honor
	NodeTaintsPolicy   InclusionPolicy // empty: New fills in Ignore
	MatchLabelKeys     []string        // of these labels, only pods with the pod's own value count
}

// Weights of preferences. Source: Kubernetes PreferredSchedulingTerm.
const (
	LeastWeight = 1
	MostWeight  = 100
)

// PreferredNodeTerm is one preference of a node affinity.
type PreferredNodeTerm struct {
	Weight int // LeastWeight to MostWeight
	Match  NodeSelectorTerm
}

// AllNamespaces stands alone in PodAffinityTerm.Namespaces for all of them.
const AllNamespaces = "*"

// PodAffinityTerm is a term of pod affinity or of pod anti-affinity.
type PodAffinityTerm struct {
	TopologyKey string
	Required    bool
	Weight      int      // of a preference, LeastWeight to MostWeight; 0 when required
	Selector    Selector // of the other pods; nil: New fills in the workload's own labels
	Namespaces  []string // of the other pods; empty: the workload's own
}

// PreemptionPolicy is whether pods may displace others of lower priority.
type PreemptionPolicy string

// The policies. Source: Kubernetes PodSpec.preemptionPolicy.
const (
	PreemptLowerPriority PreemptionPolicy = "PreemptLowerPriority"
	PreemptNever         PreemptionPolicy = "Never"
)

// PreemptionPolicies are both of them.
var PreemptionPolicies = []PreemptionPolicy{PreemptLowerPriority, PreemptNever}

// Priorities of the classes that every cluster has, and the highest of any
// other class. Source: kubernetes pkg/apis/scheduling/types.go.
const (
	SystemNodeCritical    int32 = 2_000_001_000
	SystemClusterCritical int32 = 2_000_000_000
	HighestUserPriority   int32 = 1_000_000_000
)

// HostPort is a port of the node that a pod takes for itself. Spelled
// [IP:]port[/protocol].
type HostPort struct {
	Port     int
	Protocol string // TCP, UDP or SCTP
	IP       string // empty: all of the node's
}

// Target is the workload's own objective, for "time below target".
type Target struct {
	Available float64 // ready over desired, in (0, 1]; 0: no target
}

// Workload is replicas of one pod template with the controller that keeps them.
type Workload struct {
	Name, Namespace  string
	Kind             WorkloadKind
	Replicas         int // DaemonSet: 0, it follows the nodes; Job: New fills in how many run at a time
	Job              JobSettings
	Requests         Resources
	Extended         ExtendedResources // requests beside cpu and memory
	HostPorts        []HostPort
	Labels           Labels
	Priority         int32 // of the pods' PriorityClass
	PreemptionPolicy PreemptionPolicy
	SchedulingGates  []string      // nobody removes them, so pods that have one are never scheduled
	Start            random.Dist   // bound, image there -> phase Running
	Ready            random.Dist   // Running -> Ready
	NeverReady       bool          // pods run and never become Ready, at the start or later; Ready doesn't matter then
	Unready          []int         // replicas that run at the start without being Ready, and stay so until they are replaced
	Termination      random.Dist   // asked to stop -> stopped
	TerminationGrace time.Duration // killed after that
	MinReady         time.Duration // Ready this long -> Available (for controllers; budgets count Ready)
	// NotReadyToleration is how long pods stay on a node after it has become
	// not-ready or unreachable. DaemonSets' stay for ever.
	NotReadyToleration    time.Duration
	Image                 Image
	NodePool              string // short for a node selector on the pool's own label; empty: none
	NodeSelector          Labels
	NodeAffinity          []NodeSelectorTerm // required; one of them must hold; empty: none
	PreferredNodeAffinity []PreferredNodeTerm
	Tolerations           []Toleration
	TopologySpread        []SpreadConstraint
	PodAffinity           []PodAffinityTerm
	PodAntiAffinity       []PodAffinityTerm // beside HostAntiAffinity
	HostAntiAffinity      bool              // required anti-affinity of the workload's pods by kubernetes.io/hostname
	ZonalVolume           bool              // each replica's disk is in the zone where it first ran and must move with it
	Disks                 int               // Azure disks of each replica, which count against NodePool.MaxDataDisks; 0: none, with ZonalVolume New fills in 1
	PodManagement         PodManagement
	LocalStorage          bool  // the pods have an emptyDir or hostPath volume; only the cluster autoscaler cares
	SafeToEvict           *bool // their annotation cluster-autoscaler.kubernetes.io/safe-to-evict; nil: none
	Target                Target
	Placement             []string // node of each replica at the start, "" to have it scheduled; empty: all scheduled
}

// JobSettings is what only a Job has.
type JobSettings struct {
	Completions       int         // pods that must run to their end
	Parallelism       int         // pods at a time
	Duration          random.Dist // Running -> finished; a pod that dies before has done nothing
	BackoffLimit      int         // failed pods after which the Job fails
	IgnoreDisruptions bool        // pods that were evicted or preempted don't count as failed: a podFailurePolicy on DisruptionTarget
}

// UnhealthyPodEvictionPolicy is PodDisruptionBudget's field of that name.
type UnhealthyPodEvictionPolicy string

// The policies. Source: Kubernetes, configure-pdb page.
const (
	IfHealthyBudget UnhealthyPodEvictionPolicy = "IfHealthyBudget"
	AlwaysAllow     UnhealthyPodEvictionPolicy = "AlwaysAllow"
)

// UnhealthyPodEvictionPolicies are both of them.
var UnhealthyPodEvictionPolicies = []UnhealthyPodEvictionPolicy{IfHealthyBudget, AlwaysAllow}

// Budget is a PodDisruptionBudget. Exactly one of MinAvailable and
// MaxUnavailable is given.
type Budget struct {
	Name, Namespace string
	Selector        Selector
	MinAvailable    *IntOrPercent
	MaxUnavailable  *IntOrPercent
	UnhealthyPods   UnhealthyPodEvictionPolicy
	Created         *time.Duration // when in the run somebody creates it; nil: it has long been there
	Workload        string         // the workload whose inline pdb key this is; empty: a [[pdb]] of its own
}
