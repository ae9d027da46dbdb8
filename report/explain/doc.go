// Package explain answers why: why a pod is pending, why it went where it went,
// why its eviction was refused, why a drain takes so long, what a workload had
// lost at its worst moment.
//
// An answer is read from two things. The trace of a run says what happened and
// which record led to which. The scheduler's own opinions of every node are in
// no trace, because they would be most of it; they are had by playing the same
// run again with a witness for the few pods that the answer is about. See
// [Scheduler].
//
// [Read] a trace, [History.Find] what a name means, ask for [History.Answer].
package explain
