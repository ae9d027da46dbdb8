package trace_test

import (
	"fmt"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// A run writes records through a Recorder; a Trace keeps them, and Why walks
// from what happened to what led to it.
func ExampleTrace_Why() {
	now := des.Time(0)
	t := &trace.Trace{Header: trace.Header{
		Format:    trace.Format,
		Workloads: []trace.WorkloadName{{Namespace: "shop", Name: "web", Kind: "Deployment", Budgets: []int32{0}}},
		Budgets:   []trace.BudgetName{{Namespace: "shop", Name: "web", Workloads: []int32{0}}},
	}}
	rec := trace.NewRecorder(func() des.Time { return now })
	rec.Reset(t)

	budget := trace.Ref{Kind: trace.Budget, Index: 0}
	pods := []trace.Ref{{Kind: trace.Pod, Index: 0}, {Kind: trace.Pod, Index: 1}}
	for i, p := range pods {
		rec.Add(trace.PodCreated, p, trace.Ref{Kind: trace.Workload, Index: 0}, int64(i), 0)
	}
	unready := rec.Add(trace.PodUnready, pods[0], trace.Ref{}, 0, 0)
	now = des.Time(8 * time.Minute)
	refused := rec.Add(trace.EvictionRefused, pods[1], budget, 429, unready)

	names := trace.NewNames(&t.Header)
	for _, r := range t.Records {
		names.Learn(&r)
	}
	for _, id := range t.Why(refused) {
		r := t.Records[id-1]
		fmt.Println(r.At, names.Story(r, t.Text(r.Text)))
	}
	// Output:
	// 8m0s pod shop/web-22224: eviction refused by pdb shop/web (429)
	// 0s pod shop/web-22222: unready
}
