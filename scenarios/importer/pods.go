package importer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"rollsim/sim/model"
)

// requests is what a pod of the workload requests: what most of its pods do, or
// what the template says. The pods' own requests are what the scheduler counts;
// admission may have changed them.
func (im *importing) requests(w *workload) model.Resources {
	count := map[model.Resources]int{}
	var best model.Resources
	for _, p := range w.pods {
		r, err := effective(&p.Spec)
		if err != nil {
			im.problems.add("%s: Pod %s: spec.%w", im.in.Kubectl.Name, plain(subject{namespace: p.Metadata.Namespace, name: p.Metadata.Name}), err)
			continue
		}
		count[r]++
		if count[r] > count[best] || count[r] == count[best] && (r.CPU > best.CPU || r.CPU == best.CPU && r.Memory > best.Memory) {
			best = r
		}
	}
	if len(count) > 1 {
		im.notes.add(rough, w.subject(), "resources.requests", "its pods request different amounts; what most of them request counts for all")
	}
	if len(w.pods) == 0 {
		r, err := effective(w.spec())
		if err != nil {
			im.workloadProblem(w, "spec.template.spec.%w", err)
		}
		return r
	}
	return best
}

// effective is what the scheduler counts for a pod: the larger of what its
// containers and its init containers need at any time, and overhead.
// Source: kubernetes component-helpers resource.PodRequests.
func effective(s *podSpec) (model.Resources, error) {
	var sum, sidecars, most model.Resources
	for i := range s.Containers {
		r, err := s.Containers[i].requests()
		if err != nil {
			return sum, fmt.Errorf("containers[%d].resources.%w", i, err)
		}
		sum = sum.Add(r)
	}
	for i := range s.InitContainers {
		c := &s.InitContainers[i]
		r, err := c.requests()
		if err != nil {
			return sum, fmt.Errorf("initContainers[%d].resources.%w", i, err)
		}
		needed := sidecars.Add(r)
		if c.RestartPolicy == "Always" { // a sidecar runs on beside the containers
			sum, sidecars = sum.Add(r), needed
		}
		most = larger(most, needed)
	}
	sum = larger(sum, most)
	if s.Resources != nil {
		pod, err := amount(s.Resources.Requests)
		if err != nil {
			return sum, fmt.Errorf("resources.requests.%w", err)
		}
		sum = model.Resources{CPU: cmp.Or(pod.CPU, sum.CPU), Memory: cmp.Or(pod.Memory, sum.Memory)}
	}
	overhead, err := amount(s.Overhead)
	if err != nil {
		return sum, fmt.Errorf("overhead.%w", err)
	}
	return sum.Add(overhead), nil
}

func larger(a, b model.Resources) model.Resources {
	return model.Resources{CPU: max(a.CPU, b.CPU), Memory: max(a.Memory, b.Memory)}
}

// requests is what a container requests; a limit without a request is one.
func (c *container) requests() (model.Resources, error) {
	r, err := amount(c.Resources.Requests)
	if err != nil {
		return r, fmt.Errorf("requests.%w", err)
	}
	limits, err := amount(c.Resources.Limits)
	if err != nil {
		return r, fmt.Errorf("limits.%w", err)
	}
	if _, ok := c.Resources.Requests["cpu"]; !ok {
		r.CPU = limits.CPU
	}
	if _, ok := c.Resources.Requests["memory"]; !ok {
		r.Memory = limits.Memory
	}
	return r, nil
}

// setScheduling sets where the pods may go.
func (im *importing) setScheduling(out *model.Workload, w *workload) {
	s := w.spec()
	im.setNodeSelector(out, s)
	for _, t := range requiredNodeTerms(s) {
		im.addNodeTerm(out, w, t)
	}
	if terms := requiredNodeTerms(s); len(terms) > 0 && len(out.NodeAffinity) == 0 && w.controller != nil {
		im.notes.add(decisive, w.subject(), "requiredDuringSchedulingIgnoredDuringExecution", "no term of the required node affinity could be taken over; the pods may go anywhere")
	}
	for _, t := range s.Tolerations {
		im.addToleration(out, w, t)
	}
	for _, c := range s.TopologySpreadConstraints {
		im.addSpread(out, w, c)
	}
	im.setAffinity(out, w)
	if im.scaled() {
		w.setEviction(out)
	}
}

// setNodeSelector sets node selector and node pool.
func (im *importing) setNodeSelector(out *model.Workload, s *podSpec) {
	selector := maps.Clone(s.NodeSelector)
	for _, key := range []string{model.LabelPool, model.LabelPoolOld} {
		label, ok := selector[key]
		pool := im.pools[label]
		if ok && pool != "" && (out.NodePool == "" || out.NodePool == pool) {
			out.NodePool = pool
			delete(selector, key)
		}
	}
	if z, ok := selector[model.LabelZone]; ok {
		selector[model.LabelZone] = im.zoneLabel(z)
	}
	if len(selector) > 0 {
		out.NodeSelector = model.NewLabels(selector)
	}
}

// zoneLabel spells the value of a zone's label as the model does.
func (im *importing) zoneLabel(z string) string {
	location := im.spec.Cluster.Location
	if z = stripRegion(z, location); z == "" {
		return "0"
	}
	return model.ZoneLabel(location, z)
}

// addNodeTerm adds one term of the required node affinity.
func (im *importing) addNodeTerm(out *model.Workload, w *workload, t nodeSelectorTerm) {
	if term, ok := im.nodeTerm(w, t); ok {
		out.NodeAffinity = append(out.NodeAffinity, term)
	}
}

// nodeTerm returns a term of node affinity, if it can be taken over.
func (im *importing) nodeTerm(w *workload, t nodeSelectorTerm) (model.NodeSelectorTerm, bool) {
	if len(t.MatchFields) > 0 {
		if w.kind != model.DaemonSet { // there it is what binds a pod to its node
			im.notes.add(decisive, w.subject(), "nodeSelectorTerms.matchFields", "pods bound to a node by name; left out")
		}
		return nil, false
	}
	var term model.NodeSelectorTerm
	for _, r := range t.MatchExpressions {
		x, ok := modelRequirement(r)
		if !ok {
			im.notes.add(decisive, w.subject(), "nodeSelectorTerms.matchExpressions", "a term with an operator or values that Kubernetes doesn't have; left out")
			return nil, false
		}
		if x.Key == model.LabelZone {
			x.Values = slices.Clone(x.Values)
			for i := range x.Values {
				x.Values[i] = im.zoneLabel(x.Values[i])
			}
		}
		term = append(term, x)
	}
	return term, len(term) > 0 // an empty term matches no node
}

// effects are those that a taint can have.
var effects = []model.TaintEffect{model.NoSchedule, model.PreferNoSchedule, model.NoExecute}

// addToleration adds a toleration unless Kubernetes adds it by itself.
func (im *importing) addToleration(out *model.Workload, w *workload, t toleration) {
	transient := t.Key == "node.kubernetes.io/not-ready" || t.Key == "node.kubernetes.io/unreachable"
	switch {
	case transient && t.Effect == string(model.NoExecute) && t.TolerationSeconds != nil && *t.TolerationSeconds == 300:
		return // of every pod
	case w.kind == model.DaemonSet && t.Operator == "Exists" && strings.HasPrefix(t.Key, "node.kubernetes.io/"):
		return // of every DaemonSet
	case transient && t.Effect == string(model.NoExecute) && t.TolerationSeconds != nil && w.kind != model.DaemonSet:
		out.NotReadyToleration = time.Duration(min(max(*t.TolerationSeconds, 0), mostGrace)) * time.Second
		return
	case t.Operator != "" && t.Operator != "Exists" && t.Operator != "Equal":
		im.notes.add(decisive, w.subject(), "tolerations", "an operator other than Exists and Equal; left out")
		return
	case t.Key == "" && t.Operator != "Exists":
		return // tolerates nothing
	}
	im.takeToleration(out, w, t)
}

// takeToleration adds a toleration that is neither automatic nor void.
func (im *importing) takeToleration(out *model.Workload, w *workload, t toleration) {
	if t.Effect != "" && !slices.Contains(effects, model.TaintEffect(t.Effect)) {
		im.notes.add(decisive, w.subject(), "tolerations", "an effect that Kubernetes doesn't have; left out")
		return
	}
	x := model.Toleration{Key: t.Key, Exists: t.Operator == "Exists", Value: t.Value, Effect: model.TaintEffect(t.Effect)}
	if x.Exists {
		x.Value = ""
	}
	if !slices.Contains(out.Tolerations, x) {
		out.Tolerations = append(out.Tolerations, x)
	}
}

// mostGrace is the longest termination grace period taken: a week.
const mostGrace = 7 * 24 * 3600

// setLifecycle sets how long the pods take to start, to become ready and to stop.
func (im *importing) setLifecycle(out *model.Workload, w *workload) {
	s := w.spec()
	if g := s.TerminationGracePeriodSeconds; g != nil {
		switch {
		case *g < 0:
			im.workloadProblem(w, "terminationGracePeriodSeconds: %d; want at least 0", *g)
		case *g > mostGrace:
			im.notes.add(rough, w.subject(), "terminationGracePeriodSeconds", "longer than a week: a week")
			out.TerminationGrace = mostGrace * time.Second
		default:
			out.TerminationGrace = time.Duration(*g) * time.Second
		}
	}
	if slices.ContainsFunc(s.Containers, func(c container) bool { return c.Lifecycle != nil && c.Lifecycle.PreStop != nil }) {
		im.notes.add(decisive, w.subject(), "lifecycle.preStop", "how long stopping takes isn't known: termination is the default; set it to at least what the hook takes")
	} else {
		im.notes.add(decisive, w.subject(), "termination", "how long stopping takes isn't in the input: the default; set it")
	}
	im.setMeasured(out, w)
}

// imageSizes is what the nodes say of the sizes of the images they have.
func (im *importing) imageSizes() map[string]int64 {
	sizes := map[string]int64{}
	for _, n := range im.objects.nodes {
		for _, i := range n.Status.Images {
			for _, name := range i.Names {
				if i.SizeBytes > 0 && i.SizeBytes < mostMemory {
					sizes[name] = max(sizes[name], i.SizeBytes)
				}
			}
		}
	}
	return sizes
}

// setImage sets the image to pull: the largest of the pod's whose size is known.
func (im *importing) setImage(out *model.Workload, w *workload, sizes map[string]int64) {
	s := w.spec()
	names := map[string]bool{}
	for _, c := range slices.Concat(s.InitContainers, s.Containers) {
		if c.Image == "" {
			continue
		}
		names[c.Image] = true
		for _, spelling := range []string{c.Image, c.Image + ":latest", "docker.io/" + c.Image, "docker.io/library/" + c.Image} {
			if size := sizes[spelling]; size > out.Image.Size {
				out.Image = model.Image{Name: c.Image, Size: size}
			}
		}
	}
	switch {
	case len(names) > 0 && out.Image.Name == "":
		im.notes.add(rough, w.subject(), "image", "no node says its size: nothing is pulled; set image to have it pulled on new nodes")
	case len(names) > 1:
		im.notes.add(rough, w.subject(), "image", "several containers: the largest image of known size stands for all")
	}
}

// notePods notes what of the pods has no counterpart.
func (im *importing) notePods(w *workload) {
	s, who := w.spec(), w.subject()
	note := func(found bool, n Weight, key, message string) {
		if found {
			im.notes.add(n, who, key, message)
		}
	}
	note(len(s.ResourceClaims) > 0, rough, "resourceClaims", "devices aren't simulated; left out")
	note(s.SchedulerName != "" && s.SchedulerName != "default-scheduler", decisive, "schedulerName", "another scheduler; here the default one places the pods")
	note(len(s.InitContainers) > 0, ignored, "initContainers", "they count for the requests; the time they take is part of start")
	unselected := s.OS != nil && s.OS.Name == "windows" && s.NodeSelector[model.LabelOS] == ""
	note(unselected, decisive, "os", "the scheduler doesn't look at it, and pods of Windows may be placed on Linux nodes; set node_pool, or select kubernetes.io/os")
	im.noteVolumes(w)
}

func (im *importing) noteVolumes(w *workload) {
	for _, v := range w.spec().Volumes {
		switch {
		case v.EmptyDir != nil:
			im.notes.add(ignored, w.subject(), "volumes.emptyDir", "lost when a pod moves, as in reality; only the cluster autoscaler looks at it")
		case v.HostPath != nil:
			im.notes.add(ignored, w.subject(), "volumes.hostPath", "no counterpart; only the cluster autoscaler looks at it")
		case v.PersistentVolumeClaim != nil || v.Ephemeral != nil:
			im.notes.add(decisive, w.subject(), "volumes.persistentVolumeClaim", "left out; set volume = { zonal = true } if it is a disk bound to a zone")
		case v.NFS != nil || v.AzureDisk != nil || v.AzureFile != nil || v.CSI != nil || v.FC != nil || v.ISCSI != nil:
			im.notes.add(rough, w.subject(), "volumes", "a storage volume; left out")
		}
	}
}
