package importer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/model"
)

// A workload is a model.Workload in the making: what keeps pods, and the pods.
type workload struct {
	kind            model.WorkloadKind
	namespace, name string
	called          string      // in the scenario; empty: name
	controller      *controller // nil: the input has only its pods
	pods            []*pod      // that run or wait, sorted: by ordinal or by name
}

func (w *workload) subject() subject { return subject{"workload", w.namespace, w.name} }

// spec is the template of the pods, or the first pod where the input has no
// template.
func (w *workload) spec() *podSpec {
	if w.controller != nil {
		return &w.controller.Spec.Template.Spec
	}
	return &w.pods[0].Spec
}

func (w *workload) labels() map[string]string {
	if w.controller != nil {
		return w.controller.Spec.Template.Metadata.Labels
	}
	return withoutGenerated(w.pods[0].Metadata.Labels)
}

// id names a controller: kind, namespace and name.
type id struct{ kind, namespace, name string }

// addWorkloads makes workloads of controllers and pods, sorted by namespace and name.
func (im *importing) addWorkloads() {
	found := im.controllers()
	im.addPods(found)
	var list []*workload
	for _, w := range found {
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b *workload) int {
		return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name), cmp.Compare(a.kind, b.kind))
	})
	for i, w := range list[min(1, len(list)):] { // kinds may share a name, workloads can't
		if before := list[i]; before.namespace == w.namespace && before.name == w.name {
			im.notes.add(rough, w.subject(), "metadata.name", "the name of two kinds: the second has its kind added")
			w.called = w.name + "-" + strings.ToLower(string(w.kind))
		}
	}
	images := im.imageSizes()
	for _, w := range list {
		im.addWorkload(w, images)
	}
}

// controllers returns a workload for each controller that isn't another's, by
// its own name.
func (im *importing) controllers() map[id]*workload {
	found := map[id]*workload{}
	have := map[id]bool{}
	for _, c := range im.objects.controllers {
		have[id{c.Kind, c.Metadata.Namespace, c.Metadata.Name}] = true
	}
	for _, c := range im.objects.controllers {
		w := &workload{namespace: c.Metadata.Namespace, name: c.Metadata.Name, controller: c}
		key := id{c.Kind, w.namespace, w.name}
		if o := ownerOf(&c.Metadata); c.Kind == "ReplicaSet" && o.Kind == "Deployment" && have[id{"Deployment", w.namespace, o.Name}] {
			continue
		}
		if !im.checkReplicas(c) {
			continue
		}
		switch c.Kind {
		case "Deployment", "StatefulSet", "DaemonSet":
			w.kind = model.WorkloadKind(c.Kind)
		case "Job":
			if !im.checkJob(c) {
				continue
			}
			if c.Spec.Suspend {
				im.notes.add(ignored, w.subject(), "spec.suspend", "suspended, so it has no pods; left out")
				continue
			}
			w.kind = model.Job
		default:
			if value(c.Spec.Replicas) == 0 {
				continue // an old revision
			}
			w.kind = model.Deployment
			im.notes.add(rough, w.subject(), "kind", "a ReplicaSet or ReplicationController without a Deployment; treated as a Deployment")
		}
		found[key] = w
	}
	return found
}

// mostReplicas is how many pods a cluster can have. Source: AKS large-scale page.
const mostReplicas = 200_000

func (im *importing) checkReplicas(c *controller) bool {
	s := subject{namespace: c.Metadata.Namespace, name: c.Metadata.Name}
	if n := c.Spec.Replicas; n != nil && (*n < 0 || *n > mostReplicas) {
		im.problems.add("%s: %s %s: spec.replicas: %d; want 0 to %d", im.in.Kubectl.Name, c.Kind, plain(s), *n, mostReplicas)
		return false
	}
	return true
}

// ownerOf is the controller of an object; zero for none.
func ownerOf(m *meta) owner {
	for _, o := range m.OwnerReferences {
		if value(o.Controller) {
			return o
		}
	}
	if len(m.OwnerReferences) == 1 {
		return m.OwnerReferences[0]
	}
	return owner{}
}

// addPods sorts the pods under their workloads, and makes workloads of pods
// whose controller the input lacks.
func (im *importing) addPods(found map[id]*workload) {
	sets := map[id]*controller{} // ReplicaSets
	for _, c := range im.objects.controllers {
		if c.Kind == "ReplicaSet" {
			sets[id{c.Kind, c.Metadata.Namespace, c.Metadata.Name}] = c
		}
	}
	for _, p := range im.objects.pods {
		if im.skipPod(p) {
			continue
		}
		key := im.keeper(p, sets, found)
		w := found[key]
		if w == nil {
			w = im.inferred(key)
			found[key] = w
		}
		w.pods = append(w.pods, p)
	}
	for _, w := range found {
		slices.SortFunc(w.pods, func(a, b *pod) int { return cmp.Compare(a.Metadata.Name, b.Metadata.Name) })
	}
}

// skipPod reports whether a pod isn't imported, and notes why.
func (im *importing) skipPod(p *pod) bool {
	s := subject{"pod", p.Metadata.Namespace, p.Metadata.Name}
	_, mirror := p.Metadata.Annotations["kubernetes.io/config.mirror"]
	o := ownerOf(&p.Metadata)
	switch {
	case p.Status.Phase == "Succeeded" || p.Status.Phase == "Failed":
		im.notes.add(ignored, s, "status.phase", "finished; left out")
	case mirror || o.Kind == "Node":
		im.notes.add(rough, s, "static pod", "run by the kubelet itself; left out, and what it requests is free on its node")
	case p.Metadata.DeletionTimestamp != nil:
		im.notes.add(ignored, s, "metadata.deletionTimestamp", "terminating; left out")
	default:
		return false
	}
	return true
}

// keeper is who keeps a pod, by the name of the top of its owners.
func (im *importing) keeper(p *pod, sets map[id]*controller, found map[id]*workload) id {
	ns, o := p.Metadata.Namespace, ownerOf(&p.Metadata)
	if o.Name == "" {
		return id{"Pod", ns, p.Metadata.Name}
	}
	key := id{o.Kind, ns, o.Name}
	if found[key] != nil || o.Kind != "ReplicaSet" {
		return key
	}
	if set := sets[key]; set != nil {
		if o := ownerOf(&set.Metadata); o.Name != "" {
			return id{o.Kind, ns, o.Name}
		}
		return key
	}
	if hash := p.Metadata.Labels["pod-template-hash"]; hash != "" {
		if name, ok := strings.CutSuffix(o.Name, "-"+hash); ok {
			return id{"Deployment", ns, name}
		}
	}
	return key
}

// inferred makes a workload of a pod whose controller the input lacks.
func (im *importing) inferred(key id) *workload {
	w := &workload{kind: model.WorkloadKind(key.kind), namespace: key.namespace, name: key.name}
	switch key.kind {
	case "Pod":
		return w
	case "Deployment", "StatefulSet", "DaemonSet", "Job":
		im.notes.add(decisive, w.subject(), "kind "+key.kind, "not in the input: made of its pods as they are, with as many replicas")
	case "ReplicaSet", "ReplicationController":
		w.kind = model.Deployment
		im.notes.add(decisive, w.subject(), "kind "+key.kind, "not in the input: made of its pods as they are, treated as a Deployment")
	default:
		w.kind = model.Deployment
		im.notes.add(decisive, w.subject(), "metadata.ownerReferences", "kept by something that the import doesn't know; treated as a Deployment of as many replicas as there are pods (make it a StatefulSet if its pods keep their names)")
	}
	return w
}

// addWorkload adds one workload to the scenario.
func (im *importing) addWorkload(w *workload, images map[string]int64) {
	out := model.NewWorkload(cmp.Or(w.called, w.name))
	out.Namespace = cmp.Or(w.namespace, out.Namespace)
	out.Kind = w.kind
	out.Replicas = len(w.pods)
	if w.controller != nil {
		out.Replicas = 1
		if n := w.controller.Spec.Replicas; n != nil {
			out.Replicas = int(*n)
		}
		im.setController(&out, w)
	}
	if w.kind == model.Job {
		im.setJob(&out, w)
	}
	if w.kind == model.DaemonSet {
		out.Replicas = 0
	} else if out.Replicas == 0 {
		im.notes.add(ignored, w.subject(), "spec.replicas", "scaled to 0; left out")
		return
	}
	out.Labels = model.NewLabels(w.labels())
	out.Requests = im.requests(w)
	im.setExtended(&out, w)
	im.setHostPorts(&out, w)
	im.setPriority(&out, w)
	im.setGates(&out, w)
	im.setScheduling(&out, w)
	im.setLifecycle(&out, w)
	im.setImage(&out, w, images)
	im.setPlacement(&out, w)
	im.notePods(w)
	im.spec.Workloads = append(im.spec.Workloads, out)
	im.work = append(im.work, w)
}

// setController sets what only controllers say.
func (im *importing) setController(out *model.Workload, w *workload) {
	spec := &w.controller.Spec
	if s := spec.MinReadySeconds; s < 0 || s > math.MaxInt32 {
		im.problems.add("%s: %s %s: spec.minReadySeconds: %d; want at least 0", im.in.Kubectl.Name, w.controller.Kind, plain(w.subject()), s)
	} else {
		out.MinReady = time.Duration(s) * time.Second
	}
	if w.kind != model.StatefulSet {
		return
	}
	if spec.PodManagementPolicy == string(model.Parallel) {
		out.PodManagement = model.Parallel
	}
	if n := len(spec.VolumeClaimTemplates); n > 0 {
		out.ZonalVolume = true
		if n > 1 {
			out.Disks = n
		}
		im.notes.add(decisive, w.subject(), "spec.volumeClaimTemplates", "taken for disks that are bound to their zone and must move with the pod; remove volume where they are files or zone-redundant disks")
	}
}

// setPlacement puts the pods on their nodes.
func (im *importing) setPlacement(out *model.Workload, w *workload) {
	if w.kind == model.DaemonSet {
		im.setUnreadyDaemons(out, w)
		return
	}
	placement := make([]string, out.Replicas)
	next := 0
	var unknown, surplus, was bool
	var unready []int
	for _, p := range w.pods {
		i := next
		if w.kind == model.StatefulSet && w.controller != nil {
			i = w.ordinal(p)
		}
		next++
		name := p.Spec.NodeName
		switch {
		case i < 0 || i >= len(placement):
			surplus = true
		case name == "":
			im.notes.add(decisive, subject{"pod", p.Metadata.Namespace, p.Metadata.Name}, "spec.nodeName", "on no node yet; placed by the scheduler at the start")
		case im.nodes[name] == nil:
			unknown = true
		default:
			placement[i] = name
			if stays, before := p.unready(); stays {
				unready, was = append(unready, i), was || before
			} else if !p.ready() {
				im.notes.add(decisive, subject{"pod", p.Metadata.Namespace, p.Metadata.Name}, "status.conditions Ready", "not Ready now; Ready at the start of a run")
			}
		}
	}
	im.setUnready(out, w, unready, was)
	if surplus {
		im.notes.add(decisive, w.subject(), "pods", "more than spec.replicas, as during a rollout; the surplus is left out")
	}
	if unknown {
		im.notes.add(decisive, w.subject(), "spec.nodeName", "pods on nodes that aren't imported; placed by the scheduler at the start")
	}
	if len(w.pods) < out.Replicas {
		im.notes.add(decisive, w.subject(), "pods", "fewer than spec.replicas; the missing ones are placed by the scheduler at the start")
	}
	if slices.ContainsFunc(placement, func(name string) bool { return name != "" }) {
		out.Placement = placement
	}
}

// setUnreadyDaemons looks at the pods of a DaemonSet, which have no numbers.
func (im *importing) setUnreadyDaemons(out *model.Workload, w *workload) {
	var unready []int
	was := false
	for i, p := range w.pods {
		if stays, before := p.unready(); stays {
			unready, was = append(unready, i), was || before
		}
	}
	im.setUnready(out, w, unready, was)
	if len(unready) > 0 && !out.NeverReady {
		im.notes.add(decisive, w.subject(), "status.conditions Ready", "some pods aren't Ready now; Ready at the start of a run")
	}
}

// ordinal is a StatefulSet pod's number, counted from the set's first.
func (w *workload) ordinal(p *pod) int {
	i := strings.LastIndexByte(p.Metadata.Name, '-')
	n, err := strconv.Atoi(p.Metadata.Name[i+1:])
	if err != nil {
		return -1
	}
	if w.controller.Spec.Ordinals != nil {
		n -= w.controller.Spec.Ordinals.Start
	}
	return n
}

// unplace takes pods off nodes that can't hold them all by the scenario's
// figures, which the import rounds down.
func (im *importing) unplace() {
	free := im.freeNodes()
	for i := range im.spec.Workloads {
		w := &im.spec.Workloads[i]
		for j, name := range w.Placement {
			left, limited := free[name]
			if !limited {
				continue
			}
			if left.Pods < 1 || !w.Requests.Fits(left.Resources) || !w.Extended.Fits(im.offered[name]) {
				w.Placement[j] = ""
				im.notes.add(decisive, im.work[i].subject(), "spec.nodeName", "its node can't hold all pods by the figures of the scenario; placed by the scheduler at the start")
				continue
			}
			free[name] = model.Allocatable{Resources: left.Sub(w.Requests), Pods: left.Pods - 1}
			im.offered[name] = without(im.offered[name], w.Extended)
		}
	}
}

// without is what is left of some resources when others are taken.
func without(of, taken model.ExtendedResources) model.ExtendedResources {
	if len(taken) == 0 {
		return of
	}
	left := map[string]int64{}
	for _, x := range of {
		left[x.Name] = x.Amount - taken.Get(x.Name)
	}
	return model.NewExtendedResources(left)
}

// freeNodes is what the nodes have left beside the pods of DaemonSets.
func (im *importing) freeNodes() map[string]model.Allocatable {
	free := map[string]model.Allocatable{}
	im.offered = map[string]model.ExtendedResources{}
	for i := range im.spec.NodePools {
		p := &im.spec.NodePools[i]
		whole := p.Allocatable
		if !p.AllocatableSet {
			whole = model.AllocatableOf(p.VMSize, cmp.Or(p.MaxPods, model.DefaultMaxPods(im.spec.Cluster.Limits.Network)), p.KubernetesVersion)
		}
		for _, n := range p.Nodes {
			left, labels := whole, p.NodeLabels(im.spec.Cluster.Location, n)
			im.offered[n.Name] = p.Extended
			for j := range im.spec.Workloads {
				if w := &im.spec.Workloads[j]; w.Kind == model.DaemonSet && w.MatchesNode(labels, p.NodeTaints(n)) {
					left = model.Allocatable{Resources: left.Sub(w.Requests), Pods: left.Pods - 1}
					im.offered[n.Name] = without(im.offered[n.Name], w.Extended)
				}
			}
			free[n.Name] = left
		}
	}
	return free
}

// workloadProblem adds a problem with a field of a workload's pods.
func (im *importing) workloadProblem(w *workload, format string, args ...any) {
	im.problems.add("%s: %s %s: %w", im.in.Kubectl.Name, w.kind, plain(w.subject()), fmt.Errorf(format, args...))
}
