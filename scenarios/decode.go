package scenarios

import (
	"fmt"
	"net/netip"
	"time"

	"rollsim/sim/model"
)

// decoder makes a spec of a file's content and notes what is wrong with it.
type decoder struct {
	findings []finding
	written  map[string]bool // all key paths that were read
	bad      map[string]bool // all key paths with a finding
	spec     model.Spec
}

// finding is a finding about a key path. It is shown at the value, or at the
// key where that is what's wrong.
type finding struct {
	model.Finding
	atKey bool
}

func (d *decoder) fail(path, message string) { d.add(path, message, false) }

func (d *decoder) failKey(path, message string) { d.add(path, message, true) }

func (d *decoder) add(path, message string, atKey bool) {
	d.bad[path] = true
	f := model.Finding{Severity: model.Error, Path: path, Message: message}
	d.findings = append(d.findings, finding{f, atKey})
}

// decode reads a whole file. Its spec has the defaults in place of what is
// wrong or missing.
func decode(doc map[string]any) *decoder {
	d := &decoder{written: map[string]bool{}, bad: map[string]bool{}, spec: model.NewSpec()}
	t := &table{value: value{d: d}, m: doc}
	s := &d.spec
	d.schema(t)
	read(t, "title", text, &s.Title)
	d.run(t.sub("run"))
	d.cluster(t.sub("cluster"))
	timing(t.sub("timing"), &s.Timing, true)
	for _, p := range t.tables("node_pool") {
		s.NodePools = append(s.NodePools, d.nodePool(p))
	}
	for _, w := range t.tables("workload") {
		s.Workloads = append(s.Workloads, d.workload(w))
	}
	for _, b := range t.tables("pdb") {
		s.Budgets = append(s.Budgets, d.budget(b))
	}
	for _, x := range t.tables("strategy") {
		s.Strategies = append(s.Strategies, d.strategy(x))
	}
	for _, g := range t.tables("gate") {
		s.Gates = append(s.Gates, d.gate(g))
	}
	t.end([]string{"failures", "fault", "maintenance_window", "autoscaler", "fleet", "member"})
	s.Written = d.written
	return d
}

func (d *decoder) schema(t *table) {
	n := model.Schema
	if required(t, "schema", count, &n) && n != model.Schema {
		d.fail("schema", fmt.Sprintf("%d is a version of the file format that is unknown here; write %d", n, model.Schema))
	}
}

func (d *decoder) run(t *table) {
	r := &d.spec.Run
	read(t, "seed", seed, &r.Seed)
	read(t, "replications", count, &r.Replications)
	read(t, "horizon", duration, &r.Horizon)
	t.end(nil)
}

func (d *decoder) cluster(t *table) {
	c := &d.spec.Cluster
	read(t, "name", text, &c.Name)
	read(t, "location", text, &c.Location)
	read(t, "rules", choice([]model.Profile{model.Profile202307, model.Profile202608}), &c.Rules)
	read(t, "tier", choice([]model.Tier{model.TierFree, model.TierStandard, model.TierPremium}), &c.Tier)
	required(t, "kubernetes_version", version, &c.KubernetesVersion)
	read(t, "zones", list(text), &c.Zones)
	read(t, "offered_versions", list(version), &c.OfferedVersions)
	read(t, "window", duration, &c.Window)
	limits(t.sub("limits"), &c.Limits)
	t.end([]string{"auto_upgrade_channel", "autoscaler", "force_upgrade", "maintenance_window", "node_os_upgrade_channel"})
}

func limits(t *table, l *model.Limits) {
	read(t, "vcpus", count, &l.VCPUs)
	read(t, "vcpus_in_use", count, &l.VCPUsInUse)
	read(t, "vcpus_by_family", quotas, &l.VCPUsByFamily)
	read(t, "subnet", subnet, &l.Subnet)
	read(t, "network", choice([]model.Network{model.NetworkAzure, model.NetworkAzureOverlay, model.NetworkKubenet}), &l.Network)
	t.end(nil)
}

// quotas reads a table of vCPUs by VM family.
func quotas(x value) ([]model.FamilyQuota, bool) {
	t, ok := newTable(x)
	var all []model.FamilyQuota
	for _, family := range sortedKeys(t.m) {
		q := model.FamilyQuota{Family: family}
		ok = read(t, family, count, &q.VCPUs) && ok
		all = append(all, q)
	}
	return all, ok
}

// subnet reads an address range.
func subnet(x value) (netip.Prefix, bool) {
	const example = `an address range in quotes, such as "10.240.0.0/24"`
	s, ok := x.str()
	if !ok {
		return netip.Prefix{}, x.mistyped(example)
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, x.fail("%s is not an address range; write %s", quote(s), example)
	}
	if p != p.Masked() {
		return p, x.fail("%s has bits behind its length; write %s", quote(s), quote(p.Masked().String()))
	}
	return p, true
}

// timing reads the durations of the cluster, or those that a pool overrides.
func timing(t *table, into *model.Timing, ofCluster bool) {
	if ofCluster {
		read(t, "control_plane_upgrade", dist, &into.ControlPlaneUpgrade)
		read(t, "replica_create", dist, &into.ReplicaCreate)
		read(t, "pod_schedule", dist, &into.PodSchedule)
	} else {
		t.useless("control_plane_upgrade", "the control plane is not in a pool")
		t.useless("replica_create", "a new pod is in no pool yet")
		t.useless("pod_schedule", "the pod is in no pool yet")
	}
	read(t, "node_create", dist, &into.NodeCreate)
	read(t, "node_reimage", dist, &into.NodeReimage)
	read(t, "node_delete", dist, &into.NodeDelete)
	read(t, "node_untaint", dist, &into.NodeUntaint)
	read(t, "disk_move", dist, &into.DiskMove)
	read(t, "eviction_retry", dist, &into.EvictionRetry)
	read(t, "eviction_request", dist, &into.EvictionRequest)
	read(t, "image_pull", rate, &into.ImagePull)
	t.end(nil)
}

func (d *decoder) nodePool(t *table) model.NodePool {
	p := model.NewNodePool("")
	required(t, "name", word, &p.Name)
	read(t, "mode", choice([]model.Mode{model.ModeSystem, model.ModeUser}, "gateway"), &p.Mode)
	required(t, "count", count, &p.Count)
	read(t, "vm_size", vmSize, &p.VMSize)
	read(t, "max_pods", count, &p.MaxPods)
	p.VersionSet = read(t, "kubernetes_version", version, &p.KubernetesVersion)
	read(t, "zones", list(text), &p.Zones)
	read(t, "labels", labels, &p.Labels)
	read(t, "taints", list(taint), &p.Taints)
	p.AllocatableSet = read(t, "allocatable", allocatable, &p.Allocatable)
	read(t, "nodes", list(node), &p.Nodes)
	upgradeSettings(t, &p.Upgrade)
	own := d.spec.Timing
	timing(t.sub("timing"), &own, false)
	if own != d.spec.Timing {
		p.Timing = own
	}
	read(t, "os_type", choice([]string{"Linux"}, "Windows"), new(string))
	t.end([]string{
		"autoscaling", "blue_green", "enable_auto_scaling", "eviction_policy", "max_blocked_nodes", "max_count", "min_count",
		"node_image_version", "os_sku", "scale_set_priority", "spot", "spot_max_price", "upgrade_strategy",
	})
	return p
}

func upgradeSettings(t *table, u *model.UpgradeSettings) {
	read(t, "max_surge", intOrPercent, &u.MaxSurge)
	read(t, "max_unavailable", intOrPercent, &u.MaxUnavailable)
	read(t, "drain_timeout", duration, &u.DrainTimeout)
	read(t, "node_soak", duration, &u.NodeSoak)
	read(t, "undrainable_node_behavior", choice([]model.UndrainableNodeBehavior{model.Schedule}, "Cordon"), &u.UndrainableNodeBehavior)
	read(t, "batching", choice([]model.Batching{model.Sliding, model.Batch}), &u.Batching)
}

// vmSize reads the name of a VM size. Whether the catalogue must have it is for
// the model to say.
func vmSize(x value) (model.VMSize, bool) {
	name, ok := text(x)
	if size, known := model.LookupVMSize(name); known {
		return size, ok
	}
	return model.VMSize{Name: name}, ok
}

func allocatable(x value) (model.Allocatable, bool) {
	t, ok := newTable(x)
	if !ok {
		return model.Allocatable{}, false
	}
	var a model.Allocatable
	ok = required(t, "cpu", cpu, &a.CPU)
	ok = required(t, "memory", memory, &a.Memory) && ok
	ok = required(t, "pods", count, &a.Pods) && ok
	return a, t.end(nil) && ok
}

// node reads a node at the start.
func node(x value) (model.Node, bool) {
	t, ok := newTable(x)
	if !ok {
		return model.Node{}, false
	}
	var n model.Node
	ok = required(t, "name", word, &n.Name)
	ok = optional(t, "zone", text, &n.Zone) && ok
	ok = optional(t, "version", version, &n.Version) && ok
	return n, t.end(nil) && ok
}

func (d *decoder) workload(t *table) model.Workload {
	name := ""
	required(t, "name", word, &name)
	w := model.NewWorkload(name)
	read(t, "namespace", text, &w.Namespace)
	kinds := []model.WorkloadKind{model.Deployment, model.StatefulSet, model.DaemonSet, model.BarePod}
	read(t, "kind", choice(kinds, "Job", "CronJob", "ReplicaSet"), &w.Kind)
	if w.Kind == model.DaemonSet {
		w.Replicas = 0
		t.useless("replicas", "a DaemonSet has one pod on each node that it may run on")
	} else {
		read(t, "replicas", count, &w.Replicas)
	}
	read(t, "cpu", cpu, &w.Requests.CPU)
	read(t, "memory", memory, &w.Requests.Memory)
	read(t, "labels", labels, &w.Labels)
	lifeCycle(t, &w)
	placement(t, &w)
	d.inlineBudget(t, &w)
	read(t, "target", target, &w.Target)
	t.end([]string{
		"active_deadline", "autoscaling", "completions", "parallelism", "pod_affinity", "preferred_node_affinity", "priority",
		"priority_class", "strategy", "update_strategy",
	})
	return w
}

// lifeCycle reads how a workload's pods start and stop.
func lifeCycle(t *table, w *model.Workload) {
	read(t, "start", dist, &w.Start)
	read(t, "ready", dist, &w.Ready)
	read(t, "image", image, &w.Image)
	read(t, "termination", dist, &w.Termination)
	read(t, "termination_grace", duration, &w.TerminationGrace)
	if w.Kind == model.BarePod {
		t.useless("min_ready", "a bare pod has no controller that waits for it")
	} else {
		read(t, "min_ready", duration, &w.MinReady)
	}
	if w.Kind == model.StatefulSet {
		read(t, "pod_management", choice([]model.PodManagement{model.OrderedReady, model.Parallel}), &w.PodManagement)
	} else {
		t.useless("pod_management", "only a StatefulSet has an order")
	}
}

// placement reads where a workload's pods may run.
func placement(t *table, w *model.Workload) {
	read(t, "node_pool", text, &w.NodePool)
	read(t, "node_selector", labels, &w.NodeSelector)
	read(t, "node_affinity", nodeAffinity, &w.NodeAffinity)
	read(t, "tolerations", list(toleration), &w.Tolerations)
	for _, c := range t.tables("topology_spread") {
		w.TopologySpread = append(w.TopologySpread, spreadConstraint(c))
	}
	read(t, "anti_affinity", antiAffinity, &w.HostAntiAffinity)
	read(t, "volume", volume, &w.ZonalVolume)
	if w.Kind == model.DaemonSet {
		t.useless("placement", "a DaemonSet has one pod on each node that it may run on")
	} else {
		read(t, "placement", list(text), &w.Placement)
	}
}

func image(x value) (model.Image, bool) {
	t, ok := newTable(x)
	if !ok {
		return model.Image{}, false
	}
	var i model.Image
	ok = required(t, "name", word, &i.Name)
	ok = required(t, "size", memory, &i.Size) && ok
	return i, t.end(nil) && ok
}

// nodeAffinity reads a list of alternatives, each a list of requirements.
func nodeAffinity(x value) ([]model.NodeSelectorTerm, bool) {
	return list(func(x value) (model.NodeSelectorTerm, bool) {
		return list(requirement(model.In, model.NotIn, model.Exists, model.DoesNotExist, model.Gt, model.Lt))(x)
	})(x)
}

// requirement reads one condition on a label with one of the operators.
func requirement(operators ...model.Operator) func(value) (model.Requirement, bool) {
	return func(x value) (model.Requirement, bool) {
		t, ok := newTable(x)
		if !ok {
			return model.Requirement{}, false
		}
		var r model.Requirement
		ok = required(t, "key", word, &r.Key)
		ok = required(t, "operator", choice(operators), &r.Operator) && ok
		ok = optional(t, "values", list(text), &r.Values) && ok
		return r, t.end(nil) && ok
	}
}

func spreadConstraint(t *table) model.SpreadConstraint {
	c := model.SpreadConstraint{MaxSkew: 1, WhenUnsatisfiable: model.DoNotSchedule}
	read(t, "max_skew", count, &c.MaxSkew)
	required(t, "topology_key", word, &c.TopologyKey)
	read(t, "when_unsatisfiable", choice([]model.WhenUnsatisfiable{model.DoNotSchedule, model.ScheduleAnyway}), &c.WhenUnsatisfiable)
	t.end([]string{"label_selector", "match_label_keys", "min_domains", "node_affinity_policy", "node_taints_policy"})
	return c
}

// antiAffinity reads the one kind of anti-affinity that there is: required, by
// host name.
func antiAffinity(x value) (bool, bool) {
	t, ok := newTable(x)
	if !ok {
		return false, false
	}
	key, must := "", false
	ok = required(t, "topology_key", word, &key)
	ok = required(t, "required", boolean, &must) && ok
	ok = t.end([]string{"weight"}) && ok
	if ok && key != model.LabelHostname {
		ok = value{x.d, join(x.path, "topology_key"), key}.fail("%s is not supported yet; write %q", quote(key), model.LabelHostname)
	}
	if ok && !must {
		ok = value{x.d, join(x.path, "required"), must}.fail("false, a preference, is not supported yet; write true")
	}
	return true, ok
}

func volume(x value) (bool, bool) {
	t, ok := newTable(x)
	if !ok {
		return false, false
	}
	zonal := false
	ok = required(t, "zonal", boolean, &zonal)
	return zonal, t.end(nil) && ok
}

func target(x value) (model.Target, bool) {
	t, ok := newTable(x)
	if !ok {
		return model.Target{}, false
	}
	var g model.Target
	ok = required(t, "available", share, &g.Available)
	return g, t.end(nil) && ok
}

// inlineBudget reads the pdb key of a workload: a budget over its own labels.
func (d *decoder) inlineBudget(t *table, w *model.Workload) {
	p := t.sub("pdb")
	if p.m == nil {
		return
	}
	b := model.NewBudget(w.Name)
	b.Namespace, b.Workload = w.Namespace, w.Name
	b.Selector = model.SelectorOf(w.Labels)
	d.budgetLimits(p, &b)
	p.end(nil)
	if len(w.Labels) == 0 {
		p.fail("the workload has no labels, so its budget has nothing to select by; give it labels or leave both out")
		return
	}
	d.spec.Budgets = append(d.spec.Budgets, b)
}

// budget reads a [[pdb]].
func (d *decoder) budget(t *table) model.Budget {
	b := model.NewBudget("")
	required(t, "name", word, &b.Name)
	read(t, "namespace", text, &b.Namespace)
	required(t, "selector", selector, &b.Selector)
	d.budgetLimits(t, &b)
	t.end(nil)
	return b
}

func (d *decoder) budgetLimits(t *table, b *model.Budget) {
	read(t, "min_available", pointer(intOrPercent), &b.MinAvailable)
	read(t, "max_unavailable", pointer(intOrPercent), &b.MaxUnavailable)
	policies := []model.UnhealthyPodEvictionPolicy{model.IfHealthyBudget, model.AlwaysAllow}
	read(t, "unhealthy_pod_eviction_policy", choice(policies), &b.UnhealthyPods)
}

// selector reads a label selector: a table of labels, or a list of requirements.
func selector(x value) (model.Selector, bool) {
	if _, isTable := x.v.(map[string]any); isTable {
		l, ok := labels(x)
		return model.SelectorOf(l), ok
	}
	if _, isList := x.elements(); !isList {
		return nil, x.mistyped(`a table of labels such as { app = "shop" }, or a list of requirements`)
	}
	all, ok := list(requirement(model.In, model.NotIn, model.Exists, model.DoesNotExist))(x)
	if all == nil {
		return model.Selector{}, ok
	}
	return all, ok
}

func (d *decoder) strategy(t *table) model.Strategy {
	name, kind := "", model.StrategyKind("")
	required(t, "name", word, &name)
	kinds := []model.StrategyKind{model.Full, model.ControlPlaneOnly, model.PerPool, model.Operations}
	required(t, "kind", choice(kinds, "blue-green"), &kind)
	s := model.NewStrategy(name, kind)
	const perPoolOnly = `only kind = "per-pool" has it`
	if kind == model.Operations {
		t.useless("to", `with kind = "operations" each operation has its own`)
		for _, o := range t.tables("operation") {
			s.Operations = append(s.Operations, d.operation(o))
		}
	} else if kind != "" {
		required(t, "to", version, &s.To)
		t.useless("operation", `only kind = "operations" has it`)
	} else {
		t.known = append(t.known, "to", "operation")
	}
	switch kind {
	case model.PerPool, "":
		read(t, "order", list(text), &s.Order)
		read(t, "parallel", count, &s.Parallel)
		read(t, "pause", duration, &s.Pause)
	default:
		t.useless("order", perPoolOnly)
		t.useless("parallel", perPoolOnly)
		t.useless("pause", perPoolOnly)
	}
	t.end([]string{"force", "hops", "node_image_only"})
	return s
}

func (d *decoder) operation(t *table) model.Operation {
	name, do := "", model.Verb("")
	required(t, "name", word, &name)
	verbs := []model.Verb{model.Upgrade, model.UpgradeControlPlane, model.UpgradePool, model.Scale}
	required(t, "do", choice(verbs, "upgrade-node-image", "abort", "rollback", "add-pool", "delete-pool"), &do)
	o := model.NewOperation(name)
	o.Do = do
	if t.has("after") {
		read(t, "after", word, &o.After)
		read(t, "when", choice([]model.When{model.Finished, model.Started}), &o.When)
		read(t, "delay", duration, &o.Delay)
		t.useless("at", "after says when")
	} else {
		t.known = append(t.known, "after")
		read(t, "at", duration, &o.At)
		t.useless("when", "without after there is no moment to wait for")
		t.useless("delay", "without after there is no moment to wait for")
	}
	read(t, "expect", text, &o.Expect)
	d.operationOf(t, &o)
	t.end([]string{"force", "version", "disable_autoscaler"})
	return o
}

// operationOf reads what only some of the verbs have.
func (d *decoder) operationOf(t *table, o *model.Operation) {
	ofPool := o.Do == model.UpgradePool || o.Do == model.Scale || o.Do == ""
	if ofPool {
		read(t, "pool", text, &o.Pool)
	} else {
		t.useless("pool", "the request is about the whole cluster")
	}
	if o.Do == model.Scale {
		required(t, "count", count, &o.Count)
		t.useless("to", "scaling changes no version")
		t.useless("client", "scaling changes no version")
	} else {
		t.useless("count", `only do = "scale" has it`)
		read(t, "to", version, &o.To)
		read(t, "client", choice([]model.Client{model.CLI, model.ARM}), &o.Client)
	}
	if o.Do == model.UpgradePool || o.Do == "" {
		read(t, "max_surge", pointer(intOrPercent), &o.MaxSurge)
		read(t, "max_unavailable", pointer(intOrPercent), &o.MaxUnavailable)
		read(t, "drain_timeout", pointer(duration), &o.DrainTimeout)
		read(t, "node_soak", pointer(duration), &o.NodeSoak)
		return
	}
	for _, key := range []string{"max_surge", "max_unavailable", "drain_timeout", "node_soak"} {
		t.useless(key, `only do = "upgrade-pool" has it`)
	}
}

func (d *decoder) gate(t *table) model.Gate {
	g := model.NewGate("")
	read(t, "strategy", text, &g.Strategy)
	required(t, "metric", word, &g.Metric)
	read(t, "stat", choice([]model.Stat{model.Median, model.Mean, model.P05, model.P95, model.Min, model.Max}), &g.Stat)
	required(t, "op", choice([]string{"<=", "<", ">=", ">"}), &g.Op)
	var v gateValue
	if required(t, "value", threshold, &v) {
		g.Value, g.Written = v.base, v.written
	}
	t.end(nil)
	return g
}

// gateValue is a gate's value in base units, and as the file spells it.
type gateValue struct {
	base    float64
	written string
}

// threshold reads a number, a duration or a percentage.
func threshold(x value) (gateValue, bool) {
	s, isText := x.v.(string)
	if o, ok := x.v.(override); ok {
		s, isText = o.v.(string)
	}
	if !isText {
		n, ok := number(x)
		written := formatFloat(n)
		if i, isInt := x.plain().(int64); isInt {
			written = fmt.Sprint(i)
		}
		return gateValue{n, written}, ok
	}
	base, ok := parseThreshold(s)
	if !ok {
		return gateValue{}, x.fail("%s is neither a duration nor a percentage; write a number without quotes, or such as \"4h\" or \"99%%\"", quote(s))
	}
	return gateValue{base, s}, true
}

// parseThreshold returns a duration in seconds, a percentage as a ratio.
func parseThreshold(s string) (float64, bool) {
	if d, err := parseDuration(s); err == nil {
		return float64(d) / float64(time.Second), true
	}
	f, err := parseShare(s)
	return f, err == nil
}
