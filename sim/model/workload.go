package model

import (
	"time"

	"rollsim/sim/random"
)

// WorkloadKind is who replaces a workload's pods, and how.
type WorkloadKind string

// The kinds. A DaemonSet has one pod on each node that it may run on; a Pod is
// bare: nothing replaces it.
const (
	Deployment  WorkloadKind = "Deployment"
	StatefulSet WorkloadKind = "StatefulSet"
	DaemonSet   WorkloadKind = "DaemonSet"
	BarePod     WorkloadKind = "Pod"
)

// PodManagement is in which order a StatefulSet starts its pods.
type PodManagement string

// The pod management policies of a StatefulSet.
const (
	OrderedReady PodManagement = "OrderedReady" // the default: one after the other
	Parallel     PodManagement = "Parallel"
)

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

// SpreadConstraint is a topologySpreadConstraint over the workload's own pods.
type SpreadConstraint struct {
	MaxSkew           int // at least 1
	TopologyKey       string
	WhenUnsatisfiable WhenUnsatisfiable
}

// Target is the workload's own objective, for "time below target".
type Target struct {
	Available float64 // ready over desired, in (0, 1]; 0: no target
}

// Workload is replicas of one pod template with the controller that keeps them.
type Workload struct {
	Name, Namespace  string
	Kind             WorkloadKind
	Replicas         int // DaemonSet: 0, it follows the nodes
	Requests         Resources
	Labels           Labels
	Start            random.Dist   // bound, image there -> phase Running
	Ready            random.Dist   // Running -> Ready
	Termination      random.Dist   // asked to stop -> stopped
	TerminationGrace time.Duration // killed after that
	MinReady         time.Duration // Ready this long -> Available (for controllers; budgets count Ready)
	Image            Image
	NodePool         string // short for a node selector on the pool's own label; empty: none
	NodeSelector     Labels
	NodeAffinity     []NodeSelectorTerm // required; one of them must hold; empty: none
	Tolerations      []Toleration
	TopologySpread   []SpreadConstraint
	HostAntiAffinity bool // required anti-affinity of the workload's pods by kubernetes.io/hostname
	ZonalVolume      bool // each replica's disk is in the zone where it first ran and must move with it
	PodManagement    PodManagement
	Target           Target
	Placement        []string // node of each replica at the start, "" to have it scheduled; empty: all scheduled
}

// UnhealthyPodEvictionPolicy is PodDisruptionBudget's field of that name.
type UnhealthyPodEvictionPolicy string

// The policies. Source: Kubernetes, configure-pdb page.
const (
	IfHealthyBudget UnhealthyPodEvictionPolicy = "IfHealthyBudget"
	AlwaysAllow     UnhealthyPodEvictionPolicy = "AlwaysAllow"
)

// Budget is a PodDisruptionBudget. Exactly one of MinAvailable and
// MaxUnavailable is given.
type Budget struct {
	Name, Namespace string
	Selector        Selector
	MinAvailable    *IntOrPercent
	MaxUnavailable  *IntOrPercent
	UnhealthyPods   UnhealthyPodEvictionPolicy
	Workload        string // the workload whose inline pdb key this is; empty: a [[pdb]] of its own
}
