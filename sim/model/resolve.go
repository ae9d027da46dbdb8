package model

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// New checks a scenario and makes it a Model. It returns all findings, in the
// order of the sections of a file; with an Error among them the Model is nil.
//
// New fills in what depends on other keys: a pool's version, max_pods,
// max_surge, allocatable, timing and nodes, and a per-pool strategy's order. A
// pool's max_surge is taken as given unless spec.Written says that the scenario
// has none.
//
// Whether requests are accepted is not looked at: that is for package rules.
func New(spec Spec) (*Model, []Finding) {
	m := &Model{Spec: spec}
	m.fill()
	c := &checker{m: m, pools: index(m.NodePools, func(p NodePool) string { return p.Name })}
	for _, p := range spec.NodePools {
		c.given = append(c.given, len(p.Nodes) > 0)
	}
	c.given = append(c.given, make([]bool, len(m.NodePools)-len(spec.NodePools))...)
	c.written = len(spec.NodePools)
	c.check()
	if slices.ContainsFunc(c.findings, func(f Finding) bool { return f.Severity == Error }) {
		return nil, c.findings
	}
	slices.SortFunc(m.Cluster.OfferedVersions, Version.Compare)
	slices.SortFunc(m.Cluster.PreviewVersions, Version.Compare)
	slices.SortFunc(m.Cluster.LTSVersions, Version.Compare)
	m.resolve()
	return m, c.findings
}

// index returns the first index of each name.
func index[T any](list []T, name func(T) string) map[string]int {
	byName := make(map[string]int, len(list))
	for i, x := range list {
		if _, taken := byName[name(x)]; !taken {
			byName[name(x)] = i
		}
	}
	return byName
}

// fill applies the defaults that depend on other keys. It works on copies, so
// that the caller's slices stay as they are.
func (m *Model) fill() {
	m.Cluster.OfferedVersions = slices.Clone(m.Cluster.OfferedVersions)
	m.Cluster.PreviewVersions = slices.Clone(m.Cluster.PreviewVersions)
	m.Cluster.LTSVersions = slices.Clone(m.Cluster.LTSVersions)
	m.NodePools = slices.Clone(m.NodePools)
	m.fillOptions()
	m.fillSnapshots()
	m.fillAutoscaler()
	m.fillVersions()
	for i := range m.NodePools {
		m.fillPool(i)
	}
	m.fillStrategies()
	m.addGreens()
	m.fillImages()
	m.fillStart()
	m.fillNodes()
	m.Workloads = slices.Clone(m.Workloads)
	for i := range m.Workloads {
		m.fillWorkload(i)
	}
}

func (m *Model) fillStrategies() {
	m.Strategies = slices.Clone(m.Strategies)
	for i := range m.Strategies {
		s := &m.Strategies[i]
		if (s.Kind == PerPool || s.Kind == BlueGreenByHand) && len(s.Order) == 0 {
			s.Order = make([]string, 0, len(m.NodePools))
			for _, p := range m.NodePools {
				if !p.Absent {
					s.Order = append(s.Order, p.Name)
				}
			}
		}
	}
}

func (m *Model) fillPool(i int) {
	p := &m.NodePools[i]
	p.Labels = sorted(p.Labels)
	if p.KubernetesVersion.IsZero() {
		p.KubernetesVersion = m.Cluster.KubernetesVersion
	}
	if p.MaxPods == 0 && !m.Written[fmt.Sprintf("node_pool[%d].max_pods", i)] {
		p.MaxPods = DefaultMaxPods(m.Cluster.Limits.Network)
	}
	if m.Written != nil && !m.Written[fmt.Sprintf("node_pool[%d].max_surge", i)] {
		p.Upgrade.MaxSurge = DefaultMaxSurge(p.KubernetesVersion)
	}
	if !p.AllocatableSet {
		p.Allocatable = AllocatableOf(p.VMSize, p.MaxPods, p.KubernetesVersion)
	}
	p.Extended = slices.Clone(p.Extended)
	slices.SortStableFunc(p.Extended, byName)
	if p.MaxDataDisks == 0 && !m.Written[fmt.Sprintf("node_pool[%d].max_data_disks", i)] {
		p.MaxDataDisks = p.VMSize.DataDisks()
	}
	if p.Timing == (Timing{}) {
		p.Timing = m.Timing
	}
	m.fillKind(i)
}

func (m *Model) fillWorkload(i int) {
	w := &m.Workloads[i]
	w.Labels, w.NodeSelector = sorted(w.Labels), sorted(w.NodeSelector)
	switch {
	case w.Kind == DaemonSet && w.Replicas == 1 && !m.Written[fmt.Sprintf("workload[%d].replicas", i)]:
		w.Replicas = 0 // what NewWorkload gives is for the other kinds
	case w.Kind == Job:
		w.Replicas = max(min(w.Job.Parallelism, w.Job.Completions), 0)
	}
	if w.PreemptionPolicy == "" {
		w.PreemptionPolicy = PreemptLowerPriority
	}
	if w.ZonalVolume && w.Disks == 0 {
		w.Disks = 1
	}
	w.Extended = slices.Clone(w.Extended)
	slices.SortStableFunc(w.Extended, byName)
	w.TopologySpread = slices.Clone(w.TopologySpread)
	for j := range w.TopologySpread {
		c := &w.TopologySpread[j]
		c.MinDomains = max(c.MinDomains, 1)
		c.NodeAffinityPolicy = cmp.Or(c.NodeAffinityPolicy, Honor)
		c.NodeTaintsPolicy = cmp.Or(c.NodeTaintsPolicy, Ignore)
		c.Selector = w.ownSelector(c.Selector)
	}
	for _, terms := range []*[]PodAffinityTerm{&w.PodAffinity, &w.PodAntiAffinity} {
		*terms = slices.Clone(*terms)
		for j := range *terms {
			(*terms)[j].Selector = w.ownSelector((*terms)[j].Selector)
		}
	}
}

// ownSelector returns s, or where it is nil what selects the workload's labels.
func (w *Workload) ownSelector(s Selector) Selector {
	if s == nil && len(w.Labels) > 0 {
		return SelectorOf(w.Labels)
	}
	return s
}

func byName(a, b ExtendedResource) int { return cmp.Compare(a.Name, b.Name) }

// sorted returns a copy of l in the order that Labels promises.
func sorted(l Labels) Labels {
	l = slices.Clone(l)
	slices.SortStableFunc(l, func(a, b Label) int { return cmp.Compare(a.Key, b.Key) })
	return l
}

// maxPoolNodes is how many nodes a pool can have, surge nodes included: a scale
// set holds no more. Source: AKS service limits page.
const maxPoolNodes = 1000

// fillNodes says how later nodes are named and generates the nodes of pools for
// which the scenario gives none. Pools never share a prefix, and numbers go on
// after every node of that prefix, whichever pool has it: so no two nodes of a
// run get one name.
func (m *Model) fillNodes() {
	used := make(map[string]bool, len(m.NodePools))
	for i := range m.NodePools {
		p := &m.NodePools[i]
		p.Nodes = slices.Clone(p.Nodes)
		for j := range p.Nodes {
			if p.Nodes[j].Version.IsZero() {
				p.Nodes[j].Version = p.KubernetesVersion
			}
		}
		p.NodePrefix = prefixOf(p)
		for n := 1; used[p.NodePrefix]; n++ {
			p.NodePrefix = fmt.Sprintf("aks-%s-%d-vmss", p.Name, n)
		}
		used[p.NodePrefix] = true
	}
	next := m.nextInstances()
	for i := range m.NodePools {
		p := &m.NodePools[i]
		p.NextInstance = next[p.NodePrefix]
		if len(p.Nodes) > 0 || p.Absent {
			continue
		}
		for j := range max(min(p.Count, maxPoolNodes), 0) {
			n := Node{Name: p.NodeName(p.NextInstance), Version: p.KubernetesVersion}
			if len(p.Zones) > 0 {
				n.Zone = p.Zones[j%len(p.Zones)]
			}
			p.Nodes = append(p.Nodes, n)
			p.NextInstance++
		}
	}
}

// NodeName returns the name of the pool's node with an instance number.
func (p *NodePool) NodeName(instance int) string {
	digits := strconv.FormatInt(int64(instance), 36)
	return p.NodePrefix + strings.Repeat("0", max(6-len(digits), 0)) + digits
}

// prefixOf derives the prefix of later nodes from the names of those that are
// there. Scale sets name an instance by a prefix and its number in six base-36
// digits; a pool whose first node isn't named so gets a prefix of its own.
func prefixOf(p *NodePool) string {
	if len(p.Nodes) > 0 {
		if prefix, _, ok := instance(p.Nodes[0].Name); ok {
			return prefix
		}
	}
	return "aks-" + p.Name + "-vmss"
}

// nextInstances returns, for each prefix of a node that is there, the least
// number above those of its nodes.
func (m *Model) nextInstances() map[string]int {
	next := make(map[string]int)
	for _, p := range m.NodePools {
		for _, n := range p.Nodes {
			if prefix, number, ok := instance(n.Name); ok {
				next[prefix] = max(next[prefix], number+1)
			}
		}
	}
	return next
}

// instance takes a node's name apart. It is ok for names that end in vmss and
// six base-36 digits.
func instance(name string) (prefix string, number int, ok bool) {
	if len(name) < 10 {
		return "", 0, false
	}
	prefix = name[:len(name)-6]
	n, err := strconv.ParseInt(name[len(name)-6:], 36, 64)
	if err != nil || n < 0 || !strings.HasSuffix(prefix, "vmss") || strings.ToLower(name) != name {
		return "", 0, false
	}
	return prefix, int(n), true
}

// resolve fills in the indices of a Model that has no errors.
func (m *Model) resolve() {
	m.Versions = m.versions()
	m.BudgetsOf = make([][]int, len(m.Workloads))
	m.Selected = make([][]int, len(m.Budgets))
	for b := range m.Budgets {
		for w := range m.Workloads {
			if m.selects(b, w) {
				m.BudgetsOf[w] = append(m.BudgetsOf[w], b)
				m.Selected[b] = append(m.Selected[b], w)
			}
		}
	}
	m.resolvePods()
	nodes := m.nodesByName()
	m.PlacementNode = make([][]NodeRef, len(m.Workloads))
	for w := range m.Workloads {
		for _, name := range m.Workloads[w].Placement {
			ref, ok := nodes[name]
			if !ok {
				ref = NodeRef{Pool: -1, Node: -1}
			}
			m.PlacementNode[w] = append(m.PlacementNode[w], ref)
		}
	}
}

// resolvePods finds the workloads that spread constraints and affinities are about.
func (m *Model) resolvePods() {
	m.SpreadSelected = make([][][]int, len(m.Workloads))
	m.AffinitySelected = make([][][]int, len(m.Workloads))
	m.AntiAffinitySelected = make([][][]int, len(m.Workloads))
	for i := range m.Workloads {
		w := &m.Workloads[i]
		for _, c := range w.TopologySpread {
			m.SpreadSelected[i] = append(m.SpreadSelected[i], m.counted(i, c))
		}
		for _, t := range w.PodAffinity {
			m.AffinitySelected[i] = append(m.AffinitySelected[i], m.near(w, t))
		}
		for _, t := range w.PodAntiAffinity {
			m.AntiAffinitySelected[i] = append(m.AntiAffinitySelected[i], m.near(w, t))
		}
	}
}

// generatedLabels are those that controllers of a kind add to their pods so that
// no two have one value in common. A workload here has one revision.
var generatedLabels = map[WorkloadKind][]string{
	Deployment:  {"pod-template-hash"},
	StatefulSet: {"controller-revision-hash"},
	DaemonSet:   {"controller-revision-hash"},
	Job:         {"batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name"},
}

func (w *Workload) isGenerated(key string) bool {
	return slices.Contains(generatedLabels[w.Kind], key)
}

// HasLabel reports whether the workload's pods have a label of their own or one
// that their controller adds.
func (w *Workload) HasLabel(key string) bool {
	_, ok := w.Labels.Get(key)
	return ok || w.isGenerated(key)
}

// counted returns the workloads whose pods a spread constraint counts. Keys of
// MatchLabelKeys that the pods don't have are ignored. Source: kubernetes
// podtopologyspread/common.go.
func (m *Model) counted(workload int, c SpreadConstraint) []int {
	w, selector, own := &m.Workloads[workload], slices.Clone(c.Selector), false
	for _, key := range c.MatchLabelKeys {
		if v, ok := w.Labels.Get(key); ok {
			selector = append(selector, Requirement{key, In, []string{v}})
		} else if w.isGenerated(key) {
			own = true
		}
	}
	selected := m.near(w, PodAffinityTerm{Selector: selector})
	if own {
		return slices.DeleteFunc(selected, func(i int) bool { return i != workload })
	}
	return selected
}

// near returns the workloads that a term of w selects.
func (m *Model) near(w *Workload, t PodAffinityTerm) []int {
	var selected []int
	for i := range m.Workloads {
		x := &m.Workloads[i]
		inside := x.Namespace == w.Namespace
		if len(t.Namespaces) > 0 {
			inside = slices.Contains(t.Namespaces, x.Namespace) || slices.Contains(t.Namespaces, AllNamespaces)
		}
		if inside && t.Selector.Matches(x.Labels) {
			selected = append(selected, i)
		}
	}
	return selected
}

// selects reports whether a budget selects a workload's pods.
func (m *Model) selects(budget, workload int) bool {
	b, w := &m.Budgets[budget], &m.Workloads[workload]
	return b.Namespace == w.Namespace && b.Selector.Matches(w.Labels)
}

// nodesByName finds the nodes at the start.
func (m *Model) nodesByName() map[string]NodeRef {
	byName := make(map[string]NodeRef)
	for p := range m.NodePools {
		for n := range m.NodePools[p].Nodes {
			byName[m.NodePools[p].Nodes[n].Name] = NodeRef{Pool: p, Node: n}
		}
	}
	return byName
}

// versions returns every version that a run can meet, ascending.
func (m *Model) versions() []Version {
	all := append([]Version{m.Cluster.KubernetesVersion, m.Cluster.Requested}, m.Cluster.OfferedVersions...)
	all = append(append(all, m.Cluster.PreviewVersions...), m.Cluster.LTSVersions...)
	for _, p := range m.NodePools {
		all = append(all, p.KubernetesVersion, p.Requested)
		for _, n := range p.Nodes {
			all = append(all, n.Version)
		}
	}
	for _, x := range m.Snapshots {
		all = append(all, x.KubernetesVersion)
	}
	for _, s := range m.Strategies {
		all = append(all, s.To)
		for _, o := range s.Operations {
			all = append(all, o.To)
		}
	}
	slices.SortFunc(all, Version.Compare)
	all = slices.Compact(all)
	return slices.DeleteFunc(all, Version.IsZero)
}

// VersionIndex returns the index of v in Versions; ok is false when a run can't
// meet v.
func (m *Model) VersionIndex(v Version) (i int, ok bool) {
	return slices.BinarySearchFunc(m.Versions, v, Version.Compare)
}

// budgetPath returns the key path of a budget: that of the workload whose pdb
// key it is, or its own table.
func (s *Spec) budgetPath(budget int) string {
	b := &s.Budgets[budget]
	if b.Workload == "" {
		own := 0
		for _, other := range s.Budgets[:budget] {
			if other.Workload == "" {
				own++
			}
		}
		return fmt.Sprintf("pdb[%d]", own)
	}
	for i := range s.Workloads {
		if s.Workloads[i].Name == b.Workload && s.Workloads[i].Namespace == b.Namespace {
			return fmt.Sprintf("workload[%d].pdb", i)
		}
	}
	return "pdb"
}
