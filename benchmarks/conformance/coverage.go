package conformance

import (
	"math"
	"slices"
	"strings"

	v1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/backend/queue"
	"k8s.io/kubernetes/pkg/scheduler/framework/preemption"
	"rollsim/sim/kube"
	"rollsim/sim/model"
)

// What the cases have to show is read off the real scheduler's profile: each of its
// filters must refuse somewhere, each of its scores tell nodes apart, each hint that
// its plugins have registered wake somebody. What can't be is excused here by how
// it begins, with the reason; an excuse of something that is met is an error, too.
var excuses = []struct{ what, why string }{
	{"filter NodeName", "pods that name their node don't come to the scheduler"},
	{"hint of NodeName", "it never refuses"},
	{"filter VolumeRestrictions", "disks aren't shared, and none is of the kinds that it knows"},
	{"hint of VolumeRestrictions", "it never refuses"},
	{"filter VolumeZone", "AKS's disks say by node affinity where they are, so VolumeBinding refuses first"},
	{"hint of VolumeZone", "it never refuses"},
	{"score VolumeBinding", "it scores by storage capacity, which is off by default"},
	{"preemption, the node chosen by number of victims", "each victim adds 2^31 to the sum of priorities, which comes before"},
	{"filter DynamicResources", "no pod has a resource claim"},
	{"hint of DynamicResources", "it never refuses"},
	{"hint of SchedulingGates", "nobody takes gates off"},
	{"hint of NodeUnschedulable at PodUpdate", "nobody changes the tolerations of a pod"},
	{"hint of TaintToleration at PodUpdate", "nobody changes the tolerations of a pod"},
	{"hint of DefaultPreemption", "a pod that is about to preempt isn't handed out, and here victims go in the same instant"},
	{"hint of NodeVolumeLimits at PersistentVolumeClaim", "claims are there before their pods"},
	{"hint of NodeVolumeLimits at storage.k8s.io/CSINodeUpdate", "how many disks a node takes doesn't change"},
	{"hint of VolumeBinding at PersistentVolume", "claims and disks are there before their pods"},
	{"hint of VolumeBinding at storage.k8s.io/CSIDriver", "drivers don't change"},
	{"hint of VolumeBinding at storage.k8s.io/CSIStorageCapacity", "Azure's disks have no capacity to track"},
	{"hint of VolumeBinding at storage.k8s.io/StorageClass", "classes are there before their claims"},
}

// mustMeetDisks is what the cases of disks show and the others hardly.
var mustMeetDisks = []string{"disks that are detached", "hint of NodeVolumeLimits at storage.k8s.io/VolumeAttachmentDelete"}

// required lists what a scheduler has to be met in, by its profile and its hints.
func (r *realScheduler) required() []string {
	var list []string
	add := func(what string, plugins config.PluginSet) {
		for _, p := range plugins.Enabled {
			if p.Name != listener {
				list = append(list, what+" "+p.Name)
			}
		}
	}
	all := r.profile.ListPlugins()
	add("filter", all.Filter)
	add("score", all.Score)
	for event, hints := range r.hintMap() {
		for _, h := range hints {
			list = append(list, hintName(h, event))
		}
	}
	for i := range features {
		list = append(list, "case with "+features[i].name)
	}
	list = slices.DeleteFunc(list, func(what string) bool { return slices.Contains(mustMeetDisks, what) })
	slices.Sort(list)
	return append(slices.Compact(list), mustMeet...)
}

func (r *realScheduler) hintMap() queue.QueueingHintMap {
	return (*field[queue.QueueingHintMapPerProfile](r.plain, "queueingHintMap"))[v1.DefaultSchedulerName]
}

func hintName(h *queue.QueueingHintFunction, event fwk.ClusterEvent) string {
	return "hint of " + h.PluginName + " at " + event.Label()
}

// countedHints are the plugins' hints, each of which counts when it would have a
// pod tried.
func (r *realScheduler) countedHints() queue.QueueingHintMapPerProfile {
	counted := queue.QueueingHintMap{}
	for event, hints := range r.hintMap() {
		for _, h := range hints {
			name, original := hintName(h, event), h.QueueingHintFn
			counted[event] = append(counted[event], &queue.QueueingHintFunction{
				PluginName: h.PluginName,
				QueueingHintFn: func(logger klog.Logger, pod *v1.Pod, before, after any) (fwk.QueueingHint, error) {
					hint, err := original(logger, pod, before, after)
					if hint == fwk.Queue && r.met != nil {
						r.met[name]++
					}
					return hint, err
				},
			})
		}
	}
	return queue.QueueingHintMapPerProfile{v1.DefaultSchedulerName: counted}
}

// meetPod counts what a pod asks for that is looked at.
func (g *game) meetPod(x *kube.Placement) {
	w := &g.model.Workloads[g.cluster.Pod(x.Pod).Workload]
	for trait, has := range map[string]bool{
		"no requests":                    w.Requests == model.Resources{},
		"extended resources":             len(w.Extended) > 0,
		"node selector":                  len(w.NodeSelector) > 0 || w.NodePool != "",
		"required node affinity":         len(w.NodeAffinity) > 0,
		"preferred node affinity":        len(w.PreferredNodeAffinity) > 0,
		"required pod affinity":          slices.ContainsFunc(w.PodAffinity, func(t model.PodAffinityTerm) bool { return t.Required }),
		"preferred pod affinity":         slices.ContainsFunc(w.PodAffinity, func(t model.PodAffinityTerm) bool { return !t.Required }),
		"required pod anti-affinity":     slices.ContainsFunc(w.PodAntiAffinity, func(t model.PodAffinityTerm) bool { return t.Required }),
		"preferred pod anti-affinity":    slices.ContainsFunc(w.PodAntiAffinity, func(t model.PodAffinityTerm) bool { return !t.Required }),
		"the cluster's default spread":   len(w.TopologySpread) == 0 && (w.Kind == model.Deployment || w.Kind == model.StatefulSet),
		"tolerations":                    len(w.Tolerations) > 0,
		"host ports":                     len(w.HostPorts) > 0,
		"disks":                          w.Disks > 0,
		"a zonal disk":                   w.ZonalVolume,
		"an image of its own":            w.Image.Name != "",
		"a priority":                     w.Priority != 0,
		"no right to preempt":            w.PreemptionPolicy == model.PreemptNever,
		"a nomination":                   g.cluster.Nominated(x.Pod) >= 0,
		"others nominated":               len(g.cluster.Nominees()) > 0,
		"a DaemonSet for its controller": x.For >= 0,
	} {
		if has {
			g.met["pod with "+trait]++
		}
	}
	for _, s := range w.TopologySpread {
		for trait, has := range map[string]bool{
			"hard spread":                 s.WhenUnsatisfiable == model.DoNotSchedule,
			"soft spread":                 s.WhenUnsatisfiable == model.ScheduleAnyway,
			"min_domains":                 s.MinDomains > 1,
			"node affinity policy Ignore": s.NodeAffinityPolicy == model.Ignore,
			"node taints policy Honor":    s.NodeTaintsPolicy == model.Honor,
			"match_label_keys":            len(s.MatchLabelKeys) > 0,
		} {
			if has {
				g.met["pod with "+trait]++
			}
		}
	}
}

// meetSearch counts how a search that ends early went.
func (g *game) meetSearch(x *kube.Placement) {
	g.met["sampled"]++
	if x.Start > 0 {
		g.met["sampled, not from the first node"]++
	}
	if len(g.model.Cluster.Zones) > 1 {
		g.met["sampled, zones in turn"]++
	}
}

// meetPreemption counts what decided among the nodes where preemption helps, and
// what it helped against. The criteria are those of the real scheduler's
// pickOneNodeForPreemption, in its order.
func (a *attempt) meetPreemption(met map[string]int) {
	met["preemption"]++
	chosen := a.rescue.candidates[a.node]
	if chosen == nil {
		return
	}
	met["preemption past "+a.refuses[a.node]]++
	if chosen.Victims().NumPDBViolations > 0 {
		met["preemption against a budget"]++
	}
	if a.lower[a.node] > len(chosen.Victims().Pods) {
		met["preemption that spares pods"]++
	}
	left := make([]preemption.Candidate, 0, len(a.rescue.candidates))
	for _, c := range a.rescue.candidates {
		left = append(left, c)
	}
	if len(left) == 1 {
		return
	}
	met["preemption with a choice of nodes"]++
	for _, criterion := range criteria {
		best := criterion.value(chosen)
		left = slices.DeleteFunc(left, func(c preemption.Candidate) bool { return criterion.value(c) != best })
		if len(left) == 1 {
			met["preemption, the node chosen by "+criterion.name]++
			return
		}
	}
	met["preemption, the node chosen by chance"]++
}

var criteria = []struct {
	name  string
	value func(preemption.Candidate) int64
}{
	{"fewest budgets", func(c preemption.Candidate) int64 { return c.Victims().NumPDBViolations }},
	{"highest priority", func(c preemption.Candidate) int64 { return int64(*c.Victims().Pods[0].Spec.Priority) }},
	{"sum of priorities", func(c preemption.Candidate) (sum int64) {
		for _, p := range c.Victims().Pods {
			sum += int64(*p.Spec.Priority) + math.MaxInt32 + 1
		}
		return sum
	}},
	{"number of victims", func(c preemption.Candidate) int64 { return int64(len(c.Victims().Pods)) }},
	{"start time", func(c preemption.Candidate) int64 {
		first, highest := int64(math.MaxInt64), *c.Victims().Pods[0].Spec.Priority
		for _, p := range c.Victims().Pods {
			if *p.Spec.Priority == highest {
				first = min(first, p.Status.StartTime.UnixNano())
			}
		}
		return first
	}},
}

// tame returns what should have been met and was not, and what has an excuse and
// was met.
func tame(met map[string]int, required []string) (missing, idle []string) {
	for _, what := range required {
		excused := slices.ContainsFunc(excuses, func(x struct{ what, why string }) bool { return strings.HasPrefix(what, x.what) })
		switch {
		case met[what] == 0 && !excused:
			missing = append(missing, what)
		case met[what] > 0 && excused:
			idle = append(idle, what)
		}
	}
	return missing, idle
}
