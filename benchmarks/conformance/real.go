package conformance

import (
	"context"
	"errors"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/events"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/latest"
	schedulercache "k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"rollsim/sim/model"
)

// realScheduler is a kube-scheduler with its default configuration and one
// plugin more, which only listens: it learns which nodes passed the filters.
// Nobody runs its loop; it is asked pod by pod.
type realScheduler struct {
	ctx       context.Context
	scheduler *scheduler.Scheduler
	profile   framework.Framework
	informers informers.SharedInformerFactory
	start     *int // where its next search begins: its field nextStartNodeIndex
	preemptor *preemptor
	nominees  nominees
	plain     *queue.PriorityQueue // with which the scheduler was made
	queue     *realQueue           // of the case at hand
	met       map[string]int       // of the case at hand

	// Of the latest decision.
	feasible []fwk.NodeInfo
	state    fwk.CycleState
	unfit    *framework.FitError // where no node was found
}

// listener is the name of the plugin that listens.
const listener = "RollsimListener"

func newRealScheduler(ctx context.Context, objects ...runtime.Object) (*realScheduler, error) {
	r := &realScheduler{ctx: ctx}
	cfg, err := latest.Default()
	if err != nil {
		return nil, err
	}
	score := &cfg.Profiles[0].Plugins.PreScore
	score.Enabled = append(score.Enabled, config.Plugin{Name: listener})
	client := fake.NewClientset(objects...)
	r.informers = informers.NewSharedInformerFactory(client, 0)
	r.scheduler, err = scheduler.New(ctx, client, r.informers, nil,
		func(string) events.EventRecorder { return &events.FakeRecorder{} },
		scheduler.WithComponentConfigVersion(cfg.APIVersion),
		scheduler.WithProfiles(cfg.Profiles...),
		scheduler.WithParallelism(1), // so that nodes are looked at in order
		scheduler.WithFrameworkOutOfTreeRegistry(frameworkruntime.Registry{
			listener: func(context.Context, runtime.Object, framework.Handle) (framework.Plugin, error) {
				return (*listenerPlugin)(r), nil
			},
		}),
	)
	if err != nil {
		return nil, err
	}
	r.profile = r.scheduler.Profiles[v1.DefaultSchedulerName]
	r.plain = r.scheduler.SchedulingQueue.(*queue.PriorityQueue)
	r.profile.SetPodNominator(&r.nominees)
	if r.preemptor, err = newPreemptor(ctx, r.profile, cfg.Profiles[0].PluginConfig); err != nil {
		return nil, err
	}
	r.informers.Start(ctx.Done())
	r.informers.WaitForCacheSync(ctx.Done())
	if err := r.scheduler.WaitForHandlersSync(ctx); err != nil {
		return nil, err
	}
	r.start = field[int](r.scheduler, "nextStartNodeIndex")
	return r, nil
}

type listenerPlugin realScheduler

func (*listenerPlugin) Name() string { return listener }

func (x *listenerPlugin) PreScore(_ context.Context, _ fwk.CycleState, _ *v1.Pod, nodes []fwk.NodeInfo) *fwk.Status {
	x.feasible = nodes
	return nil
}

// verdict is what the real scheduler thinks of a pod.
type verdict struct {
	chosen  string // empty: no node
	message string // where there is none
	order   []string
	next    int // where the next search begins
	nodes   map[string]*opinion
}

// opinion is what it thinks of one node.
type opinion struct {
	plugin  string // that refuses; empty: none
	reasons []string
	scored  bool // feasible and seen before enough had been found
	points  map[string]int64
	total   int64
}

// decide asks for a node for a pod, the search beginning with node number start.
func (r *realScheduler) decide(pod *v1.Pod, start int) (*verdict, error) {
	*r.start = start
	r.feasible, r.unfit = nil, nil
	state := framework.NewCycleState()
	r.state = state
	result, err := r.scheduler.SchedulePod(r.ctx, r.profile, state, pod)
	v := &verdict{chosen: result.SuggestedHost, nodes: map[string]*opinion{}}
	switch {
	case errors.Is(err, scheduler.ErrNoNodesAvailable):
		v.message, v.next = "0/0 nodes are available:", start // rollsim says no more either
		return v, nil
	case errors.As(err, &r.unfit):
		v.message = r.unfit.Error()
	case err != nil:
		return nil, err
	}
	all, err := r.profile.SnapshotSharedLister().NodeInfos().List()
	if err != nil {
		return nil, err
	}
	v.next = *r.start
	for _, n := range all {
		name := n.Node().Name
		v.order = append(v.order, name)
		o := &opinion{}
		if s := r.profile.RunFilterPluginsWithNominatedPods(r.ctx, state, pod, n); !s.IsSuccess() {
			o.plugin, o.reasons = s.Plugin(), s.Reasons()
		}
		v.nodes[name] = o
	}
	return v, r.score(state, pod, v)
}

// score asks for the points of the nodes that passed the filters.
func (r *realScheduler) score(state fwk.CycleState, pod *v1.Pod, v *verdict) error {
	if v.chosen == "" {
		return nil
	}
	if r.feasible == nil { // one node alone isn't scored
		n, err := r.profile.SnapshotSharedLister().NodeInfos().Get(v.chosen)
		if err != nil {
			return err
		}
		if s := r.profile.RunPreScorePlugins(r.ctx, state, pod, []fwk.NodeInfo{n}); !s.IsSuccess() {
			return s.AsError()
		}
	}
	list, s := r.profile.RunScorePlugins(r.ctx, state, pod, r.feasible)
	if !s.IsSuccess() {
		return s.AsError()
	}
	for _, x := range list {
		o := v.nodes[x.Name]
		o.scored, o.total, o.points = true, x.TotalScore, map[string]int64{}
		for _, p := range x.Scores {
			o.points[p.Name] = p.Score
		}
	}
	return nil
}

// snapshot has the scheduler look at its cache, as it does for each pod. A node
// that goes and comes back between two looks keeps its place in the search;
// rollsim always puts it last.
func (r *realScheduler) snapshot() error {
	return r.scheduler.Cache.UpdateSnapshot(klog.Background(), r.profile.SnapshotSharedLister().(*schedulercache.Snapshot))
}

// own replaces the controllers that the scheduler's listers know.
func (r *realScheduler) own(workloads []model.Workload) error {
	var sets, stateful []any
	for i := range workloads {
		switch o, _ := controllerOf(&workloads[i]); o.(type) {
		case *appsv1.ReplicaSet:
			sets = append(sets, o)
		case *appsv1.StatefulSet:
			stateful = append(stateful, o)
		}
	}
	apps := r.informers.Apps().V1()
	return errors.Join(
		apps.ReplicaSets().Informer().GetIndexer().Replace(sets, ""),
		apps.StatefulSets().Informer().GetIndexer().Replace(stateful, ""),
	)
}

// disks is where the scheduler's lister finds how many disks nodes take.
func (r *realScheduler) disks() cache.Indexer {
	return r.informers.Storage().V1().CSINodes().Informer().GetIndexer()
}

// empty takes all nodes and pods away, for the next case.
func (r *realScheduler) empty(nodes map[string]*v1.Node, pods map[int32]*v1.Pod) error {
	logger := klog.Background()
	r.nominees.reset()
	if err := errors.Join(r.disks().Replace(nil, ""), r.informers.Storage().V1().VolumeAttachments().Informer().GetIndexer().Replace(nil, "")); err != nil {
		return err
	}
	for _, p := range pods {
		if err := r.scheduler.Cache.RemovePod(logger, p); err != nil {
			return err
		}
	}
	for _, n := range nodes {
		if err := r.scheduler.Cache.RemoveNode(logger, n); err != nil {
			return err
		}
	}
	if n := r.scheduler.Cache.NodeCount(); n != 0 {
		return fmt.Errorf("%d nodes are left in the real scheduler's cache", n)
	}
	return nil
}
