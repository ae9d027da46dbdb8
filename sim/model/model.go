package model

// Spec is a scenario's content, complete with defaults but unchecked.
type Spec struct {
	Schema      int
	Title       string
	Question    string // the comment that a library scenario begins with; empty: none
	Run         Run
	Cluster     Cluster
	Timing      Timing
	Options     Options // where sources on AKS disagree, the key aks
	Failures    Failures
	Scheduler   Scheduler
	Controllers Controllers
	Maintenance []MaintenanceConfiguration
	Snapshots   []Snapshot // of node pools
	Autoscaler  Autoscaler
	NodePools   []NodePool
	Workloads   []Workload
	Budgets     []Budget
	Strategies  []Strategy
	Gates       []Gate

	// Written holds the key paths that the scenario gives itself, such as
	// node_pool[0].max_surge; everything else is a default. Nil when unknown.
	Written map[string]bool
}

// Model is a checked Spec with its references resolved. It is shared by all
// replications and never changed.
type Model struct {
	Spec

	// Versions are all versions that a run can meet, ascending: the trace
	// names a version by its index here.
	Versions []Version
	// BudgetsOf are the budgets that select each workload, by index.
	BudgetsOf [][]int
	// Selected are the workloads that each budget selects, by index.
	Selected [][]int
	// SpreadSelected are the workloads whose pods each of a workload's spread
	// constraints counts: by workload and constraint, by index and ascending.
	SpreadSelected [][][]int
	// AffinitySelected and AntiAffinitySelected are the workloads that each
	// term of a workload's PodAffinity and PodAntiAffinity selects.
	AffinitySelected, AntiAffinitySelected [][][]int
	// PlacementNode is the pool and node index of each replica's placement,
	// parallel to Workload.Placement; Pool -1 means scheduled.
	PlacementNode [][]NodeRef
}

// NodeRef names a node at the start by the index of its pool and its own index there.
type NodeRef struct{ Pool, Node int }

// Severity is how bad a finding is.
type Severity uint8

// The severities. The zero value is none of them, so that a forgotten one shows.
const (
	_       Severity = iota
	Error            // the scenario can't be run
	Warning          // it can, but it's unwise or will be refused or blocked
)

// Finding is one thing that is wrong with a scenario.
type Finding struct {
	Severity Severity
	Path     string // key path as the file spells it, node_pool[1].drain_timeout; "" for the whole file
	Message  string // the value, what is wrong with it, what would be right
}
