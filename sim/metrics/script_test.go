package metrics

import (
	"fmt"
	"math/rand/v2"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// script writes the records of a run by hand.
type script struct {
	header trace.Header
	now    des.Time
	rec    *trace.Recorder
	kept   *trace.Trace
	pods   int32
	nodes  int32
}

// newScript returns a script whose records go to a trace and to the sinks. One
// pool, web, of 4 vCPUs, 2 addresses and $0.50 an hour; workloads web (3
// replicas, target 80 %, a budget of its own), db (2, StatefulSet, sharing
// the budget both with web), logs (DaemonSet).
func newScript(nodes int, sinks ...func(*trace.Header) trace.Sink) *script {
	s := &script{header: trace.Header{
		Format: trace.Format, Title: "By hand", Cluster: "c", Strategy: "full", Seed: 7, Replication: 2,
		Versions: []string{"1.28.3", "1.29.7", "1.30.5"}, Zones: []string{"1"},
		Pools: []trace.PoolName{{Name: "web", NodePrefix: "aks-web-", VCPUs: 4, PricePerHour: 0.5, Addresses: 2}, {Name: "idle", NodePrefix: "aks-idle-"}},
		Workloads: []trace.WorkloadName{
			{Namespace: "shop", Name: "web", Kind: "Deployment", Desired: 3, Target: 0.8, Budgets: []int32{0, 1}},
			{Namespace: "shop", Name: "db", Kind: "StatefulSet", Desired: 2, Budgets: []int32{1}},
			{Namespace: "ops", Name: "logs", Kind: "DaemonSet"},
		},
		Budgets: []trace.BudgetName{
			{Namespace: "shop", Name: "web", Workloads: []int32{0}},
			{Namespace: "shop", Name: "both", Workloads: []int32{0, 1}},
		},
	}}
	for i := range nodes {
		s.header.Nodes = append(s.header.Nodes, trace.NodeName{Name: fmt.Sprintf("aks-web-%06d", i), Version: 1})
	}
	s.kept = &trace.Trace{Header: s.header}
	all := []trace.Sink{s.kept}
	for _, sink := range sinks {
		all = append(all, sink(&s.header))
	}
	s.rec = trace.NewRecorder(func() des.Time { return s.now })
	s.rec.Reset(all...)
	s.add(trace.RunStarted, runRef, trace.Ref{}, 0, 0)
	s.add(trace.CurrentVersion, planeRef, version(1), 0, 0)
	for range nodes {
		s.node(1, false)
	}
	return s
}

var (
	runRef   = trace.Ref{Kind: trace.RunSubject}
	planeRef = trace.Ref{Kind: trace.ControlPlane}
	poolRef  = trace.Ref{Kind: trace.Pool}
	opRef    = trace.Ref{Kind: trace.Operation}
)

func ref(k trace.SubjectKind, i int32) trace.Ref { return trace.Ref{Kind: k, Index: i} }
func version(i int32) trace.Ref                  { return ref(trace.Version, i) }

func (s *script) at(t string) *script {
	d, err := time.ParseDuration(t)
	if err != nil {
		panic(err)
	}
	s.now = des.Time(d)
	return s
}

func (s *script) add(k trace.Kind, subject, object trace.Ref, value int64, cause trace.ID) trace.ID {
	return s.rec.Add(k, subject, object, value, cause)
}

func (s *script) onNode(k trace.Kind, n int32, value int64) trace.ID {
	return s.add(k, ref(trace.Node, n), trace.Ref{}, value, 0)
}

func (s *script) onPod(k trace.Kind, p, n int32, value int64) trace.ID {
	return s.add(k, ref(trace.Pod, p), ref(trace.Node, n), value, 0)
}

// node adds a node that is usable at once.
func (s *script) node(v int32, surge bool) int32 {
	n := s.nodes
	s.nodes++
	value := int64(n) << 1
	if surge {
		value |= 1
	}
	s.add(trace.NodeRequested, ref(trace.Node, n), poolRef, value, 0)
	s.add(trace.NodeReady, ref(trace.Node, n), version(v), 0, 0)
	s.add(trace.NodeUsable, ref(trace.Node, n), version(v), 0, 0)
	return n
}

// create adds a pod of a workload.
func (s *script) create(workload int32, value int64, cause trace.ID) int32 {
	p := s.pods
	s.pods++
	s.add(trace.PodCreated, ref(trace.Pod, p), ref(trace.Workload, workload), value, cause)
	return p
}

// pod adds a pod that is ready on a node at once.
func (s *script) pod(workload, node int32, value int64) int32 {
	p := s.create(workload, value, 0)
	s.onPod(trace.PodBound, p, node, 0)
	s.onPod(trace.PodRunning, p, node, 0)
	s.onPod(trace.PodReady, p, node, 0)
	return p
}

// evict has a pod's eviction granted.
func (s *script) evict(p, n int32) trace.ID {
	s.add(trace.EvictionGranted, ref(trace.Pod, p), trace.Ref{}, 201, 0)
	return s.onPod(trace.PodTerminating, p, n, int64(trace.Evicted))
}

func (s *script) refuse(p, budget int32) trace.ID {
	return s.add(trace.EvictionRefused, ref(trace.Pod, p), ref(trace.Budget, budget), 429, 0)
}

func (s *script) budget(b, wanted int32) {
	s.add(trace.BudgetStatus, ref(trace.Budget, b), trace.Ref{}, int64(wanted)<<32, 0)
}

// submit has a request accepted and started.
func (s *script) submit(verb trace.Verb, target trace.Ref, value int64) {
	s.rec.AddText(trace.RequestSubmitted, opRef, target, int64(verb), 0, "first")
	s.add(trace.OperationStarted, opRef, target, value, 0)
}

func (s *script) end(o trace.Outcome, reason string, cause trace.ID) {
	s.rec.AddText(trace.RunEnded, runRef, trace.Ref{}, int64(o), cause, reason)
}

func (s *script) settle(value int64) { s.add(trace.RunSettled, runRef, trace.Ref{}, value, 0) }

// randomRun writes a run in which nodes of one pool are drained, reimaged and
// now and then fail, pods wait, move and are refused, all at random and often at
// the same instant.
func randomRun(rng *rand.Rand, sinks ...func(*trace.Header) trace.Sink) *script {
	s := newScript(4, sinks...)
	r := &roller{script: s, rng: rng}
	s.budget(0, 2)
	s.budget(1, 4)
	for i := range int64(3) {
		r.start(s.create(0, i, 0), 0, int32(i))
	}
	for i := range int64(2) {
		r.start(s.create(1, i, 0), 1, int32(i))
	}
	for n := range int32(4) {
		r.start(s.create(2, int64(n), 0), 2, n)
	}
	s.now += des.Time(rng.IntN(3)) * des.Time(time.Second)
	s.submit(trace.VerbUpgrade, planeRef, 2)
	r.tick()
	s.add(trace.CurrentVersion, planeRef, version(2), 0, 0)
	s.add(trace.PoolPhase, poolRef, trace.Ref{}, int64(trace.Rolling), 0)
	if rng.IntN(2) == 0 {
		s.node(2, true)
	}
	for n := range int32(4) {
		r.roll(n)
	}
	s.add(trace.PoolPhase, poolRef, trace.Ref{}, int64(trace.PhaseDone), 0)
	s.add(trace.OperationEnded, opRef, planeRef, int64(trace.Succeeded), 0)
	s.end(trace.Completed, "done", 0)
	r.tick()
	s.settle(int64(rng.IntN(2)))
	return s
}

type roller struct {
	*script
	rng  *rand.Rand
	live []livePod
}

type livePod struct{ pod, workload, node int32 }

func (r *roller) tick() { r.now += des.Time(r.rng.IntN(40)) * des.Time(time.Second) }

func (r *roller) start(pod, workload, node int32) {
	r.onPod(trace.PodBound, pod, node, 0)
	r.onPod(trace.PodReady, pod, node, 0)
	r.live = append(r.live, livePod{pod, workload, node})
}

// roll drains and reimages one node.
func (r *roller) roll(n int32) {
	r.onNode(trace.NodeCordoned, n, 0)
	r.onNode(trace.DrainStarted, n, 1)
	for i := 0; i < len(r.live); i++ {
		p := r.live[i]
		if p.node != n {
			continue
		}
		for p.workload != 2 && r.rng.IntN(3) == 0 {
			r.refuse(p.pod, r.rng.Int32N(2))
			r.tick()
		}
		cause := r.evict(p.pod, n)
		r.tick()
		r.live = append(r.live[:i], r.live[i+1:]...)
		i--
		fresh := r.create(p.workload, int64(r.rng.IntN(2)), cause)
		r.tick()
		r.onPod(trace.PodDeleted, p.pod, n, 0)
		if r.rng.IntN(4) > 0 {
			r.start(fresh, p.workload, r.rng.Int32N(4))
			if r.rng.IntN(3) == 0 {
				r.onPod(trace.PodUnready, fresh, n, 0)
				r.tick()
				r.onPod(trace.PodReady, fresh, n, 0)
			}
		}
	}
	r.onNode(trace.DrainEnded, n, int64(trace.Drained))
	r.add(trace.ReimageStarted, ref(trace.Node, n), version(2), 0, 0)
	r.tick()
	r.add(trace.NodeReady, ref(trace.Node, n), version(2), 0, 0)
	r.add(trace.NodeUsable, ref(trace.Node, n), version(2), 0, 0)
}
