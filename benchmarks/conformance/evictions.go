package conformance

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"time"
	"unsafe"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	policyclient "k8s.io/client-go/kubernetes/typed/policy/v1"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1 "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/apis/policy"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	podstorage "k8s.io/kubernetes/pkg/registry/core/pod/storage"
	"rollsim/sim/kube"
)

// evictionsRetry is how the real handler goes on after a conflict. Nothing waits
// here: that rollsim's waits for so long is looked at where it does.
var evictionsRetry = podstorage.EvictionsRetry

func init() { podstorage.EvictionsRetry.Duration = 0 }

// evictionServer is the part of a real API server that evicts pods: its handler of
// evictions as it is, over pods in memory.
type evictionServer struct {
	*budgetServer
	pods    podStore
	handler *podstorage.EvictionREST
}

func newEvictionServer(ctx context.Context) *evictionServer {
	s := &evictionServer{budgetServer: newBudgetServer(ctx), handler: &podstorage.EvictionREST{}}
	s.pods = podStore{pods: map[string]*core.Pod{}, lanes: &s.lanes}
	*field[rest.StandardStorage](s.handler, "store") = &s.pods
	*field[policyclient.PodDisruptionBudgetsGetter](s.handler, "podDisruptionBudgetClient") = policies{budgetServer: s.budgetServer}
	return s
}

// field returns a field of a struct that its package keeps to itself.
func field[T any](x any, name string) *T {
	return (*T)(unsafe.Pointer(reflect.ValueOf(x).Elem().FieldByName(name).UnsafeAddr()))
}

// put replaces a pod in the API and in the controller's cache.
func (s *evictionServer) put(p *v1.Pod) error {
	x := &core.Pod{}
	if err := corev1.Convert_v1_Pod_To_core_Pod(p, x, nil); err != nil {
		return err
	}
	s.pods.set(x)
	return s.add(p)
}

// remove takes a pod away.
func (s *evictionServer) remove(p *v1.Pod) error {
	delete(s.pods.pods, p.Namespace+"/"+p.Name)
	return s.informers.Core().V1().Pods().Informer().GetIndexer().Delete(p)
}

// answer is what a client hears.
type answer struct {
	code  int
	retry time.Duration // Retry-After; 0: none
}

// evict asks for the eviction of a pod.
func (s *evictionServer) evict(ctx context.Context, ns, name string) answer {
	ctx = genericapirequest.WithNamespace(ctx, ns)
	request := &policy.Eviction{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}}
	o, err := s.handler.Create(ctx, name, request, rest.ValidateAllObjectFunc, &metav1.CreateOptions{})
	if err != nil {
		status := errors.APIStatus(nil)
		if x, ok := err.(errors.APIStatus); ok {
			status = x
		} else {
			return answer{code: 500}
		}
		seconds, _ := errors.SuggestsClientDelay(err)
		return answer{int(status.Status().Code), time.Duration(seconds) * time.Second}
	}
	if code := o.(*metav1.Status).Code; code != 0 {
		return answer{code: int(code)} // the error of two budgets is no Go error
	}
	return answer{code: 201}
}

// leaves reports whether a pod terminates or is gone.
func (s *evictionServer) leaves(ns, name string) bool {
	p, ok := s.pods.pods[ns+"/"+name]
	return !ok || p.DeletionTimestamp != nil
}

// podStore is a store of pods in memory, as far as evictions need one. How a pod
// is deleted, at once or with a grace period, the strategy of the real one says.
type podStore struct {
	rest.StandardStorage
	lanes   *lanes
	pods    map[string]*core.Pod // by namespace/name
	version int
}

func (s *podStore) set(p *core.Pod) {
	s.version++
	p.ResourceVersion = strconv.Itoa(s.version)
	s.pods[p.Namespace+"/"+p.Name] = p
}

func (s *podStore) Get(ctx context.Context, name string, _ *metav1.GetOptions) (runtime.Object, error) {
	if err := s.lanes.gate(kube.PodRead); err != nil {
		return nil, err
	}
	return s.get(ctx, name)
}

func (s *podStore) get(ctx context.Context, name string) (runtime.Object, error) {
	p, ok := s.pods[genericapirequest.NamespaceValue(ctx)+"/"+name]
	if !ok {
		return nil, errors.NewNotFound(core.Resource("pods"), name)
	}
	return p.DeepCopy(), nil
}

func (s *podStore) Update(ctx context.Context, name string, info rest.UpdatedObjectInfo, _ rest.ValidateObjectFunc, _ rest.ValidateObjectUpdateFunc, _ bool, _ *metav1.UpdateOptions) (runtime.Object, bool, error) {
	if err := s.lanes.gate(kube.PodMarked); err != nil {
		return nil, false, err
	}
	old, err := s.get(ctx, name)
	if err != nil {
		return nil, false, err
	}
	o, err := info.UpdatedObject(ctx, old)
	if errors.IsConflict(err) {
		err = s.lanes.refused(err)
	}
	if err != nil {
		return nil, false, err
	}
	p := o.(*core.Pod)
	s.set(p)
	return p.DeepCopy(), false, nil
}

func (s *podStore) Delete(ctx context.Context, name string, _ rest.ValidateObjectFunc, options *metav1.DeleteOptions) (runtime.Object, bool, error) {
	if err := s.lanes.gate(kube.PodDeleted); err != nil {
		return nil, false, err
	}
	o, err := s.get(ctx, name)
	if err != nil {
		return nil, false, err
	}
	p := o.(*core.Pod)
	if x := options.Preconditions; x != nil && x.ResourceVersion != nil && *x.ResourceVersion != p.ResourceVersion {
		return nil, false, s.lanes.refused(errors.NewConflict(core.Resource("pods"), name, fmt.Errorf("the pod has changed")))
	}
	graceful, pending, err := rest.BeforeDelete(pod.Strategy, ctx, p, options)
	switch {
	case err != nil:
		return nil, false, err
	case graceful:
		s.set(p)
	case !pending:
		delete(s.pods, p.Namespace+"/"+p.Name)
	}
	return p, !graceful && !pending, nil
}
