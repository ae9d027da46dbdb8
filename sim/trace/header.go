package trace

// Format is the version of the trace format that this package writes and reads.
const Format = 1

// Header names everything that records refer to by index, and says what was
// run. A trace with its header needs no scenario to be read.
type Header struct {
	Format      int // version of the trace format
	Title       string
	Cluster     string
	Strategy    string
	Seed        uint64
	Replication int
	Versions    []string
	Zones       []string
	Pools       []PoolName
	Nodes       []NodeName // at the start
	Workloads   []WorkloadName
	Budgets     []BudgetName
	Knobs       []Knob // effective value of every setting, in scenario order
}

// PoolName names a pool and what metrics need to know of it.
type PoolName struct {
	Name         string
	Mode         string
	NodePrefix   string // names of nodes that appear later: prefix and the instance number in six base-36 digits
	VMSize       string
	VCPUs        int
	PricePerHour float64 // USD list price; 0: unknown
	Addresses    int     // of the subnet, for each node
	Replaces     string  // the pool that it stands in for when that is gone; empty: none
}

// NodeName is a node that exists at the start.
type NodeName struct {
	Name    string
	Pool    int32
	Zone    int32 // index into Zones; -1: none
	Version int32 // index into Versions
}

// WorkloadName names a workload and what metrics need to know of it.
type WorkloadName struct {
	Namespace, Name string
	Kind            string
	Desired         int     // replicas; 0 for a DaemonSet: its pods at the first request are meant
	Target          float64 // available share; 0: none
	Budgets         []int32 // that select it
}

// BudgetName names a budget.
type BudgetName struct {
	Namespace, Name string
	Spec            string  // "max_unavailable 25%"
	Workloads       []int32 // that it selects
}

// Knob is one effective setting.
type Knob struct {
	Path, Value string
	Default     bool // not written in the scenario
}
