package importer

import (
	"slices"

	"rollsim/sim/model"
)

// setJob sets what only a Job has: what is left of it to do.
func (im *importing) setJob(out *model.Workload, w *workload) {
	j := &out.Job
	j.Parallelism = max(len(w.pods), 1)
	j.Completions = j.Parallelism
	im.notes.add(decisive, w.subject(), "duration", "how long its pods run isn't in the input: the default; set it")
	if c := w.controller; c != nil {
		j.Parallelism = int(valueOr(c.Spec.Parallelism, 1))
		j.Completions = int(valueOr(c.Spec.Completions, int64(j.Parallelism)) - c.Status.Succeeded)
		j.BackoffLimit = int(max(valueOr(c.Spec.BackoffLimit, 6)-c.Status.Failed, 0))
		if p := c.Spec.PodFailurePolicy; p != nil {
			for _, r := range p.Rules {
				for _, condition := range r.OnPodConditions {
					j.IgnoreDisruptions = j.IgnoreDisruptions || r.Action == "Ignore" && condition.Type == "DisruptionTarget"
				}
			}
		}
	}
	out.Replicas = max(min(j.Parallelism, j.Completions), 0)
}

// valueOr is what a field says, or what stands in for it.
func valueOr(p *int64, or int64) int64 {
	if p == nil {
		return or
	}
	return *p
}

// checkJob reports whether the counts of a Job are within a cluster's.
func (im *importing) checkJob(c *controller) bool {
	s := subject{namespace: c.Metadata.Namespace, name: c.Metadata.Name}
	for _, x := range []struct {
		key string
		n   *int64
	}{{"completions", c.Spec.Completions}, {"parallelism", c.Spec.Parallelism}, {"backoffLimit", c.Spec.BackoffLimit}} {
		if x.n != nil && (*x.n < 0 || *x.n > 1<<31-1 || x.key != "backoffLimit" && *x.n > mostReplicas) {
			im.problems.add("%s: Job %s: spec.%s: %d; want 0 to %d", im.in.Kubectl.Name, plain(s), x.key, *x.n, mostReplicas)
			return false
		}
	}
	if c.Status.Succeeded < 0 || c.Status.Succeeded > 1<<31 || c.Status.Failed < 0 || c.Status.Failed > 1<<31 {
		im.problems.add("%s: Job %s: status: counts of pods that can't be", im.in.Kubectl.Name, plain(s))
		return false
	}
	return true
}

// isStuck are the reasons for which a container waits until somebody helps.
var isStuck = []string{"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError", "CrashLoopBackOff"}

// unready reports whether a pod isn't Ready, and won't be until it is replaced,
// as far as its status tells; was is whether it has ever been Ready.
func (p *pod) unready() (unready, was bool) {
	stuck, restarted := false, false
	for _, c := range p.Status.ContainerStatuses {
		stuck = stuck || c.State.Waiting != nil && slices.Contains(isStuck, c.State.Waiting.Reason)
		restarted = restarted || c.RestartCount > 0
	}
	if p.Spec.NodeName == "" || p.ready() || p.Status.Phase != "Running" && !stuck {
		return false, false
	}
	_, started, _, _ := p.times()
	changed, ok := p.readyChanged()
	return true, ok && !restarted && !started.IsZero() && changed.Sub(started).Seconds() > 1
}

// setUnready sets which replicas aren't Ready: all for ever, where none has ever
// been, or those that are not until they are replaced. The index of each is that
// of its placement.
func (im *importing) setUnready(out *model.Workload, w *workload, unready []int, was bool) {
	if len(unready) == 0 {
		return
	}
	running := 0
	for _, p := range w.pods {
		if p.Spec.NodeName != "" {
			running++
		}
	}
	if !was && len(unready) == running {
		out.NeverReady = true
		im.notes.add(decisive, w.subject(), "status.conditions Ready", "no pod is Ready or has ever been: ready is \"never\", for new pods too")
		return
	}
	if w.kind != model.DaemonSet {
		slices.Sort(unready)
		out.Unready = unready
		im.notes.add(decisive, w.subject(), "status.conditions Ready", "pods that aren't Ready now stay so until they are replaced")
	}
}
