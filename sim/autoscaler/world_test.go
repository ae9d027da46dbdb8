package autoscaler

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// world is an autoscaler over a live cluster, whose cloud is the test's: it boots and
// deletes machines as it is told and notes that.
type world struct {
	*Autoscaler
	eng     *des.Engine
	cluster *kube.Cluster
	groups  []Group
	surplus map[kube.NodeID]bool
	refuses bool // no machine can be had
	ordered []string
	deleted []kube.NodeID
	log     trace.Trace
}

// spec is pools of nodes with 4 cores and 16 GiB, all with the autoscaler. Machines
// take a minute to come.
func spec(pools ...int) model.Spec {
	s := model.NewSpec()
	s.Cluster.KubernetesVersion = model.Version{Major: 1, Minor: 33, Patch: 5}
	s.Timing.NodeCreate, s.Timing.NodeDelete = random.Constant(time.Minute), random.Constant(time.Minute)
	for i, count := range pools {
		p := model.NewNodePool(fmt.Sprint("pool", i))
		p.Mode, p.Count, p.MaxPods = model.ModeSystem, count, 110
		p.VMSize = model.VMSize{Name: "Standard_D4s_v5", VCPUs: 4}
		p.Allocatable = model.Allocatable{Resources: model.Resources{CPU: 4000, Memory: 16 << 30}, Pods: 110}
		p.AllocatableSet = true
		s.NodePools = append(s.NodePools, p)
	}
	st := model.NewStrategy("up", model.Full)
	st.To = model.Version{Major: 1, Minor: 34, Patch: 4}
	s.Strategies = []model.Strategy{st}
	return s
}

// pods is a Deployment, with its first replicas where they are placed.
func pods(name string, replicas int, cpu int64, placement ...string) model.Workload {
	w := model.NewWorkload(name)
	w.Replicas, w.Placement = replicas, placement
	w.Requests = model.Resources{CPU: cpu, Memory: 64 << 20}
	w.Start, w.Ready, w.Termination = random.Constant(time.Second), random.Constant(time.Second), random.Constant(time.Second)
	return w
}

func newWorld(t *testing.T, s model.Spec) *world {
	t.Helper()
	m, findings := model.New(s)
	for _, f := range findings {
		if f.Severity == model.Error {
			t.Fatalf("%s: %s", f.Path, f.Message)
		}
	}
	w := &world{eng: new(des.Engine), surplus: map[kube.NodeID]bool{}}
	rec := trace.NewRecorder(w.eng.Now)
	rec.Reset(&w.log)
	w.cluster = kube.New(w.eng, m, rec)
	w.cluster.SetObserver(w)
	w.Autoscaler = New(w.eng, m, w.cluster, w, rec)
	for i := range m.NodePools {
		n := m.NodePools[i].Count
		w.groups = append(w.groups, Group{Enabled: true, Open: true, Min: 1, Max: 10, Count: n, Size: n})
	}
	w.cluster.Reset(random.NewSource(1, 0))
	w.Autoscaler.Reset(random.NewSource(1, 0))
	return w
}

// until plays up to a time.
func (w *world) until(d time.Duration) { w.eng.RunUntil(des.Time(d)) }

func (w *world) Group(pool int) Group                         { return w.groups[pool] }
func (w *world) ScaleDownDisabled(kube.NodeID) bool           { return false }
func (w *world) Surplus(n kube.NodeID) bool                   { return w.surplus[n] }
func (w *world) NodeUsable(kube.NodeID)                       { w.Changed() }
func (w *world) NodeDeleted(n kube.NodeID)                    { w.Autoscaler.NodeDeleted(n); w.Changed() }
func (w *world) DrainEnded(n kube.NodeID, r kube.DrainResult) { w.Autoscaler.DrainEnded(n, r) }

func (w *world) Increase(pool, nodes int, cause trace.ID) trace.ID {
	w.ordered = append(w.ordered, fmt.Sprintf("%v: %d of pool%d", w.eng.Now(), nodes, pool))
	if w.refuses {
		return cause
	}
	for range nodes {
		w.groups[pool].Count++
		w.groups[pool].Size++
		n := w.cluster.Machines().Boot(kube.Boot{Pool: pool, Zone: -1}, cause)
		w.Ordered(n, cause)
	}
	return 0
}

func (w *world) Delete(n kube.NodeID, cause trace.ID) {
	w.deleted = append(w.deleted, n)
	pool := w.cluster.Node(n).Pool
	w.groups[pool].Count--
	w.groups[pool].Size--
	w.cluster.Machines().Delete(n, cause)
}

// backoffs lists the pauses of pools, in the order in which they began.
func (w *world) backoffs() string {
	var list []string
	for _, r := range w.log.Records {
		if r.Kind == trace.ScaleBackoff {
			list = append(list, (time.Duration(r.Value) * time.Second).String())
		}
	}
	return strings.Join(list, " ")
}
