package kube

import (
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// testSpec is a cluster without pools and workloads in which everything takes
// its median time, in round numbers.
func testSpec() model.Spec {
	s := model.NewSpec()
	s.Cluster.KubernetesVersion = model.Version{Major: 1, Minor: 33, Patch: 5}
	s.Timing = model.Timing{
		ControlPlaneUpgrade: random.Constant(time.Minute),
		NodeCreate:          random.Constant(15 * time.Second),
		NodeReimage:         random.Constant(20 * time.Second),
		NodeDelete:          random.Constant(10 * time.Second),
		NodeUntaint:         random.Constant(200 * time.Millisecond),
		DiskMove:            random.Constant(30 * time.Second),
		EvictionRetry:       random.Constant(5 * time.Second),
		EvictionRequest:     random.Constant(30 * time.Millisecond),
		ReplicaCreate:       random.Constant(17 * time.Millisecond),
		PodSchedule:         random.Constant(5 * time.Millisecond),
		ImagePull:           50_000_000,
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
