package conformance

import (
	"errors"
	"fmt"
	"time"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// Case is a cluster and what is done to it.
type Case struct {
	Seed  uint64
	With  []string // names of its features
	Spec  model.Spec
	Steps []Step
}

// Verb is what a step does.
type Verb string

// The verbs. N counts nodes, pods or pools, modulo how many there are.
const (
	Cordon   Verb = "cordon"
	Uncordon Verb = "uncordon"
	Drain    Verb = "drain"   // cordon, and evict all pods
	Evict    Verb = "evict"   // one pod
	Reimage  Verb = "reimage" // pods that are still there die
	Delete   Verb = "delete"
	Boot     Verb = "boot" // a node more in pool N, in zone Zone
	Wait     Verb = "wait"
	ByHand   Verb = "drain by hand" // with kubectl, of evictionCase alone
)

// Step is one thing that is done, and how long rollsim plays on after it.
type Step struct {
	Do   Verb
	N    int
	Zone int // index among the cluster's; -1: none
	Then time.Duration
}

var epoch = metav1.Unix(0, 0)

// game is a case that is being played, with its mirror: the same cluster in the
// real scheduler's cache.
type game struct {
	real      *realScheduler
	model     *model.Model
	engine    des.Engine
	cluster   *kube.Cluster
	nodes     map[string]*v1.Node
	pods      map[int32]*v1.Pod
	images    map[string]int64                        // size by name
	claims    map[int32][]int                         // of each pod with disks: which of each kind
	lent      map[string]bool                         // claims by namespace and number
	attached  map[int32][]*storagev1.VolumeAttachment // of pods whose disks are still elsewhere
	attempt   *attempt                                // at preemption, of the latest decision
	stop      stopper
	actor     des.Actor // stop's
	err       error
	playing   bool // the clock runs
	bound     int  // pods so far
	decisions int
	met       map[string]int // decisions by what they are about
	found     *disagreement
}

// disagreement is a decision about which the two schedulers differ.
type disagreement struct {
	topic string   // what they differ about first; shrinking keeps it
	lines []string // all differences
	state []string // the cluster at that moment
}

// at says where the differences were found, if there are any.
func (d *disagreement) at(g *game, x *kube.Placement) *disagreement {
	if len(d.lines) == 0 {
		return nil
	}
	d.state = g.describe(x)
	return d
}

// play plays a case until the schedulers disagree or it is over; without a real
// one, until it is over. The error is for a case that can't be played.
func play(real *realScheduler, c *Case) (*game, error) {
	g, rec, err := newGame(c)
	if err != nil {
		return nil, err
	}
	g.real = real
	if real != nil {
		real.met = g.met
		if err := real.own(g.model.Workloads); err != nil {
			return nil, err
		}
		real.nominees.reset()
		real.queue = real.newQueue(&g.model.Scheduler)
		real.scheduler.SchedulingQueue = real.queue
		rec.Reset(g)
		g.cluster.SetWitness(g.witness)
	}
	g.cluster.Reset(random.NewSource(random.Seed(c.Seed), 0))
	g.look()
	g.playing = true
	for _, s := range c.Steps {
		if g.over() {
			break
		}
		g.do(s)
		g.look()
		g.until(g.engine.Now().Add(s.Then), g.look)
	}
	if real != nil {
		g.err = errors.Join(g.err, real.empty(g.nodes, g.pods))
	}
	return g, g.err
}

// newGame returns a game before its cluster has been put into its first state,
// and what writes its records.
func newGame(c *Case) (*game, *trace.Recorder, error) {
	m, findings := model.New(c.Spec)
	for _, f := range findings {
		if f.Severity == model.Error {
			return nil, nil, fmt.Errorf("%s: %s", f.Path, f.Message)
		}
	}
	g := &game{model: m, nodes: map[string]*v1.Node{}, pods: map[int32]*v1.Pod{}, images: map[string]int64{}, met: map[string]int{}, claims: map[int32][]int{}, lent: map[string]bool{}, attached: map[int32][]*storagev1.VolumeAttachment{}}
	for _, w := range m.Workloads {
		g.images[w.Image.Name] = max(g.images[w.Image.Name], w.Image.Size)
	}
	g.actor = g.engine.Register(&g.stop)
	rec := trace.NewRecorder(g.engine.Now)
	g.cluster = kube.New(&g.engine, m, rec)
	return g, rec, nil
}

// until plays up to a moment, event by event.
func (g *game) until(t des.Time, look func()) {
	g.stop.reached = false
	g.engine.At(t, des.ClassLimit, des.Event{Actor: g.actor})
	for !g.stop.reached && !g.over() {
		g.engine.Step()
		look()
	}
}

// stopper is an actor whose event is the moment up to which is played.
type stopper struct{ reached bool }

func (x *stopper) Handle(des.Event) { x.reached = true }

// look compares what has happened besides decisions.
func (g *game) look() {
	if g.real != nil {
		g.settle()
		g.attachments()
		g.wakes()
	}
}

func (g *game) over() bool { return g.err != nil || g.found != nil }

// do takes a step, if it is possible.
func (g *game) do(s Step) {
	api, cloud := g.cluster.API(), g.cluster.Machines()
	if s.Do == Boot {
		cloud.Boot(kube.Boot{Pool: s.N % len(g.model.NodePools), Zone: min(s.Zone, len(g.model.Cluster.Zones)-1)}, 0)
		return
	}
	if s.Do == Evict {
		if n := g.cluster.Pods(); n > 0 {
			api.Evict(kube.PodID(s.N%n), 0)
		}
		return
	}
	usable := g.usable()
	if len(usable) == 0 {
		return
	}
	n := usable[s.N%len(usable)]
	switch s.Do {
	case Cordon:
		api.Cordon(n, 0)
	case Uncordon:
		api.StopDrain(n, 0)
		api.Uncordon(n, 0)
	case Drain:
		if api.Cordon(n, 0) != 0 {
			api.Drain(n, kube.DrainOptions{Timeout: time.Minute}, 0)
		}
	case Reimage:
		cloud.Reimage(n, 0, 0)
	case Delete:
		if len(usable) > 1 {
			cloud.Delete(n, 0)
		}
	}
}

// usable returns the nodes that exist and are usable.
func (g *game) usable() []kube.NodeID {
	var list []kube.NodeID
	for pool := range g.model.NodePools {
		for _, n := range g.cluster.Nodes(pool) {
			if g.cluster.Node(n).Usable {
				list = append(list, n)
			}
		}
	}
	return list
}

// Record is the mirror: it tells the real scheduler what its informers would.
func (g *game) Record(record trace.ID, r *trace.Record, _ string) {
	if g.err != nil {
		return
	}
	switch id := r.Subject.Index; r.Kind {
	case trace.NodeReady:
		g.nodeAdded(kube.NodeID(id))
	case trace.NodeUsable, trace.NodeCordoned, trace.NodeUncordoned:
		x := g.cluster.Node(kube.NodeID(id))
		cordoned := r.Kind == trace.NodeCordoned || r.Kind == trace.NodeUsable && x.Cordoned
		g.nodeChanged(kube.NodeID(id), cordoned, r.Kind == trace.NodeUsable || x.Usable)
	case trace.ReimageStarted, trace.NodeDeleting:
		g.nodeGone(g.cluster.NodeName(kube.NodeID(id)))
	case trace.PodCreated:
		g.created(id)
	case trace.PodBound:
		g.podBound(id, r)
	case trace.PodNominated:
		g.nominated(id, record, r)
	case trace.PodTerminating:
		g.update(id, func(p *v1.Pod) {
			p.DeletionTimestamp = &epoch
			if r.Value == int64(trace.Preempted) {
				byPreemption(p)
				g.displaced(p.Name, r.Cause)
			}
		})
	case trace.PodDeleted:
		g.leave(id)
		g.giveBack(id)
		if pod, ok := g.pods[id]; ok {
			delete(g.pods, id)
			deletePod(g.real.scheduler, pod)
		}
	}
}

func (g *game) nodeAdded(id kube.NodeID) {
	n := g.node(id, false, false)
	g.nodes[n.Name] = n
	slots := slotsForNode(n.Name, g.model.NodePools[g.cluster.Node(id).Pool].MaxDataDisks)
	g.err = g.real.disks().Add(slots)
	addNode(g.real.scheduler, n)
	g.real.queue.MoveAllToActiveOrBackoffQueue(klog.Background(), fwk.ClusterEvent{Resource: fwk.CSINode, ActionType: fwk.Add}, nil, slots, nil)
}

func (g *game) nodeChanged(id kube.NodeID, cordoned, usable bool) {
	n := g.node(id, cordoned, usable)
	old := g.nodes[n.Name]
	n.Status.Images = old.Status.Images
	g.nodes[n.Name] = n
	updateNode(g.real.scheduler, old, n)
}

func (g *game) nodeGone(name string) {
	n, ok := g.nodes[name]
	if !ok {
		return
	}
	deleteNode(g.real.scheduler, n)
	g.err = g.real.snapshot()
	delete(g.nodes, name)
	if len(n.Status.Images) > 0 {
		g.heartbeat()
	}
}

func (g *game) podBound(id int32, r *trace.Record) {
	g.leave(id)
	pod := g.pod(kube.PodID(id))
	pod.Spec.NodeName = g.cluster.NodeName(kube.NodeID(r.Object.Index))
	g.bound++
	pod.Status.StartTime = startTime(r.At, g.bound)
	g.pods[id] = pod
	addPod(g.real.scheduler, pod)
}

// update changes a pod that is on a node.
func (g *game) update(id int32, change func(*v1.Pod)) {
	old, ok := g.pods[id]
	if !ok {
		return
	}
	pod := old.DeepCopy()
	change(pod)
	g.pods[id] = pod
	updatePod(g.real.scheduler, old, pod)
}

func (g *game) node(id kube.NodeID, cordoned, usable bool) *v1.Node {
	x := g.cluster.Node(id)
	zone := ""
	if x.Zone >= 0 {
		zone = g.model.Cluster.Zones[x.Zone]
	}
	return nodeOf(g.model, &g.model.NodePools[x.Pool], g.cluster.NodeName(id), zone, cordoned, usable)
}

// pod returns a pod as the API has it before it is bound.
func (g *game) pod(id kube.PodID) *v1.Pod {
	x := g.cluster.Pod(id)
	w := &g.model.Workloads[x.Workload]
	node := "" // where a DaemonSet wants it
	if x.For >= 0 {
		node = g.cluster.NodeName(x.For)
	}
	kind := anywhere
	if w.ZonalVolume {
		switch zone, ok := g.cluster.PodZone(id); {
		case !ok:
			kind = unbound
		case zone < 0:
			kind = zonal("")
		default:
			kind = zonal(g.model.Cluster.Zones[zone])
		}
	}
	var claims []string
	for _, number := range g.lend(int32(id), w) {
		claims = append(claims, claimOf(kind, number))
	}
	pod := podOf(w, int32(id), node, claims)
	if n := g.cluster.Nominated(id); n >= 0 {
		pod.Status.NominatedNodeName = g.cluster.NodeName(n)
	}
	return pod
}

// lend returns the numbers of a pod's claims.
func (g *game) lend(id int32, w *model.Workload) []int {
	for number := 0; len(g.claims[id]) < w.Disks && number < claimsOfAKind; number++ {
		if name := fmt.Sprint(w.Namespace, number); !g.lent[name] {
			g.lent[name] = true
			g.claims[id] = append(g.claims[id], number)
		}
	}
	if len(g.claims[id]) < w.Disks {
		g.err = errors.New("there are too few claims for this case")
	}
	return g.claims[id]
}

// attachments tells the real scheduler which disks are still to be detached from
// the nodes where they were.
func (g *game) attachments() {
	store := g.real.informers.Storage().V1().VolumeAttachments().Informer().GetIndexer()
	for id := range int32(g.cluster.Pods()) {
		list, known := g.attached[id]
		n := g.cluster.Detaching(kube.PodID(id))
		switch {
		case n >= 0 && !known:
			list = attachmentsOf(g.pod(kube.PodID(id)), g.cluster.NodeName(n))
			g.attached[id] = list
			for _, x := range list {
				g.err = errors.Join(g.err, store.Add(x))
			}
			g.met["disks that are detached"]++
		case n < 0 && known:
			delete(g.attached, id)
			for _, x := range list {
				g.err = errors.Join(g.err, store.Delete(x))
				g.real.queue.MoveAllToActiveOrBackoffQueue(klog.Background(), fwk.ClusterEvent{Resource: fwk.VolumeAttachment, ActionType: fwk.Delete}, x, nil, nil)
			}
		}
	}
}

// giveBack has others use the claims of a pod that is gone.
func (g *game) giveBack(id int32) {
	for _, number := range g.claims[id] {
		delete(g.lent, fmt.Sprint(g.model.Workloads[g.cluster.Pod(kube.PodID(id)).Workload].Namespace, number))
	}
	delete(g.claims, id)
}

// cacheImages tells the real scheduler which images are where.
func (g *game) cacheImages(nodes []kube.Opinion) {
	changed := false
	for _, o := range nodes {
		name := g.cluster.NodeName(o.Node)
		var list []v1.ContainerImage
		seen := map[string]bool{"": true}
		for i := range g.model.Workloads {
			image := g.model.Workloads[i].Image.Name
			if !seen[image] && g.cluster.HasImage(i, o.Node) {
				seen[image] = true
				list = append(list, v1.ContainerImage{Names: []string{image}, SizeBytes: g.images[image]})
			}
		}
		old := g.nodes[name]
		if len(list) == len(old.Status.Images) {
			continue
		}
		n := old.DeepCopy()
		n.Status.Images = list
		g.real.scheduler.Cache.UpdateNode(klog.Background(), old, n)
		g.nodes[name] = n
		changed = true
	}
	if changed {
		g.heartbeat()
	}
}

// heartbeat touches all nodes, as their kubelets do from time to time. How many
// nodes have an image the real scheduler notes for each node when that node
// last changed (its pods or its own status), so the count is up to five minutes
// old; rollsim's is always right.
func (g *game) heartbeat() {
	for _, n := range g.nodes {
		g.real.scheduler.Cache.UpdateNode(klog.Background(), n, n)
	}
}

// witness asks the real scheduler about a pod that rollsim's has just looked at.
func (g *game) witness(x *kube.Placement) {
	if g.settle(); g.over() {
		return
	}
	g.cacheImages(x.Nodes)
	g.nominate()
	d := &disagreement{}
	info := g.turn(int32(x.Pod), d)
	if g.found = d.at(g, x); g.over() {
		return
	}
	pod := g.pod(x.Pod)
	v, err := g.real.decide(pod, x.Start)
	if err != nil {
		g.err = fmt.Errorf("the real scheduler fails: %w", err)
		return
	}
	g.decisions++
	g.compare(d, x, v)
	g.decided(info, x, d)
	if g.found = d.at(g, x); g.over() {
		return
	}
	if v.chosen == "" && len(v.nodes) > 0 && g.playing {
		g.attempt, g.err = g.foresee(x, pod)
	}
}
