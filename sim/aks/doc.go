// Package aks is how Azure Kubernetes Service behaves: it takes requests,
// refuses those that its rules forbid, carries out the others, and shows the
// states that az shows.
//
// A [Service] answers a request at once, as with --no-wait. An accepted
// operation then goes on by itself, working on the cluster through the two faces
// of package kube and nothing else, and its end comes through the [Observer].
// There are operations of the cluster (full upgrade: control plane, then the
// pools; control plane only) and of one pool: upgrade of version or node image,
// scale, change of settings, add, delete, stop, start, rollback. Each can be
// aborted but a deletion, which preempts what it comes upon. How an operation
// begins, goes from pool to pool and ends is in operation.go, what az shows of it
// meanwhile in provisioning.go.
//
// The rolling upgrade of a pool is the machine in roll.go; each node that an
// operation works on is in one stage (work.go), and each stage ends with one call
// from kube or one event of the service's own. What there is when surge nodes can't be
// had is in surge.go, nodes that can't be drained are in blocked.go, blue-green
// upgrades in bluegreen.go. A pool's life is in lifecycle.go, aborts are in
// abort.go, what ends an operation before its time in stop.go, node images in
// image.go, and what is left to chance in draws.go.
//
// # Choices
//
// Where sources contradict each other there are options: model.OptionTable. Where
// they are silent, this is what happens here:
//
//   - A full upgrade takes the pools in file order and stops at the first that
//     fails; in parallel it ends when all are done. A pool that waits keeps its
//     version fields until it is its turn.
//   - An abort stops the work when AKS has carried it out, Timing.Abort later.
//     Until then it goes on and its resources are Canceling. A control plane that
//     is worked on stays on its old version. Drains stop and their nodes go back
//     to work. The code OperationCanceled is assumed.
//   - A deletion or stop gives all machines back at once, without a drain. A
//     started pool gets new machines with new names, where AKS allocates the old
//     ones again.
//   - A change of settings puts right what a failed operation left: quarantined
//     and surge nodes go, missing nodes are ordered.
//   - A rollback is rolled as an upgrade is; its state is Upgrading. What can be
//     gone back to is recorded by each upgrade that succeeds.
//   - A pool has one of two node images: its own at the start, or the newest,
//     which stays the newest throughout. An upgrade of the image keeps the version
//     of each node, also where a failed upgrade left several.
//   - An override by force is the cluster's and holds for 3 days, or until the
//     request says; a drain that has begun under it goes on so. Budgets aren't
//     asked, and a pod that doesn't stop in time dies with its node.
//   - An automatic upgrade that waits for its next maintenance window is still in
//     progress, so other requests are refused.
//   - A request on a pool that isn't there is answered with NotFound.
//   - The cluster autoscaler works beside all that (package autoscaler); what it
//     does shows in a pool's count only. What it has ordered comes before the next
//     operation on the pool begins, and a removal that it is at is given up then.
//     While a pool is rolled, a node that it orders is on the target, as surge nodes
//     are; they count against max_count, and min_count is held without them. Pools
//     in a blue-green upgrade are left alone. What the autoscaler takes from an
//     upgrade is made good before the next old node, but for what it takes during
//     that wait.
//   - Surge nodes are ordered together; work on the old nodes begins when all of
//     them are usable. Quota and subnet give all of them or none, a zone without
//     capacity fails them one by one. What was had is kept as far as the fall-back
//     needs it and removed otherwise; one surge node will do when the target is
//     1.35 or later. A node that is short beside the surge, as when scaling out,
//     ends the operation as Failed.
//   - With UndrainableNodeBehavior Cordon a quarantined node takes a slot away, but
//     not the last one: the surge node that stands in for it is no buffer any
//     more. Surge nodes with the lowest numbers stay. Unset, max blocked nodes is
//     the number of slots, in place too. The next operation on the pool drains
//     quarantined nodes once more and deletes them.
//   - A spot pool has no surge nodes: max surge, or max unavailable where that is
//     all there is, says how many nodes go at a time.
//   - A blue-green upgrade that an abort or a drain ends before its commit stays as
//     it is; asked for again it drains what isn't drained and serves the final soak
//     in full. When the commit has begun nothing can be taken back.
//   - A drain that times out ends the operation (UndrainableNodeBehavior
//     Schedule): the node goes back to work on the old version, other drains
//     stop and their nodes go back to work too. Nodes that are being reimaged
//     come back on the new version. After the operation is over, its surge
//     nodes are removed as well as possible: cordoned, drained with the same
//     timeout, deleted when empty; one that can't be drained goes back to work
//     and stays. Repeating the request takes over what is left of them.
//   - Pool and cluster both become Failed; the cluster is Succeeded again when
//     an operation leaves no failed pool.
//   - Machines that are deleted by name go at once, on system pools too, where AKS
//     is said to respect the budgets of add-ons. The pool is Scaling meanwhile, and
//     its state is then that of this operation, whatever the one before has left.
//   - A person may cordon, uncordon and drain beside any operation. AKS takes no
//     notice: what it makes schedulable again is so, whoever has cordoned it.
//   - Scaling in drains the nodes with the highest numbers, then deletes them; a
//     drain that times out ends the operation as Failed.
package aks
