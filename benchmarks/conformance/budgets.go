package conformance

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"rollsim/sim/kube"
	"rollsim/sim/model"
)

// budgetCase is a budget in some state of a cluster, and what rollsim says of it.
type budgetCase struct {
	what string // for people
	key  string // namespace/name among the objects
	kube.BudgetStatus
}

// budgetStates collects budgets and their surroundings, each cluster in
// namespaces of its own.
type budgetStates struct {
	objects []runtime.Object
	cases   []budgetCase
}

// add takes the budgets of a cluster as it is.
func (s *budgetStates) add(prefix string, m *model.Model, c *kube.Cluster) {
	for i := range m.Workloads {
		s.objects = append(s.objects, controllersOf(prefix, &m.Workloads[i])...)
	}
	for p := range kube.PodID(c.Pods()) {
		x := c.Pod(p)
		if x.Phase == kube.PodGone {
			continue
		}
		s.objects = append(s.objects, livePod(prefix, m, c, p))
	}
	for i := range m.Budgets {
		b := &m.Budgets[i]
		s.objects = append(s.objects, budgetOf(prefix, b))
		x := budgetCase{key: prefix + b.Namespace + "/" + b.Name, BudgetStatus: c.Budget(i)}
		x.what = fmt.Sprintf("%s, which selects", spellBudget(b))
		for _, w := range m.Selected[i] {
			w := &m.Workloads[w]
			x.what += fmt.Sprintf(" %s %s of %d", w.Kind, w.Name, w.Replicas)
		}
		s.cases = append(s.cases, x)
	}
}

// livePod returns a pod of a cluster as the API has it, in a namespace with a
// prefix.
func livePod(prefix string, m *model.Model, c *kube.Cluster, p kube.PodID) *v1.Pod {
	x := c.Pod(p)
	pod := podOf(&m.Workloads[x.Workload], int32(p), "", nil)
	pod.Namespace, pod.UID = prefix+pod.Namespace, types.UID(prefix)+pod.UID
	if pod.OwnerReferences != nil {
		pod.OwnerReferences[0].UID += "-" + types.UID(prefix)
	}
	if x.Node >= 0 {
		pod.Spec.NodeName = c.NodeName(x.Node)
	}
	grace := int64(30)
	pod.Spec.TerminationGracePeriodSeconds = &grace
	pod.Status.Phase = v1.PodPending
	if x.Ran {
		pod.Status.Phase = v1.PodRunning
	}
	switch x.Phase {
	case kube.PodReady:
		pod.Status.Conditions = []v1.PodCondition{{Type: v1.PodReady, Status: v1.ConditionTrue}}
	case kube.PodTerminating:
		pod.DeletionTimestamp, pod.DeletionGracePeriodSeconds = &epoch, &grace
	}
	return pod
}

// controllersOf returns what owns a workload's pods; a Deployment owns them
// through a ReplicaSet.
func controllersOf(prefix string, w *model.Workload) []runtime.Object {
	o, _ := controllerOf(w)
	if o == nil {
		return nil
	}
	object := o.(metav1.Object)
	object.SetNamespace(prefix + object.GetNamespace())
	object.SetUID(object.GetUID() + "-" + types.UID(prefix))
	set, ok := o.(*appsv1.ReplicaSet)
	if !ok {
		return []runtime.Object{o}
	}
	above := metav1.ObjectMeta{Name: w.Name + "-deployment", Namespace: set.Namespace, UID: set.UID + "-deployment"}
	yes := true
	set.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "Deployment", Name: above.Name, UID: above.UID, Controller: &yes}}
	return []runtime.Object{set, &appsv1.Deployment{ObjectMeta: above, Spec: appsv1.DeploymentSpec{Replicas: set.Spec.Replicas, Selector: ownPods(w)}}}
}

func budgetOf(prefix string, b *model.Budget) *policyv1.PodDisruptionBudget {
	policy := policyv1.UnhealthyPodEvictionPolicyType(b.UnhealthyPods)
	return &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: b.Name, Namespace: prefix + b.Namespace, UID: types.UID(prefix + b.Name), Generation: 1},
		Spec: policyv1.PodDisruptionBudgetSpec{
			Selector: selectorOf(b.Selector), MinAvailable: intOrString(b.MinAvailable), MaxUnavailable: intOrString(b.MaxUnavailable),
			UnhealthyPodEvictionPolicy: &policy,
		},
	}
}

func intOrString(x *model.IntOrPercent) *intstr.IntOrString {
	if x == nil {
		return nil
	}
	v := intstr.Parse(x.String())
	return &v
}

func spellBudget(b *model.Budget) string {
	if b.MinAvailable != nil {
		return "minAvailable " + b.MinAvailable.String()
	}
	return "maxUnavailable " + b.MaxUnavailable.String()
}

// status has the real disruption controller write the status of every budget, and
// returns them by namespace/name.
func (s *budgetStates) status(ctx context.Context) (map[string]policyv1.PodDisruptionBudgetStatus, error) {
	server := newBudgetServer(ctx)
	if err := server.add(s.objects...); err != nil {
		return nil, err
	}
	written := map[string]policyv1.PodDisruptionBudgetStatus{}
	for _, x := range s.cases {
		if err := server.sync(ctx, x.key); err != nil {
			return nil, err
		}
		written[x.key] = server.budgets[x.key].Status
	}
	return written, nil
}

// failed reports whether the controller could not work out a budget.
func failed(s *policyv1.PodDisruptionBudgetStatus) bool {
	c := meta.FindStatusCondition(s.Conditions, policyv1.DisruptionAllowedCondition)
	return c != nil && c.Reason == policyv1.SyncFailedReason
}
