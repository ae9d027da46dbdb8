package kube

// A podQueue is a binary heap of pods. Those that back off are sorted by the
// end of that first.
type podQueue struct {
	pods    []PodID
	backing bool
}

func (s *scheduler) queueOf(x *pod) *podQueue {
	if x.backing {
		return &s.backing
	}
	return &s.queue
}

// before reports whether p is before r in the queue.
func (q *podQueue) before(c *Cluster, p, r PodID) bool {
	x, y := &c.pods[p], &c.pods[r]
	if q.backing && x.backoff != y.backoff {
		return x.backoff < y.backoff
	}
	if a, b := c.workloads[x.workload].Priority, c.workloads[y.workload].Priority; a != b {
		return a > b
	}
	return x.entered < y.entered || x.entered == y.entered && p < r
}

func (q *podQueue) push(c *Cluster, p PodID) {
	q.pods = append(q.pods, p)
	q.up(c, len(q.pods)-1)
}

func (q *podQueue) removeAt(c *Cluster, i int) {
	last := len(q.pods) - 1
	q.pods[i] = q.pods[last]
	q.pods = q.pods[:last]
	if i < last {
		q.down(c, i)
		q.up(c, i)
	}
}

func (q *podQueue) up(c *Cluster, i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !q.before(c, q.pods[i], q.pods[parent]) {
			return
		}
		q.pods[i], q.pods[parent] = q.pods[parent], q.pods[i]
		i = parent
	}
}

func (q *podQueue) down(c *Cluster, i int) {
	for {
		child := 2*i + 1
		if child >= len(q.pods) {
			return
		}
		if child+1 < len(q.pods) && q.before(c, q.pods[child+1], q.pods[child]) {
			child++
		}
		if !q.before(c, q.pods[child], q.pods[i]) {
			return
		}
		q.pods[i], q.pods[child] = q.pods[child], q.pods[i]
		i = child
	}
}
