package kube

import (
	"slices"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// testSpec is a cluster without pools and workloads in which everything takes
// its median time, in round numbers.
func testSpec() model.Spec {
	s := model.NewSpec()
	s.Cluster.KubernetesVersion = model.Version{Major: 1, Minor: 33, Patch: 5}
	s.Timing = model.Timing{
		NodeLost:            random.Constant(50 * time.Second),
		OrphanDelete:        random.Constant(50 * time.Second),
		ControlPlaneUpgrade: random.Constant(time.Minute),
		NodeCreate:          random.Constant(15 * time.Second),
		NodeReimage:         random.Constant(20 * time.Second),
		NodeDelete:          random.Constant(10 * time.Second),
		NodeUntaint:         random.Constant(200 * time.Millisecond),
		DiskMove:            random.Constant(30 * time.Second),
		EvictionRetry:       random.Constant(5 * time.Second),
		ServerRequest:       random.Constant(15 * time.Millisecond),
		ReplicaCreate:       random.Constant(2 * time.Millisecond),
		PodSchedule:         random.Constant(5 * time.Millisecond),
		ImagePull:           50_000_000,
		ImagePullParallel:   1,
		DiskMoveParallel:    1,
	}
	st := model.NewStrategy("up", model.Full)
	st.To = model.Version{Major: 1, Minor: 34, Patch: 4}
	s.Strategies = []model.Strategy{st}
	return s
}

func testPool(name string, count int, cpu, memory int64) model.NodePool {
	p := model.NewNodePool(name)
	p.Count = count
	p.Mode = model.ModeSystem
	p.VMSize = model.VMSize{Name: "Standard_D4s_v5", VCPUs: 4}
	p.MaxPods = 110
	p.Allocatable = model.Allocatable{Resources: model.Resources{CPU: cpu, Memory: memory}, Pods: 110}
	p.AllocatableSet = true
	return p
}

func testModel(t testing.TB, spec model.Spec) *model.Model {
	t.Helper()
	m, findings := model.New(spec)
	for _, f := range findings {
		if f.Severity == model.Error {
			t.Fatalf("%s: %s", f.Path, f.Message)
		}
	}
	return m
}

func (c *Cluster) workloadNamed(name string) *workload {
	for i := range c.workloads {
		if c.workloads[i].Name == name {
			return &c.workloads[i]
		}
	}
	panic("no workload " + name)
}

func (c *Cluster) nodeNamed(name string) NodeID {
	for n := range c.nodes {
		if c.NodeName(NodeID(n)) == name {
			return NodeID(n)
		}
	}
	panic("no node " + name)
}

// world is a cluster with its engine and what it wrote.
type world struct {
	t       testing.TB
	eng     *des.Engine
	rec     *trace.Recorder
	c       *Cluster
	trace   *trace.Trace
	witness *witness
	idle    des.Actor // whose events do nothing
	ended   func(n NodeID, r DrainResult)
	usable  func(n NodeID)
}

func newWorld(t testing.TB, m *model.Model) *world {
	w := &world{t: t, eng: new(des.Engine)}
	w.rec = trace.NewRecorder(w.eng.Now)
	w.c = New(w.eng, m, w.rec)
	w.c.SetObserver(w)
	w.idle = w.eng.Register(idler{})
	w.witness = &witness{w: w}
	return w
}

// reset begins a replication. The trace of the one before is lost.
func (w *world) reset(seed uint64, replication int) {
	w.eng.Reset()
	w.trace = &trace.Trace{}
	w.witness.begin()
	w.rec.Reset(w.trace, w.witness)
	w.c.Reset(random.NewSource(random.Seed(seed), replication))
}

func (w *world) NodeUsable(n NodeID) {
	if w.usable != nil {
		w.usable(n)
	}
}
func (w *world) NodeDeleted(NodeID) {}
func (w *world) DrainEnded(n NodeID, r DrainResult) {
	if w.ended != nil {
		w.ended(n, r)
	}
}

type idler struct{}

func (idler) Handle(des.Event) {}

// witness reads the records as they come and holds them against the rules that
// records alone can show: a budget is never overdrawn, a pod that is Ready was
// bound and is not on two nodes, causes are earlier records, time goes on.
type witness struct {
	w     *world
	check bool
	last  des.Time
	phase map[int32]trace.Kind
}

func (x *witness) begin() { x.last, x.phase = 0, map[int32]trace.Kind{} }

func (x *witness) Record(id trace.ID, r *trace.Record, _ string) {
	if !x.check {
		return
	}
	t := x.w.t
	if r.At < x.last || r.Cause >= id {
		t.Fatalf("record %d %+v: time or cause goes the wrong way", id, r)
	}
	x.last = r.At
	was := x.phase[r.Subject.Index]
	switch r.Kind {
	case trace.EvictionGranted:
		if r.Object.Kind == trace.Budget {
			b, p := &x.w.c.budgets[r.Object.Index], &x.w.c.pods[r.Subject.Index]
			if b.status.allowed < 0 || p.phase == PodReady && !slices.Contains(b.disrupted, PodID(r.Subject.Index)) {
				t.Fatalf("record %d: an eviction is granted against budget %s, which allows %d more, and isn't debited", id, b.Name, b.status.allowed)
			}
		}
		return
	case trace.EvictionRefused:
		if r.Value == TooMany && r.Cause == 0 {
			t.Fatalf("record %d: a refusal without a cause", id)
		}
		return
	case trace.PodBound:
		if was != trace.PodCreated && was != trace.PodUnschedulable && was != trace.PodNominated {
			t.Fatalf("record %d: pod %d is bound after %v", id, r.Subject.Index, was)
		}
	case trace.PodReady:
		if was != trace.PodRunning {
			t.Fatalf("record %d: pod %d is ready after %v", id, r.Subject.Index, was)
		}
	case trace.PodDeleted:
		if was != trace.PodTerminating {
			t.Fatalf("record %d: pod %d is gone after %v", id, r.Subject.Index, was)
		}
	}
	if r.Subject.Kind == trace.Pod {
		x.phase[r.Subject.Index] = r.Kind
	}
}
