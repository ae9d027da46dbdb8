// Package aks is how Azure Kubernetes Service behaves: it takes requests,
// refuses those that its rules forbid, carries out the others, and shows the
// states that az shows.
//
// A [Service] answers a request at once, as with --no-wait. An accepted
// operation then goes on by itself, working on the cluster through the two faces
// of package kube and nothing else, and its end comes through the [Observer].
// There are four operations: full upgrade (control plane, then the pools one
// after another), control plane only, one pool, and scale of a pool.
//
// The rolling upgrade of a pool is the machine in roll.go; each node that an
// operation works on is in one stage, and each stage ends with one call from
// kube or one event of the service's own.
//
// # Choices
//
// Where the sources are silent or disagree, this is what happens here:
//
//   - A full upgrade takes the pools in file order, one after another, and stops
//     at the first that fails. A pool that waits keeps its state and version
//     fields until it is its turn.
//   - Surge nodes are ordered together and take the pool's zones round robin;
//     work on the old nodes begins when all of them are usable.
//   - Old nodes are taken in ascending order of their instance numbers.
//   - The soak is between drain and reimage.
//   - A drain that times out ends the operation (UndrainableNodeBehavior
//     Schedule): the node goes back to work on the old version, other drains
//     stop and their nodes go back to work too. Nodes that are being reimaged
//     come back on the new version. After the operation is over, its surge
//     nodes are removed as well as possible: cordoned, drained with the same
//     timeout, deleted when empty; one that can't be drained goes back to work
//     and stays. Repeating the request takes over what is left of them.
//   - Pool and cluster both become Failed; the cluster is Succeeded again when
//     an operation leaves no failed pool.
//   - Scaling in drains the nodes with the highest numbers, then deletes them; a
//     drain that times out ends the operation as Failed.
package aks
