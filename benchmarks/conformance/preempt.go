package conformance

import (
	"context"
	"fmt"

	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/defaultpreemption"
	plfeature "k8s.io/kubernetes/pkg/scheduler/framework/plugins/feature"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/names"
	"k8s.io/kubernetes/pkg/scheduler/framework/preemption"
)

// preemptor is the real scheduler's preemption without its effects.
type preemptor struct {
	evaluator *preemption.Evaluator
	profile   framework.Framework
}

func newPreemptor(ctx context.Context, profile framework.Framework, configs []config.PluginConfig) (*preemptor, error) {
	for _, c := range configs {
		if c.Name == names.DefaultPreemption {
			pl, err := defaultpreemption.New(ctx, c.Args, profile, plfeature.NewSchedulerFeaturesFromGates(utilfeature.DefaultFeatureGate))
			if err != nil {
				return nil, err
			}
			return &preemptor{evaluator: pl.Evaluator, profile: profile}, nil
		}
	}
	return nil, fmt.Errorf("the scheduler has no configuration of %s", names.DefaultPreemption)
}

// rescue is what preemption could do for a pod that fits nowhere: on each node
// where it helps, the pods that would have to go, the most important first.
type rescue struct {
	evaluator  *preemption.Evaluator
	ctx        context.Context
	candidates map[string]preemption.Candidate
}

// preempt asks, after decide found no node for a pod, which pods could make room.
// All nodes are candidates, as they are in clusters of up to 100 nodes.
func (r *realScheduler) preempt(pod *v1.Pod, budgets []*policyv1.PodDisruptionBudget) (*rescue, error) {
	x := &rescue{evaluator: r.preemptor.evaluator, ctx: r.ctx, candidates: map[string]preemption.Candidate{}}
	nodes, err := r.unfit.Diagnosis.NodeToStatus.NodesForStatusCode(r.profile.SnapshotSharedLister().NodeInfos(), fwk.Unschedulable)
	if err != nil || len(nodes) == 0 {
		return x, err
	}
	list, _, err := x.evaluator.DryRunPreemption(r.ctx, r.state, pod, nodes, budgets, 0, int32(len(nodes)))
	for _, c := range list {
		x.candidates[c.Name()] = c
	}
	return x, err
}

// victims returns the names of the pods that would have to go from a node.
func (x *rescue) victims(node string) []string {
	c, ok := x.candidates[node]
	if !ok {
		return nil
	}
	var list []string
	for _, p := range c.Victims().Pods {
		list = append(list, p.Name)
	}
	return list
}

// mayChoose reports whether the real scheduler might choose a node. Between
// candidates that it finds equal it takes any, so it is asked often.
func (x *rescue) mayChoose(node string) bool {
	mine, ok := x.candidates[node]
	if !ok {
		return false
	}
	for name, other := range x.candidates {
		if name == node {
			continue
		}
		chosen := false
		for i := 0; i < 30 && !chosen; i++ {
			chosen = x.evaluator.SelectCandidate(x.ctx, []preemption.Candidate{mine, other}).Name() == node
		}
		if !chosen {
			return false
		}
	}
	return true
}
