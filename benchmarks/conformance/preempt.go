package conformance

import (
	"context"
	"fmt"
	"slices"
	"time"

	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/defaultpreemption"
	plfeature "k8s.io/kubernetes/pkg/scheduler/framework/plugins/feature"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/names"
	"k8s.io/kubernetes/pkg/scheduler/framework/preemption"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/trace"
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
	tried      int // nodes where it might help
}

// preempt asks, after decide found no node for a pod, which pods could make room.
// All nodes are candidates, as they are in clusters of up to 100 nodes.
func (r *realScheduler) preempt(pod *v1.Pod, budgets []*policyv1.PodDisruptionBudget) (*rescue, error) {
	x := &rescue{evaluator: r.preemptor.evaluator, ctx: r.ctx, candidates: map[string]preemption.Candidate{}}
	nodes, err := r.unfit.Diagnosis.NodeToStatus.NodesForStatusCode(r.profile.SnapshotSharedLister().NodeInfos(), fwk.Unschedulable)
	if err != nil || len(nodes) == 0 {
		return x, err
	}
	x.tried = len(nodes)
	if may, _ := x.evaluator.PodEligibleToPreemptOthers(r.ctx, pod, r.unfit.Diagnosis.NodeToStatus.Get(pod.Status.NominatedNodeName)); !may {
		return x, nil
	}
	list, _, err := x.evaluator.DryRunPreemption(r.ctx, r.state, pod, nodes, budgets, 0, int32(len(nodes)))
	for _, c := range list {
		x.candidates[c.Name()] = c
		for i, p := range c.Victims().Pods {
			p = p.DeepCopy()
			*p.Status.StartTime = metav1.NewTime(p.Status.StartTime.Truncate(time.Second))
			c.Victims().Pods[i] = p
		}
	}
	return x, err
}

// startTime is when a pod started. The API has whole seconds, and of pods that
// are equally important then the real scheduler takes those first that its
// memory has first; here that is made the order in which they were bound.
func startTime(at des.Time, bound int) *metav1.Time {
	t := metav1.Unix(int64(at)/1e9, int64(bound))
	return &t
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

// attempt is a pod that fits nowhere, what the real scheduler would do for it,
// and what rollsim does.
type attempt struct {
	pod     int32
	rescue  *rescue
	state   []string
	going   map[string]bool // pods that terminated before
	record  trace.ID        // of the nomination; 0: none
	node    string
	count   int64             // victims, those included that terminated before
	victims []string          // that were not
	refuses map[string]string // filter that refuses the pod, by node
	lower   map[string]int    // pods of lower priority, by node
}

// nominate tells the real scheduler of the pods that are nominated to nodes.
func (g *game) nominate() {
	g.real.nominees.reset()
	for _, p := range g.cluster.Nominees() {
		if err := g.real.nominees.add(g.pod(p), g.cluster.NodeName(g.cluster.Nominated(p))); err != nil {
			g.err = err
		}
	}
}

// foresee asks the real scheduler what it would do for a pod that fits nowhere.
func (g *game) foresee(x *kube.Placement, pod *v1.Pod) (*attempt, error) {
	var budgets []*policyv1.PodDisruptionBudget
	for i := range g.model.Budgets {
		b := budgetOf("", &g.model.Budgets[i])
		b.Status.DisruptionsAllowed = int32(g.cluster.WrittenBudget(i).Allowed)
		budgets = append(budgets, b)
	}
	rescue, err := g.real.preempt(pod, budgets)
	a := &attempt{pod: int32(x.Pod), rescue: rescue, state: g.describe(x), going: map[string]bool{}, refuses: map[string]string{}, lower: map[string]int{}}
	for _, o := range x.Nodes {
		a.refuses[g.cluster.NodeName(o.Node)] = o.Refusal.Plugin()
	}
	for _, p := range g.pods {
		if *p.Spec.Priority < *pod.Spec.Priority {
			a.lower[p.Spec.NodeName]++
		}
		if p.DeletionTimestamp != nil {
			a.going[p.Name] = true
		}
	}
	return a, err
}

// nominated notes that rollsim has found victims for a pod.
func (g *game) nominated(pod int32, record trace.ID, r *trace.Record) {
	if a := g.attempt; a != nil && a.pod == pod {
		a.record, a.node, a.count = record, g.cluster.NodeName(kube.NodeID(r.Object.Index)), r.Value
	}
}

// displaced notes a victim.
func (g *game) displaced(pod string, cause trace.ID) {
	if a := g.attempt; a != nil && a.record == cause {
		a.victims = append(a.victims, pod)
	}
}

// settle compares what rollsim has done for a pod that fitted nowhere.
func (g *game) settle() {
	a := g.attempt
	g.attempt = nil
	if a == nil || g.over() {
		return
	}
	d := &disagreement{state: a.state}
	want := a.rescue.victims(a.node)
	live := slices.DeleteFunc(slices.Clone(want), func(p string) bool { return a.going[p] })
	slices.Sort(live)
	slices.Sort(a.victims)
	switch {
	case a.record == 0 && a.miscounted():
		g.met["preemption that only a miscount allows"]++
		return
	case a.record == 0 && len(a.rescue.candidates) > 0:
		d.differ("preemption", "rollsim finds no victims; the real scheduler would take %s", a.rescue)
	case a.record == 0:
		g.met["no preemption helps"]++
		return
	case len(want) == 0:
		d.differ("preemption", "rollsim finds %d victims on %s; the real scheduler would take %s", a.count, a.node, a.rescue)
	case len(want) != int(a.count) || !slices.Equal(live, a.victims):
		d.differ("victims", "rollsim takes %d victims on %s, %q of them alive; the real scheduler %q", a.count, a.node, a.victims, want)
	case a.rescue.tried <= 100 && !a.rescue.mayChoose(a.node):
		d.differ("preempted node", "rollsim takes %q on %s; the real scheduler would take %s", a.victims, a.node, a.rescue)
	}
	a.meetPreemption(g.met)
	if len(d.lines) > 0 {
		g.found = d
		return
	}
	for id, p := range g.pods {
		if a.going[p.Name] && slices.Contains(want, p.Name) {
			g.update(id, byPreemption)
		}
	}
}

// miscounted reports whether each node where preemption helps has a victim that
// terminates already and is refused for the sake of spread. Pods that terminate
// aren't counted there, but the real plugin takes them off the count all the same
// when it tries the node without them. rollsim doesn't.
func (a *attempt) miscounted() bool {
	for node := range a.rescue.candidates {
		terminates := slices.ContainsFunc(a.rescue.victims(node), func(p string) bool { return a.going[p] })
		if a.refuses[node] != names.PodTopologySpread || !terminates {
			return false
		}
	}
	return len(a.rescue.candidates) > 0
}

// byPreemption says that a pod terminates for the sake of another.
func byPreemption(p *v1.Pod) {
	p.Status.Conditions = []v1.PodCondition{{Type: v1.DisruptionTarget, Status: v1.ConditionTrue, Reason: v1.PodReasonPreemptionByScheduler}}
}

func (x *rescue) String() string {
	s := ""
	for name, c := range x.candidates {
		s += fmt.Sprintf(" %q on %s (violating %d budgets)", x.victims(name), name, c.Victims().NumPDBViolations)
	}
	if s == "" {
		return "none"
	}
	return "one of" + s
}
