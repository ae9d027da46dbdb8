package conformance

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/kubernetes/pkg/controller/daemon/util"
	"rollsim/sim/model"
)

// The translation of rollsim's model into objects of the Kubernetes API.

// workloadLabel tells the pods of each workload apart, as pod-template-hash
// does for those of a ReplicaSet: rollsim's constraints are over a workload's
// own pods.
const workloadLabel = "rollsim/workload"

// diskZone is the label that Azure's disk driver puts on nodes: the zone, or
// nothing on a node without one.
const diskZone = "topology.disk.csi.azure.com/zone"

func ownPods(w *model.Workload) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{workloadLabel: w.Namespace + "." + w.Name}}
}

func podLabels(w *model.Workload) map[string]string {
	own := w.Namespace + "." + w.Name
	labels := map[string]string{workloadLabel: own}
	switch w.Kind {
	case model.Deployment:
		labels["pod-template-hash"] = own
	case model.StatefulSet, model.DaemonSet:
		labels["controller-revision-hash"] = own
	}
	for _, l := range w.Labels {
		labels[l.Key] = l.Value
	}
	return labels
}

// selectorOf returns a label selector, of which nil selects nothing.
func selectorOf(s model.Selector) *metav1.LabelSelector {
	if s == nil {
		return nil
	}
	x := &metav1.LabelSelector{}
	for _, r := range s {
		x.MatchExpressions = append(x.MatchExpressions, metav1.LabelSelectorRequirement{
			Key: r.Key, Operator: metav1.LabelSelectorOperator(r.Operator), Values: r.Values,
		})
	}
	return x
}

// controllerOf returns the object that owns a workload's pods, with the scale it
// asks for; nil for bare pods.
func controllerOf(w *model.Workload) (runtime.Object, *metav1.OwnerReference) {
	meta := metav1.ObjectMeta{Name: w.Name, Namespace: w.Namespace, UID: types.UID(w.Namespace + "/" + w.Name)}
	replicas := int32(w.Replicas)
	var o runtime.Object
	var kind string
	switch w.Kind {
	case model.Deployment:
		o, kind = &appsv1.ReplicaSet{ObjectMeta: meta, Spec: appsv1.ReplicaSetSpec{Replicas: &replicas, Selector: ownPods(w)}}, "ReplicaSet"
	case model.StatefulSet:
		o, kind = &appsv1.StatefulSet{ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Replicas: &replicas, Selector: ownPods(w)}}, "StatefulSet"
	case model.Job:
		o, kind = &batchv1.Job{ObjectMeta: meta}, "Job"
	case model.DaemonSet:
		o, kind = &appsv1.DaemonSet{ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{Selector: ownPods(w)}}, "DaemonSet"
	default:
		return nil, nil
	}
	api := "apps/v1"
	if w.Kind == model.Job {
		api = "batch/v1"
	}
	owner := metav1.OwnerReference{APIVersion: api, Kind: kind, Name: meta.Name, UID: meta.UID, Controller: new(bool)}
	*owner.Controller = true
	return o, &owner
}

// podOf returns a pod of a workload. Node is where a DaemonSet wants it.
func podOf(w *model.Workload, id int32, node string, claims []string) *v1.Pod {
	priority, policy := w.Priority, v1.PreemptionPolicy(w.PreemptionPolicy)
	pod := &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-%d", w.Name, id), Namespace: w.Namespace, UID: types.UID(fmt.Sprint("pod-", id)),
			Labels: podLabels(w),
		},
		Spec: v1.PodSpec{
			SchedulerName: v1.DefaultSchedulerName,
			Containers: []v1.Container{{
				Name: "c", Image: w.Image.Name, Ports: ports(w),
				Resources: v1.ResourceRequirements{Requests: resources(w.Requests, w.Extended)},
			}},
			Affinity:         affinity(w),
			Priority:         &priority,
			PreemptionPolicy: &policy,
		},
	}
	if _, owner := controllerOf(w); owner != nil {
		pod.OwnerReferences = []metav1.OwnerReference{*owner}
	}
	for _, t := range w.Tolerations {
		pod.Spec.Tolerations = append(pod.Spec.Tolerations, toleration(t))
	}
	for i := range w.TopologySpread {
		pod.Spec.TopologySpreadConstraints = append(pod.Spec.TopologySpreadConstraints, spread(&w.TopologySpread[i]))
	}
	for _, gate := range w.SchedulingGates {
		pod.Spec.SchedulingGates = append(pod.Spec.SchedulingGates, v1.PodSchedulingGate{Name: gate})
	}
	selector := map[string]string{}
	for _, l := range w.NodeSelector {
		selector[l.Key] = l.Value
	}
	if w.NodePool != "" {
		selector[model.LabelPool] = w.NodePool
	}
	pod.Spec.NodeSelector = selector
	if w.Kind == model.DaemonSet {
		pod.Spec.Affinity = util.ReplaceDaemonSetPodNodeNameNodeAffinity(pod.Spec.Affinity, node)
		util.AddOrUpdateDaemonPodTolerations(&pod.Spec)
	}
	for _, claim := range claims {
		pod.Spec.Volumes = append(pod.Spec.Volumes, v1.Volume{Name: claim, VolumeSource: v1.VolumeSource{
			PersistentVolumeClaim: &v1.PersistentVolumeClaimVolumeSource{ClaimName: claim},
		}})
	}
	return pod
}

func ports(w *model.Workload) []v1.ContainerPort {
	var list []v1.ContainerPort
	for _, p := range w.HostPorts {
		list = append(list, v1.ContainerPort{ContainerPort: int32(p.Port), HostPort: int32(p.Port), HostIP: p.IP, Protocol: v1.Protocol(p.Protocol)})
	}
	return list
}

func spread(s *model.SpreadConstraint) v1.TopologySpreadConstraint {
	x := v1.TopologySpreadConstraint{
		MaxSkew: int32(s.MaxSkew), TopologyKey: s.TopologyKey, MatchLabelKeys: s.MatchLabelKeys,
		WhenUnsatisfiable: v1.UnsatisfiableConstraintAction(s.WhenUnsatisfiable), LabelSelector: selectorOf(s.Selector),
	}
	if s.MinDomains > 1 {
		n := int32(s.MinDomains)
		x.MinDomains = &n
	}
	if s.NodeAffinityPolicy != "" {
		p := v1.NodeInclusionPolicy(s.NodeAffinityPolicy)
		x.NodeAffinityPolicy = &p
	}
	if s.NodeTaintsPolicy != "" {
		p := v1.NodeInclusionPolicy(s.NodeTaintsPolicy)
		x.NodeTaintsPolicy = &p
	}
	return x
}

// resources leaves out what is zero: a request that nobody made.
func resources(r model.Resources, extended model.ExtendedResources) v1.ResourceList {
	list := v1.ResourceList{}
	if r.CPU > 0 {
		list[v1.ResourceCPU] = *resource.NewMilliQuantity(r.CPU, resource.DecimalSI)
	}
	if r.Memory > 0 {
		list[v1.ResourceMemory] = *resource.NewQuantity(r.Memory, resource.BinarySI)
	}
	for _, x := range extended {
		list[v1.ResourceName(x.Name)] = *resource.NewQuantity(x.Amount, resource.DecimalSI)
	}
	return list
}

func affinity(w *model.Workload) *v1.Affinity {
	a := &v1.Affinity{NodeAffinity: &v1.NodeAffinity{}, PodAffinity: &v1.PodAffinity{}, PodAntiAffinity: &v1.PodAntiAffinity{}}
	if len(w.NodeAffinity) > 0 {
		required := &v1.NodeSelector{}
		for _, term := range w.NodeAffinity {
			required.NodeSelectorTerms = append(required.NodeSelectorTerms, nodeTerm(term))
		}
		a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = required
	}
	for _, t := range w.PreferredNodeAffinity {
		list := &a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution
		*list = append(*list, v1.PreferredSchedulingTerm{Weight: int32(t.Weight), Preference: nodeTerm(t.Match)})
	}
	for _, t := range w.PodAffinity {
		podTerm(t, &a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution, &a.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	for _, t := range w.PodAntiAffinity {
		podTerm(t, &a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution, &a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if w.HostAntiAffinity {
		list := &a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution
		*list = append(*list, v1.PodAffinityTerm{LabelSelector: ownPods(w), TopologyKey: v1.LabelHostname})
	}
	return a
}

func nodeTerm(term model.NodeSelectorTerm) v1.NodeSelectorTerm {
	var t v1.NodeSelectorTerm
	for _, r := range term {
		t.MatchExpressions = append(t.MatchExpressions, v1.NodeSelectorRequirement{
			Key: r.Key, Operator: v1.NodeSelectorOperator(r.Operator), Values: r.Values,
		})
	}
	return t
}

func podTerm(t model.PodAffinityTerm, required *[]v1.PodAffinityTerm, preferred *[]v1.WeightedPodAffinityTerm) {
	x := v1.PodAffinityTerm{TopologyKey: t.TopologyKey, LabelSelector: selectorOf(t.Selector)}
	if len(t.Namespaces) == 1 && t.Namespaces[0] == model.AllNamespaces {
		x.NamespaceSelector = &metav1.LabelSelector{}
	} else {
		x.Namespaces = t.Namespaces
	}
	if t.Required {
		*required = append(*required, x)
	} else {
		*preferred = append(*preferred, v1.WeightedPodAffinityTerm{Weight: int32(t.Weight), PodAffinityTerm: x})
	}
}

func toleration(t model.Toleration) v1.Toleration {
	x := v1.Toleration{Key: t.Key, Operator: v1.TolerationOpEqual, Value: t.Value, Effect: v1.TaintEffect(t.Effect)}
	if t.Exists {
		x.Operator = v1.TolerationOpExists
	}
	return x
}

// nodeOf returns a node of a pool.
func nodeOf(m *model.Model, p *model.NodePool, name, zone string, cordoned, usable bool) *v1.Node {
	n := &v1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{diskZone: ""}},
		Status:     v1.NodeStatus{Allocatable: resources(p.Allocatable.Resources, p.Extended)},
	}
	n.Status.Allocatable[v1.ResourcePods] = *resource.NewQuantity(int64(p.Allocatable.Pods), resource.DecimalSI)
	for _, l := range p.NodeLabels(m.Cluster.Location, model.Node{Name: name, Zone: zone}) {
		n.Labels[l.Key] = l.Value
	}
	if zone != "" {
		n.Labels[diskZone] = model.ZoneLabel(m.Cluster.Location, zone)
	}
	for _, t := range p.Taints {
		n.Spec.Taints = append(n.Spec.Taints, v1.Taint{Key: t.Key, Value: t.Value, Effect: v1.TaintEffect(t.Effect)})
	}
	if cordoned {
		n.Spec.Unschedulable = true
		n.Spec.Taints = append(n.Spec.Taints, v1.Taint{Key: v1.TaintNodeUnschedulable, Effect: v1.TaintEffectNoSchedule})
	}
	if !usable {
		n.Spec.Taints = append(n.Spec.Taints, v1.Taint{Key: v1.TaintNodeNotReady, Effect: v1.TaintEffectNoSchedule})
	}
	return n
}

// driver is the name of Azure's disk driver.
const driver = "disk.csi.azure.com"

// slotsForNode says how many disks a node can have attached.
func slotsForNode(name string, disks int) *storagev1.CSINode {
	count := int32(disks)
	return &storagev1.CSINode{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: storagev1.CSINodeSpec{Drivers: []storagev1.CSINodeDriver{
			{Name: driver, NodeID: name, Allocatable: &storagev1.VolumeNodeResources{Count: &count}},
		}},
	}
}

// attachmentsOf returns what the API has for disks of a pod that are attached to
// another node.
func attachmentsOf(pod *v1.Pod, node string) []*storagev1.VolumeAttachment {
	var list []*storagev1.VolumeAttachment
	for _, v := range pod.Spec.Volumes {
		volume := pod.Namespace + "-" + v.PersistentVolumeClaim.ClaimName
		list = append(list, &storagev1.VolumeAttachment{
			ObjectMeta: metav1.ObjectMeta{Name: pod.Name + "-" + volume},
			Spec:       storagev1.VolumeAttachmentSpec{Attacher: driver, NodeName: node, Source: storagev1.VolumeAttachmentSource{PersistentVolumeName: &volume}},
		})
	}
	return list
}

// Claims are made once and lent to pods: claimsOfAKind of each kind in each
// namespace. The kinds are the names that claimOf takes.
const (
	claimsOfAKind = 600
	unbound       = "new"      // a disk that exists nowhere yet
	anywhere      = "anywhere" // a disk that can be attached in every zone
)

// zonal is the kind of claims whose disks are in a zone.
func zonal(zone string) string { return "zone" + zone }

func claimOf(kind string, number int) string { return fmt.Sprintf("disk-%s-%d", kind, number) }

// disks returns claims and volumes for pods with disks, in namespaces and
// zones; the empty zone is that of nodes without one.
func disks(location string, namespaces, zones []string) []runtime.Object {
	wait := storagev1.VolumeBindingWaitForFirstConsumer
	list := []runtime.Object{&storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: driver}, Provisioner: driver, VolumeBindingMode: &wait,
	}}
	for _, ns := range namespaces {
		list = append(list, &v1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}})
		for i := range claimsOfAKind {
			list = append(list, claim(ns, claimOf(unbound, i), ""))
			list = append(list, bound(ns, claimOf(anywhere, i), nil)...)
			for _, zone := range zones {
				label := ""
				if zone != "" {
					label = model.ZoneLabel(location, zone)
				}
				list = append(list, bound(ns, claimOf(zonal(zone), i), &label)...)
			}
		}
	}
	return list
}

var diskSize = v1.ResourceList{v1.ResourceStorage: resource.MustParse("8Gi")}

func claim(ns, name, volume string) *v1.PersistentVolumeClaim {
	class := driver
	c := &v1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, UID: types.UID(ns + "/" + name)},
		Spec: v1.PersistentVolumeClaimSpec{
			AccessModes: []v1.PersistentVolumeAccessMode{v1.ReadWriteOnce}, StorageClassName: &class,
			Resources: v1.VolumeResourceRequirements{Requests: diskSize}, VolumeName: volume,
		},
	}
	if volume != "" {
		c.Status.Phase = v1.ClaimBound
		c.Annotations = map[string]string{"pv.kubernetes.io/bind-completed": "yes"}
	}
	return c
}

// bound returns a claim with its volume, which is in a zone unless that is nil.
func bound(ns, name string, zone *string) []runtime.Object {
	c := claim(ns, name, ns+"-"+name)
	v := &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: c.Spec.VolumeName},
		Spec: v1.PersistentVolumeSpec{
			Capacity: diskSize, AccessModes: c.Spec.AccessModes, StorageClassName: driver,
			PersistentVolumeSource: v1.PersistentVolumeSource{CSI: &v1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: c.Spec.VolumeName}},
			ClaimRef:               &v1.ObjectReference{Namespace: ns, Name: c.Name, UID: c.UID},
		},
		Status: v1.PersistentVolumeStatus{Phase: v1.VolumeBound},
	}
	if zone != nil {
		v.Spec.NodeAffinity = &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
			MatchExpressions: []v1.NodeSelectorRequirement{{Key: diskZone, Operator: v1.NodeSelectorOpIn, Values: []string{*zone}}},
		}}}}
	}
	return []runtime.Object{c, v}
}
