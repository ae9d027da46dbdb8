package sim

import (
	"rollsim/sim/kube"
	"rollsim/sim/random"
)

// Homeless says of a workload that some of its pods find no node where all start.
type Homeless struct {
	Workload int    // index in Model.Workloads
	Pods     int    // that find none, at least 1
	Of       int    // pods of the workload
	Why      string // of the first, as the event FailedScheduling says it
}

// Homeless returns the workloads of which pods find no node before anything is
// done to the cluster, in the order of the model: as the first replication places
// them. Pods that scheduling gates hold back look for none. A workload of a pool
// that a strategy only adds later is homeless until then, and one of an autoscaled
// pool until nodes are added.
func (s *Simulator) Homeless() []Homeless {
	s.engine.Reset()
	s.recorder.Reset()
	s.kube.Reset(random.NewSource(s.model.Run.Seed, 0))
	all := make([]Homeless, len(s.model.Workloads))
	for i := range s.kube.Pods() {
		p := kube.PodID(i)
		pod := s.kube.Pod(p)
		x := &all[pod.Workload]
		x.Workload = pod.Workload
		x.Of++
		if pod.Node >= 0 || len(s.model.Workloads[pod.Workload].SchedulingGates) > 0 {
			continue
		}
		if x.Pods++; x.Pods == 1 {
			x.Why = s.kube.Explain(p).Message()
		}
	}
	list := all[:0]
	for _, x := range all {
		if x.Pods > 0 {
			list = append(list, x)
		}
	}
	return list
}
