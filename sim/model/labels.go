package model

// Label is one key and value of a node or pod.
type Label struct{ Key, Value string }

// Labels are the labels of a node or pod, sorted by key, keys unique.
type Labels []Label

// Operator is how a requirement compares a label with its values.
// Source: Kubernetes NodeSelectorRequirement and LabelSelectorRequirement.
type Operator string

// The operators of label selectors and of node affinity.
const (
	In           Operator = "In"
	NotIn        Operator = "NotIn"
	Exists       Operator = "Exists"
	DoesNotExist Operator = "DoesNotExist"
	Gt           Operator = "Gt" // node affinity only: integers
	Lt           Operator = "Lt" // node affinity only: integers
)

// Operators are all of them, PodOperators those that select pods.
var (
	Operators    = []Operator{In, NotIn, Exists, DoesNotExist, Gt, Lt}
	PodOperators = []Operator{In, NotIn, Exists, DoesNotExist}
)

// Requirement is one condition on a label.
type Requirement struct {
	Key      string
	Operator Operator
	Values   []string
}

// Selector is a label selector: all requirements must hold. An empty Selector
// selects every pod of its namespace, a nil one selects none.
type Selector []Requirement

// NodeSelectorTerm is one alternative of a required node affinity: all of its
// requirements must hold for a node.
type NodeSelectorTerm []Requirement

// Well-known label keys.
const (
	LabelZone     = "topology.kubernetes.io/zone"
	LabelRegion   = "topology.kubernetes.io/region"
	LabelHostname = "kubernetes.io/hostname"
	LabelPool     = "kubernetes.azure.com/agentpool"
	LabelPoolOld  = "agentpool" // AKS sets both
	LabelMode     = "kubernetes.azure.com/mode"

	LabelInstanceType = "node.kubernetes.io/instance-type"
	LabelOS           = "kubernetes.io/os"
	LabelPriority     = "kubernetes.azure.com/scalesetpriority" // spot pools only
	LabelArch         = "kubernetes.io/arch"
)

// TaintEffect is what a taint does to pods that don't tolerate it.
type TaintEffect string

// The taint effects. NoExecute keeps pods away as NoSchedule does; it also
// evicts what is there, which only nodes that change their taints show.
const (
	NoSchedule       TaintEffect = "NoSchedule"
	PreferNoSchedule TaintEffect = "PreferNoSchedule"
	NoExecute        TaintEffect = "NoExecute"
)

// Taint keeps pods off a node. Spelled key=value:Effect or key:Effect.
type Taint struct {
	Key, Value string
	Effect     TaintEffect
}

// Toleration lets a pod onto a tainted node. An empty Key with Exists tolerates
// everything; an empty Effect matches every effect. Spelled key, key:Effect,
// key=value, key=value:Effect, or "*" for everything.
type Toleration struct {
	Key    string
	Exists bool // operator Exists: the value doesn't matter
	Value  string
	Effect TaintEffect
}
