// Package conformance holds rollsim's Kubernetes against the real one: the
// scheduler, the disruption controller and the eviction API of k8s.io/kubernetes,
// and the filters of kubectl drain, imported as they are. It is a module of its own, so that nobody who builds rollsim builds
// Kubernetes.
//
// A [Case] is a random cluster and what is done to it. rollsim plays it; a mirror
// tells the real scheduler of every node and pod as its informers would; and for
// each pod that rollsim's scheduler looks at, the real one is asked too, on the
// very same state. Compared are:
//
//   - which nodes are feasible, and of the others which filter refuses each with
//     which words;
//   - the points of every plugin on every node, and their total;
//   - that the node chosen is one of the real one's best;
//   - the message of a pod that fits nowhere;
//   - in clusters of 100 nodes and more, which nodes are looked at, in which order,
//     and where the next search begins;
//   - whether preemption helps, that the node is one that the real one might
//     choose, and the victims there;
//   - whose turn it is: the real scheduler's queue, on rollsim's clock, must hand
//     out the same pod, and has each waiting pod in the same place, active, backing
//     off or unschedulable;
//   - who is woken: the scheduler's own handlers are told of every event. A pod
//     that its plugins' hints wake and rollsim doesn't must fit nowhere; one that
//     rollsim tries without such a reason must not be placed.
//
// Each filter, score and queueing hint of the real profile has to be met by the cases,
// or has an excuse (coverage.go).
//
// Of pods that are alike rollsim tries one, and leaves out attempts of which it
// knows that they fail: the real queue is moved as rollsim's is, and backs pods off
// for the attempts that both make. So three things differ from a real queue, and
// nothing else does, for all else is compared at each step. A vain attempt puts a pod
// behind others of its priority, and lengthens its backoff; who would have had the
// turn is counted: in full size another pod in 575 of 100,008 turns of [TestScheduler]
// (179 times one of another workload), in 108 of 50,126 of [TestPreemption] (44) and
// in 94 of 5,029 of [TestDisks] (all). (The backoff itself delays nobody while no
// other pod is active, for then those that back off are tried.) A vain attempt
// changes which filters refuse a pod, and hints go by that: a pod may be woken that
// otherwise waits for another event, or for the flush; that is counted, too, and
// never happens in full size. And the search begins anew within the number of nodes that there are: a
// vain attempt looks at all of them, so the next search begins where it would have,
// unless nodes have gone since; then the place is taken modulo the fewer ones. That
// is a difference only where nodes go and others come before the next attempt that
// both make, in clusters of 100 nodes and more. rollsim doesn't play vain attempts, for
// a cluster has as many of them as it has events times waiting pods.
//
// One thing of the real preemption is left out: spread doesn't count pods that
// terminate, but takes them off its count when it tries a node without them.
//
// Budgets are compared over the whole grid of replicas, kind and value, and in
// the states that random cases end in.
//
// Evictions are compared step by step (lanes.go): random cases with many of them,
// with two clients that may want the same pod, with budgets that overlap or are made
// later, and with a server and a controller that may be slow. Each request goes to
// the real handler too, in a goroutine of its own, over pods in memory that are as
// rollsim's are; it stops before each thing that it reads or writes, the pod, the
// list of budgets, one budget, its status, the mark on the pod, the deletion, until
// rollsim's request does the same. So does the real disruption controller, between
// working out a status and writing it. At each step it must be about to do what
// rollsim does, and whether a write is refused as a conflict must be the same, by
// the resourceVersions that the real ones go by; so must the answer's code, its
// Retry-After, and after each event every budget's status with how many disruptions
// are unconfirmed. Where rollsim's controller would not write, the real one must
// find nothing to do. A client that goes away after its request has used a budget
// has the pod go at once in rollsim; here the real request goes on then.
//
// At the end of random cases each node is drained by hand, with and without --force
// and --ignore-daemonsets: the pods that go are those that kubectl's filters let
// go, or the drain fails for one of those that they name. rollsim's pods have no
// data of their own on a node (--delete-emptydir-data).
//
// The mirror leaves out delays of information that rollsim does not have: kubelets
// report their images at once, the scheduler looks at its cache after each node
// that goes. And it decides what the real scheduler leaves to chance: of pods that
// are equally important the one that was bound first is preempted last. While a
// cluster has no node at all the real scheduler tries each pod again after its
// backoff and not before, and rollsim when a node appears.
//
// A disagreement is a bug of rollsim. It is printed as the smallest case that
// still shows it, with the state of the cluster at that moment. The same seed is
// the same case as long as features.go stays as it is.
//
//	go test ./...                                quick size, less than two minutes
//	go test . -decisions=100000 -timeout=1h      full size
//	go test . -run=Scheduler -seed=149 -decisions=1   one case
//
// With -all a test goes on after a disagreement and counts them by what differs.
//
// What rollsim's scheduler knows is a table in features.go. What it gains is an
// entry more there and its translation in objects.go. New names in
// k8s.io/kubernetes, for another version, are found in real.go, preempt.go,
// disruption.go, evictions.go and drains.go.
package conformance
