package conformance

import (
	v1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// nominees stands for the part of the real scheduler's queue that knows which
// pods are nominated to which nodes. The mirror sets it.
type nominees struct {
	byNode map[string][]fwk.PodInfo
}

func (x *nominees) reset() { x.byNode = map[string][]fwk.PodInfo{} }

// add has a pod nominated to a node.
func (x *nominees) add(pod *v1.Pod, node string) error {
	info, err := framework.NewPodInfo(pod)
	if err == nil {
		x.byNode[node] = append(x.byNode[node], info)
	}
	return err
}

// NominatedPodsForNode is what the filters ask.
func (x *nominees) NominatedPodsForNode(node string) []fwk.PodInfo { return x.byNode[node] }

// The rest is for the loop that nobody runs.
func (*nominees) AddNominatedPod(klog.Logger, fwk.PodInfo, *framework.NominatingInfo) {}
func (*nominees) DeleteNominatedPodIfExists(*v1.Pod)                                  {}
func (*nominees) UpdateNominatedPod(klog.Logger, *v1.Pod, fwk.PodInfo)                {}
