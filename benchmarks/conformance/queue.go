package conformance

import (
	"errors"
	"fmt"
	"slices"
	"time"
	_ "unsafe" // for go:linkname

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/names"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
	clocktesting "k8s.io/utils/clock/testing"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
)

// realQueue is the real scheduler's queue, on rollsim's clock. The scheduler's own
// handlers tell it of events, but these move nobody: it only notes whom they would
// move. Then those are moved that rollsim has moved, so that the two stay in step,
// and whether they should have been is judged apart.
type realQueue struct {
	*queue.PriorityQueue
	clock *clocktesting.FakeClock
	ties  time.Duration // what happens at one instant is in order of the clock all the same

	pending map[int32]*v1.Pod    // pods that are not bound, as the API has them
	woken   map[types.UID]string // by an event since the last look, or before, when rollsim lets it wait behind a pod like it
	alone   map[types.UID]string // rollsim tries them, and no event was a reason to, with what had refused them

	// What refused a pod when both tried it last, where the real one has tried it since
	// in vain; and who of these is woken though that doesn't go by the event.
	refused map[types.UID]sets.Set[string]
	astray  map[types.UID]bool
	vain    map[types.UID]time.Time // the latest of these attempts
}

// newQueue returns an empty queue with the settings of a model and the scheduler's
// own plugins.
func (r *realScheduler) newQueue(s *model.Scheduler) *realQueue {
	clock := clocktesting.NewFakeClock(time.Unix(0, 0))
	return &realQueue{
		PriorityQueue: queue.NewPriorityQueue(r.profile.QueueSortFunc(), r.informers,
			queue.WithClock(clock),
			queue.WithPodInitialBackoffDuration(s.Backoff), queue.WithPodMaxBackoffDuration(s.MaxBackoff),
			queue.WithPreEnqueuePluginMap(*field[map[string]map[string]framework.PreEnqueuePlugin](r.plain, "preEnqueuePluginMap")),
			queue.WithQueueingHintMapPerProfile(r.countedHints()),
			queue.WithMetricsRecorder(*field[metrics.MetricAsyncRecorder](r.plain, "metricsRecorder"))),
		clock:   clock,
		pending: map[int32]*v1.Pod{}, woken: map[types.UID]string{}, alone: map[types.UID]string{},
		refused: map[types.UID]sets.Set[string]{}, astray: map[types.UID]bool{}, vain: map[types.UID]time.Time{},
	}
}

// MoveAllToActiveOrBackoffQueue is what the scheduler's handlers call at an event.
func (q *realQueue) MoveAllToActiveOrBackoffQueue(logger klog.Logger, event fwk.ClusterEvent, before, after any, check queue.PreEnqueueCheck) {
	for _, pod := range q.pending {
		info, ok := q.GetPod(pod.Name, pod.Namespace)
		if !ok || info.Gated() || info.UnschedulablePlugins.Len() == 0 || check != nil && !check(pod) {
			continue
		}
		if worthRequeuing(q.PriorityQueue, logger, info, event, before, after) != 0 {
			q.woken[pod.UID] = event.Label()
			delete(q.alone, pod.UID)
			q.astray[pod.UID] = q.onlyAstray(logger, info, event, before, after)
		}
	}
}

// onlyAstray reports whether an event wakes a pod only because of what refused it in
// vain attempts.
func (q *realQueue) onlyAstray(logger klog.Logger, info *framework.QueuedPodInfo, event fwk.ClusterEvent, before, after any) bool {
	refused, tried := q.refused[info.Pod.UID]
	if !tried {
		return false
	}
	latest := info.UnschedulablePlugins
	defer func() { info.UnschedulablePlugins = latest }()
	info.UnschedulablePlugins = refused
	return worthRequeuing(q.PriorityQueue, logger, info, event, before, after) == 0
}

//go:linkname worthRequeuing k8s.io/kubernetes/pkg/scheduler/backend/queue.(*PriorityQueue).isPodWorthRequeuing
func worthRequeuing(*queue.PriorityQueue, klog.Logger, *framework.QueuedPodInfo, fwk.ClusterEvent, any, any) int

//go:linkname flushBackoff k8s.io/kubernetes/pkg/scheduler/backend/queue.(*PriorityQueue).flushBackoffQCompleted
func flushBackoff(*queue.PriorityQueue, klog.Logger)

//go:linkname addNode k8s.io/kubernetes/pkg/scheduler.(*Scheduler).addNodeToCache
func addNode(*scheduler.Scheduler, any)

//go:linkname updateNode k8s.io/kubernetes/pkg/scheduler.(*Scheduler).updateNodeInCache
func updateNode(*scheduler.Scheduler, any, any)

//go:linkname deleteNode k8s.io/kubernetes/pkg/scheduler.(*Scheduler).deleteNodeFromCache
func deleteNode(*scheduler.Scheduler, any)

//go:linkname addPending k8s.io/kubernetes/pkg/scheduler.(*Scheduler).addPodToSchedulingQueue
func addPending(*scheduler.Scheduler, any)

//go:linkname updatePending k8s.io/kubernetes/pkg/scheduler.(*Scheduler).updatePodInSchedulingQueue
func updatePending(*scheduler.Scheduler, any, any)

//go:linkname deletePending k8s.io/kubernetes/pkg/scheduler.(*Scheduler).deletePodFromSchedulingQueue
func deletePending(*scheduler.Scheduler, any)

//go:linkname addPod k8s.io/kubernetes/pkg/scheduler.(*Scheduler).addPodToCache
func addPod(*scheduler.Scheduler, any)

//go:linkname updatePod k8s.io/kubernetes/pkg/scheduler.(*Scheduler).updatePodInCache
func updatePod(*scheduler.Scheduler, any, any)

//go:linkname deletePod k8s.io/kubernetes/pkg/scheduler.(*Scheduler).deletePodFromCache
func deletePod(*scheduler.Scheduler, any)

// tick sets the clock, a moment later at each call, and has those moved whose
// backoff is over.
func (q *realQueue) tick(now des.Time) {
	t := time.Unix(0, int64(now))
	q.ties++
	if q.clock.Now().Before(t) {
		q.ties = 0
	}
	q.clock.SetTime(t.Add(q.ties))
	flushBackoff(q.PriorityQueue, klog.Background())
}

// place returns where the queue has a pod.
func (q *realQueue) place(pod *v1.Pod) kube.QueuePlace {
	is := func(p *v1.Pod) bool { return p.UID == pod.UID }
	switch {
	case slices.ContainsFunc(q.PodsInActiveQ(), is):
		return kube.Active
	case slices.ContainsFunc(q.PodsInBackoffQ(), is):
		return kube.BackingOff
	case slices.ContainsFunc(q.UnschedulablePods(), is):
		return kube.Waiting
	}
	return kube.NotQueued
}

// created gives a new pod to the real queue. Those of the start that are placed
// never enter it.
func (g *game) created(id int32) {
	gated := len(g.model.Workloads[g.cluster.Pod(kube.PodID(id)).Workload].SchedulingGates) > 0
	if g.playing || gated {
		g.enter(id)
	}
}

func (g *game) enter(id int32) {
	q := g.real.queue
	q.tick(g.engine.Now())
	q.pending[id] = g.pod(kube.PodID(id))
	addPending(g.real.scheduler, q.pending[id])
}

// leave takes a pod out of the real queue that is bound or gone.
func (g *game) leave(id int32) {
	q := g.real.queue
	if pod, ok := q.pending[id]; ok {
		delete(q.pending, id)
		delete(q.alone, pod.UID)
		delete(q.woken, pod.UID)
		delete(q.refused, pod.UID)
		delete(q.vain, pod.UID)
		deletePending(g.real.scheduler, pod)
	}
}

// turn has the real queue hand out its first pod, which must be the one that
// rollsim's scheduler looks at.
func (g *game) turn(id int32, d *disagreement) *framework.QueuedPodInfo {
	q := g.real.queue
	if !g.playing { // the first pods are placed one by one without a queue
		g.enter(id)
	}
	q.tick(g.engine.Now())
	if len(q.PodsInActiveQ())+len(q.PodsInBackoffQ()) == 0 {
		d.differ("turn", "it is pod %d's turn in rollsim, and the real queue is empty", id)
		return nil
	}
	first := q.firstByVain()
	info, err := q.Pop(klog.Background())
	if err != nil {
		g.err = err
		return nil
	}
	if want := q.pending[id]; want == nil || info.Pod.UID != want.UID {
		d.differ("turn", "it is pod %d's turn in rollsim, %s's in the real queue", id, info.Pod.Name)
		return nil
	}
	if first != nil && first.UID != info.Pod.UID {
		g.met["turn that another would have, had those woken in vain been tried"]++
		if first.Labels[workloadLabel] != info.Pod.Labels[workloadLabel] {
			g.met["turn that another workload would have, had those woken in vain been tried"]++
		}
	}
	g.met["turn of "+map[bool]string{true: "one that backs off", false: "an active pod"}[q.clock.Now().Before(info.Timestamp.Add(time.Second)) && info.UnschedulableCount > 0]]++
	return info
}

// firstByVain returns the active pod that would be first if those that the real
// queue wakes in vain had been tried, which puts them behind others; nil: none is
// active.
func (q *realQueue) firstByVain() *v1.Pod {
	var first *framework.QueuedPodInfo
	since := func(info *framework.QueuedPodInfo) time.Time {
		if t := q.vain[info.Pod.UID]; t.After(info.Timestamp) {
			return t
		}
		return info.Timestamp
	}
	for _, pod := range q.PodsInActiveQ() {
		info, ok := q.GetPod(pod.Name, pod.Namespace)
		if !ok {
			continue
		}
		if first == nil || *pod.Spec.Priority > *first.Pod.Spec.Priority ||
			*pod.Spec.Priority == *first.Pod.Spec.Priority && since(info).Before(since(first)) {
			first = info
		}
	}
	if first == nil {
		return nil
	}
	return first.Pod
}

// decided tells the real queue how the turn of a pod ended.
func (g *game) decided(info *framework.QueuedPodInfo, x *kube.Placement, d *disagreement) {
	q, pod := g.real.queue, info.Pod
	if x.Chosen >= 0 {
		if refused, alone := q.alone[pod.UID]; alone {
			d.differ("woken alone", "pod %d is placed, but nothing that has happened since it was refused by %s wakes it in the real queue", x.Pod, refused)
		}
		q.Done(pod.UID)
		return
	}
	delete(q.alone, pod.UID)
	delete(q.refused, pod.UID)
	delete(q.vain, pod.UID)
	// Where there is no node at all the real one tries again after each backoff, and
	// not before; rollsim waits for a node.
	info.UnschedulablePlugins, info.PendingPlugins = sets.New(names.NodeUnschedulable, names.TaintToleration), nil
	if g.real.unfit != nil {
		info.UnschedulablePlugins, info.PendingPlugins = g.real.unfit.Diagnosis.UnschedulablePlugins, g.real.unfit.Diagnosis.PendingPlugins
	}
	var err error
	if info.PodInfo, err = framework.NewPodInfo(g.pod(x.Pod)); err == nil {
		q.tick(g.engine.Now())
		err = q.AddUnschedulableIfNotPresent(klog.Background(), info, q.SchedulingCycle())
	}
	g.err = errors.Join(g.err, err)
}

// wakes holds those that rollsim has woken against those whom the events of the
// real scheduler would wake, and moves the former in its queue.
func (g *game) wakes() {
	q := g.real.queue
	if len(q.pending) == 0 || g.over() {
		return
	}
	q.tick(g.engine.Now())
	g.renominate()
	represented := map[int]bool{} // workloads of which a pod is tried
	for id := range q.pending {
		if p := kube.PodID(id); g.cluster.Queued(p) == kube.Active || g.cluster.Queued(p) == kube.BackingOff {
			represented[g.cluster.Pod(p).Workload] = true
		}
	}
	d := &disagreement{}
	for id := range kube.PodID(g.cluster.Pods()) {
		if pod, ok := q.pending[int32(id)]; ok {
			g.wake(id, pod, represented, d)
		}
	}
	if len(d.lines) > 0 {
		d.state = g.situation()
		g.found = d
	}
}

func (g *game) wake(id kube.PodID, pod *v1.Pod, represented map[int]bool, d *disagreement) {
	q := g.real.queue
	ours, theirs := g.cluster.Queued(id), q.place(pod)
	event, woken := q.woken[pod.UID]
	if behind := represented[g.cluster.Pod(id).Workload] && ours == kube.Waiting; !behind {
		delete(q.woken, pod.UID)
	}
	switch tried := ours == kube.Active || ours == kube.BackingOff; {
	case theirs == kube.Waiting && tried:
		if !woken && g.playing {
			info, _ := q.GetPod(pod.Name, pod.Namespace)
			q.alone[pod.UID] = fmt.Sprintf("%v at %v", sets.List(info.UnschedulablePlugins), info.Timestamp.UTC())
			g.met["woken by rollsim alone"]++
		}
		only := func(p *v1.Pod) bool { return p.UID == pod.UID }
		q.PriorityQueue.MoveAllToActiveOrBackoffQueue(klog.Background(), framework.EventUnschedulableTimeout, nil, nil, only)
		theirs = q.place(pod)
	case woken && !tried && !represented[g.cluster.Pod(id).Workload]:
		g.met["woken by the real queue alone, in vain"]++
		g.tryInVain(id, pod, event, d)
	case woken && tried:
		g.met["woken by "+event]++
	}
	if ours == kube.NotQueued && theirs == kube.Waiting && len(pod.Spec.SchedulingGates) > 0 {
		return
	}
	if ours != theirs {
		d.differ("place", "pod %d is %v in rollsim, %v in the real queue", id, ours, theirs)
	}
}

// tryInVain asks the real scheduler about a pod that its queue wakes and rollsim
// doesn't: it must fit nowhere. What refuses it now is what events go by that come
// later. Where the pod fits at such a later event, and what refused it when both
// tried it last doesn't go by that, it is counted and no more: see the package's
// page.
func (g *game) tryInVain(id kube.PodID, pod *v1.Pod, event string, d *disagreement) {
	v, err := g.real.decide(pod, *g.real.start)
	if err != nil {
		g.err = errors.Join(g.err, err)
		return
	}
	q := g.real.queue
	q.vain[pod.UID] = q.clock.Now()
	switch {
	case v.chosen != "" && q.astray[pod.UID]:
		g.met["woken by the real queue alone, after attempts in vain"]++
	case v.chosen != "":
		d.differ("not woken", "%v wakes pod %d in the real queue, and it fits on %s; rollsim lets it wait", event, id, v.chosen)
	}
	if info, ok := q.GetPod(pod.Name, pod.Namespace); ok && g.real.unfit != nil {
		if q.refused[pod.UID] == nil {
			q.refused[pod.UID] = info.UnschedulablePlugins
		}
		info.UnschedulablePlugins = g.real.unfit.Diagnosis.UnschedulablePlugins
	}
}

// renominate tells the handlers whose nomination has changed.
func (g *game) renominate() {
	q := g.real.queue
	for id, old := range q.pending {
		name := ""
		if n := g.cluster.Nominated(kube.PodID(id)); n >= 0 {
			name = g.cluster.NodeName(n)
		}
		if old.Status.NominatedNodeName == name {
			continue
		}
		pod := old.DeepCopy()
		pod.Status.NominatedNodeName = name
		pod.ResourceVersion += "+"
		q.pending[id] = pod
		updatePending(g.real.scheduler, old, pod)
	}
}

// situation tells the state of the cluster between two decisions.
func (g *game) situation() []string {
	list := []string{fmt.Sprintf("t=%v", g.engine.Now())}
	for id := range kube.PodID(g.cluster.Pods()) {
		if x := g.cluster.Pod(id); x.Phase != kube.PodGone {
			on := "nowhere"
			if x.Node >= 0 {
				on = g.cluster.NodeName(x.Node)
			}
			list = append(list, fmt.Sprintf("pod %d of %s on %s: %v, %v", id, g.model.Workloads[x.Workload].Name, on, x.Phase, g.cluster.Queued(id)))
		}
	}
	return list
}
