package importer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"

	"rollsim/sim/model"
)

// poolLabels are the labels that say which pool a node belongs to, best first.
// Those after AKS's own are for clusters that aren't AKS, to try things out.
var poolLabels = []string{
	model.LabelPool, model.LabelPoolOld,
	"karpenter.sh/nodepool", "eks.amazonaws.com/nodegroup", "cloud.google.com/gke-nodepool",
}

// mostNodes is how many nodes a pool can have. Source: AKS service limits page.
const mostNodes = 1000

// addPools makes node pools of nodes and of what az says about them, in the
// order of az, then by name.
func (im *importing) addPools() {
	byPool := im.nodesByPool()
	az := map[string]*azPool{}
	var names []string
	for i := range im.azPools {
		name := value(im.azPools[i].Name)
		az[name] = &im.azPools[i]
		names = append(names, name)
	}
	for _, name := range slices.Sorted(maps.Keys(byPool)) {
		if az[name] == nil {
			names = append(names, name)
			if len(im.azPools) > 0 {
				im.notes.add(decisive, subject{kind: "pool", name: name}, "az aks nodepool list", "not in it: upgrade settings are defaults")
			}
		}
	}
	if len(im.azPools) == 0 {
		im.notes.add(decisive, clusterSubject, "az aks nodepool list", "not given: max_surge, drain_timeout and the other upgrade settings are defaults; set them")
	}
	taken := map[string]bool{}
	im.pools = map[string]string{}
	for _, name := range names {
		im.pools[name] = im.poolName(name, taken)
		im.addPool(im.pools[name], byPool[name], az[name])
	}
	im.addZones()
}

// nodesByPool groups the nodes that the import takes, sorted by name.
func (im *importing) nodesByPool() map[string][]*node {
	im.nodes = map[string]*node{}
	byPool := map[string][]*node{}
	for _, n := range im.objects.nodes {
		s := subject{kind: "node", name: n.Metadata.Name}
		labels := n.Metadata.Labels
		if labels["type"] == "virtual-kubelet" || labels["kubernetes.azure.com/role"] == "virtual-kubelet" {
			im.notes.add(decisive, s, "virtual node", "left out: it isn't in a pool and isn't upgraded; its pods start unplaced")
			continue
		}
		_, isMaster := labels["node-role.kubernetes.io/control-plane"]
		pool := ""
		for _, key := range poolLabels {
			pool = cmp.Or(pool, labels[key])
		}
		switch {
		case pool == "" && isMaster:
			im.notes.add(decisive, s, "node-role.kubernetes.io/control-plane", "left out: the control plane of AKS has no nodes of its own")
			continue
		case pool == "":
			pool = "nodes"
			im.notes.add(decisive, s, "metadata.labels", "no label kubernetes.azure.com/agentpool: the node is in a pool called nodes")
		case labels["karpenter.sh/nodepool"] != "":
			im.notes.add(decisive, s, "karpenter.sh/nodepool", "node auto-provisioning replaces such nodes by its own rules; imported as those of an ordinary pool")
		}
		im.nodes[n.Metadata.Name] = n
		byPool[pool] = append(byPool[pool], n)
		im.noteNodeState(n, s)
	}
	for _, nodes := range byPool {
		slices.SortFunc(nodes, func(a, b *node) int { return cmp.Compare(a.Metadata.Name, b.Metadata.Name) })
	}
	return byPool
}

// noteNodeState notes what a node is like now and doesn't start as.
func (im *importing) noteNodeState(n *node, s subject) {
	if n.Spec.Unschedulable {
		im.notes.add(decisive, s, "spec.unschedulable", "cordoned now and at the start of a run; an upgrade makes it schedulable again")
	}
	for _, c := range n.Status.Conditions {
		if c.Type == "Ready" && c.Status != "True" {
			im.notes.add(decisive, s, "status.conditions Ready", "not Ready now; Ready at the start of a run")
		}
	}
	if n.Metadata.DeletionTimestamp != nil {
		im.notes.add(decisive, s, "metadata.deletionTimestamp", "being deleted now; stays in the scenario")
	}
	if _, exact, ok := kubeletVersion(n); !ok {
		im.notes.add(decisive, s, "status.nodeInfo.kubeletVersion", "not a version: the pool's is assumed")
	} else if !exact {
		im.notes.add(rough, s, "status.nodeInfo.kubeletVersion", "the vendor's suffix is cut off")
	}
}

// poolName returns a name that AKS accepts: up to 12 lower-case letters and
// digits, a letter first. Source: AKS, create node pools page.
func (im *importing) poolName(name string, taken map[string]bool) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' && b.Len() > 0 {
			b.WriteRune(r)
		}
	}
	valid := cmp.Or(b.String(), "pool")
	valid = valid[:min(len(valid), 12)]
	base := valid
	for i := 2; taken[valid]; i++ {
		n := itoa(i)
		valid = base[:min(len(base), 12-len(n))] + n
	}
	taken[valid] = true
	if valid != name {
		im.notes.add(rough, subject{kind: "pool", name: name}, "name", "changed to one that AKS accepts")
	}
	return valid
}

// addPool makes one pool. Its nodes may be none, and az may be nil.
func (im *importing) addPool(name string, nodes []*node, az *azPool) {
	s := subject{kind: "pool", name: name}
	p := model.NewNodePool(name)
	if az == nil {
		az = &azPool{}
	}
	p.Mode = im.poolMode(nodes, az, s)
	p.KubernetesVersion = im.poolVersion(nodes, az, s)
	if name := value(az.NodeImageVersion); name != "" {
		if _, _, ok := model.SplitNodeImage(name); ok {
			p.NodeImageVersion = name
		} else {
			im.notes.add(ignored, s, "nodeImageVersion", "not a name with a release at its end: one of the version's time is assumed")
		}
	}
	p.VersionSet = true
	im.setCount(&p, nodes, az, s)
	im.setMachine(&p, nodes, az, s)
	im.setOffered(&p, nodes)
	im.setZones(&p, nodes, az)
	im.setLabels(&p, nodes, az, s)
	im.setTaints(&p, nodes, az, s)
	im.setKind(&p, az, nodes)
	im.setUpgrade(&p, az, s)
	im.setSnapshot(&p, az, s)
	im.setScaling(&p, az, s)
	im.notePool(az, s)
	im.spec.NodePools = append(im.spec.NodePools, p)
}

func (im *importing) poolMode(nodes []*node, az *azPool, s subject) model.Mode {
	mode := value(az.Mode)
	for _, n := range nodes {
		mode = cmp.Or(mode, n.Metadata.Labels[model.LabelMode])
	}
	switch strings.ToLower(mode) {
	case "system":
		return model.ModeSystem
	case "user":
		return model.ModeUser
	}
	if mode != "" {
		im.notes.add(decisive, s, "mode", "not one of system and user: user is assumed")
		return model.ModeUser
	}
	if !slices.ContainsFunc(im.spec.NodePools, func(p model.NodePool) bool { return p.Mode == model.ModeSystem }) {
		im.notes.add(rough, s, "mode", "not given: the first pool is the system pool")
		return model.ModeSystem
	}
	im.notes.add(rough, s, "mode", "not given: user")
	return model.ModeUser
}

// poolVersion trusts currentOrchestratorVersion, then the nodes, then
// orchestratorVersion: that is what was asked for, and the target already while
// an upgrade is under way.
func (im *importing) poolVersion(nodes []*node, az *azPool, s subject) model.Version {
	controlPlane := im.spec.Cluster.KubernetesVersion
	v, err := model.ParseVersion(value(az.CurrentOrchestratorVersion))
	if err != nil {
		v = commonVersion(nodes)
	}
	if v.IsZero() {
		v, err = model.ParseVersion(value(az.OrchestratorVersion))
		if err != nil {
			v = controlPlane
			im.notes.add(decisive, s, "currentOrchestratorVersion", "no version with a patch is given: the control plane's is assumed")
		}
	}
	if controlPlane.Less(v) {
		im.notes.add(decisive, s, "currentOrchestratorVersion", "newer than the control plane, which can't be: the control plane's is assumed")
		v = controlPlane
	}
	if slices.ContainsFunc(nodes, func(n *node) bool { w, _, ok := kubeletVersion(n); return ok && w != v }) {
		im.notes.add(decisive, s, "status.nodeInfo.kubeletVersion", "nodes of different versions: each starts with its own")
	}
	return v
}

// commonVersion is the version of most nodes, the newest of several.
func commonVersion(nodes []*node) model.Version {
	count := map[model.Version]int{}
	var best model.Version
	for _, n := range nodes {
		v, _, ok := kubeletVersion(n)
		if !ok {
			continue
		}
		count[v]++
		if count[v] > count[best] || count[v] == count[best] && best.Less(v) {
			best = v
		}
	}
	return best
}

// setCount sets count and nodes.
func (im *importing) setCount(p *model.NodePool, nodes []*node, az *azPool, s subject) {
	p.Count = len(nodes)
	count := len(nodes)
	if az.Count != nil {
		count = *az.Count
	}
	stopped := az.PowerState != nil && strings.EqualFold(az.PowerState.Code, "Stopped")
	switch {
	case count < 0 || count > mostNodes:
		im.poolProblem(s, "count: %d nodes; want 0 to %d", count, mostNodes)
	case len(nodes) > mostNodes:
		im.problems.add("%s: pool %q: %d nodes; a pool has at most %d", im.in.Kubectl.Name, s.name, len(nodes), mostNodes)
	case len(nodes) == 0 && stopped:
		im.notes.add(rough, s, "powerState", "stopped: imported with count 0")
	case len(nodes) == 0:
		p.Count = count
		if count > 0 {
			im.notes.add(decisive, s, "count", "kubectl shows no nodes of it: they are made up")
		}
	case count != len(nodes):
		im.notes.add(decisive, s, "count", "az gives another count than kubectl shows nodes: the nodes count")
	}
	for _, n := range nodes {
		start := model.Node{Name: n.Metadata.Name, Zone: zone(n), Cordoned: n.Spec.Unschedulable}
		if v, _, ok := kubeletVersion(n); ok && v != p.KubernetesVersion && !im.spec.Cluster.KubernetesVersion.Less(v) {
			start.Version = v
		}
		p.Nodes = append(p.Nodes, start)
	}
}

// zone is a node's availability zone, without the region that Azure puts
// before it; "" for none, which Azure writes as a fault domain's number or 0.
func zone(n *node) string {
	return stripRegion(n.Metadata.Labels[model.LabelZone], n.Metadata.Labels[model.LabelRegion])
}

func stripRegion(zone, region string) string {
	if region != "" {
		zone = strings.TrimPrefix(zone, region+"-")
	}
	if i := strings.LastIndexByte(zone, '-'); i > 0 && len(zone) == i+2 && zone[i+1] >= '1' && zone[i+1] <= '9' {
		zone = zone[i+1:]
	}
	if zone == "0" {
		return ""
	}
	return zone
}

// setMachine sets VM size, max pods and allocatable.
func (im *importing) setMachine(p *model.NodePool, nodes []*node, az *azPool, s subject) {
	name := value(az.VMSize)
	for _, n := range nodes {
		name = cmp.Or(name, n.Metadata.Labels["node.kubernetes.io/instance-type"], n.Metadata.Labels["beta.kubernetes.io/instance-type"])
	}
	if n := value(az.MaxPods); n > 0 {
		p.MaxPods = im.maxPods(n, s)
	}
	im.setAllocatable(p, nodes, s)
	size, known := model.LookupVMSize(name)
	switch {
	case known:
	case name != "" && p.AllocatableSet:
		size = model.VMSize{Name: name}
		im.notes.add(decisive, s, "vm_size", "not in the catalogue: its vCPUs count as 0 for the quota and its price as 0")
	default:
		var why string
		size, why = similarSize(name, nodes)
		im.notes.add(decisive, s, "vm_size", why)
	}
	p.VMSize = size
}

// maxPods keeps max pods within what AKS allows. Source: AKS, IP address
// planning page.
func (im *importing) maxPods(n int, s subject) int {
	const least, most = 10, 250
	if n < least || n > most {
		im.notes.add(rough, s, "maxPods", "not from 10 to 250, as AKS allows: the nearest of these")
	}
	return min(max(n, least), most)
}

// setAllocatable sets what pods can use on a node, as the nodes say it.
func (im *importing) setAllocatable(p *model.NodePool, nodes []*node, s subject) {
	if len(nodes) == 0 {
		return
	}
	least, differ, err := leastAllocatable(nodes)
	if err != nil {
		im.problems.add("%s: %w", im.in.Kubectl.Name, err)
		return
	}
	if least.CPU == 0 || least.Memory == 0 || least.Pods == 0 {
		im.notes.add(decisive, s, "status.allocatable", "cpu, memory or pods missing: computed from the VM size by AKS's formula")
		return
	}
	if differ {
		im.notes.add(rough, s, "status.allocatable", "nodes differ by more than 1%: each resource's smallest value counts for all")
	}
	p.Allocatable, p.AllocatableSet = least, true
	p.MaxPods = im.maxPods(least.Pods, s)
}

// leastAllocatable is the smallest amount of each resource on any of the
// nodes. Nodes of one size differ by a few KiB of memory; differ is true when
// it is more than that.
func leastAllocatable(nodes []*node) (least model.Allocatable, differ bool, err error) {
	var most model.Allocatable
	for i, n := range nodes {
		have, err := amount(n.Status.Allocatable)
		if err != nil {
			return least, false, fmt.Errorf("node %s: status.allocatable.%w", n.Metadata.Name, err)
		}
		pods, err := n.Status.Allocatable["pods"].parse(0, 10_000)
		if err != nil {
			return least, false, fmt.Errorf("node %s: status.allocatable.pods: %w", n.Metadata.Name, err)
		}
		a := model.Allocatable{Resources: have, Pods: int(pods)}
		if i == 0 {
			least, most = a, a
		}
		least = model.Allocatable{
			Resources: model.Resources{CPU: min(least.CPU, a.CPU), Memory: min(least.Memory, a.Memory)},
			Pods:      min(least.Pods, a.Pods),
		}
		most = model.Allocatable{
			Resources: model.Resources{CPU: max(most.CPU, a.CPU), Memory: max(most.Memory, a.Memory)},
			Pods:      max(most.Pods, a.Pods),
		}
	}
	differ = most.CPU-least.CPU > most.CPU/100 || most.Memory-least.Memory > most.Memory/100 || most.Pods != least.Pods
	return least, differ, nil
}

// similarSize finds the size of the catalogue that is nearest to what the
// nodes have or, where there is no node, to the name.
func similarSize(name string, nodes []*node) (size model.VMSize, why string) {
	const fallback = "Standard_D4s_v5"
	missing := "not given"
	if name != "" {
		missing = clipText(name) + " isn't in the catalogue"
	}
	cores, memory := int64(0), int64(0)
	for _, n := range nodes {
		if c, err := n.Status.Capacity["cpu"].parse(resource.Milli, mostCPU); err == nil && c > cores {
			cores = c
		}
		if m, err := n.Status.Capacity["memory"].parse(0, mostMemory); err == nil && m > memory {
			memory = m
		}
	}
	if cores == 0 || memory == 0 {
		near, ok := model.SimilarVMSize(name)
		if !ok {
			near = fallback
		}
		size, _ = model.LookupVMSize(near)
		return size, missing + ", and no node says what it has: " + near + " is assumed; set it, or allocatable"
	}
	best := math.Inf(1)
	for _, s := range model.VMSizes() {
		d := math.Abs(math.Log(float64(s.VCPUs)*1000/float64(cores))) + math.Abs(math.Log(float64(s.Memory)/float64(memory)))
		if s.Name == fallback {
			d -= 1e-9 // of equals, the common one
		}
		if d < best {
			best, size = d, s
		}
	}
	return size, missing + ": " + size.Name + " is the nearest by vCPUs and memory; quota and cost follow it"
}

// setZones sets the zones of the pool: az's, and those where nodes are.
func (im *importing) setZones(p *model.NodePool, nodes []*node, az *azPool) {
	zones := map[string]bool{}
	for _, z := range az.AvailabilityZones {
		if z = stripRegion(z, im.spec.Cluster.Location); z != "" {
			zones[z] = true
		}
	}
	for _, n := range nodes {
		if z := zone(n); z != "" {
			zones[z] = true
		}
	}
	p.Zones = slices.Sorted(maps.Keys(zones))
}

// addZones sets the zones of the cluster: those of its pools.
func (im *importing) addZones() {
	zones := map[string]bool{}
	for _, p := range im.spec.NodePools {
		for _, z := range p.Zones {
			zones[z] = true
		}
	}
	im.spec.Cluster.Zones = slices.Sorted(maps.Keys(zones))
}

// setTaints sets the taints of the pool: those that az lists or, where it lists
// none, those that all nodes have. A node's others were set on it by hand.
func (im *importing) setTaints(p *model.NodePool, nodes []*node, az *azPool, s subject) {
	own := make([][]model.Taint, len(nodes))
	for i, n := range nodes {
		own[i] = im.nodeTaints(n)
	}
	everywhere := func(t model.Taint) bool {
		return !slices.ContainsFunc(own, func(list []model.Taint) bool { return !slices.Contains(list, t) })
	}
	var pool []model.Taint
	for _, text := range az.NodeTaints {
		taint, err := model.ParseTaint(text)
		switch {
		case err != nil:
			im.poolProblem(s, "nodeTaints: %w", err)
		case everywhere(taint):
			pool = append(pool, taint)
		default:
			im.notes.add(rough, s, "nodeTaints", "a taint of the pool that its nodes don't have; left out")
		}
	}
	if len(nodes) > 0 {
		for _, t := range own[0] {
			if everywhere(t) && (managedLabel(t.Key) || len(az.NodeTaints) == 0) && !slices.Contains(pool, t) {
				pool = append(pool, t)
			}
		}
	}
	p.Taints = im.taintsOnce(nil, pool, s)
	for i := range nodes {
		p.Nodes[i].Taints = im.taintsOnce(p.Taints, own[i], s)
		if len(p.Nodes[i].Taints) > 0 {
			im.notes.add(decisive, s, "spec.taints", "taints of single nodes, taken as set by hand: nodes that an upgrade reimages or adds don't have them")
		}
	}
}

// nodeTaints returns the taints of a node but those that come and go.
func (im *importing) nodeTaints(n *node) []model.Taint {
	var list []model.Taint
	for _, t := range n.Spec.Taints {
		if strings.HasPrefix(t.Key, "node.kubernetes.io/") || strings.HasPrefix(t.Key, "node.cloudprovider.kubernetes.io/") {
			im.notes.add(rough, subject{kind: "node", name: n.Metadata.Name}, "spec.taints", "a taint that Kubernetes sets and removes by itself; left out")
			continue
		}
		taint, err := model.ParseTaint(t.Key + "=" + t.Value + ":" + t.Effect)
		if err != nil {
			im.problems.add("%s: node %s: spec.taints: %w", im.in.Kubectl.Name, n.Metadata.Name, err)
			continue
		}
		list = append(list, taint)
	}
	return list
}

// taintsOnce returns the taints of a list that aren't among those that are there
// already, one for each key and effect.
func (im *importing) taintsOnce(have, list []model.Taint, s subject) []model.Taint {
	var out []model.Taint
	for _, t := range list {
		switch {
		case slices.Contains(have, t):
		case slices.ContainsFunc(out, func(x model.Taint) bool { return x.Key == t.Key && x.Effect == t.Effect }):
			im.notes.add(decisive, s, "spec.taints", "a second taint of the same key and effect; left out")
		default:
			out = append(out, t)
		}
	}
	return out
}

// setUpgrade sets the upgrade settings.
func (im *importing) setUpgrade(p *model.NodePool, az *azPool, s subject) {
	p.Upgrade.MaxSurge = model.DefaultMaxSurge(p.KubernetesVersion)
	set := az.UpgradeSettings
	if set == nil {
		set = &azUpgradeSettings{}
	}
	p.Upgrade.MaxUnavailable = im.nodesOrPercent(set.MaxUnavailable, p.Upgrade.MaxUnavailable, s, "upgradeSettings.maxUnavailable")
	p.Upgrade.MaxSurge = im.nodesOrPercent(set.MaxSurge, p.Upgrade.MaxSurge, s, "upgradeSettings.maxSurge")
	if set.DrainTimeoutInMinutes != nil && *set.DrainTimeoutInMinutes != 0 {
		p.Upgrade.DrainTimeout = im.minutes(set.DrainTimeoutInMinutes, 1440, s, "upgradeSettings.drainTimeoutInMinutes")
	}
	if set.NodeSoakDurationInMinutes != nil {
		p.Upgrade.NodeSoak = im.minutes(set.NodeSoakDurationInMinutes, 30, s, "upgradeSettings.nodeSoakDurationInMinutes")
	}
	if same(set.UndrainableNodeBehavior, string(model.Cordon)) {
		p.Upgrade.UndrainableNodeBehavior = model.Cordon
		if set.MaxBlockedNodes.given() {
			blocked := im.nodesOrPercent(set.MaxBlockedNodes, p.Upgrade.MaxSurge, s, "upgradeSettings.maxBlockedNodes")
			p.Upgrade.MaxBlockedNodes = &blocked
		}
	}
	im.setBlueGreen(p, az, s)
	im.checkSurge(p, s)
}

// setBlueGreen sets how the pool is upgraded blue-green, if it is.
func (im *importing) setBlueGreen(p *model.NodePool, az *azPool, s subject) {
	given := firstByte(az.UpgradeSettingsBlueGreen) == '{'
	if !same(az.UpgradeStrategy, string(model.BlueGreen)) && (!given || value(az.UpgradeStrategy) != "") {
		return
	}
	if p.ScaleSetPriority == model.Spot {
		im.notes.add(decisive, s, "upgradeStrategy", "blue-green doesn't go with spot nodes, which have no surge: rolling is assumed")
		return
	}
	p.UpgradeStrategy = model.BlueGreen
	if p.Upgrade.UndrainableNodeBehavior == model.Cordon || !p.Upgrade.MaxUnavailable.IsZero() {
		im.notes.add(decisive, s, "upgradeSettings", "undrainableNodeBehavior and maxUnavailable don't work with blue-green: left out")
		p.Upgrade.UndrainableNodeBehavior, p.Upgrade.MaxBlockedNodes, p.Upgrade.MaxUnavailable = model.Schedule, nil, model.Count(0)
		if p.Upgrade.MaxSurge.IsZero() {
			p.Upgrade.MaxSurge = model.DefaultMaxSurge(p.KubernetesVersion)
		}
	}
	if !given {
		return
	}
	var set azBlueGreen
	if err := json.Unmarshal(az.UpgradeSettingsBlueGreen, &set); err != nil {
		im.poolProblem(s, "upgradeSettingsBlueGreen: %s", problem(err))
		return
	}
	b := &p.BlueGreen
	b.DrainBatchSize = im.nodesOrPercent(set.DrainBatchSize, b.DrainBatchSize, s, "upgradeSettingsBlueGreen.drainBatchSize")
	if set.DrainTimeoutInMinutes != nil && *set.DrainTimeoutInMinutes != 0 {
		b.DrainTimeout = im.minutes(set.DrainTimeoutInMinutes, 1440, s, "upgradeSettingsBlueGreen.drainTimeoutInMinutes")
	}
	if set.BatchSoakDurationInMinutes != nil {
		b.BatchSoak = im.minutes(set.BatchSoakDurationInMinutes, 1440, s, "upgradeSettingsBlueGreen.batchSoakDurationInMinutes")
	}
	if set.FinalSoakDurationInMinutes != nil {
		b.FinalSoak = im.minutes(set.FinalSoakDurationInMinutes, 10080, s, "upgradeSettingsBlueGreen.finalSoakDurationInMinutes")
	}
}

// checkSurge keeps the settings within what AKS accepts.
func (im *importing) checkSurge(p *model.NodePool, s subject) {
	u := &p.Upgrade
	if !u.MaxUnavailable.IsZero() && p.Mode == model.ModeSystem {
		im.notes.add(decisive, s, "upgradeSettings.maxUnavailable", "AKS doesn't allow it on system pools: 0 is assumed")
		u.MaxUnavailable = model.Count(0)
	}
	if u.MaxSurge.IsZero() && u.MaxUnavailable.IsZero() {
		im.notes.add(decisive, s, "upgradeSettings.maxSurge", "0 with maxUnavailable 0 could never replace a node: the default is assumed")
		u.MaxSurge = model.DefaultMaxSurge(p.KubernetesVersion)
	}
}

// poolProblem adds a problem with what az says of a pool.
func (im *importing) poolProblem(s subject, format string, args ...any) {
	file := im.in.NodePools
	if file.Data == nil {
		file = im.in.Cluster
	}
	im.problems.add("%s: pool %q: %w", file.Name, s.name, fmt.Errorf(format, args...))
}

func (im *importing) nodesOrPercent(x *intOrString, unset model.IntOrPercent, s subject, key string) model.IntOrPercent {
	if !x.given() {
		return unset
	}
	v, err := x.parse()
	if err != nil {
		im.poolProblem(s, "%s: %w", key, err)
		return unset
	}
	return v
}

func (im *importing) minutes(x *int, most int, s subject, key string) time.Duration {
	n, err := minutes(x, most)
	if err != nil {
		im.poolProblem(s, "%s: %w", key, err)
	}
	return time.Duration(n) * time.Minute
}

// setKind sets what the pool's machines are.
func (im *importing) setKind(p *model.NodePool, az *azPool, nodes []*node) {
	spot := same(az.ScaleSetPriority, string(model.Spot)) || slices.ContainsFunc(nodes, func(n *node) bool {
		return n.Metadata.Labels[model.LabelPriority] == "spot"
	})
	windows := same(az.OSType, string(model.Windows)) || slices.ContainsFunc(nodes, func(n *node) bool {
		return strings.EqualFold(n.Status.NodeInfo.OperatingSystem, string(model.Windows))
	})
	if p.Mode == model.ModeSystem {
		return // AKS has neither there
	}
	if spot {
		p.ScaleSetPriority = model.Spot
	}
	if windows {
		p.OSType = model.Windows
	}
}

// notePool notes what of a pool has no counterpart.
func (im *importing) notePool(az *azPool, s subject) {
	switch strings.ToLower(az.machines()) {
	case "virtualmachines":
		im.notes.add(decisive, s, "type", "VirtualMachines, which may be of several sizes and aren't a scale set: imported as a scale set of one size")
	case "availabilityset":
		im.notes.add(decisive, s, "type", "AvailabilitySet, which isn't a scale set: imported as one")
	}
	if state := value(az.ProvisioningState); state != "" && !same(az.ProvisioningState, "Succeeded") {
		im.notes.add(decisive, s, "provisioningState", "not Succeeded: the pool is imported as it stands, with no operation under way")
	}
}
