package conformance

import (
	"fmt"
	"slices"
	"testing"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
	"rollsim/sim/model"
)

// TestPreemptionOracle asks the real scheduler about a case that is known: one
// node has a pod of low priority, one two of them, one a pod that is as important
// as the preemptor. It will judge rollsim's preemption when there is one.
func TestPreemptionOracle(t *testing.T) {
	real, err := newRealScheduler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	spec := generate(1, false).Spec
	p := spec.NodePools[0]
	p.Taints = nil
	p.Allocatable = model.Allocatable{Resources: model.Resources{CPU: 1000, Memory: 1 << 30}, Pods: 10}
	spec.NodePools = []model.NodePool{p}
	spec.Workloads, spec.Budgets = nil, nil
	m, _ := model.New(spec)
	id := int32(0)
	pod := func(node string, cpu int64, priority int32) *v1.Pod {
		w := model.NewWorkload("w")
		w.Requests.CPU = cpu
		id++
		x := podOf(&w, id, "", nil)
		x.Spec.Priority, x.Spec.NodeName = &priority, node
		started := metav1.NewTime(time.Unix(int64(id), 0))
		x.Status.StartTime = &started
		return x
	}
	for i, pods := range [][]*v1.Pod{
		{pod("node0", 900, 1)},
		{pod("node1", 500, 1), pod("node1", 500, 2)},
		{pod("node2", 900, 10)},
	} {
		real.scheduler.Cache.AddNode(klog.Background(), nodeOf(m, &m.NodePools[0], fmt.Sprint("node", i), "", false, true))
		for _, x := range pods {
			if err := real.scheduler.Cache.AddPod(klog.Background(), x); err != nil {
				t.Fatal(err)
			}
		}
	}
	important := pod("", 800, 10)
	if v, err := real.decide(important, 0); err != nil || v.chosen != "" {
		t.Fatalf("chosen %q, error %v", v.chosen, err)
	}
	x, err := real.preempt(important, nil)
	if err != nil {
		t.Fatal(err)
	}
	for node, want := range map[string][]string{"node0": {"w-1"}, "node1": {"w-3", "w-2"}, "node2": nil} {
		if got := x.victims(node); !slices.Equal(got, want) {
			t.Errorf("%s: victims %q, want %q", node, got, want)
		}
		if got := x.mayChoose(node); got != (node == "node0") {
			t.Errorf("%s may be chosen: %v", node, got)
		}
	}
}
