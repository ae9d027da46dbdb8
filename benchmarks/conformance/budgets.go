package conformance

import (
	"context"
	"fmt"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta/testrestmapper"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/discovery"
	discoveryfake "k8s.io/client-go/discovery/fake"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	scalefake "k8s.io/client-go/scale/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/kubernetes/pkg/controller/disruption"
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
		s.controller(prefix, &m.Workloads[i])
	}
	for p := range kube.PodID(c.Pods()) {
		x := c.Pod(p)
		if x.Phase == kube.PodGone {
			continue
		}
		w := &m.Workloads[x.Workload]
		pod := podOf(w, int32(p), "", nil)
		pod.Namespace = prefix + pod.Namespace
		if pod.OwnerReferences != nil {
			pod.OwnerReferences[0].UID += "-" + types.UID(prefix)
		}
		switch x.Phase {
		case kube.PodReady:
			pod.Status.Conditions = []v1.PodCondition{{Type: v1.PodReady, Status: v1.ConditionTrue}}
		case kube.PodTerminating:
			pod.DeletionTimestamp = &epoch
			pod.Finalizers = []string{"rollsim/terminating"} // a fake API takes no terminating object without one
		}
		pod.UID = types.UID(prefix) + pod.UID
		s.objects = append(s.objects, pod)
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

// controller adds what owns a workload's pods; a Deployment owns them through a
// ReplicaSet.
func (s *budgetStates) controller(prefix string, w *model.Workload) {
	o, _ := controllerOf(w)
	switch o := o.(type) {
	case *appsv1.ReplicaSet:
		meta := metav1.ObjectMeta{Name: w.Name + "-deployment", Namespace: prefix + w.Namespace, UID: types.UID(prefix) + o.UID + "-deployment"}
		yes := true
		o.Namespace, o.UID = meta.Namespace, o.UID+"-"+types.UID(prefix)
		o.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "Deployment", Name: meta.Name, UID: meta.UID, Controller: &yes}}
		s.objects = append(s.objects, o, &appsv1.Deployment{ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Replicas: o.Spec.Replicas, Selector: ownPods(w)}})
	case *appsv1.StatefulSet:
		o.Namespace, o.UID = prefix+o.Namespace, o.UID+"-"+types.UID(prefix)
		s.objects = append(s.objects, o)
	case *batchv1.Job:
		o.Namespace, o.UID = prefix+o.Namespace, o.UID+"-"+types.UID(prefix)
		s.objects = append(s.objects, o)
	case *appsv1.DaemonSet:
		o.Namespace, o.UID = prefix+o.Namespace, o.UID+"-"+types.UID(prefix)
		s.objects = append(s.objects, o)
	}
}

func budgetOf(prefix string, b *model.Budget) *policyv1.PodDisruptionBudget {
	return &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: b.Name, Namespace: prefix + b.Namespace, UID: types.UID(prefix + b.Name), Generation: 1},
		Spec: policyv1.PodDisruptionBudgetSpec{
			Selector: selectorOf(b.Selector), MinAvailable: intOrString(b.MinAvailable), MaxUnavailable: intOrString(b.MaxUnavailable),
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

// status runs the real disruption controller until it has written the status of
// every budget, and returns them by namespace/name.
func (s *budgetStates) status(ctx context.Context) (map[string]policyv1.PodDisruptionBudgetStatus, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client := fake.NewClientset(s.objects...)
	var mu sync.Mutex
	written := map[string]policyv1.PodDisruptionBudgetStatus{}
	client.PrependReactor("update", "poddisruptionbudgets", func(a clienttesting.Action) (bool, runtime.Object, error) {
		b := a.(clienttesting.UpdateAction).GetObject().(*policyv1.PodDisruptionBudget)
		mu.Lock()
		defer mu.Unlock()
		written[b.Namespace+"/"+b.Name] = b.Status
		return true, b, nil
	})
	factory := informers.NewSharedInformerFactory(client, 0)
	controller := disruption.NewDisruptionController(ctx,
		factory.Core().V1().Pods(), factory.Policy().V1().PodDisruptionBudgets(), factory.Core().V1().ReplicationControllers(),
		factory.Apps().V1().ReplicaSets(), factory.Apps().V1().Deployments(), factory.Apps().V1().StatefulSets(),
		client, testrestmapper.TestOnlyStaticRESTMapper(scheme.Scheme), scales(), discovered())
	factory.Start(ctx.Done())
	go controller.Run(ctx)
	for range 1200 {
		time.Sleep(50 * time.Millisecond)
		mu.Lock()
		done := len(written) == len(s.cases)
		mu.Unlock()
		if done {
			mu.Lock()
			defer mu.Unlock()
			return written, nil
		}
	}
	return nil, fmt.Errorf("the disruption controller has written the status of %d budgets of %d", len(written), len(s.cases))
}

// scales is an API in which nothing has a scale but what the controller knows
// by itself, as DaemonSets have none.
func scales() *scalefake.FakeScaleClient {
	c := &scalefake.FakeScaleClient{}
	c.AddReactor("get", "*", func(a clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.NewNotFound(schema.GroupResource{Resource: a.GetResource().Resource}, "scale")
	})
	return c
}

func discovered() discovery.DiscoveryInterface {
	return &discoveryfake.FakeDiscovery{Fake: &clienttesting.Fake{Resources: []*metav1.APIResourceList{{
		GroupVersion: "apps/v1", APIResources: []metav1.APIResource{{Name: "daemonsets", Kind: "DaemonSet", Namespaced: true}},
	}, {
		GroupVersion: "batch/v1", APIResources: []metav1.APIResource{{Name: "jobs", Kind: "Job", Namespaced: true}},
	}}}}
}
