// Package importer makes a scenario of what kubectl and az print about a
// cluster.
//
// [Import] reads the output of
//
//	kubectl get nodes,pods,pdb,deploy,sts,ds,rs,jobs -A -o json
//	az aks nodepool list -o json
//	az aks show -o json
//
// and returns an unchecked [model.Spec] that runs as it is, with [Note]s that
// say what has no counterpart in a scenario, what was changed and what had to
// be guessed. Only kubectl's part is needed: pools are then what the nodes'
// labels say, and AKS's settings are defaults.
//
// # Types
//
// The Kubernetes types here are a small subset of our own, not k8s.io/api. An
// importer reads forty fields of thousands of objects. The subset decodes
// nothing else, so that a field that we don't look at can't make an object
// unreadable; it is at the same time the list of what the import looks at; and
// it spares everyone who builds rollsim 160 packages, 25 seconds and 8 MB of
// binary (measured on two cores with v0.34.4). What a type doesn't say, the
// meaning of a quantity, comes from apimachinery's resource package.
// The shapes of az are tolerant for the same reason: keys in any case, fields
// nested under properties or flat, null the same as absent.
//
// # Rules
//
// AKS's validation rules are those of the day, so the rule profile is today's
// where anything in the input is from after the older one's time: a version, a
// time in a status, the release of a node image. A note says which it is and why.
//
// # Pods that aren't Ready
//
// A pod that runs without being Ready, crashes or lacks its image stays so until it
// is replaced. Where no pod of a workload is Ready, and none has ever been as far
// as its status tells, new ones aren't either. A pod that is still on its way is
// taken as Ready.
//
// # Labels
//
// A pool's labels and taints are those that az lists or, where it lists none,
// those that all its nodes agree on; labels that Kubernetes, AKS and the cloud provider manage (see
// managedLabel) are left out unless an imported workload selects by them. What a
// node has beyond its pool was set on it by hand, and stays with that node.
//
// # Times
//
// How long pods take to start and to become ready is measured: the status of
// each pod tells, to the second, when it was scheduled, when its containers
// started and when it became ready. Start is the shortest of a workload's
// times, for the others had to pull the image first; ready is the lognormal
// through median and 95th percentile, or the median of fewer than five pods.
// What can't be measured is a default, with a note.
//
// # Names
//
// Anonymize replaces the names of the cluster, its pools, nodes, namespaces,
// workloads, budgets, images, label keys and label values, in the scenario and
// in the notes, by short keyed hashes: the same name gives the same hash
// everywhere in one import. Well-known label keys, VM sizes, versions and the
// Azure region stay.
package importer
