package autoscaler

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/spelling"
	"rollsim/sim/trace"
)

// What upstream has as constants and AKS doesn't expose.
const (
	newPods         = 2 * time.Second  // when all pods that need a node are younger, one scan more is waited
	expendable      = -10              // pods of a lower priority get no nodes
	firstBackoff    = 5 * time.Minute  // of a pool after a failure
	longestBackoff  = 30 * time.Minute // it doubles up to that
	backoffForgiven = 3 * time.Hour    // without a failure it starts anew
)

// upMemory is scale-up's scratch memory.
type upMemory struct {
	pods    []kube.PodID  // that fit nowhere, by workload
	nodes   []kube.NodeID // that exist, and those on their way as thought up
	fresh   []kube.NodeID // thought up for the pool at hand
	kinds   []podKind
	similar []int
	options []option
	best    []option
	drawn   kube.PodID // the last pod for whose sake one of best was drawn; none yet: -1
	again   uint64     // how often before, for the same pod
}

// podKind is pods that are alike, of one workload: pods[from:to].
type podKind struct {
	from, to int
	weight   float64 // share of a node of the pool at hand
}

// option is what a pool would need to help.
type option struct {
	pool, nodes int
	pods        int
	waste       float64 // share of cpu and share of memory left over, summed
}

// upResult is what scale-up has come to.
type upResult uint8

const (
	upNothing upResult = iota // nobody needs a node, or none would help
	upOrdered
	upWaits // the pods are too young: nothing is removed either
)

// scaleUp orders nodes for pods that fit nowhere, on one pool, or on several that
// are alike.
// Source: kubernetes autoscaler core/scaleup/orchestrator.
func (a *Autoscaler) scaleUp() upResult {
	for i := range a.groups {
		a.closeOrder(i)
	}
	a.needy()
	if len(a.up.pods) == 0 {
		return upNothing
	}
	t := a.k.Try()
	a.placeOnUpcoming(t)
	if len(a.up.pods) == 0 {
		t.End()
		return upNothing
	}
	oldest := a.oldest()
	if a.k.Pod(oldest).Since.Add(newPods) > a.eng.Now() {
		t.End()
		return upWaits
	}
	a.up.options = a.up.options[:0]
	for i := range a.groups {
		if o := a.estimate(t, i); o.nodes > 0 {
			a.up.options = append(a.up.options, o)
		}
	}
	t.End()
	if len(a.up.options) == 0 {
		return upNothing
	}
	o := a.choose(a.up.options, oldest)
	if !a.order(o, oldest) {
		return upNothing
	}
	a.added, a.moved = a.eng.Now(), true
	return upOrdered
}

// needy lists the pods that need a node, by workload.
func (a *Autoscaler) needy() {
	now := a.eng.Now()
	a.up.pods = slices.DeleteFunc(a.k.Unschedulable(a.up.pods[:0]), func(p kube.PodID) bool {
		x := a.k.Pod(p)
		return now <= x.Since.Add(a.profile.NewPodScaleUpDelay) || a.m.Workloads[x.Workload].Priority < expendable
	})
}

// oldest returns the oldest pod that needs a node.
func (a *Autoscaler) oldest() kube.PodID {
	return slices.MinFunc(a.up.pods, func(p, q kube.PodID) int {
		return cmp.Or(cmp.Compare(a.k.Pod(p).Since, a.k.Pod(q).Since), cmp.Compare(p, q))
	})
}

// placeOnUpcoming takes the pods off the list that nodes on their way will take,
// or a node that is there.
func (a *Autoscaler) placeOnUpcoming(t *kube.Trial) {
	a.up.nodes = a.up.nodes[:0]
	for i := range a.groups {
		for _, n := range a.k.Nodes(i) {
			if a.k.Node(n).Ready {
				a.up.nodes = append(a.up.nodes, n)
			}
		}
	}
	for i := range a.groups {
		if !a.groups[i].Enabled {
			continue
		}
		for range a.upcoming(i) {
			a.up.nodes = append(a.up.nodes, a.template(t, i))
		}
	}
	a.up.pods = slices.DeleteFunc(a.up.pods, func(p kube.PodID) bool {
		n := t.FirstFit(p, a.up.nodes)
		if n == noNodeID {
			return false
		}
		t.Put(p, n)
		return true
	})
}

// upcoming counts the nodes of a pool that are ordered and not usable yet.
func (a *Autoscaler) upcoming(pool int) int {
	count := a.groups[pool].Awaited
	for _, n := range a.k.Nodes(pool) {
		if x := a.k.Node(n); !x.Ready && !x.Unready && !x.Deleted {
			count++
		}
	}
	return count
}

// template thinks up a node more of a pool: it is in the zone of the pool's first
// usable node.
func (a *Autoscaler) template(t *kube.Trial, pool int) kube.NodeID {
	zone := -1
	if zones := a.m.NodePools[pool].Zones; len(zones) > 0 {
		zone = slices.Index(a.m.Cluster.Zones, zones[0])
	}
	for _, n := range a.k.Nodes(pool) {
		if x := a.k.Node(n); x.Ready {
			zone = x.Zone
			break
		}
	}
	return t.AddNode(pool, zone, a.groups[pool].Version)
}

// estimate returns how many nodes of a pool it would take, by packing the
// largest pods first, and how many pods they would have.
// Source: kubernetes autoscaler estimator/binpacking_estimator.go.
func (a *Autoscaler) estimate(t *kube.Trial, pool int) option {
	o := option{pool: pool}
	limit := a.capacity(pool)
	if limit <= 0 {
		return o
	}
	mark := t.Mark()
	a.up.fresh = append(a.up.fresh[:0], a.template(t, pool))
	a.sortKinds(t, pool)
	empty, cpu, memory := true, int64(0), int64(0)
	for _, kind := range a.up.kinds {
		for _, p := range a.up.pods[kind.from:kind.to] {
			n := t.FirstFit(p, a.up.fresh)
			if n == noNodeID {
				if empty || len(a.up.fresh) >= limit {
					break
				}
				n = a.template(t, pool)
				a.up.fresh, empty = append(a.up.fresh, n), true
				if t.FirstFit(p, a.up.fresh[len(a.up.fresh)-1:]) == noNodeID {
					break
				}
			}
			t.Put(p, n)
			empty = empty && n != a.up.fresh[len(a.up.fresh)-1]
			w := &a.m.Workloads[a.k.Pod(p).Workload]
			o.pods, cpu, memory = o.pods+1, cpu+w.Requests.CPU, memory+w.Requests.Memory
		}
	}
	t.Undo(mark)
	o.nodes = len(a.up.fresh)
	if empty {
		o.nodes--
	}
	o.waste = a.waste(pool, o.nodes, cpu, memory)
	return o
}

// waste returns what would be left over of so many nodes of a pool.
// Source: kubernetes autoscaler expander/waste.
func (a *Autoscaler) waste(pool, nodes int, cpu, memory int64) float64 {
	if nodes == 0 {
		return 0
	}
	size := a.k.AllocatableOn(pool, a.groups[pool].Version)
	allCPU, allMemory := float64(size.CPU)*float64(nodes), float64(size.Memory)*float64(nodes)
	return (allCPU-float64(cpu))/allCPU + (allMemory-float64(memory))/allMemory
}

// sortKinds lists the kinds of pods that an empty node of a pool takes, the
// largest first.
func (a *Autoscaler) sortKinds(t *kube.Trial, pool int) {
	size := a.k.AllocatableOn(pool, a.groups[pool].Version)
	a.up.kinds = a.up.kinds[:0]
	for from := 0; from < len(a.up.pods); {
		of, to := a.k.Pod(a.up.pods[from]).Workload, from+1
		for to < len(a.up.pods) && a.k.Pod(a.up.pods[to]).Workload == of {
			to++
		}
		if t.FirstFit(a.up.pods[from], a.up.fresh) != noNodeID {
			r := a.m.Workloads[of].Requests
			a.up.kinds = append(a.up.kinds, podKind{from, to, float64(r.CPU)/float64(size.CPU) + float64(r.Memory)/float64(size.Memory)})
		}
		from = to
	}
	slices.SortStableFunc(a.up.kinds, func(x, y podKind) int { return cmp.Compare(y.weight, x.weight) })
}

// capacity returns how many nodes an order on a pool can have: with
// balance_similar_node_groups on those that are alike, too.
func (a *Autoscaler) capacity(pool int) int {
	if !a.ready(pool) {
		return 0
	}
	sum := 0
	for _, i := range a.alike(pool) {
		sum += a.groups[i].Max - a.groups[i].Size
	}
	return sum
}

// ready reports whether a pool can be scaled up now.
func (a *Autoscaler) ready(pool int) bool {
	g := &a.groups[pool]
	return g.Open && g.Size < g.Max && g.until <= a.eng.Now()
}

// alike returns a pool and, where nodes are to be balanced, those like it that
// can be scaled up. Source: kubernetes autoscaler
// processors/nodegroupset, IsCloudProviderNodeInfoSimilar.
func (a *Autoscaler) alike(pool int) []int {
	a.up.similar = append(a.up.similar[:0], pool)
	if !a.profile.BalanceSimilarNodeGroups {
		return a.up.similar
	}
	for i := range a.groups {
		if i != pool && a.ready(i) && similar(&a.m.NodePools[i], &a.m.NodePools[pool]) {
			a.up.similar = append(a.up.similar, i)
		}
	}
	return a.up.similar
}

// similar reports whether nodes of two pools differ in name and zone at most.
func similar(p, q *model.NodePool) bool {
	return p.VMSize.Name == q.VMSize.Name && p.Allocatable == q.Allocatable && p.ScaleSetPriority == q.ScaleSetPriority &&
		slices.Equal(p.Labels, q.Labels) && slices.Equal(p.Taints, q.Taints) && slices.Equal(p.Extended, q.Extended)
}

// choose returns one of the options, by the expander; of equal ones each is as
// likely. What is drawn belongs to the oldest pod that needs a node.
// Source: kubernetes autoscaler expander.
func (a *Autoscaler) choose(options []option, oldest kube.PodID) option {
	points := func(o option) float64 {
		switch a.profile.Expander {
		case model.ExpandMostPods:
			return float64(o.pods)
		case model.ExpandLeastWaste:
			return -o.waste
		case model.ExpandPriority:
			return float64(a.groups[o.pool].Priority)
		}
		return 0
	}
	a.up.best = a.up.best[:0]
	for _, o := range options {
		if len(a.up.best) > 0 && points(o) > points(a.up.best[0]) {
			a.up.best = a.up.best[:0]
		}
		if len(a.up.best) == 0 || points(o) == points(a.up.best[0]) {
			a.up.best = append(a.up.best, o)
		}
	}
	if len(a.up.best) == 1 {
		return a.up.best[0]
	}
	if a.up.again++; a.up.drawn != oldest {
		a.up.drawn, a.up.again = oldest, 0
	}
	return a.up.best[a.src.Intn(expanderKey.With(uint64(a.k.PodKey(oldest))).With(a.up.again), len(a.up.best))]
}

var expanderKey = random.KeyOf("expander")

// order orders an option's nodes, each on that pool of those that are alike
// which has the fewest. It reports whether any pool took the order.
func (a *Autoscaler) order(o option, oldest kube.PodID) bool {
	pools := a.alike(o.pool)
	done := false
	why := fmt.Sprintf("for %s", a.k.PodName(oldest))
	if n := len(a.up.pods) - 1; n == 1 {
		why += " and 1 pod more"
	} else if n > 1 {
		why += fmt.Sprintf(" and %d pods more", n)
	}
	share := make([]int, len(pools))
	for range o.nodes {
		least := -1
		for i, p := range pools {
			g := &a.groups[p]
			if g.Size+share[i] < g.Max && (least < 0 || g.Size+share[i] < a.groups[pools[least]].Size+share[least]) {
				least = i
			}
		}
		share[least]++
	}
	for i, p := range pools {
		if share[i] > 0 {
			done = a.increase(p, share[i], why, a.k.Pod(oldest).Record) || done
		}
	}
	return done
}

// increase orders nodes for a pool. It reports whether they can be had.
func (a *Autoscaler) increase(pool, nodes int, why string, cause trace.ID) bool {
	record := a.rec.AddText(trace.ScaledUp, poolRef(pool), trace.Ref{}, int64(nodes), cause, why)
	a.moved = true
	if failed := a.cloud.Increase(pool, nodes, record); failed != 0 {
		a.backOff(pool, failed)
		return false
	}
	a.groups[pool].ordering = true
	return true
}

// raiseToMin orders what pools are short of their least count.
// Source: AKS cluster autoscaler page, note on the minimum count.
func (a *Autoscaler) raiseToMin() {
	for i := range a.groups {
		g := &a.groups[i]
		if g.Open && g.Count < g.Min && g.until <= a.eng.Now() {
			if a.increase(i, g.Min-g.Count, fmt.Sprintf("for min_count %d", g.Min), 0) {
				a.added = a.eng.Now()
			}
		}
	}
}

// Ordered: a machine is ordered for it.
func (a *Autoscaler) Ordered(n kube.NodeID, cause trace.ID) {
	*a.nodeOf(n) = node{ordered: true, since: a.eng.Now(), record: cause}
}

// Awaits reports whether a machine was ordered for it and isn't there yet.
func (a *Autoscaler) Awaits(n kube.NodeID) bool { return int(n) < len(a.nodes) && a.nodes[n].ordered }

// OrderFailed: a machine that was ordered can't be had.
func (a *Autoscaler) OrderFailed(pool int, record trace.ID) {
	a.backOff(pool, record)
	a.Changed()
}

// closeOrder ends an order when all of its nodes are there, and the pool's
// backoff with it.
func (a *Autoscaler) closeOrder(pool int) {
	g := &a.groups[pool]
	if g.ordering && a.upcoming(pool) == 0 {
		g.ordering, g.backoff, g.until, a.moved = false, 0, 0, true
	}
}

// giveUp deletes machines that it has ordered and that aren't there in time.
// Source: kubernetes autoscaler core/static_autoscaler.go, removeOldUnregisteredNodes.
func (a *Autoscaler) giveUp() {
	for i := range a.nodes {
		n, x := kube.NodeID(i), &a.nodes[i]
		if !x.ordered {
			continue
		}
		is := a.k.Node(n)
		switch g := &a.groups[is.Pool]; {
		case is.Present || is.Deleted:
			x.ordered = false
			a.moved = true
		case a.eng.Now() <= x.since.Add(a.profile.MaxNodeProvisionTime) || g.Count <= g.Min:
		default:
			x.ordered = false
			why := fmt.Sprintf("node %s did not become ready within %s", a.k.NodeName(n), spelling.Span(a.profile.MaxNodeProvisionTime))
			record := a.rec.AddText(trace.AllocationFailed, nodeRef(n), poolRef(is.Pool), 0, x.record, why)
			a.cloud.Delete(n, record)
			g.Count, g.Size = g.Count-1, g.Size-1
			a.backOff(is.Pool, record)
		}
	}
}

// backOff has a pool left alone for a while. Failures of one order count once.
// Source: kubernetes autoscaler utils/backoff.
func (a *Autoscaler) backOff(pool int, cause trace.ID) {
	g, now := &a.groups[pool], a.eng.Now()
	g.ordering, a.moved = false, true
	if g.until > now {
		return
	}
	if g.backoff == 0 || now > g.failedAt.Add(backoffForgiven) {
		g.backoff = firstBackoff
	} else {
		g.backoff = min(2*g.backoff, longestBackoff)
	}
	g.until, g.failedAt = now.Add(g.backoff), now
	a.rec.Add(trace.ScaleBackoff, poolRef(pool), trace.Ref{}, int64(g.backoff/time.Second), cause)
}

// sleepUp wakes for pods that come of age and pools that have backed off.
func (a *Autoscaler) sleepUp() {
	now := a.eng.Now()
	a.up.pods = a.k.Unschedulable(a.up.pods[:0])
	if len(a.up.pods) > 0 {
		for _, p := range a.up.pods {
			since := a.k.Pod(p).Since
			a.wakeAfter(since.Add(a.profile.NewPodScaleUpDelay))
			if t := since.Add(newPods); t > now {
				a.wake(t)
			}
		}
	}
	for i := range a.groups {
		if g := &a.groups[i]; g.until > now && (len(a.up.pods) > 0 || g.Count < g.Min) {
			a.wake(g.until)
		}
	}
}

func (a *Autoscaler) recordHalt(unready, all int) {
	value := int64(0)
	if a.halted {
		value = 1
	}
	a.rec.AddText(trace.ScaleHalted, trace.Ref{Kind: trace.ControlPlane}, trace.Ref{}, value, 0, fmt.Sprintf("%d of %d nodes aren't ready", unready, all))
}

func poolRef(i int) trace.Ref         { return trace.Ref{Kind: trace.Pool, Index: int32(i)} }
func nodeRef(n kube.NodeID) trace.Ref { return trace.Ref{Kind: trace.Node, Index: int32(n)} }

var _ kube.Watcher = (*Autoscaler)(nil)
var _ des.Handler = (*Autoscaler)(nil)
