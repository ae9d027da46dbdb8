package benchmarks

import (
	"math"
	"slices"

	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// plain is the scheduler as one writes it down at first, from the same model and
// after the same source (kubernetes pkg/scheduler, v1.34): nodes are structs in
// a slice, a pod goes through the filters node by node until enough nodes are
// feasible, then the feasible ones get their points. Nothing is kept from one pod
// to the next, nothing is allocated for one, and there are no maps. What labels
// and taints mean for a workload is settled beforehand, because it never
// changes, and a node counts its pods by workload, so that nobody goes through
// pods.
//
// It is the yardstick for rollsim's scheduler, which has to be faster, and its
// oracle: both must find the same nodes feasible and give them the same points.
// It leaves out what needs a second pod's decision, preemption and nominations,
// and node affinity that asks for hosts by name; the conformance module has
// those.
type plain struct {
	m         *model.Model
	keys      []string // topology keys; the first is the hostname
	classes   []plainClass
	workloads []plainWorkload
	resources []string // extended ones
	images    []string

	nodes   []plainNode
	zones   [][]int32 // nodes that exist by zone, 0: none, in order of appearance
	visited []int32   // zones that have nodes, in order of appearance
	order   []int32   // nodes in the order of the search
	start   int       // where the next search begins

	pods []plainPod

	feasible []int32 // of the search at hand
	totals   []int32 // parallel to it
	points   []int32 // of one plugin, parallel to it
	looked   int
	counts   [][]int32 // by term or constraint at hand: pods by domain
	sizes    []int32   // by domain: nodes that a constraint looks at
	least    []int32   // by hard constraint
	weights  []float64 // by soft constraint
}

// plainClass is a pool's nodes of one zone.
type plainClass struct {
	pool, zone int
	domain     []int32 // by key; -1: without the label
}

type plainNode struct {
	class                    int32
	here, cordoned, notReady bool
	cpu, memory, pods        int64 // allocatable
	usedCPU, usedMemory      int64
	scoredCPU, scoredMemory  int64 // requests, with the defaults for pods without
	usedPods, disks          int64
	detaching                int64   // disks of pods that are elsewhere, on their way off
	live, all                []int32 // pods by workload; those that terminate aren't live
	extended                 []int64 // free
	images                   []bool
}

type plainPod struct {
	workload, node int32
	live           bool
}

type plainWorkload struct {
	*model.Workload
	cordoned, notReady      bool // it tolerates that
	selects, tolerates      []bool
	prefer, likes           []int32 // by class: PreferNoSchedule taints that it doesn't tolerate, weights of preferences
	scoredCPU, scoredMemory int64
	extended                []int64
	image                   int
	rivals                  []int32 // workloads that want a port of its
	hard, soft              []plainConstraint
	own                     bool // the constraints are its own, not the cluster's defaults
	together, apart, pulls  []plainTerm
	first                   bool // its pods satisfy all of their required affinity
}

type plainConstraint struct {
	key, skew, minDomains int32
	self                  int32
	selected              []int32
	anyNode, taints       bool
	looks                 []bool // by class
}

type plainTerm struct {
	key, weight int32
	selected    []int32 // pods of these workloads
}

func newPlain(m *model.Model) *plain {
	s := &plain{m: m}
	for i := range m.NodePools {
		for z := -1; z < len(m.Cluster.Zones); z++ {
			s.classes = append(s.classes, plainClass{pool: i, zone: z})
		}
	}
	s.key(model.LabelHostname) // has to be the first
	for i := range m.Workloads {
		for _, r := range m.Workloads[i].Extended {
			s.resources = appendNew(s.resources, r.Name)
		}
		s.images = appendNew(s.images, m.Workloads[i].Image.Name)
	}
	s.workloads = make([]plainWorkload, len(m.Workloads))
	for i := range s.workloads {
		s.buildWorkload(i)
	}
	for i := range s.workloads {
		s.buildSpread(i)
		s.buildTerms(i)
	}
	s.zones = make([][]int32, len(m.Cluster.Zones)+1)
	most := 0
	for i := range s.workloads {
		w := &s.workloads[i]
		most = max(most, w.termsAt()+len(w.together)+len(w.apart)+len(w.pulls))
	}
	s.counts = make([][]int32, most+1)
	return s
}

func appendNew[T comparable](list []T, x T) []T {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

func (s *plain) labels(class *plainClass) model.Labels {
	var n model.Node
	if class.zone >= 0 {
		n.Zone = s.m.Cluster.Zones[class.zone]
	}
	return s.m.NodePools[class.pool].NodeLabels(s.m.Cluster.Location, n)
}

func (s *plain) buildWorkload(i int) {
	w := &s.workloads[i]
	w.Workload = &s.m.Workloads[i]
	w.scoredCPU, w.scoredMemory = w.Requests.CPU, w.Requests.Memory
	if w.scoredCPU == 0 {
		w.scoredCPU = 100
	}
	if w.scoredMemory == 0 {
		w.scoredMemory = 200 << 20
	}
	w.cordoned = w.Kind == model.DaemonSet || model.Tolerated(w.Tolerations, model.Taint{Key: "node.kubernetes.io/unschedulable", Effect: model.NoSchedule})
	w.notReady = model.Tolerated(w.Tolerations, model.Taint{Key: "node.kubernetes.io/not-ready", Effect: model.NoSchedule})
	w.image = slices.Index(s.images, w.Image.Name)
	if w.Image.Name == "" {
		w.image = -1
	}
	for _, r := range s.resources {
		w.extended = append(w.extended, w.Extended.Get(r))
	}
	for c := range s.classes {
		labels := s.labels(&s.classes[c])
		prefer, likes, tolerates := int32(0), int32(0), true
		for _, t := range s.m.NodePools[s.classes[c].pool].Taints {
			switch {
			case model.Tolerated(w.Tolerations, t):
			case t.Effect == model.PreferNoSchedule:
				prefer++
			default:
				tolerates = false
			}
		}
		for _, t := range w.PreferredNodeAffinity {
			if t.Match.Matches(labels) {
				likes += int32(t.Weight)
			}
		}
		w.selects, w.tolerates = append(w.selects, w.MatchesNode(labels, nil)), append(w.tolerates, tolerates)
		w.prefer, w.likes = append(w.prefer, prefer), append(w.likes, likes)
	}
	for j := range s.m.Workloads {
		for _, a := range w.HostPorts {
			for _, b := range s.m.Workloads[j].HostPorts {
				if a.Port == b.Port && a.Protocol == b.Protocol && (a.IP == b.IP || a.IP == "" || b.IP == "") {
					w.rivals = appendNew(w.rivals, int32(j))
				}
			}
		}
	}
}

// key returns the number of a topology key.
func (s *plain) key(name string) int32 {
	if i := slices.Index(s.keys, name); i >= 0 {
		return int32(i)
	}
	s.keys = append(s.keys, name)
	var values []string
	for c := range s.classes {
		x := &s.classes[c]
		d := int32(0)
		if name != model.LabelHostname {
			v, ok := s.labels(x).Get(name)
			if !ok {
				d = -1
			} else {
				values = appendNew(values, v)
				d = int32(slices.Index(values, v))
			}
		}
		x.domain = append(x.domain, d)
	}
	return int32(len(s.keys) - 1)
}

// domain returns a class's domain by a key; hostname: 0.
func (s *plain) domain(class, key int32) int32 { return s.classes[class].domain[key] }

func (s *plain) buildSpread(i int) {
	w := &s.workloads[i]
	w.own = len(w.TopologySpread) > 0
	for j := range w.TopologySpread {
		x := &w.TopologySpread[j]
		k := plainConstraint{
			key: s.key(x.TopologyKey), skew: int32(x.MaxSkew), minDomains: int32(x.MinDomains),
			anyNode: x.NodeAffinityPolicy == model.Ignore, taints: x.NodeTaintsPolicy == model.Honor,
		}
		for _, v := range s.m.SpreadSelected[i][j] {
			k.selected = append(k.selected, int32(v))
			if v == i {
				k.self = 1
			}
		}
		if x.WhenUnsatisfiable == model.DoNotSchedule {
			w.hard = append(w.hard, k)
		} else {
			w.soft = append(w.soft, k)
		}
	}
	if !w.own && s.m.Scheduler.DefaultSpread && (w.Kind == model.Deployment || w.Kind == model.StatefulSet) {
		for _, k := range []plainConstraint{{key: s.key(model.LabelHostname), skew: 3}, {key: s.key(model.LabelZone), skew: 5}} {
			k.selected = []int32{int32(i)}
			w.soft = append(w.soft, k)
		}
	}
	for _, list := range [...][]plainConstraint{w.hard, w.soft} {
		for j := range list {
			for c := range s.classes {
				looks := (list[j].anyNode || w.selects[c]) && s.domain(int32(c), list[j].key) >= 0
				list[j].looks = append(list[j].looks, looks && (!w.own || s.hasKeys(list, int32(c))))
			}
		}
	}
}

// hasKeys reports whether the nodes of a class have the labels of all constraints.
func (s *plain) hasKeys(list []plainConstraint, class int32) bool {
	for i := range list {
		if s.domain(class, list[i].key) < 0 {
			return false
		}
	}
	return true
}

func (s *plain) buildTerms(i int) {
	w := &s.workloads[i]
	var all []int
	for v := range s.m.Workloads {
		x := &s.m.Workloads[v]
		for _, anti := range [...]bool{false, true} {
			terms, selected := x.PodAffinity, s.m.AffinitySelected[v]
			if anti {
				terms, selected = x.PodAntiAffinity, s.m.AntiAffinitySelected[v]
			}
			for j, t := range terms {
				k := plainTerm{key: s.key(t.TopologyKey), weight: int32(t.Weight)}
				if anti {
					k.weight = -k.weight
				}
				if v == i { // its own
					for _, o := range selected[j] {
						k.selected = append(k.selected, int32(o))
					}
					switch {
					case !t.Required:
						w.pulls = append(w.pulls, k)
					case anti:
						w.apart = append(w.apart, k)
					default:
						if w.together == nil {
							all = slices.Clone(selected[j])
						}
						all = slices.DeleteFunc(all, func(o int) bool { return !slices.Contains(selected[j], o) })
						w.together = append(w.together, k)
					}
				}
				if k.selected = []int32{int32(v)}; slices.Contains(selected[j], i) { // another's, or its own, that is about it
					switch {
					case !t.Required:
						w.pulls = append(w.pulls, k)
					case anti:
						w.apart = append(w.apart, k)
					default:
						k.weight = 1
						w.pulls = append(w.pulls, k)
					}
				}
			}
		}
	}
	if w.HostAntiAffinity {
		w.apart = append(w.apart, plainTerm{selected: []int32{int32(i)}})
	}
	w.first = slices.Contains(all, i)
	for j := range w.together {
		w.together[j].selected = nil
		for _, o := range all {
			w.together[j].selected = append(w.together[j].selected, int32(o))
		}
	}
}

// Record has the nodes and pods follow what happens.
func (s *plain) Record(_ trace.ID, r *trace.Record, _ string) {
	n := r.Subject.Index
	switch r.Kind {
	case trace.NodeRequested:
		s.nodes = append(s.nodes, plainNode{
			class: s.classOf(int(r.Object.Index), -1), live: make([]int32, len(s.workloads)), all: make([]int32, len(s.workloads)),
			extended: make([]int64, len(s.resources)), images: make([]bool, len(s.images)),
		})
	case trace.NodeZone:
		s.nodes[n].class = s.classOf(s.classes[s.nodes[n].class].pool, int(r.Object.Index))
	case trace.NodeReady:
		s.appear(n, r.Object.Index)
	case trace.NodeUsable:
		s.nodes[n].notReady = false
	case trace.NodeCordoned:
		s.nodes[n].cordoned = true
	case trace.NodeUncordoned:
		s.nodes[n].cordoned = false
	case trace.ReimageStarted, trace.NodeDeleting:
		s.vanish(n)
	case trace.PodCreated:
		s.pods = append(s.pods, plainPod{workload: r.Object.Index, node: -1})
	case trace.PodBound:
		if s.pods[n].node < 0 {
			s.put(n, r.Object.Index)
		}
	case trace.PodTerminating:
		s.leave(n)
	case trace.PodDeleted:
		s.take(n)
	}
}

func (s *plain) classOf(pool, zone int) int32 {
	return int32(pool*(len(s.m.Cluster.Zones)+1) + zone + 1)
}

func (s *plain) appear(n, version int32) {
	x := &s.nodes[n]
	p := &s.m.NodePools[s.classes[x.class].pool]
	a := p.AllocatableOn(s.m.Versions[version])
	x.here, x.cordoned, x.notReady = true, false, true
	x.cpu, x.memory, x.pods, x.disks = a.CPU, a.Memory, int64(a.Pods), int64(p.MaxDataDisks)
	for i, name := range s.resources {
		x.extended[i] = p.Extended.Get(name)
	}
	z := s.classes[x.class].zone + 1
	if s.zones[z] = append(s.zones[z], n); len(s.zones[z]) == 1 {
		s.visited = append(s.visited, int32(z))
	}
	s.interleave()
}

func (s *plain) vanish(n int32) {
	x := &s.nodes[n]
	if !x.here {
		return
	}
	x.here = false
	clear(x.images)
	z := s.classes[x.class].zone + 1
	s.zones[z] = slices.DeleteFunc(s.zones[z], func(o int32) bool { return o == n })
	if len(s.zones[z]) == 0 {
		s.visited = slices.DeleteFunc(s.visited, func(o int32) bool { return int(o) == z })
	}
	s.interleave()
}

// interleave puts one node of each zone after the other.
func (s *plain) interleave() {
	s.order = s.order[:0]
	for i, more := 0, true; more; i++ {
		more = false
		for _, z := range s.visited {
			if i < len(s.zones[z]) {
				s.order, more = append(s.order, s.zones[z][i]), true
			}
		}
	}
}

// put has a pod on a node.
func (s *plain) put(p, n int32) {
	s.pods[p].node, s.pods[p].live = n, true
	s.count(p, 1)
	s.nodes[n].live[s.pods[p].workload]++
}

// leave has a pod terminate.
func (s *plain) leave(p int32) {
	if x := &s.pods[p]; x.live {
		x.live = false
		s.nodes[x.node].live[x.workload]--
	}
}

// take takes a pod off its node.
func (s *plain) take(p int32) {
	s.leave(p)
	if s.pods[p].node >= 0 {
		s.count(p, -1)
		s.pods[p].node = -1
	}
}

func (s *plain) count(p int32, sign int64) {
	x, w := &s.nodes[s.pods[p].node], &s.workloads[s.pods[p].workload]
	x.usedCPU += sign * w.Requests.CPU
	x.usedMemory += sign * w.Requests.Memory
	x.scoredCPU += sign * w.scoredCPU
	x.scoredMemory += sign * w.scoredMemory
	x.usedPods += sign
	x.disks -= sign * int64(w.Disks)
	for i, amount := range w.extended {
		x.extended[i] -= sign * amount
	}
	x.all[s.pods[p].workload] += int32(sign)
}

// enough is how many feasible nodes are looked for. Source: kubernetes
// schedule_one.go, numFeasibleNodesToFind.
func (s *plain) enough() int {
	n, percentage := len(s.order), s.m.Scheduler.PercentageOfNodesToScore
	if n < 100 || percentage >= 100 {
		return n
	}
	if percentage == 0 {
		percentage = max(5, 50-n/125)
	}
	return max(100, n*percentage/100)
}

// schedule finds feasible nodes for a pod of a workload whose disk is in zone
// (-2: it has none, or it may be in any) and gives them their points. It returns
// the best node; of several, the one that pick says; -1: none is feasible.
func (s *plain) schedule(workload int32, zone int, pick func(ties int) int) int32 {
	w := &s.workloads[workload]
	s.prepare(w)
	s.feasible, s.looked = s.feasible[:0], 0
	total, want := len(s.order), s.enough()
	at := 0
	if total > 0 {
		at = s.start % total // nodes may have gone
	}
	for ; s.looked < total && len(s.feasible) < want; s.looked++ {
		if at >= total {
			at = 0
		}
		if n := s.order[at]; s.fits(w, &s.nodes[n], zone) {
			s.feasible = append(s.feasible, n)
		}
		at++
	}
	if total > 0 {
		s.start = (s.start + s.looked) % total
	}
	if len(s.feasible) == 0 {
		return -1
	}
	s.score(w)
	best, ties := s.best()
	picked := 0
	if ties > 1 {
		picked = pick(ties)
	}
	for i, n := range s.feasible {
		if s.totals[i] == best {
			if picked == 0 {
				return n
			}
			picked--
		}
	}
	panic("the best node is not among the feasible ones")
}

func (s *plain) best() (points int32, ties int) {
	points = -1
	for _, t := range s.totals {
		switch {
		case t > points:
			points, ties = t, 1
		case t == points:
			ties++
		}
	}
	return points, ties
}

// fits is all filters.
func (s *plain) fits(w *plainWorkload, n *plainNode, zone int) bool {
	switch {
	case n.cordoned && !w.cordoned, n.notReady && !w.notReady, !w.tolerates[n.class], !w.selects[n.class]:
		return false
	case n.usedPods+1 > n.pods, w.Requests.CPU > 0 && w.Requests.CPU > n.cpu-n.usedCPU, w.Requests.Memory > 0 && w.Requests.Memory > n.memory-n.usedMemory:
		return false
	case w.Disks > 0 && int64(w.Disks) > n.disks-n.detaching, zone != anyZone && zone != s.classes[n.class].zone:
		return false
	}
	for i, amount := range w.extended {
		if amount > 0 && amount > n.extended[i] {
			return false
		}
	}
	for _, v := range w.rivals {
		if n.all[v] > 0 {
			return false
		}
	}
	return s.spreads(w, n) && s.meets(w, n)
}

const anyZone = -2

// Counts of the search at hand: constraints come first, then terms.
func (w *plainWorkload) termsAt() int { return len(w.hard) + len(w.soft) }

// prepare counts pods by domain for all that isn't about single nodes.
func (s *plain) prepare(w *plainWorkload) {
	s.least = s.least[:0]
	for i := range w.hard {
		s.countLive(w, &w.hard[i], i)
		s.least = append(s.least, s.leastOf(w, &w.hard[i], i))
	}
	for i := range w.soft {
		if w.soft[i].key > 0 {
			s.countLive(w, &w.soft[i], len(w.hard)+i)
		}
	}
	at := w.termsAt()
	for _, list := range [...][]plainTerm{w.together, w.apart, w.pulls} {
		for i := range list {
			if list[i].key > 0 {
				s.countAll(&list[i], at)
			}
			at++
		}
	}
}

// domains returns an empty count by domain.
func (s *plain) domains(at int) []int32 {
	if s.counts[at] == nil {
		s.counts[at] = make([]int32, len(s.classes))
	}
	clear(s.counts[at])
	return s.counts[at]
}

func (s *plain) looksAt(w *plainWorkload, k *plainConstraint, n *plainNode) bool {
	return k.looks[n.class] && (!k.taints || w.tolerates[n.class] && (!n.cordoned || w.cordoned) && (!n.notReady || w.notReady))
}

func (s *plain) countLive(w *plainWorkload, k *plainConstraint, at int) {
	counts := s.domains(at)
	if k.key == 0 {
		return
	}
	for _, i := range s.order {
		if n := &s.nodes[i]; s.looksAt(w, k, n) {
			counts[s.classes[n.class].domain[k.key]] += sum(n.live, k.selected)
		}
	}
}

func sum(counts, of []int32) int32 {
	total := int32(0)
	for _, i := range of {
		total += counts[i]
	}
	return total
}

// leastOf returns the least count over the domains of a hard constraint.
func (s *plain) leastOf(w *plainWorkload, k *plainConstraint, at int) int32 {
	least, domains := int32(math.MaxInt32), int32(0)
	if len(s.sizes) == 0 {
		s.sizes = make([]int32, len(s.classes))
	}
	clear(s.sizes)
	for _, i := range s.order {
		n := &s.nodes[i]
		if !s.looksAt(w, k, n) {
			continue
		}
		if k.key == 0 {
			least = min(least, sum(n.live, k.selected))
			domains++
			continue
		}
		d := s.classes[n.class].domain[k.key]
		if s.sizes[d]++; s.sizes[d] == 1 {
			least = min(least, s.counts[at][d])
			domains++
		}
	}
	if domains < k.minDomains {
		return 0
	}
	return least
}

func (s *plain) spreads(w *plainWorkload, n *plainNode) bool {
	for i := range w.hard {
		k := &w.hard[i]
		d := s.classes[n.class].domain[k.key]
		if d < 0 {
			return false
		}
		count := s.counts[i][d]
		if k.key == 0 && s.looksAt(w, k, n) {
			count = sum(n.live, k.selected)
		}
		if count+k.self-s.least[i] > k.skew {
			return false
		}
	}
	return true
}

func (s *plain) countAll(t *plainTerm, at int) {
	counts := s.domains(at)
	for _, i := range s.order {
		n := &s.nodes[i]
		if d := s.classes[n.class].domain[t.key]; d >= 0 {
			counts[d] += sum(n.all, t.selected)
		}
	}
}

// near returns how many pods that a term selects are in a node's domain.
func (s *plain) near(t *plainTerm, at int, n *plainNode) int32 {
	if t.key == 0 {
		return sum(n.all, t.selected)
	}
	if d := s.classes[n.class].domain[t.key]; d >= 0 {
		return s.counts[at][d]
	}
	return 0
}

func (s *plain) meets(w *plainWorkload, n *plainNode) bool {
	at := w.termsAt()
	for i := range w.together {
		if s.classes[n.class].domain[w.together[i].key] < 0 {
			return false
		}
		if s.near(&w.together[i], at+i, n) == 0 && !(w.first && s.nobody(w)) {
			return false
		}
	}
	at += len(w.together)
	for i := range w.apart {
		if s.near(&w.apart[i], at+i, n) > 0 {
			return false
		}
	}
	return true
}

// nobody reports whether no pod anywhere satisfies the required affinity of w.
func (s *plain) nobody(w *plainWorkload) bool {
	for i := range w.together {
		for _, n := range s.order {
			if x := &s.nodes[n]; s.classes[x.class].domain[w.together[i].key] >= 0 && sum(x.all, w.together[i].selected) > 0 {
				return false
			}
		}
	}
	return true
}
