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
	around   map[string]bool // those, and everything that they are in
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
	for p := path; p != "" && !d.around[p]; p = parent(p) {
		d.around[p] = true
	}
	f := model.Finding{Severity: model.Error, Path: path, Message: message}
	d.findings = append(d.findings, finding{f, atKey})
}

// decode reads a whole file. Its spec has the defaults in place of what is
// wrong or missing.
func decode(doc map[string]any) *decoder {
	d := &decoder{written: map[string]bool{}, bad: map[string]bool{}, around: map[string]bool{}, spec: model.NewSpec()}
	t := &table{value: value{d: d}, m: doc}
	s := &d.spec
	d.schema(t)
	read(t, "title", text, &s.Title)
	d.run(t.sub("run"))
	d.cluster(t.sub("cluster"))
	options(t.sub("aks"), &s.Options)
	timing(t.sub("timing"), &s.Timing, true)
	scheduler(t.sub("scheduler"), &s.Scheduler)
	controllers(t.sub("controllers"), &s.Controllers)
	autoscaler(t.sub("autoscaler"), &s.Autoscaler)
	failures(t.sub("failures"), &s.Failures)
	for _, x := range t.tables("maintenance_configuration") {
		s.Maintenance = append(s.Maintenance, maintenance(x))
	}
	for _, x := range t.tables("snapshot") {
		s.Snapshots = append(s.Snapshots, snapshot(x))
	}
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
	t.end([]string{"fleet", "member"})
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
	read(t, "start", instant, &r.Start)
	t.end(nil)
}

// instant reads a point in time.
func instant(x value) (model.Instant, bool) {
	const example = `a point in time in quotes, such as "2026-05-06T08:00:00Z"`
	s, ok := x.str()
	if !ok {
		return 0, x.mistyped(example)
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return 0, x.fail("%s is not a point in time; write %s", quote(s), example)
	}
	return model.InstantOf(t), true
}

// snapshot reads a [[snapshot]].
func snapshot(t *table) model.Snapshot {
	var s model.Snapshot
	required(t, "name", word, &s.Name)
	required(t, "kubernetes_version", version, &s.KubernetesVersion)
	required(t, "node_image", text, &s.NodeImage)
	t.end(nil)
	return s
}

func (d *decoder) cluster(t *table) {
	c := &d.spec.Cluster
	read(t, "name", text, &c.Name)
	read(t, "location", text, &c.Location)
	read(t, "rules", choice(model.Profiles), &c.Rules)
	read(t, "tier", choice(model.Tiers), &c.Tier)
	required(t, "kubernetes_version", aliasOrVersion, &c.KubernetesVersion)
	read(t, "zones", list(text), &c.Zones)
	read(t, "offered_versions", list(version), &c.OfferedVersions)
	read(t, "preview_versions", list(version), &c.PreviewVersions)
	read(t, "lts_versions", list(version), &c.LTSVersions)
	read(t, "support_plan", choice(model.SupportPlans), &c.SupportPlan)
	read(t, "auto_upgrade_channel", choice(model.AutoUpgradeChannels), &c.AutoUpgradeChannel)
	read(t, "node_os_upgrade_channel", choice(model.NodeOSChannels), &c.NodeOSUpgradeChannel)
	read(t, "latest_node_image", text, &c.LatestNodeImage)
	read(t, "deprecated_apis", list(text), &c.DeprecatedAPIs)
	read(t, "resource_locks", list(text), &c.ResourceLocks)
	read(t, "force_until", duration, &c.ForceUntil)
	read(t, "service_principal_expires", pointer(duration), &c.ServicePrincipalExpires)
	read(t, "certificates_expire", pointer(duration), &c.CertificatesExpire)
	read(t, "window", duration, &c.Window)
	limits(t.sub("limits"), &c.Limits)
	t.end([]string{"force_upgrade"})
}

func limits(t *table, l *model.Limits) {
	read(t, "vcpus", count, &l.VCPUs)
	read(t, "vcpus_in_use", count, &l.VCPUsInUse)
	read(t, "vcpus_by_family", quotas, &l.VCPUsByFamily)
	read(t, "subnet", subnet, &l.Subnet)
	read(t, "network", choice(model.Networks), &l.Network)
	read(t, "network_policy", choice(model.NetworkPolicies), &l.NetworkPolicy)
	t.end(nil)
}

// quotas reads a table of vCPUs by VM family.
func quotas(x value) ([]model.FamilyQuota, bool) {
	t, ok := newTable(x)
	var all []model.FamilyQuota
	for _, family := range x.names(t.m) {
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
		read(t, "reconcile", dist, &into.Reconcile)
		read(t, "abort", dist, &into.Abort)
		read(t, "replica_create", dist, &into.ReplicaCreate)
		read(t, "pod_schedule", dist, &into.PodSchedule)
		read(t, "budget_update", dist, &into.BudgetUpdate)
		read(t, "server_request", dist, &into.ServerRequest)
		read(t, "object_write", dist, &into.ObjectWrite)
		read(t, "cache_progress", duration, &into.CacheProgress)
	} else {
		t.useless("control_plane_upgrade", "the control plane is not in a pool")
		t.useless("reconcile", "no node of a pool has a part in it")
		t.useless("abort", "no node of a pool has a part in it")
		t.useless("replica_create", "a new pod is in no pool yet")
		t.useless("pod_schedule", "the pod is in no pool yet")
		t.useless("budget_update", "a budget is in no pool")
		t.useless("server_request", "the API server is in no pool")
		t.useless("object_write", "the API server is in no pool")
		t.useless("cache_progress", "the API server is in no pool")
	}
	read(t, "node_create", dist, &into.NodeCreate)
	read(t, "node_reimage", dist, &into.NodeReimage)
	read(t, "node_delete", dist, &into.NodeDelete)
	read(t, "node_cordon", dist, &into.NodeCordon)
	read(t, "node_untaint", dist, &into.NodeUntaint)
	read(t, "disk_move", dist, &into.DiskMove)
	read(t, "eviction_retry", dist, &into.EvictionRetry)
	read(t, "image_pull", rate, &into.ImagePull)
	read(t, "image_pull_parallel", count, &into.ImagePullParallel)
	read(t, "disk_move_parallel", count, &into.DiskMoveParallel)
	read(t, "node_lost", dist, &into.NodeLost)
	read(t, "orphan_delete", dist, &into.OrphanDelete)
	t.end(nil)
}

func scheduler(t *table, s *model.Scheduler) {
	read(t, "default_spread", boolean, &s.DefaultSpread)
	read(t, "percentage_of_nodes_to_score", count, &s.PercentageOfNodesToScore)
	read(t, "backoff", duration, &s.Backoff)
	read(t, "max_backoff", duration, &s.MaxBackoff)
	read(t, "flush", duration, &s.Flush)
	read(t, "client_qps", count, &s.ClientQPS)
	read(t, "client_burst", count, &s.ClientBurst)
	t.end(nil)
}

func controllers(t *table, c *model.Controllers) {
	read(t, "client_qps", count, &c.ClientQPS)
	read(t, "client_burst", count, &c.ClientBurst)
	read(t, "workers", count, &c.Workers)
	read(t, "fresh_pods", boolean, &c.FreshPods)
	t.end(nil)
}

func (d *decoder) nodePool(t *table) model.NodePool {
	p := model.NewNodePool("")
	required(t, "name", word, &p.Name)
	read(t, "mode", choice(model.Modes, "gateway"), &p.Mode)
	read(t, "absent", boolean, &p.Absent)
	required(t, "count", count, &p.Count)
	read(t, "vm_size", vmSize, &p.VMSize)
	read(t, "max_pods", count, &p.MaxPods)
	p.VersionSet = read(t, "kubernetes_version", aliasOrVersion, &p.KubernetesVersion)
	read(t, "node_image_version", text, &p.NodeImageVersion)
	read(t, "snapshot", text, &p.Snapshot)
	read(t, "zones", list(text), &p.Zones)
	read(t, "surge_zones", list(text), &p.SurgeZones)
	read(t, "labels", labels, &p.Labels)
	read(t, "taints", list(taint), &p.Taints)
	p.AllocatableSet = read(t, "allocatable", allocatable, &p.Allocatable)
	read(t, "resources", extended, &p.Extended)
	read(t, "max_data_disks", count, &p.MaxDataDisks)
	read(t, "nodes", list(node), &p.Nodes)
	upgradeSettings(t, &p.Upgrade)
	autoscaling(t, &p.Autoscaling)
	read(t, "upgrade_strategy", choice(model.UpgradeStrategies), &p.UpgradeStrategy)
	blueGreen(t.sub("blue_green"), &p.BlueGreen)
	own := d.spec.Timing
	timing(t.sub("timing"), &own, false)
	if own != d.spec.Timing {
		p.Timing = own
	}
	read(t, "os_type", choice(model.OSTypes), &p.OSType)
	read(t, "scale_set_priority", choice(model.Priorities), &p.ScaleSetPriority)
	t.end([]string{"autoscaling", "eviction_policy", "os_sku", "spot", "spot_max_price"})
	return p
}

func upgradeSettings(t *table, u *model.UpgradeSettings) {
	read(t, "max_surge", intOrPercent, &u.MaxSurge)
	read(t, "max_unavailable", intOrPercent, &u.MaxUnavailable)
	read(t, "drain_timeout", duration, &u.DrainTimeout)
	read(t, "node_soak", duration, &u.NodeSoak)
	read(t, "undrainable_node_behavior", choice(model.UndrainableNodeBehaviors), &u.UndrainableNodeBehavior)
	read(t, "max_blocked_nodes", pointer(intOrPercent), &u.MaxBlockedNodes)
	read(t, "batching", choice(model.Batchings), &u.Batching)
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
	ok = optional(t, "labels", labels, &n.Labels) && ok
	ok = optional(t, "taints", list(taint), &n.Taints) && ok
	ok = optional(t, "cordoned", boolean, &n.Cordoned) && ok
	return n, t.end(nil) && ok
}

func (d *decoder) workload(t *table) model.Workload {
	name := ""
	required(t, "name", word, &name)
	w := model.NewWorkload(name)
	read(t, "namespace", text, &w.Namespace)
	read(t, "kind", choice(model.WorkloadKinds, "CronJob", "ReplicaSet"), &w.Kind)
	replicas(t, &w)
	read(t, "cpu", cpu, &w.Requests.CPU)
	read(t, "memory", memory, &w.Requests.Memory)
	read(t, "resources", extended, &w.Extended)
	read(t, "host_ports", list(hostPort), &w.HostPorts)
	read(t, "labels", labels, &w.Labels)
	read(t, "priority", priority, &w.Priority)
	read(t, "preemption_policy", choice(model.PreemptionPolicies), &w.PreemptionPolicy)
	read(t, "scheduling_gates", list(word), &w.SchedulingGates)
	lifeCycle(t, &w)
	placement(t, &w)
	read(t, "local_storage", boolean, &w.LocalStorage)
	read(t, "safe_to_evict", pointer(boolean), &w.SafeToEvict)
	d.inlineBudget(t, &w)
	read(t, "target", target, &w.Target)
	t.end([]string{"active_deadline", "autoscaling", "priority_class", "strategy", "update_strategy"})
	return w
}

// replicas reads how many pods a workload has.
func replicas(t *table, w *model.Workload) {
	switch w.Kind {
	case model.DaemonSet:
		w.Replicas = 0
		t.useless("replicas", "a DaemonSet has one pod on each node that it may run on")
	case model.Job:
		t.useless("replicas", "a Job has parallelism and completions")
	default:
		read(t, "replicas", count, &w.Replicas)
	}
	if w.Kind == model.Job {
		read(t, "completions", count, &w.Job.Completions)
		read(t, "parallelism", count, &w.Job.Parallelism)
		read(t, "duration", dist, &w.Job.Duration)
		read(t, "backoff_limit", count, &w.Job.BackoffLimit)
		read(t, "ignore_disruptions", boolean, &w.Job.IgnoreDisruptions)
		return
	}
	for _, key := range []string{"completions", "parallelism", "duration", "backoff_limit", "ignore_disruptions"} {
		t.useless(key, "only a Job has it")
	}
}

// lifeCycle reads how a workload's pods start and stop.
func lifeCycle(t *table, w *model.Workload) {
	read(t, "start", dist, &w.Start)
	readiness(t, w)
	read(t, "image", image, &w.Image)
	read(t, "termination", dist, &w.Termination)
	read(t, "termination_grace", duration, &w.TerminationGrace)
	read(t, "not_ready_toleration", duration, &w.NotReadyToleration)
	if w.Kind == model.BarePod || w.Kind == model.Job {
		t.useless("min_ready", "there is no controller that waits for the pods")
	} else {
		read(t, "min_ready", duration, &w.MinReady)
	}
	if w.Kind == model.StatefulSet {
		read(t, "pod_management", choice(model.PodManagements), &w.PodManagement)
	} else {
		t.useless("pod_management", "only a StatefulSet has an order")
	}
}

// readiness reads when a workload's pods are Ready, if ever.
func readiness(t *table, w *model.Workload) {
	const never = "never"
	if s, _ := (value{v: t.m["ready"]}).str(); s == never {
		t.take("ready")
		w.NeverReady = true
	} else {
		read(t, "ready", dist, &w.Ready)
	}
	if w.Kind == model.DaemonSet {
		t.useless("unready", "a DaemonSet's pods have no numbers")
	} else {
		read(t, "unready", unready, &w.Unready)
	}
}

// placement reads where a workload's pods may run.
func placement(t *table, w *model.Workload) {
	read(t, "node_pool", text, &w.NodePool)
	read(t, "node_selector", labels, &w.NodeSelector)
	read(t, "node_affinity", nodeAffinity, &w.NodeAffinity)
	read(t, "preferred_node_affinity", list(preferredTerm), &w.PreferredNodeAffinity)
	read(t, "tolerations", list(toleration), &w.Tolerations)
	for _, c := range t.tables("topology_spread") {
		w.TopologySpread = append(w.TopologySpread, spreadConstraint(c))
	}
	for _, a := range t.tables("pod_affinity") {
		w.PodAffinity = append(w.PodAffinity, podAffinityTerm(a))
	}
	for _, a := range t.tables("pod_anti_affinity") {
		w.PodAntiAffinity = append(w.PodAntiAffinity, podAffinityTerm(a))
	}
	antiAffinity(t, w) // behind the others, which keep their numbers
	var v diskVolume
	read(t, "volume", volume, &v)
	w.ZonalVolume, w.Disks = v.zonal, v.disks
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
	return list(nodeTerm)(x)
}

// nodeTerm reads requirements on a node that must all hold.
func nodeTerm(x value) (model.NodeSelectorTerm, bool) {
	return list(requirement(model.Operators))(x)
}

// preferredTerm reads a preference for nodes.
func preferredTerm(x value) (model.PreferredNodeTerm, bool) {
	t, ok := newTable(x)
	if !ok {
		return model.PreferredNodeTerm{}, false
	}
	var p model.PreferredNodeTerm
	ok = required(t, "weight", count, &p.Weight)
	ok = required(t, "match", nodeTerm, &p.Match) && ok
	return p, t.end(nil) && ok
}

// requirement reads one condition on a label with one of the operators.
func requirement(operators []model.Operator) func(value) (model.Requirement, bool) {
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
	read(t, "when_unsatisfiable", choice(model.WhenUnsatisfiables), &c.WhenUnsatisfiable)
	read(t, "selector", selector, &c.Selector)
	read(t, "min_domains", count, &c.MinDomains)
	read(t, "node_affinity_policy", choice(model.InclusionPolicies), &c.NodeAffinityPolicy)
	read(t, "node_taints_policy", choice(model.InclusionPolicies), &c.NodeTaintsPolicy)
	read(t, "match_label_keys", list(word), &c.MatchLabelKeys)
	t.end(nil)
	return c
}

// podAffinityTerm reads a term of affinity to pods, or of anti-affinity.
func podAffinityTerm(t *table) model.PodAffinityTerm {
	a := nearness(t)
	read(t, "selector", selector, &a.Selector)
	read(t, "namespaces", list(word), &a.Namespaces)
	t.end(nil)
	return a
}

// nearness reads what all forms of affinity have in common: where pods are near
// each other, and how much it matters.
func nearness(t *table) model.PodAffinityTerm {
	var a model.PodAffinityTerm
	required(t, "topology_key", word, &a.TopologyKey)
	required(t, "required", boolean, &a.Required)
	if a.Required {
		t.useless("weight", "required = true knows no degrees")
	} else {
		a.Weight = model.MostWeight
		read(t, "weight", count, &a.Weight)
	}
	return a
}

// antiAffinity reads the short form for the workload's own pods.
func antiAffinity(t *table, w *model.Workload) {
	x, ok := t.take("anti_affinity")
	if !ok {
		return
	}
	own, ok := newTable(x)
	if !ok {
		return
	}
	a := nearness(own)
	own.end(nil)
	if !a.Required && (a.Weight < model.LeastWeight || a.Weight > model.MostWeight) { // the model would name another key
		own.d.fail(join(own.path, "weight"), fmt.Sprintf("%d is not from %d to %d", a.Weight, model.LeastWeight, model.MostWeight))
		a.Weight = model.MostWeight
	}
	if a.TopologyKey == model.LabelHostname && a.Required {
		w.HostAntiAffinity = true
		return
	}
	w.PodAntiAffinity = append(w.PodAntiAffinity, a)
}

// diskVolume is what the key volume says.
type diskVolume struct {
	zonal bool
	disks int
}

func volume(x value) (diskVolume, bool) {
	t, ok := newTable(x)
	if !ok {
		return diskVolume{}, false
	}
	v := diskVolume{disks: 1}
	ok = required(t, "zonal", boolean, &v.zonal)
	ok = optional(t, "disks", count, &v.disks) && ok
	if key := join(x.path, "disks"); ok && v.disks == 0 {
		ok = value{x.d, key, nil}.fail("0 is no volume; write 1 or more, or leave volume out")
	}
	return v, t.end(nil) && ok
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
	read(t, "unhealthy_pod_eviction_policy", choice(model.UnhealthyPodEvictionPolicies), &b.UnhealthyPods)
	read(t, "created", pointer(duration), &b.Created)
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
	all, ok := list(requirement(model.PodOperators))(x)
	if all == nil {
		return model.Selector{}, ok
	}
	return all, ok
}

func (d *decoder) strategy(t *table) model.Strategy {
	name, kind := "", model.StrategyKind("")
	required(t, "name", word, &name)
	required(t, "kind", choice(model.StrategyKinds), &kind)
	s := model.NewStrategy(name, kind)
	strategyTarget(t, &s)
	strategyPace(t, &s)
	strategyByHand(t, &s)
	if kind == model.Operations {
		for _, o := range t.tables("operation") {
			s.Operations = append(s.Operations, d.operation(o))
		}
	} else {
		t.useless("operation", `only kind = "operations" has it`)
	}
	read(t, "retries", count, &s.Retries)
	t.end(nil)
	return s
}

// strategyTarget reads where a strategy goes, and whether budgets are asked on
// the way.
func strategyTarget(t *table, s *model.Strategy) {
	forced := func() {
		read(t, "force", boolean, &s.Force)
		read(t, "force_until", duration, &s.ForceUntil)
	}
	switch s.Kind {
	case model.Full, model.ControlPlaneOnly, model.PerPool:
		required(t, "to", aliasOrVersion, &s.To)
		read(t, "hops", boolean, &s.Hops)
		forced()
	case model.BlueGreenByHand:
		required(t, "to", aliasOrVersion, &s.To)
		t.useless("hops", "a new pool has its version from the start")
		forced()
	case model.AutoUpgrade:
		read(t, "to", aliasOrVersion, &s.To)
		t.useless("hops", "AKS goes one minor at a time")
		t.allUseless("AKS doesn't force what it does by itself", "force", "force_until")
	case model.NodeImageOnly:
		t.useless("to", "node images are upgraded to the newest, whatever the version")
		t.useless("hops", "node images need no path of versions")
		t.allUseless("the request for a node image has no body, and so no override", "force", "force_until")
	default:
		t.useless("hops", `with kind = "operations" each hop is an operation`)
		t.allUseless(`with kind = "operations" each operation has its own`, "to", "force", "force_until")
	}
}

// strategyPace reads in which order and how fast a strategy takes the pools.
func strategyPace(t *table, s *model.Strategy) {
	if s.Kind == model.PerPool || s.Kind == model.BlueGreenByHand {
		read(t, "order", list(text), &s.Order)
		read(t, "pause", duration, &s.Pause)
	} else {
		t.allUseless(`only kind = "per-pool" and kind = "blue-green" have it`, "order", "pause")
	}
	if s.Kind == model.PerPool {
		read(t, "parallel", count, &s.Parallel)
	} else {
		t.useless("parallel", `only kind = "per-pool" has it`)
	}
}

// strategyByHand reads how a person replaces a pool by another.
func strategyByHand(t *table, s *model.Strategy) {
	if s.Kind != model.BlueGreenByHand {
		t.allUseless(`only kind = "blue-green" has it`, append([]string{"soak", "suffix"}, byHandKeys...)...)
		return
	}
	read(t, "soak", duration, &s.Soak)
	read(t, "suffix", text, &s.Suffix)
	byHand(t, &s.ByHand, model.BlueGreenReactions)
}

func (d *decoder) operation(t *table) model.Operation {
	name, do := "", model.Verb("")
	required(t, "name", word, &name)
	required(t, "do", choice(model.Verbs), &do)
	o := model.NewOperation(name)
	o.Do = do
	if t.has("after") {
		read(t, "after", word, &o.After)
		read(t, "when", choice(model.Moments), &o.When)
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
	t.end([]string{"version"})
	return o
}

// operationOf reads what only some of the verbs have.
func (d *decoder) operationOf(t *table, o *model.Operation) {
	unknown := o.Do == ""
	if o.Do.Scope() == model.ScopeCluster {
		t.useless("pool", "the request is about the whole cluster")
	} else {
		read(t, "pool", text, &o.Pool)
	}
	if o.Do == model.Scale {
		required(t, "count", count, &o.Count)
		t.useless("to", "scaling changes no version")
	} else {
		t.useless("count", `only do = "scale" has it`)
	}
	switch {
	case unknown || o.Do.TakesVersion():
		read(t, "to", aliasOrVersion, &o.To)
	case o.Do != model.Scale:
		t.useless("to", "the request takes no version")
	}
	if unknown || o.Do.TakesClient() {
		read(t, "client", choice(o.Do.Clients()), &o.Client)
	} else {
		t.useless("client", "the request takes no version")
	}
	if unknown || o.Do.Scope() == model.ScopeCluster || o.Do == model.DrainNodes {
		read(t, "force", boolean, &o.Force)
	} else {
		t.useless("force", "only upgrades of the cluster can be forced, and the override is the cluster's")
	}
	if unknown || o.Do.Scope() == model.ScopeCluster {
		read(t, "force_until", duration, &o.ForceUntil)
	} else {
		t.useless("force_until", "only upgrades of the cluster can be forced, and the override is the cluster's")
	}
	if unknown || o.Do.NamesNodes() {
		read(t, "nodes", list(text), &o.Nodes)
	} else {
		t.useless("nodes", `only do = "cordon", "uncordon", "drain" and "delete-machines" have it`)
	}
	switch {
	case unknown:
		t.known = append(t.known, byHandKeys...)
	case o.Do == model.DrainNodes:
		byHand(t, &o.ByHand, model.DrainReactions)
	default:
		t.allUseless(`only do = "drain" has it`, byHandKeys...)
	}
	operationBody(t, o)
	d.operationSettings(t, o)
}

// operationBody reads the parts of a request beside its version, and the headers
// that it carries.
func operationBody(t *table, o *model.Operation) {
	unknown := o.Do == ""
	if unknown || o.Do == model.UpgradeNodeImage {
		read(t, "image", text, &o.Image)
	} else {
		t.useless("image", `only do = "upgrade-node-image" has it`)
	}
	if unknown || o.Do == model.UpgradePool || o.Do == model.UpgradeNodeImage {
		read(t, "snapshot", text, &o.Snapshot)
	} else {
		t.useless("snapshot", `only do = "upgrade-pool" and do = "upgrade-node-image" have it`)
	}
	if unknown || o.Do == model.Upgrade {
		read(t, "pool_versions", poolVersions, &o.PoolVersions)
	} else {
		t.useless("pool_versions", `only do = "upgrade" has it`)
	}
	if unknown || o.Do.TakesETag() {
		read(t, "if_match", pointer(duration), &o.IfMatch)
		read(t, "if_none_match", text, &o.IfNoneMatch)
	} else {
		why := "the request is a POST, which carries no eTag"
		if o.Do.ByKubectl() {
			why = "the request goes to Kubernetes, not to AKS"
		}
		t.allUseless(why, "if_match", "if_none_match")
	}
	scaling(t, o)
}

// poolVersions reads a table of versions by pool.
func poolVersions(x value) ([]model.PoolVersion, bool) {
	t, ok := newTable(x)
	all := []model.PoolVersion{}
	for _, pool := range x.names(t.m) {
		p := model.PoolVersion{Pool: pool}
		ok = read(t, pool, version, &p.Version) && ok
		all = append(all, p)
	}
	return all, ok
}

// operationSettings reads the settings that a request leaves on its pool.
func (d *decoder) operationSettings(t *table, o *model.Operation) {
	if o.Do == "" || o.Do.TakesSettings() {
		read(t, "max_surge", pointer(intOrPercent), &o.MaxSurge)
		read(t, "max_unavailable", pointer(intOrPercent), &o.MaxUnavailable)
		read(t, "drain_timeout", pointer(duration), &o.DrainTimeout)
		read(t, "node_soak", pointer(duration), &o.NodeSoak)
		return
	}
	for _, key := range []string{"max_surge", "max_unavailable", "drain_timeout", "node_soak"} {
		t.useless(key, `only do = "upgrade-pool" and do = "update-pool" have it`)
	}
}

// options reads the readings of AKS that a scenario chooses.
func options(t *table, into *model.Options) {
	for i := range model.OptionTable {
		x := &model.OptionTable[i]
		read(t, x.Key, choice(x.Values), x.In(into))
	}
	t.end(nil)
}

func (d *decoder) gate(t *table) model.Gate {
	g := model.NewGate("")
	read(t, "strategy", text, &g.Strategy)
	required(t, "metric", word, &g.Metric)
	read(t, "stat", choice(model.Stats), &g.Stat)
	required(t, "op", choice(model.Comparisons), &g.Op)
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
