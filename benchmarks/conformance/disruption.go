package conformance

import (
	"context"
	"fmt"
	"strconv"
	"time"
	_ "unsafe" // for go:linkname

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta/testrestmapper"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	discoveryfake "k8s.io/client-go/discovery/fake"
	"k8s.io/client-go/informers"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	policyclient "k8s.io/client-go/kubernetes/typed/policy/v1"
	scalefake "k8s.io/client-go/scale/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/kubernetes/pkg/controller/disruption"
	"k8s.io/utils/clock"
	"rollsim/sim/kube"
)

// budgetServer is what a control plane has to do with budgets: their objects, in
// memory, and the real disruption controller with its informers. Nobody runs the
// controller's loop; it is asked budget by budget.
type budgetServer struct {
	clientset.Interface
	lanes
	version    int // of the latest budget's object
	informers  informers.SharedInformerFactory
	budgets    map[string]*policyv1.PodDisruptionBudget // by namespace/name
	controller *disruption.DisruptionController
}

func newBudgetServer(ctx context.Context) *budgetServer {
	s := &budgetServer{Interface: fake.NewClientset(), budgets: map[string]*policyv1.PodDisruptionBudget{}}
	s.informers = informers.NewSharedInformerFactory(s.Interface, 0)
	core, apps := s.informers.Core().V1(), s.informers.Apps().V1()
	s.controller = disruption.NewDisruptionControllerInternal(ctx,
		core.Pods(), s.informers.Policy().V1().PodDisruptionBudgets(), core.ReplicationControllers(),
		apps.ReplicaSets(), apps.Deployments(), apps.StatefulSets(),
		s, testrestmapper.TestOnlyStaticRESTMapper(scheme.Scheme), scales(), discovered(), clock.RealClock{}, time.Minute)
	return s
}

// add has the informers know objects. Those that nothing asks for are left out.
func (s *budgetServer) add(objects ...runtime.Object) error {
	apps := s.informers.Apps().V1()
	for _, o := range objects {
		var err error
		switch o := o.(type) {
		case *v1.Pod:
			err = s.informers.Core().V1().Pods().Informer().GetIndexer().Add(o)
		case *appsv1.ReplicaSet:
			err = apps.ReplicaSets().Informer().GetIndexer().Add(o)
		case *appsv1.Deployment:
			err = apps.Deployments().Informer().GetIndexer().Add(o)
		case *appsv1.StatefulSet:
			err = apps.StatefulSets().Informer().GetIndexer().Add(o)
		case *policyv1.PodDisruptionBudget:
			s.version++
			o.ResourceVersion = strconv.Itoa(s.version)
			s.budgets[o.Namespace+"/"+o.Name] = o
			err = s.informers.Policy().V1().PodDisruptionBudgets().Informer().GetIndexer().Add(o)
		case *appsv1.DaemonSet, *batchv1.Job:
		default:
			err = fmt.Errorf("the budget server takes no %T", o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sync has the controller look at a budget.
func (s *budgetServer) sync(ctx context.Context, key string) error {
	return syncBudget(s.controller, ctx, key)
}

//go:linkname syncBudget k8s.io/kubernetes/pkg/controller/disruption.(*DisruptionController).sync
func syncBudget(*disruption.DisruptionController, context.Context, string) error

// PolicyV1 is the client of the controller.
func (s *budgetServer) PolicyV1() policyclient.PolicyV1Interface { return policies{budgetServer: s} }

// policies and budgetClient are clients of a budgetServer.
type policies struct {
	policyclient.PolicyV1Interface
	*budgetServer
}

func (p policies) PodDisruptionBudgets(ns string) policyclient.PodDisruptionBudgetInterface {
	return budgetClient{server: p.budgetServer, ns: ns}
}

type budgetClient struct {
	policyclient.PodDisruptionBudgetInterface
	server *budgetServer
	ns     string
}

func (c budgetClient) Get(_ context.Context, name string, _ metav1.GetOptions) (*policyv1.PodDisruptionBudget, error) {
	if err := c.server.gate(kube.BudgetRead); err != nil {
		return nil, err
	}
	b, ok := c.server.budgets[c.ns+"/"+name]
	if !ok {
		return nil, errors.NewNotFound(policyv1.Resource("poddisruptionbudgets"), name)
	}
	return b.DeepCopy(), nil
}

func (c budgetClient) List(context.Context, metav1.ListOptions) (*policyv1.PodDisruptionBudgetList, error) {
	if err := c.server.gate(kube.BudgetsListed); err != nil {
		return nil, err
	}
	list := &policyv1.PodDisruptionBudgetList{}
	for _, b := range c.server.budgets {
		if b.Namespace == c.ns {
			list.Items = append(list.Items, *b.DeepCopy())
		}
	}
	return list, nil
}

func (c budgetClient) UpdateStatus(_ context.Context, b *policyv1.PodDisruptionBudget, _ metav1.UpdateOptions) (*policyv1.PodDisruptionBudget, error) {
	if err := c.server.gate(kube.BudgetDebited); err != nil {
		return nil, err
	}
	if now := c.server.budgets[b.Namespace+"/"+b.Name].ResourceVersion; now != b.ResourceVersion {
		return nil, c.server.refused(errors.NewConflict(policyv1.Resource("poddisruptionbudgets"), b.Name, fmt.Errorf("version %s is not %s", b.ResourceVersion, now)))
	}
	b = b.DeepCopy()
	return b, c.server.add(b)
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
