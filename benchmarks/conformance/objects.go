package conformance

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
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
	labels := map[string]string{workloadLabel: w.Namespace + "." + w.Name}
	for _, l := range w.Labels {
		labels[l.Key] = l.Value
	}
	return labels
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
	case model.DaemonSet:
		o, kind = &appsv1.DaemonSet{ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{Selector: ownPods(w)}}, "DaemonSet"
	default:
		return nil, nil
	}
	owner := metav1.OwnerReference{APIVersion: "apps/v1", Kind: kind, Name: meta.Name, UID: meta.UID, Controller: new(bool)}
	*owner.Controller = true
	return o, &owner
}

// podOf returns a pod of a workload. Node is where a DaemonSet wants it.
func podOf(w *model.Workload, id int32, name, node string, claim string) *v1.Pod {
	pod := &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-%d", name, id), Namespace: w.Namespace, UID: types.UID(fmt.Sprint("pod-", id)),
			Labels: podLabels(w),
		},
		Spec: v1.PodSpec{
			SchedulerName: v1.DefaultSchedulerName,
			Containers:    []v1.Container{{Name: "c", Image: w.Image.Name, Resources: v1.ResourceRequirements{Requests: requests(w.Requests)}}},
			Affinity:      affinity(w),
		},
	}
	if _, owner := controllerOf(w); owner != nil {
		pod.OwnerReferences = []metav1.OwnerReference{*owner}
	}
	for _, t := range w.Tolerations {
		pod.Spec.Tolerations = append(pod.Spec.Tolerations, toleration(t))
	}
	for _, s := range w.TopologySpread {
		pod.Spec.TopologySpreadConstraints = append(pod.Spec.TopologySpreadConstraints, v1.TopologySpreadConstraint{
			MaxSkew: int32(s.MaxSkew), TopologyKey: s.TopologyKey,
			WhenUnsatisfiable: v1.UnsatisfiableConstraintAction(s.WhenUnsatisfiable), LabelSelector: ownPods(w),
		})
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
	if claim != "" {
		pod.Spec.Volumes = []v1.Volume{{Name: "disk", VolumeSource: v1.VolumeSource{
			PersistentVolumeClaim: &v1.PersistentVolumeClaimVolumeSource{ClaimName: claim},
		}}}
	}
	return pod
}

// requests leaves out what is zero: a request that nobody made.
func requests(r model.Resources) v1.ResourceList {
	list := v1.ResourceList{}
	if r.CPU > 0 {
		list[v1.ResourceCPU] = *resource.NewMilliQuantity(r.CPU, resource.DecimalSI)
	}
	if r.Memory > 0 {
		list[v1.ResourceMemory] = *resource.NewQuantity(r.Memory, resource.BinarySI)
	}
	return list
}

func affinity(w *model.Workload) *v1.Affinity {
	a := &v1.Affinity{}
	if len(w.NodeAffinity) > 0 {
		required := &v1.NodeSelector{}
		for _, term := range w.NodeAffinity {
			var t v1.NodeSelectorTerm
			for _, r := range term {
				t.MatchExpressions = append(t.MatchExpressions, v1.NodeSelectorRequirement{
					Key: r.Key, Operator: v1.NodeSelectorOperator(r.Operator), Values: r.Values,
				})
			}
			required.NodeSelectorTerms = append(required.NodeSelectorTerms, t)
		}
		a.NodeAffinity = &v1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: required}
	}
	if w.HostAntiAffinity {
		a.PodAntiAffinity = &v1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []v1.PodAffinityTerm{
			{LabelSelector: ownPods(w), TopologyKey: v1.LabelHostname},
		}}
	}
	return a
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
		Status: v1.NodeStatus{Allocatable: v1.ResourceList{
			v1.ResourceCPU:    *resource.NewMilliQuantity(p.Allocatable.CPU, resource.DecimalSI),
			v1.ResourceMemory: *resource.NewQuantity(p.Allocatable.Memory, resource.BinarySI),
			v1.ResourcePods:   *resource.NewQuantity(int64(p.Allocatable.Pods), resource.DecimalSI),
		}},
	}
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

// Names of claims: of a disk that exists nowhere yet, and of disks in a zone.
const newDisk = "disk-new"

func diskIn(zone string) string { return "disk-in-zone" + zone }

// disks returns claims and volumes for pods with zonal disks, in namespaces and
// zones; the empty zone is that of nodes without one.
func disks(location string, namespaces, zones []string) []runtime.Object {
	class := "managed-csi"
	wait := storagev1.VolumeBindingWaitForFirstConsumer
	list := []runtime.Object{&storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: class}, Provisioner: "disk.csi.azure.com", VolumeBindingMode: &wait,
	}}
	size := v1.ResourceList{v1.ResourceStorage: resource.MustParse("8Gi")}
	claim := func(ns, name, volume string) *v1.PersistentVolumeClaim {
		c := &v1.PersistentVolumeClaim{
			ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, UID: types.UID(ns + "/" + name)},
			Spec: v1.PersistentVolumeClaimSpec{
				AccessModes: []v1.PersistentVolumeAccessMode{v1.ReadWriteOnce}, StorageClassName: &class,
				Resources: v1.VolumeResourceRequirements{Requests: size},
			},
		}
		if volume != "" {
			c.Spec.VolumeName = volume
			c.Status.Phase = v1.ClaimBound
			c.Annotations = map[string]string{"pv.kubernetes.io/bind-completed": "yes"}
		}
		return c
	}
	for _, ns := range namespaces {
		list = append(list, claim(ns, newDisk, ""))
		for _, zone := range zones {
			label := ""
			if zone != "" {
				label = model.ZoneLabel(location, zone)
			}
			c := claim(ns, diskIn(zone), ns+"-"+diskIn(zone))
			list = append(list, c, &v1.PersistentVolume{
				ObjectMeta: metav1.ObjectMeta{Name: c.Spec.VolumeName},
				Spec: v1.PersistentVolumeSpec{
					Capacity: size, AccessModes: c.Spec.AccessModes, StorageClassName: class,
					PersistentVolumeSource: v1.PersistentVolumeSource{CSI: &v1.CSIPersistentVolumeSource{Driver: "disk.csi.azure.com", VolumeHandle: c.Spec.VolumeName}},
					ClaimRef:               &v1.ObjectReference{Namespace: ns, Name: c.Name, UID: c.UID},
					NodeAffinity: &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
						MatchExpressions: []v1.NodeSelectorRequirement{{Key: diskZone, Operator: v1.NodeSelectorOpIn, Values: []string{label}}},
					}}}},
				},
				Status: v1.PersistentVolumeStatus{Phase: v1.VolumeBound},
			})
		}
	}
	return list
}
