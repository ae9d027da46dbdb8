package kube

import "math"

// score is what the scheduler thinks of one feasible node: the points of each
// plugin, already weighted. Source of the weights: kubernetes
// pkg/scheduler/apis/config/v1/default_plugins.go. NodeAffinity and
// InterPodAffinity give no points to pods without preferences.
type score struct {
	node     NodeID
	taints   int32 // TaintToleration, weight 3
	labels   int32 // NodeAffinity, weight 2
	fit      int32 // NodeResourcesFit: LeastAllocated, weight 1
	balanced int32 // NodeResourcesBalancedAllocation, weight 1
	image    int32 // ImageLocality, weight 1
	spread   int32 // PodTopologySpread, weight 2
	pods     int32 // InterPodAffinity, weight 2
	total    int32
}

// Weights of the plugins that have more than 1.
const (
	taintWeight  = 3
	labelsWeight = 2
	spreadWeight = 2
	podsWeight   = 2
	maxScore     = 100 // of a plugin before its weight
)

// score gives all feasible nodes their points.
func (c *Cluster) score(w *workload) {
	list := c.sched.scores
	c.compare(w, list, len(list))
	for i := range list {
		x := &list[i]
		x.fit, x.balanced = c.roomPoints(w, x.node)
		x.total += x.fit + x.balanced
	}
}

// compare gives nodes the points that don't depend on their room. They stand for
// so many feasible nodes.
func (c *Cluster) compare(w *workload, list []score, feasible int) {
	c.scoreTaints(w, list)
	c.scoreLabels(w, list)
	c.scoreImages(w, list)
	c.scoreSpread(w, list, feasible)
	c.scorePods(w, list)
	for i := range list {
		x := &list[i]
		x.total = x.taints + x.labels + x.image + x.spread + x.pods
	}
}

// roomPoints returns what w thinks of the room on a node: the points of
// NodeResourcesFit and of NodeResourcesBalancedAllocation.
func (c *Cluster) roomPoints(w *workload, n NodeID) (fit, balanced int32) {
	r := &c.room[n]
	fit = leastAllocated(r, w)
	if !w.bestEffort {
		balanced = balancedAllocation(r, w)
	}
	return fit, balanced
}

// leastAllocated prefers nodes with much room. Source: kubernetes
// noderesources/least_allocated.go.
func leastAllocated(r *room, w *workload) int32 {
	return int32((unused(r.scoreCPU+w.cpu, r.cpu) + unused(r.scoreMemory+w.memory, r.memory)) / 2)
}

func unused(requested, capacity int64) int64 {
	if capacity == 0 || requested > capacity {
		return 0
	}
	return (capacity - requested) * maxScore / capacity
}

// balancedAllocation prefers nodes whose shares of requested cpu and memory are
// alike: half their difference is the standard deviation of the two. Source:
// kubernetes noderesources/balanced_allocation.go.
func balancedAllocation(r *room, w *workload) int32 {
	if r.cpu == 0 || r.memory == 0 {
		return maxScore
	}
	f := min(1, float64(r.cpu-r.freeCPU+w.Requests.CPU)/float64(r.cpu))
	g := min(1, float64(r.memory-r.freeMemory+w.Requests.Memory)/float64(r.memory))
	deviation := math.Abs((f - g) / 2)
	return int32((1 - deviation) * maxScore)
}

// scoreTaints prefers nodes with few PreferNoSchedule taints that w does not
// tolerate. Source: kubernetes tainttoleration/taint_toleration.go.
func (c *Cluster) scoreTaints(w *workload, list []score) {
	avoids := w.avoids && c.sched.candidateNodes > 0
	if !w.prefers && !avoids {
		for i := range list {
			list[i].taints = taintWeight * maxScore
		}
		return
	}
	most := int32(0)
	for i := range list {
		r := &c.room[list[i].node]
		list[i].taints = int32(w.fits[r.class].prefer)
		if avoids && r.blocked&deletionCandidate != 0 {
			list[i].taints++
		}
		most = max(most, list[i].taints)
	}
	for i := range list {
		if most == 0 {
			list[i].taints = taintWeight * maxScore
		} else {
			list[i].taints = taintWeight * (maxScore - maxScore*list[i].taints/most)
		}
	}
}

// scoreLabels prefers nodes for which much of w's preferred affinity holds.
// Source: kubernetes nodeaffinity/node_affinity.go.
func (c *Cluster) scoreLabels(w *workload, list []score) {
	if !w.likes {
		return
	}
	most := int32(0)
	for i := range list {
		x := &list[i]
		if w.byHost {
			x.labels = w.hostLikes[x.node]
		} else {
			x.labels = w.fits[c.room[x.node].class].likes
		}
		most = max(most, x.labels)
	}
	for i := range list {
		if most > 0 {
			list[i].labels = labelsWeight * (maxScore * list[i].labels / most)
		}
	}
}

// Sizes between which ImageLocality's points rise. Source: kubernetes
// imagelocality/image_locality.go.
const (
	smallImage = 23 << 20
	largeImage = 1000 << 20
)

// scoreImages prefers nodes that have the pod's image, the more so the larger
// it is and the more nodes have it.
func (c *Cluster) scoreImages(w *workload, list []score) {
	if w.image < 0 {
		return
	}
	img := &c.images[w.image]
	spread := float64(img.nodes) / float64(c.sched.present)
	sum := int64(float64(img.size) * spread)
	sum = min(max(sum, smallImage), largeImage)
	points := int32(maxScore * (sum - smallImage) / (largeImage - smallImage))
	for i := range list {
		if img.on[list[i].node] {
			list[i].image = points
		}
	}
}
