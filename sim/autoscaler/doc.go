// Package autoscaler is the cluster autoscaler: it orders nodes for pods that
// fit nowhere and gives nodes back whose pods fit elsewhere. It follows the
// kubernetes autoscaler of 1.34 with the timers of AKS's autoScalerProfile, and
// knows nothing of AKS: what a pool may have, and who makes machines, is behind
// [Cloud].
//
// What fits where is tried out on the live cluster with kube's own filters
// ([kube.Trial]) and undone.
//
// # Scans
//
// It looks at the cluster every scan interval, from time 0. Most scans find what
// the last one found, so they aren't played: a scan takes place when the cluster
// has changed since the last one, when the last one has changed something of its
// own, or when a time has come at which it could decide otherwise. The result is
// that of playing each; a test holds the two equal.
//
// # Choices
//
// Where upstream is not plain, or leaves it to chance, this is what happens:
//
//   - Its timers begin with the run: a node that is unneeded at time 0 is
//     unneeded since then.
//   - A node more of a pool is as the pool's first usable node: in that zone.
//     Pods that need another zone are not helped by it.
//   - Pods are thought to go to the first node that takes them, in order of the
//     nodes' appearance. Terminating pods need no other place.
//   - A node that can't be drained may be looked at again after 5 minutes
//     (upstream's default), and starts anew then.
//   - A removal begins at once when its taint is set, where upstream waits 5 s.
//     DaemonSets' pods are not evicted, they die with the node.
//   - A pool's backoff ends when all nodes of an order are there.
package autoscaler
