package kube

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// A Job's pods run to their end: Duration after they began to run. Its slots are
// the pods that it has at a time; a slot whose pod has succeeded takes the next
// piece of work, until all completions are done or under way. A pod that goes
// before its end has done nothing. By default it counts as failed when its
// deletion is asked for, and its successor waits for 10 s, twice as long after
// each further failure since the last success, at most 10 minutes; a Job with
// more failures than its backoff limit fails and ends its other pods. Where
// disruptions are ignored they don't count, and the successor comes when the
// pod is gone. Objects of finished pods are not kept: nothing depends on them.
// Source: kubernetes pkg/controller/job, job_controller.go (isPodFailed,
// manageJob) and backoff_utils.go.

// The backoff of a Job. Source: kubernetes job_controller.go,
// DefaultJobPodFailureBackOff and MaxJobPodFailureBackOff.
const (
	jobBackoff    = 10 * time.Second
	maxJobBackoff = 10 * time.Minute
)

// jobState is how far a Job has got.
type jobState struct {
	succeeded int32
	failed    int32
	failures  int32 // since the last success
	idle      int32 // slots that want no more pods
	over      bool  // it has failed
}

// finished: a pod of a Job has done its work.
func (c *Cluster) finished(p PodID) {
	c.terminate(p, trace.Finished, c.pods[p].last)
}

// jobLeaving: a pod of a Job has ended or is asked to go.
func (c *Cluster) jobLeaving(p PodID, reason trace.TerminationReason, cause trace.ID) {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	c.eng.Cancel(x.work)
	c.slots[x.slot].pod = none
	switch {
	case reason == trace.Finished:
		w.job.succeeded++
		w.job.failures = 0
		c.nextWork(x.slot, 0, cause)
	case w.Job.IgnoreDisruptions || w.job.over:
		// the successor comes when it is gone
	default:
		w.job.failed++
		w.job.failures++
		if int(w.job.failed) > w.Job.BackoffLimit {
			c.failJob(x.workload, cause)
			return
		}
		c.nextWork(x.slot, min(jobBackoff<<min(w.job.failures-1, 10), maxJobBackoff), cause)
	}
}

// jobLeft: the object of a pod of a Job is gone.
func (c *Cluster) jobLeft(p PodID, cause trace.ID) {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	if s := &c.slots[x.slot]; w.Job.IgnoreDisruptions && !w.job.over && s.pod == none && !s.idle && !s.asked {
		c.nextWork(x.slot, 0, cause)
	}
}

// nextWork has the next pod of a slot made after a pause, if there is work left
// that no other slot is at.
func (c *Cluster) nextWork(slot int32, pause time.Duration, cause trace.ID) {
	s := &c.slots[slot]
	w := &c.workloads[s.workload]
	others := int32(w.Replicas) - w.job.idle - 1 // that have a pod, or wait for one
	if w.job.succeeded+others >= int32(w.Job.Completions) {
		s.idle = true
		w.job.idle++
		return
	}
	s.asked = true
	c.orderAfter(slot, c.podKey(s), pause, cause)
}

// failJob ends a Job that has failed too often.
func (c *Cluster) failJob(workload int32, cause trace.ID) {
	w := &c.workloads[workload]
	w.job.over, w.job.idle = true, int32(w.Replicas)
	for i := w.firstSlot; i < w.firstSlot+int32(w.Replicas); i++ {
		s := &c.slots[i]
		c.eng.Cancel(s.create)
		s.asked = false
		p := s.pod
		s.idle = true
		if p != none && c.pods[p].phase < PodTerminating {
			c.terminate(p, trace.ScaledDown, cause)
		}
	}
}

// work begins the work of a Job's pod that runs.
func (c *Cluster) work(p PodID) {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	if w.kind == model.Job {
		d := c.draw(w.Job.Duration, x.key, forWork)
		x.work = c.after(d, des.ClassFinish, evFinished, int32(p))
	}
}
