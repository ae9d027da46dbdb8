// Package metrics turns records into numbers: a Meter folds the records of one
// replication to a Run while they are written, a TimelineBuilder keeps what
// pictures need, and Summarize turns many Runs into statistics.
//
// # What is measured
//
// A pod is ready from its PodReady record until it is unready, terminating or
// gone: a pod with a deletion timestamp isn't ready any more. Availability is
// ready over desired replicas, never more than 1: pods beyond the desired count
// make up for nothing. It is a right-continuous step function of time; what
// changes and changes back within one instant never held. A DaemonSet's desired
// replicas are its pods at the start, though it follows the nodes: on surge
// nodes it has more, while a node is away it may have fewer.
//
// Measurement begins with the first request; a run without any spans no time.
// The duration ends when the last operation is over; everything about
// workloads is measured until the run has settled, or until nothing more
// happens, or to the horizon.
package metrics
