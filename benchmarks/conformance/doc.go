// Package conformance holds rollsim's Kubernetes against the real one: the
// scheduler and the disruption controller of k8s.io/kubernetes, imported as they
// are. It is a module of its own, so that nobody who builds rollsim builds
// Kubernetes.
//
// A [Case] is a random cluster and what is done to it. rollsim plays it; a mirror
// tells the real scheduler of every node and pod as its informers would; and for
// each pod that rollsim's scheduler looks at, the real one is asked too, on the
// very same state. Compared are: which nodes are feasible and, of the others,
// which filter refuses each with which words; the points of every plugin on
// every node and their total; that the node chosen is one of the real one's
// best; and the message of a pod that fits nowhere. In clusters of 100 nodes and
// more also which nodes are looked at.
//
// Budgets are compared over the whole grid of replicas, kind and value, and in
// the states that random cases go through.
//
// A disagreement is a bug of rollsim. It is printed as the smallest case that
// still shows it.
//
//	go test ./...                                         quick size
//	go test -run Scheduler -decisions 100000 -timeout 1h  full size
//
// Features of rollsim's scheduler are a table in features.go; one that rollsim
// gains is an entry more there and its translation in objects.go.
package conformance
