package importer

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rollsim/sim/model"
)

// An anonymizer replaces names by keyed hashes. A name has the same hash
// wherever it stands, behind a letter for what it names: a workload web is
// w-3f9a1c, a label's value web is v-3f9a1c.
type anonymizer struct {
	key    []byte
	hashes map[string]string // by name
	taken  map[string]bool
	nodes  map[string]string // new names of the scenario's nodes
}

func newAnonymizer(key []byte) *anonymizer {
	return &anonymizer{key: key, hashes: map[string]string{}, taken: map[string]bool{}, nodes: map[string]string{}}
}

// hash returns six hexadecimal digits for a name, or more where two names
// would share them.
func (a *anonymizer) hash(name string) string {
	if h, ok := a.hashes[name]; ok {
		return h
	}
	mac := hmac.New(sha256.New, a.key)
	mac.Write([]byte(name))
	digits := hex.EncodeToString(mac.Sum(nil))
	n := 6
	for a.taken[digits[:n]] && n < len(digits) {
		n++
	}
	a.hashes[name], a.taken[digits[:n]] = digits[:n], true
	return digits[:n]
}

// name replaces a name; "" stays.
func (a *anonymizer) name(prefix, name string) string {
	if name == "" {
		return ""
	}
	return prefix + a.hash(name)
}

// spec replaces all names of a scenario.
func (a *anonymizer) spec(s *model.Spec) {
	s.Cluster.Name = a.name("c-", s.Cluster.Name)
	for i := range s.Snapshots {
		s.Snapshots[i].Name = a.name("s-", s.Snapshots[i].Name)
	}
	for i := range s.NodePools {
		a.nodePool(&s.NodePools[i])
	}
	for i := range s.Workloads {
		a.workload(&s.Workloads[i])
	}
	for i := range s.Budgets {
		b := &s.Budgets[i]
		b.Namespace = a.namespace(b.Namespace)
		b.Selector = a.requirements(b.Selector)
		prefix := "b-"
		if b.Workload != "" {
			prefix = "w-"
		}
		b.Name, b.Workload = a.name(prefix, b.Name), a.name("w-", b.Workload)
	}
}

func (a *anonymizer) nodePool(p *model.NodePool) {
	p.Name, p.Snapshot = a.pool(p.Name), a.name("s-", p.Snapshot)
	for i := range p.Nodes {
		n := &p.Nodes[i]
		n.Name, n.Labels = a.nodeOf(n.Name, p.Name), a.labels(n.Labels)
		a.taints(n.Taints)
	}
	p.Labels = a.labels(p.Labels)
	p.Extended = a.extended(p.Extended)
	a.taints(p.Taints)
}

func (a *anonymizer) taints(list []model.Taint) {
	for i, t := range list {
		list[i].Key, list[i].Value = a.labelKey(t.Key), a.labelValue(t.Key, t.Value)
	}
}

// pool returns a name that AKS accepts too.
func (a *anonymizer) pool(name string) string { return a.name("p", name) }

// scaleSet matches the names of a scale set's instances, whose last six digits
// number them.
var scaleSet = regexp.MustCompile(`^(.*)vmss([0-9a-z]{6})$`)

// nodeOf renames a node of a pool. The instance number stays, for later nodes
// are numbered on.
func (a *anonymizer) nodeOf(name, pool string) string {
	renamed := a.name("n-", name)
	if parts := scaleSet.FindStringSubmatch(name); parts != nil {
		renamed = "aks-" + pool + "-" + a.hash(parts[1]) + "-vmss" + parts[2]
	}
	a.nodes[name] = renamed
	return renamed
}

// node returns the new name of a node of the scenario, or of any other.
func (a *anonymizer) node(name string) string {
	if renamed, ok := a.nodes[name]; ok {
		return renamed
	}
	return a.name("n-", name)
}

func (a *anonymizer) workload(w *model.Workload) {
	w.Name, w.Namespace = a.name("w-", w.Name), a.namespace(w.Namespace)
	w.Labels = a.labels(w.Labels)
	w.Image.Name = a.name("i-", w.Image.Name)
	if w.NodePool != "" {
		w.NodePool = a.pool(w.NodePool)
	}
	w.NodeSelector = a.labels(w.NodeSelector)
	for i := range w.NodeAffinity {
		w.NodeAffinity[i] = a.requirements(w.NodeAffinity[i])
	}
	a.constraints(w)
	for i, t := range w.Tolerations {
		if t.Key != "" {
			w.Tolerations[i].Key, w.Tolerations[i].Value = a.labelKey(t.Key), a.labelValue(t.Key, t.Value)
		}
	}
	for i, name := range w.Placement {
		if name != "" {
			w.Placement[i] = a.node(name)
		}
	}
}

// constraints renames what a workload asks of nodes and of other pods.
func (a *anonymizer) constraints(w *model.Workload) {
	w.Extended = a.extended(w.Extended)
	for i := range w.HostPorts {
		w.HostPorts[i].IP = ""
	}
	for i, g := range w.SchedulingGates {
		w.SchedulingGates[i] = a.name("g-", g)
	}
	for i := range w.PreferredNodeAffinity {
		w.PreferredNodeAffinity[i].Match = a.requirements(w.PreferredNodeAffinity[i].Match)
	}
	for i := range w.TopologySpread {
		c := &w.TopologySpread[i]
		c.TopologyKey, c.Selector = a.labelKey(c.TopologyKey), a.requirements(c.Selector)
		for j, key := range c.MatchLabelKeys {
			c.MatchLabelKeys[j] = a.labelKey(key)
		}
	}
	for _, terms := range [][]model.PodAffinityTerm{w.PodAffinity, w.PodAntiAffinity} {
		for i := range terms {
			t := &terms[i]
			t.TopologyKey, t.Selector = a.labelKey(t.TopologyKey), a.requirements(t.Selector)
			for j, ns := range t.Namespaces {
				if ns != model.AllNamespaces {
					t.Namespaces[j] = a.namespace(ns)
				}
			}
		}
	}
}

// vendors are the domains of resources that tell nothing about their cluster.
var vendors = []string{"nvidia.com", "amd.com", "intel.com", "habana.ai", "xilinx.com", "devices.kubevirt.io", "rdma"}

// extended keeps the names of resources that are well known.
func (a *anonymizer) extended(list model.ExtendedResources) model.ExtendedResources {
	renamed := map[string]int64{}
	for _, x := range list {
		name := x.Name
		if domain, _, _ := strings.Cut(name, "/"); !model.CountsBytes(name) && !slices.ContainsFunc(vendors, func(v string) bool { return domain == v || strings.HasSuffix(domain, "."+v) }) {
			name = "r/" + a.hash(name)
		}
		renamed[name] = x.Amount
	}
	return model.NewExtendedResources(renamed)
}

// namespace keeps the names that Kubernetes itself gives.
func (a *anonymizer) namespace(name string) string {
	if name == "default" || name == "kube-system" {
		return name
	}
	return a.name("ns-", name)
}

func (a *anonymizer) labels(l model.Labels) model.Labels {
	if l == nil {
		return nil
	}
	out := make(model.Labels, len(l))
	for i, x := range l {
		out[i] = model.Label{Key: a.labelKey(x.Key), Value: a.labelValue(x.Key, x.Value)}
	}
	slices.SortFunc(out, func(x, y model.Label) int { return cmp.Compare(x.Key, y.Key) })
	return out
}

func (a *anonymizer) requirements(rs []model.Requirement) []model.Requirement {
	if rs == nil {
		return nil
	}
	out := make([]model.Requirement, len(rs))
	for i, r := range rs {
		out[i] = model.Requirement{Key: a.labelKey(r.Key), Operator: r.Operator}
		for _, v := range r.Values {
			out[i].Values = append(out[i].Values, a.labelValue(r.Key, v))
		}
	}
	slices.SortStableFunc(out, func(x, y model.Requirement) int { return cmp.Compare(x.Key, y.Key) })
	return out
}

// everydayKeys are label keys that tell nothing about their cluster.
var everydayKeys = []string{
	"app", "k8s-app", "name", "component", "tier", "role", "env", "environment", "release", "version",
	"agentpool", "CriticalAddonsOnly",
}

// labelKey keeps keys that are well known. Below node-restriction and
// node-role, names are the user's.
func (a *anonymizer) labelKey(key string) string {
	domain, _, _ := strings.Cut(key, "/")
	switch {
	case slices.Contains(everydayKeys, key), slices.Contains(modelLabels, key):
		return key
	case managedLabel(key) && domain != "node-restriction.kubernetes.io" && domain != "node-role.kubernetes.io":
		return key
	}
	return a.name("k-", key)
}

// openValues are managed labels whose values are an enumeration.
var openValues = []string{
	model.LabelMode, model.LabelRegion, model.LabelZone, model.LabelInstanceType, model.LabelOS, model.LabelArch,
	"kubernetes.azure.com/scalesetpriority", "kubernetes.azure.com/os-sku", "CriticalAddonsOnly",
}

// labelValue replaces a label's value, unless it is one of a few that everybody
// has. Small numbers stay, for requirements compare them.
func (a *anonymizer) labelValue(key, value string) string {
	switch {
	case value == "" || value == "true" || value == "false" || slices.Contains(openValues, key):
		return value
	case key == model.LabelPool || key == model.LabelPoolOld:
		return a.pool(value)
	case key == model.LabelHostname:
		return a.node(value)
	}
	if n, err := strconv.Atoi(value); err == nil && n >= 0 && n < 10_000 {
		return value
	}
	return a.name("v-", value)
}

// subject is the new name of a note's subject.
func (a *anonymizer) subject(s subject) string {
	switch s.kind {
	case "node":
		return a.node(s.name)
	case "pool":
		return a.pool(s.name)
	case "file", "cluster":
		return ""
	}
	prefix := "x-"
	switch s.kind {
	case "workload":
		prefix = "w-"
	case "budget":
		prefix = "b-"
	}
	name := a.name(prefix, s.name)
	if s.namespace != "" {
		name = a.namespace(s.namespace) + "/" + name
	}
	return name
}
