// Package kube is how Kubernetes behaves: nodes and pods, the scheduler, the
// controllers that replace pods, disruption budgets and evictions, and what a
// kubelet takes its time for. It follows Kubernetes 1.34.
//
// A [Cluster] has two faces. [API] is what a client can do: cordon, evict,
// drain. [Machines] is what a cloud can do: boot a machine, reimage it, delete
// it, let it crash. What happens to a node or a drain comes back through one
// [Observer]. A machine and its node object are two things, and so are a pod's
// containers and what the API says of it; machine.go begins that story, orphan.go
// and unreachable.go go on.
//
// Everything lives in arrays that are indexed by small integers and kept from
// one replication to the next; nothing is allocated for an event once they have
// grown. All chance is drawn by keys (package random): what is decided for which
// replica or node, never in which order. Each phase machine changes in one
// function, which refuses illegal steps and writes the record of the step.
package kube
