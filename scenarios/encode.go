package scenarios

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/spelling"
)

// Encode writes spec as a scenario file that loads to the same spec. What
// equals its default is left out, unless Spec.Written has it.
func Encode(w io.Writer, spec *model.Spec) error {
	if spec.Run.Seed > math.MaxInt64 {
		return errors.New("a seed above 9223372036854775807 can't be written as TOML")
	}
	b := bufio.NewWriter(w)
	e := &encoder{w: b, spec: spec}
	e.comment("Question: ", spec.Question)
	e.head()
	for i := range spec.Maintenance {
		e.maintenance(i)
	}
	for i, x := range spec.Snapshots {
		b := &block{e: e, path: element("snapshot", i)}
		b.put("name", str(x.Name))
		b.put("kubernetes_version", str(x.KubernetesVersion.String()))
		b.put("node_image", str(x.NodeImage))
		b.write("[[snapshot]]")
	}
	for i := range spec.NodePools {
		if !spec.NodePools[i].Made { // else it is made again
			e.nodePool(i)
		}
	}
	inline := e.inlineBudgets()
	for i := range spec.Workloads {
		e.workload(i, inline)
	}
	own := 0
	for i := range spec.Budgets {
		if !slices.Contains(inline, i) {
			e.budget(own, &spec.Budgets[i])
			own++
		}
	}
	for i := range spec.Strategies {
		e.strategy(i)
	}
	for i := range spec.Gates {
		e.gate(i)
	}
	return b.Flush()
}

// encoder writes a spec table by table.
type encoder struct {
	w    io.Writer // keeps its first error itself
	spec *model.Spec
}

// width is where lines of lists and comments are broken.
const width = 110

// comment writes a text as a comment, if there is one.
func (e *encoder) comment(first, text string) {
	if text == "" {
		return
	}
	line := "# " + strings.TrimSpace(first)
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		if len(line)+1+len(word) > width {
			fmt.Fprintln(e.w, line)
			line = "#"
		}
		line += " " + word
	}
	fmt.Fprintf(e.w, "%s\n\n", line)
}

// block is a table that is being written: its keys, in order.
type block struct {
	e     *encoder
	path  string // of the keys in spec.Written
	pairs [][2]string
}

// put adds a key.
func (b *block) put(key, value string) { b.pairs = append(b.pairs, [2]string{key, value}) }

// keep adds a key whose value may equal its default: then it is left out,
// unless the scenario had it.
func (b *block) keep(key string, isDefault bool, value string) {
	if !isDefault || b.e.spec.Written[join(b.path, key)] {
		b.put(key, value)
	}
}

// write writes the table under a header, which may be empty, with its equals
// signs in one column.
func (b *block) write(header string) {
	longest := 0
	for _, p := range b.pairs {
		longest = max(longest, len(p[0]))
	}
	if header != "" {
		fmt.Fprintf(b.e.w, "\n%s\n", header)
	}
	for _, p := range b.pairs {
		fmt.Fprintf(b.e.w, "%-*s = %s\n", longest, p[0], p[1])
	}
}

// writeIfAny is write, but for tables that need not be there.
func (b *block) writeIfAny(header string) {
	if len(b.pairs) > 0 {
		b.write(header)
	}
}

// str spells a text as TOML does. Unlike Go, TOML knows no \x and \a.
func str(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// bareKey spells a key of a table.
func bareKey(key string) string {
	if isBare(key) {
		return key
	}
	return str(key)
}

func strs[T ~string](list []T) string {
	return spellList(list, func(s T) string { return str(string(s)) })
}

// spellList spells a list, broken into lines where it is long.
func spellList[T any](list []T, spell func(T) string) string {
	items := make([]string, len(list))
	for i, x := range list {
		items[i] = spell(x)
	}
	if one := "[" + strings.Join(items, ", ") + "]"; len(one) <= width-20 {
		return one
	}
	var b strings.Builder
	b.WriteString("[")
	column := width
	for _, item := range items {
		if column+2+len(item) > width {
			b.WriteString("\n  ")
			column = 2
		} else {
			b.WriteString(" ")
			column++
		}
		b.WriteString(item + ",")
		column += len(item) + 1
	}
	b.WriteString("\n]")
	return b.String()
}

// inlineTable spells a table in one line from keys and spelled values.
func inlineTable(pairs ...string) string {
	var fields []string
	for i := 0; i < len(pairs); i += 2 {
		fields = append(fields, pairs[i]+" = "+pairs[i+1])
	}
	if len(fields) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(fields, ", ") + " }"
}

func spellLabels(l model.Labels) string {
	var pairs []string
	for _, x := range l {
		pairs = append(pairs, bareKey(x.Key), str(x.Value))
	}
	return inlineTable(pairs...)
}

func spellIntOrPercent(x model.IntOrPercent) string {
	if x.Percent {
		return str(x.String())
	}
	return x.String()
}

func spellSpan(d time.Duration) string { return str(spelling.Duration(d)) }

func spellRequirement(r model.Requirement) string {
	pairs := []string{"key", str(r.Key), "operator", str(string(r.Operator))}
	if len(r.Values) > 0 {
		pairs = append(pairs, "values", strs(r.Values))
	}
	return inlineTable(pairs...)
}

// head writes everything before the pools.
func (e *encoder) head() {
	s := e.spec
	top := &block{e: e}
	top.put("schema", strconv.Itoa(s.Schema))
	top.keep("title", s.Title == "", str(s.Title))
	top.write("")

	was := model.NewRun()
	r := &block{e: e, path: "run"}
	r.keep("seed", s.Run.Seed == was.Seed, strconv.FormatUint(uint64(s.Run.Seed), 10))
	r.keep("replications", s.Run.Replications == was.Replications, strconv.Itoa(s.Run.Replications))
	r.keep("horizon", s.Run.Horizon == was.Horizon, spellSpan(s.Run.Horizon))
	r.keep("start", s.Run.Start == 0, str(s.Run.Start.String()))
	r.writeIfAny("[run]")

	e.cluster()
	e.options()
	t := &block{e: e, path: "timing"}
	t.timing(s.Timing, model.NewTiming())
	t.writeIfAny("[timing]")
	e.control()
	e.failures()
}

// control writes how scheduler and controllers are configured.
func (e *encoder) control() {
	s, was := e.spec.Scheduler, model.NewScheduler()
	b := &block{e: e, path: "scheduler"}
	b.keep("default_spread", s.DefaultSpread == was.DefaultSpread, strconv.FormatBool(s.DefaultSpread))
	b.keep("percentage_of_nodes_to_score", s.PercentageOfNodesToScore == was.PercentageOfNodesToScore, strconv.Itoa(s.PercentageOfNodesToScore))
	b.keep("backoff", s.Backoff == was.Backoff, spellSpan(s.Backoff))
	b.keep("max_backoff", s.MaxBackoff == was.MaxBackoff, spellSpan(s.MaxBackoff))
	b.keep("flush", s.Flush == was.Flush, spellSpan(s.Flush))
	b.keep("client_qps", s.ClientQPS == was.ClientQPS, strconv.Itoa(s.ClientQPS))
	b.keep("client_burst", s.ClientBurst == was.ClientBurst, strconv.Itoa(s.ClientBurst))
	b.writeIfAny("[scheduler]")

	c, of := e.spec.Controllers, model.NewControllers()
	b = &block{e: e, path: "controllers"}
	b.keep("client_qps", c.ClientQPS == of.ClientQPS, strconv.Itoa(c.ClientQPS))
	b.keep("client_burst", c.ClientBurst == of.ClientBurst, strconv.Itoa(c.ClientBurst))
	b.keep("workers", c.Workers == of.Workers, strconv.Itoa(c.Workers))
	b.keep("fresh_pods", c.FreshPods == of.FreshPods, strconv.FormatBool(c.FreshPods))
	b.writeIfAny("[controllers]")
	e.autoscaler()
}

func (e *encoder) cluster() {
	c, was := &e.spec.Cluster, model.NewCluster()
	b := &block{e: e, path: "cluster"}
	b.keep("name", c.Name == was.Name, str(c.Name))
	b.keep("location", c.Location == was.Location, str(c.Location))
	b.keep("rules", c.Rules == was.Rules, str(string(c.Rules)))
	b.keep("tier", c.Tier == was.Tier, str(string(c.Tier)))
	b.put("kubernetes_version", str(c.KubernetesVersion.String()))
	b.keep("zones", len(c.Zones) == 0, strs(c.Zones))
	b.keep("offered_versions", len(c.OfferedVersions) == 0, spellList(c.OfferedVersions, func(v model.Version) string { return str(v.String()) }))
	b.keep("preview_versions", len(c.PreviewVersions) == 0, spellList(c.PreviewVersions, func(v model.Version) string { return str(v.String()) }))
	b.keep("lts_versions", len(c.LTSVersions) == 0, spellList(c.LTSVersions, func(v model.Version) string { return str(v.String()) }))
	b.keep("support_plan", c.SupportPlan == was.SupportPlan, str(string(c.SupportPlan)))
	b.keep("auto_upgrade_channel", c.AutoUpgradeChannel == was.AutoUpgradeChannel, str(string(c.AutoUpgradeChannel)))
	b.keep("node_os_upgrade_channel", c.NodeOSUpgradeChannel == was.NodeOSUpgradeChannel, str(string(c.NodeOSUpgradeChannel)))
	b.keep("latest_node_image", c.LatestNodeImage == "", str(c.LatestNodeImage))
	b.keep("deprecated_apis", len(c.DeprecatedAPIs) == 0, strs(c.DeprecatedAPIs))
	b.keep("resource_locks", len(c.ResourceLocks) == 0, strs(c.ResourceLocks))
	b.keep("force_until", c.ForceUntil == 0, spellSpan(c.ForceUntil))
	if c.ServicePrincipalExpires != nil {
		b.put("service_principal_expires", spellSpan(*c.ServicePrincipalExpires))
	}
	if c.CertificatesExpire != nil {
		b.put("certificates_expire", spellSpan(*c.CertificatesExpire))
	}
	b.keep("window", c.Window == 0, spellSpan(c.Window))
	b.write("[cluster]")

	l := &block{e: e, path: "cluster.limits"}
	l.keep("vcpus", c.Limits.VCPUs == 0, strconv.Itoa(c.Limits.VCPUs))
	l.keep("vcpus_in_use", c.Limits.VCPUsInUse == 0, strconv.Itoa(c.Limits.VCPUsInUse))
	if len(c.Limits.VCPUsByFamily) > 0 {
		var pairs []string
		for _, q := range c.Limits.VCPUsByFamily {
			pairs = append(pairs, bareKey(q.Family), strconv.Itoa(q.VCPUs))
		}
		l.put("vcpus_by_family", inlineTable(pairs...))
	}
	if c.Limits.Subnet.IsValid() {
		l.put("subnet", str(c.Limits.Subnet.String()))
	}
	l.keep("network_policy", c.Limits.NetworkPolicy == was.Limits.NetworkPolicy, str(string(c.Limits.NetworkPolicy)))
	l.keep("network", c.Limits.Network == was.Limits.Network, str(string(c.Limits.Network)))
	l.writeIfAny("[cluster.limits]")
}

// timing adds what differs from was.
func (b *block) timing(t, was model.Timing) {
	for _, x := range []struct {
		key     string
		is, was random.Dist
	}{
		{"control_plane_upgrade", t.ControlPlaneUpgrade, was.ControlPlaneUpgrade},
		{"reconcile", t.Reconcile, was.Reconcile},
		{"abort", t.Abort, was.Abort},
		{"node_create", t.NodeCreate, was.NodeCreate},
		{"node_reimage", t.NodeReimage, was.NodeReimage},
		{"node_delete", t.NodeDelete, was.NodeDelete},
		{"node_cordon", t.NodeCordon, was.NodeCordon},
		{"node_untaint", t.NodeUntaint, was.NodeUntaint},
		{"disk_move", t.DiskMove, was.DiskMove},
		{"eviction_retry", t.EvictionRetry, was.EvictionRetry},
		{"server_request", t.ServerRequest, was.ServerRequest},
		{"object_write", t.ObjectWrite, was.ObjectWrite},
		{"replica_create", t.ReplicaCreate, was.ReplicaCreate},
		{"pod_schedule", t.PodSchedule, was.PodSchedule},
		{"budget_update", t.BudgetUpdate, was.BudgetUpdate},
		{"node_lost", t.NodeLost, was.NodeLost},
		{"orphan_delete", t.OrphanDelete, was.OrphanDelete},
	} {
		b.keep(x.key, x.is == x.was, x.is.String())
	}
	b.keep("image_pull", t.ImagePull == was.ImagePull, str(model.FormatRate(t.ImagePull)))
	b.keep("cache_progress", t.CacheProgress == was.CacheProgress, spellSpan(t.CacheProgress))
	b.keep("image_pull_parallel", t.ImagePullParallel == was.ImagePullParallel, strconv.Itoa(t.ImagePullParallel))
	b.keep("disk_move_parallel", t.DiskMoveParallel == was.DiskMoveParallel, strconv.Itoa(t.DiskMoveParallel))
}

func (e *encoder) options() {
	was := model.NewOptions()
	b := &block{e: e, path: "aks"}
	for i := range model.OptionTable {
		x := &model.OptionTable[i]
		is := *x.In(&e.spec.Options)
		b.keep(x.Key, is == *x.In(&was), str(string(is)))
	}
	b.writeIfAny("[aks]")
}

func (e *encoder) nodePool(i int) {
	p := &e.spec.NodePools[i]
	was := model.NewNodePool(p.Name)
	b := &block{e: e, path: element("node_pool", i)}
	b.put("name", str(p.Name))
	b.keep("mode", p.Mode == was.Mode, str(string(p.Mode)))
	b.keep("absent", !p.Absent, strconv.FormatBool(p.Absent))
	b.put("count", strconv.Itoa(p.Count))
	b.keep("vm_size", p.VMSize.Name == "", str(p.VMSize.Name))
	b.keep("max_pods", p.MaxPods == 0, strconv.Itoa(p.MaxPods))
	if p.VersionSet {
		b.put("kubernetes_version", str(p.KubernetesVersion.String()))
	}
	b.keep("node_image_version", p.NodeImageVersion == "", str(p.NodeImageVersion))
	b.keep("snapshot", p.Snapshot == "", str(p.Snapshot))
	b.keep("zones", len(p.Zones) == 0, strs(p.Zones))
	b.keep("surge_zones", len(p.SurgeZones) == 0, strs(p.SurgeZones))
	b.keep("labels", len(p.Labels) == 0, spellLabels(p.Labels))
	b.keep("taints", len(p.Taints) == 0, spellTaints(p.Taints))
	if p.AllocatableSet {
		b.put("allocatable", inlineTable(
			"cpu", str(model.FormatCPU(p.Allocatable.CPU)),
			"memory", str(model.FormatMemory(p.Allocatable.Memory)),
			"pods", strconv.Itoa(p.Allocatable.Pods)))
	}
	b.keep("os_type", p.OSType == was.OSType, str(string(p.OSType)))
	b.keep("scale_set_priority", p.ScaleSetPriority == was.ScaleSetPriority, str(string(p.ScaleSetPriority)))
	b.keep("resources", len(p.Extended) == 0, spellExtended(p.Extended))
	b.keep("max_data_disks", p.MaxDataDisks == 0 || p.MaxDataDisks == p.VMSize.DataDisks(), strconv.Itoa(p.MaxDataDisks))
	b.upgradeSettings(p.Upgrade, was.Upgrade)
	b.autoscaling(p.Autoscaling)
	if len(p.Nodes) > 0 {
		b.put("nodes", spellNodes(p))
	}
	b.keep("upgrade_strategy", p.UpgradeStrategy == was.UpgradeStrategy, str(string(p.UpgradeStrategy)))
	b.write("[[node_pool]]")
	g := &block{e: e, path: join(b.path, "blue_green")}
	g.blueGreen(p.BlueGreen, was.BlueGreen)
	g.writeIfAny("[node_pool.blue_green]")
	if p.Timing != (model.Timing{}) {
		t := &block{e: e, path: join(b.path, "timing")}
		t.timing(p.Timing, e.spec.Timing)
		t.writeIfAny("[node_pool.timing]")
	}
}

func (b *block) upgradeSettings(u, was model.UpgradeSettings) {
	// Without Written nobody knows whether max_surge is a default, and its
	// default depends on the version.
	b.keep("max_surge", u.MaxSurge == was.MaxSurge && b.e.spec.Written != nil, spellIntOrPercent(u.MaxSurge))
	b.keep("max_unavailable", u.MaxUnavailable == was.MaxUnavailable, spellIntOrPercent(u.MaxUnavailable))
	b.keep("drain_timeout", u.DrainTimeout == was.DrainTimeout, spellSpan(u.DrainTimeout))
	b.keep("node_soak", u.NodeSoak == was.NodeSoak, spellSpan(u.NodeSoak))
	b.keep("undrainable_node_behavior", u.UndrainableNodeBehavior == was.UndrainableNodeBehavior, str(string(u.UndrainableNodeBehavior)))
	if u.MaxBlockedNodes != nil {
		b.put("max_blocked_nodes", spellIntOrPercent(*u.MaxBlockedNodes))
	}
	b.keep("batching", u.Batching == was.Batching, str(string(u.Batching)))
}

func spellTaints(taints []model.Taint) string {
	return spellList(taints, func(t model.Taint) string { return str(t.String()) })
}

// spellNodes spells the nodes at the start, one in a line.
func spellNodes(p *model.NodePool) string {
	var b strings.Builder
	b.WriteString("[\n")
	for _, n := range p.Nodes {
		pairs := []string{"name", str(n.Name)}
		if n.Zone != "" {
			pairs = append(pairs, "zone", str(n.Zone))
		}
		if !n.Version.IsZero() {
			pairs = append(pairs, "version", str(n.Version.String()))
		}
		if len(n.Labels) > 0 {
			pairs = append(pairs, "labels", spellLabels(n.Labels))
		}
		if len(n.Taints) > 0 {
			pairs = append(pairs, "taints", spellTaints(n.Taints))
		}
		if n.Cordoned {
			pairs = append(pairs, "cordoned", "true")
		}
		b.WriteString("  " + inlineTable(pairs...) + ",\n")
	}
	b.WriteString("]")
	return b.String()
}

// inlineBudgets returns the indices of the budgets that are a workload's pdb
// key. Others that name a workload are written as budgets of their own.
func (e *encoder) inlineBudgets() []int {
	var inline []int
	for i, b := range e.spec.Budgets {
		for _, w := range e.spec.Workloads {
			if b.Workload == w.Name && b.Name == w.Name && b.Namespace == w.Namespace && reflect.DeepEqual(b.Selector, model.SelectorOf(w.Labels)) {
				inline = append(inline, i)
				break
			}
		}
	}
	return inline
}

func (e *encoder) workload(i int, inline []int) {
	w := &e.spec.Workloads[i]
	was := model.NewWorkload(w.Name)
	b := &block{e: e, path: element("workload", i)}
	b.put("name", str(w.Name))
	b.keep("namespace", w.Namespace == was.Namespace, str(w.Namespace))
	b.put("kind", str(string(w.Kind)))
	b.replicas(w, &was)
	b.keep("cpu", w.Requests.CPU == 0, str(model.FormatCPU(w.Requests.CPU)))
	b.keep("memory", w.Requests.Memory == 0, str(model.FormatMemory(w.Requests.Memory)))
	b.keep("resources", len(w.Extended) == 0, spellExtended(w.Extended))
	b.keep("host_ports", len(w.HostPorts) == 0, spellList(w.HostPorts, spellHostPort))
	b.keep("labels", slices.Equal(w.Labels, was.Labels), spellLabels(w.Labels))
	b.priority(w, &was)
	b.lifeCycle(w, &was)
	b.placement(w)
	b.keep("local_storage", !w.LocalStorage, strconv.FormatBool(w.LocalStorage))
	if w.SafeToEvict != nil {
		b.put("safe_to_evict", strconv.FormatBool(*w.SafeToEvict))
	}
	for _, k := range inline {
		if p := &e.spec.Budgets[k]; p.Workload == w.Name && p.Namespace == w.Namespace {
			var pairs []string
			eachBudgetLimit(p, func(key, value string) { pairs = append(pairs, key, value) })
			b.put("pdb", inlineTable(pairs...))
			break
		}
	}
	if w.Target.Available != 0 {
		b.put("target", inlineTable("available", str(spellShare(w.Target.Available))))
	}
	b.write("[[workload]]")
	e.constraints(b.path, w)
}

// constraints writes the tables of a workload that are about other pods.
func (e *encoder) constraints(path string, w *model.Workload) {
	own := model.SelectorOf(w.Labels)
	for k, c := range w.TopologySpread {
		s := &block{e: e, path: element(join(path, "topology_spread"), k)}
		s.put("max_skew", strconv.Itoa(c.MaxSkew))
		s.put("topology_key", str(c.TopologyKey))
		s.put("when_unsatisfiable", str(string(c.WhenUnsatisfiable)))
		s.keep("selector", c.Selector == nil || c.Selector.Equal(own), spellSelector(c.Selector))
		s.keep("min_domains", c.MinDomains <= 1, strconv.Itoa(c.MinDomains))
		s.keep("node_affinity_policy", c.NodeAffinityPolicy != model.Ignore, str(string(c.NodeAffinityPolicy)))
		s.keep("node_taints_policy", c.NodeTaintsPolicy != model.Honor, str(string(c.NodeTaintsPolicy)))
		s.keep("match_label_keys", len(c.MatchLabelKeys) == 0, strs(c.MatchLabelKeys))
		s.write("[[workload.topology_spread]]")
	}
	for _, x := range []struct {
		key   string
		terms []model.PodAffinityTerm
	}{{"pod_affinity", w.PodAffinity}, {"pod_anti_affinity", w.PodAntiAffinity}} {
		for k, t := range x.terms {
			a := &block{e: e, path: element(join(path, x.key), k)}
			a.put("topology_key", str(t.TopologyKey))
			a.put("required", strconv.FormatBool(t.Required))
			if !t.Required {
				a.put("weight", strconv.Itoa(t.Weight))
			}
			a.keep("selector", t.Selector == nil || t.Selector.Equal(own), spellSelector(t.Selector))
			a.keep("namespaces", len(t.Namespaces) == 0, strs(t.Namespaces))
			a.write("[[workload." + x.key + "]]")
		}
	}
}

// replicas adds how many pods a workload has.
func (b *block) replicas(w, was *model.Workload) {
	switch w.Kind {
	case model.DaemonSet:
	case model.Job:
		b.keep("completions", w.Job.Completions == was.Job.Completions, strconv.Itoa(w.Job.Completions))
		b.keep("parallelism", w.Job.Parallelism == was.Job.Parallelism, strconv.Itoa(w.Job.Parallelism))
		b.keep("duration", w.Job.Duration == was.Job.Duration, w.Job.Duration.String())
		b.keep("backoff_limit", w.Job.BackoffLimit == was.Job.BackoffLimit, strconv.Itoa(w.Job.BackoffLimit))
		b.keep("ignore_disruptions", w.Job.IgnoreDisruptions == was.Job.IgnoreDisruptions, strconv.FormatBool(w.Job.IgnoreDisruptions))
	default:
		b.put("replicas", strconv.Itoa(w.Replicas))
	}
}

// priority adds who is placed first and who makes room.
func (b *block) priority(w, was *model.Workload) {
	b.keep("priority", w.Priority == 0, strconv.Itoa(int(w.Priority)))
	b.keep("preemption_policy", w.PreemptionPolicy == was.PreemptionPolicy || w.PreemptionPolicy == "", str(string(w.PreemptionPolicy)))
	b.keep("scheduling_gates", len(w.SchedulingGates) == 0, strs(w.SchedulingGates))
}

// spellExtended spells amounts by resource.
func spellExtended(list model.ExtendedResources) string {
	var pairs []string
	for _, x := range list {
		pairs = append(pairs, bareKey(x.Name), x.Spelled())
	}
	return inlineTable(pairs...)
}

// spellHostPort spells a port as a number where that says all.
func spellHostPort(p model.HostPort) string {
	if s := p.String(); s != strconv.Itoa(p.Port) {
		return str(s)
	}
	return strconv.Itoa(p.Port)
}

// spellPreference spells a preference for nodes.
func spellPreference(t model.PreferredNodeTerm) string {
	return inlineTable("weight", strconv.Itoa(t.Weight), "match", spellList(t.Match, spellRequirement))
}

// lifeCycle adds how a workload's pods start and stop.
func (b *block) lifeCycle(w, was *model.Workload) {
	b.keep("start", w.Start == was.Start, w.Start.String())
	if w.NeverReady {
		b.put("ready", str("never"))
	} else {
		b.keep("ready", w.Ready == was.Ready, w.Ready.String())
	}
	b.keep("unready", len(w.Unready) == 0, spellList(w.Unready, strconv.Itoa))
	if w.Image != (model.Image{}) {
		b.put("image", inlineTable("name", str(w.Image.Name), "size", str(model.FormatMemory(w.Image.Size))))
	}
	b.keep("termination", w.Termination == was.Termination, w.Termination.String())
	b.keep("termination_grace", w.TerminationGrace == was.TerminationGrace, spellSpan(w.TerminationGrace))
	b.keep("not_ready_toleration", w.NotReadyToleration == was.NotReadyToleration, spellSpan(w.NotReadyToleration))
	if w.Kind != model.BarePod && w.Kind != model.Job {
		b.keep("min_ready", w.MinReady == 0, spellSpan(w.MinReady))
	}
	if w.Kind == model.StatefulSet {
		b.keep("pod_management", w.PodManagement == was.PodManagement, str(string(w.PodManagement)))
	}
}

// placement adds where a workload's pods may run.
func (b *block) placement(w *model.Workload) {
	b.keep("node_pool", w.NodePool == "", str(w.NodePool))
	b.keep("node_selector", len(w.NodeSelector) == 0, spellLabels(w.NodeSelector))
	if len(w.NodeAffinity) > 0 {
		b.put("node_affinity", spellList(w.NodeAffinity, func(t model.NodeSelectorTerm) string {
			return spellList(t, spellRequirement)
		}))
	}
	b.keep("preferred_node_affinity", len(w.PreferredNodeAffinity) == 0, spellList(w.PreferredNodeAffinity, spellPreference))
	b.keep("tolerations", len(w.Tolerations) == 0, spellList(w.Tolerations, func(t model.Toleration) string { return str(t.String()) }))
	if w.HostAntiAffinity {
		b.put("anti_affinity", inlineTable("topology_key", str(model.LabelHostname), "required", "true"))
	}
	switch {
	case w.Disks > 1:
		b.put("volume", inlineTable("zonal", strconv.FormatBool(w.ZonalVolume), "disks", strconv.Itoa(w.Disks)))
	case w.Disks == 1 || w.ZonalVolume:
		b.put("volume", inlineTable("zonal", strconv.FormatBool(w.ZonalVolume)))
	}
	if w.Kind != model.DaemonSet {
		b.keep("placement", len(w.Placement) == 0, strs(w.Placement))
	}
}

// eachBudgetLimit calls put with the keys that inline and other budgets share.
func eachBudgetLimit(b *model.Budget, put func(key, value string)) {
	if b.MinAvailable != nil {
		put("min_available", spellIntOrPercent(*b.MinAvailable))
	}
	if b.MaxUnavailable != nil {
		put("max_unavailable", spellIntOrPercent(*b.MaxUnavailable))
	}
	if b.UnhealthyPods != model.NewBudget("").UnhealthyPods {
		put("unhealthy_pod_eviction_policy", str(string(b.UnhealthyPods)))
	}
	if b.Created != nil {
		put("created", spellSpan(*b.Created))
	}
}

func (e *encoder) budget(i int, p *model.Budget) {
	b := &block{e: e, path: element("pdb", i)}
	b.put("name", str(p.Name))
	b.keep("namespace", p.Namespace == model.NewBudget("").Namespace, str(p.Namespace))
	if p.Selector != nil { // a budget that selects nothing has no selector to write
		b.put("selector", spellSelector(p.Selector))
	}
	eachBudgetLimit(p, b.put)
	b.write("[[pdb]]")
}

// spellSelector spells a selector as a table of labels if it is one.
func spellSelector(s model.Selector) string {
	var l model.Labels
	for _, r := range s {
		if r.Operator != model.In || len(r.Values) != 1 || len(l) > 0 && l[len(l)-1].Key >= r.Key {
			return spellList(s, spellRequirement)
		}
		l = append(l, model.Label{Key: r.Key, Value: r.Values[0]})
	}
	return spellLabels(l)
}

func (e *encoder) strategy(i int) {
	s := &e.spec.Strategies[i]
	b := &block{e: e, path: element("strategy", i)}
	b.put("name", str(s.Name))
	b.put("kind", str(string(s.Kind)))
	if s.Kind != model.Operations && s.Kind != model.NodeImageOnly {
		b.keep("to", s.Kind == model.AutoUpgrade && s.To.IsZero(), str(s.To.String()))
		b.keep("force", !s.Force, strconv.FormatBool(s.Force))
		b.keep("force_until", s.ForceUntil == 0, spellSpan(s.ForceUntil))
		b.keep("hops", !s.Hops, strconv.FormatBool(s.Hops))
	}
	b.keep("retries", s.Retries == model.NewStrategy("", s.Kind).Retries, strconv.Itoa(s.Retries))
	if s.Kind == model.PerPool || s.Kind == model.BlueGreenByHand {
		b.keep("order", len(s.Order) == 0, strs(s.Order))
		b.keep("parallel", s.Parallel == 1 || s.Kind != model.PerPool, strconv.Itoa(s.Parallel))
		b.keep("pause", s.Pause == 0, spellSpan(s.Pause))
	}
	if s.Kind == model.BlueGreenByHand {
		was := model.NewStrategy("", s.Kind)
		b.keep("soak", s.Soak == was.Soak, spellSpan(s.Soak))
		b.keep("suffix", s.Suffix == was.Suffix, str(s.Suffix))
		b.byHand(s.ByHand)
	}
	b.write("[[strategy]]")
	for k := range s.Operations {
		o := &block{e: e, path: element(join(b.path, "operation"), k)}
		o.operation(&s.Operations[k])
		o.write("[[strategy.operation]]")
	}
}

func (b *block) operation(o *model.Operation) {
	b.put("name", str(o.Name))
	if o.After != "" {
		b.put("after", str(o.After))
		b.keep("when", o.When == model.Finished, str(string(o.When)))
		b.keep("delay", o.Delay == 0, spellSpan(o.Delay))
	} else {
		b.keep("at", o.At == 0, spellSpan(o.At))
	}
	b.put("do", str(string(o.Do)))
	b.keep("pool", o.Pool == "", str(o.Pool))
	b.keep("to", o.To.IsZero(), str(o.To.String()))
	b.keep("force", !o.Force, strconv.FormatBool(o.Force))
	b.keep("force_until", o.ForceUntil == 0, spellSpan(o.ForceUntil))
	b.keep("image", o.Image == "", str(o.Image))
	b.keep("snapshot", o.Snapshot == "", str(o.Snapshot))
	b.keep("nodes", len(o.Nodes) == 0, strs(o.Nodes))
	if o.Do == model.DrainNodes {
		b.byHand(o.ByHand)
	}
	if o.Do == model.Scale {
		b.put("count", strconv.Itoa(o.Count))
	}
	if o.Do.TakesClient() {
		b.keep("client", o.Client == model.CLI, str(string(o.Client)))
	}
	if o.MaxSurge != nil {
		b.put("max_surge", spellIntOrPercent(*o.MaxSurge))
	}
	if o.MaxUnavailable != nil {
		b.put("max_unavailable", spellIntOrPercent(*o.MaxUnavailable))
	}
	if o.DrainTimeout != nil {
		b.put("drain_timeout", spellSpan(*o.DrainTimeout))
	}
	if o.NodeSoak != nil {
		b.put("node_soak", spellSpan(*o.NodeSoak))
	}
	if o.PoolVersions != nil {
		var pairs []string
		for _, p := range o.PoolVersions {
			pairs = append(pairs, bareKey(p.Pool), str(p.Version.String()))
		}
		b.put("pool_versions", inlineTable(pairs...))
	}
	if o.IfMatch != nil {
		b.put("if_match", spellSpan(*o.IfMatch))
	}
	b.keep("if_none_match", o.IfNoneMatch == "", str(o.IfNoneMatch))
	b.scaling(o)
	b.keep("expect", o.Expect == "", str(o.Expect))
}

func (e *encoder) gate(i int) {
	g := &e.spec.Gates[i]
	b := &block{e: e, path: element("gate", i)}
	b.keep("strategy", g.Strategy == "", str(g.Strategy))
	b.put("metric", str(g.Metric))
	b.keep("stat", g.Stat == model.Median, str(string(g.Stat)))
	b.put("op", str(g.Op))
	b.put("value", spellThreshold(g))
	b.write("[[gate]]")
}

// spellThreshold spells a gate's value as it was written, or else in base units.
func spellThreshold(g *model.Gate) string {
	if base, ok := parseThreshold(g.Written); ok && base == g.Value {
		return str(g.Written)
	}
	if math.Trunc(g.Value) == g.Value && math.Abs(g.Value) < 1<<53 {
		return strconv.FormatInt(int64(g.Value), 10)
	}
	return formatFloat(g.Value)
}
