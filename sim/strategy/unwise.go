package strategy

import (
	"fmt"
	"strings"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/spelling"
)

// Advice is something that AKS takes and carries out, and that is unwise all the
// same.
type Advice struct {
	Subject string // "node_pool web", "workload shop/cart", "strategy full"
	Why     string // what follows from it, and what would be better
	Source  string
}

// Unwise returns what is unwise about a scenario, in the order of its file. What
// AKS would refuse, and what would block an upgrade, is a Plan's to say.
func Unwise(m *model.Model) []Advice {
	var list []Advice
	note := func(subject, source, format string, args ...any) {
		list = append(list, Advice{Subject: subject, Source: source, Why: fmt.Sprintf(format, args...)})
	}
	unwiseCluster(m, note)
	for i := range m.NodePools {
		if p := &m.NodePools[i]; p.Replaces == "" { // else it is as the pool that it replaces
			unwisePool(m, i, note)
		}
	}
	for i := range m.Workloads {
		unwiseWorkload(m, i, note)
	}
	for i := range m.Strategies {
		unwiseStrategy(m, i, note)
	}
	return list
}

type noteFunc func(subject, source, format string, args ...any)

// What Microsoft recommends.
const (
	longestEstimate = 24 * time.Hour // automatic upgrades don't start beyond it
	leastSystem     = 2              // nodes of a system pool
)

// What a cluster can have without becoming slow or unsupported. AKS doesn't refuse
// more.
const (
	mostPolicyNodes = 250 // with Azure's network policy manager; source: AKS large-scale page
	leastPods       = 30  // of a new pool, all nodes together; source: AKS IP address planning page
)

func unwiseCluster(m *model.Model, note noteFunc) {
	name, limits := "cluster "+m.Cluster.Name, &m.Cluster.Limits
	nodes, surge := 0, 0
	for i := range m.NodePools {
		if p := &m.NodePools[i]; !p.Absent {
			nodes += p.Count
			surge = max(surge, p.Upgrade.MaxSurge.RoundUp(p.Count))
		}
	}
	if limits.NetworkPolicy == model.PolicyAzure && nodes+surge > mostPolicyNodes {
		note(name, "AKS large-scale page", "%d nodes and up to %d surge nodes are more than Azure's network policy manager supports, %d; use Cilium", nodes, surge, mostPolicyNodes)
	}
}

func unwisePool(m *model.Model, i int, note noteFunc) {
	p := &m.NodePools[i]
	name, surge := "node_pool "+p.Name, p.Upgrade.MaxSurge.RoundUp(p.Count)
	if p.Mode == model.ModeSystem && p.Count < leastSystem {
		note(name, "AKS system node pools page", "a system pool of %d node has no other to run on while it is drained but a surge node; %d or more are recommended", p.Count, leastSystem)
	}
	if pods := p.Count * p.MaxPods; p.Count > 0 && pods < leastPods && !p.Absent {
		note(name, "AKS IP address planning page", "it holds %d pods on all its nodes; AKS creates no pool for less than %d", pods, leastPods)
	}
	if p.Count > 1 && surge >= p.Count {
		note(name, "Azure/AKS#3292", "max_surge %s is the whole pool: all its %d nodes are drained at the same time; 33%% is recommended", p.Upgrade.MaxSurge, p.Count)
	}
	byHand := 0
	for _, n := range p.Nodes {
		if len(n.Taints) > 0 {
			byHand++
		}
	}
	if byHand > 0 && m.Options.SetByHand == model.HandLost {
		note(name, "AKS release notes of 2024-04-28", "%d of its nodes %s taints set by hand, which nodes that an upgrade reimages or adds don't have: pods that they keep away may come there; give the pool the taint", byHand, have(byHand))
	}
	if len(p.Zones) > 1 && surge%len(p.Zones) != 0 && zonalPods(m, i) {
		note(name, "AKS upgrade options page", "max_surge %s is %d %s for %d zones, so that a pod with a zonal disk may find no surge node in its zone; use a multiple of %d",
			p.Upgrade.MaxSurge, surge, plural("node", surge), len(p.Zones), len(p.Zones))
	}
	state := rules.FromModel(m)
	unwiseScaling(m, state, i, note)
	planned := planner{m: m, state: state}
	image := rules.Request{Do: model.UpgradeNodeImage, Pool: i}
	if u := planned.upgradeOf(image, i); u.Estimate > longestEstimate {
		note(name, "AKS architecture center", "upgrading its %d nodes takes about %s, and an automatic upgrade that is estimated at more than 24h never starts; raise max_surge from %s",
			p.Count, u.Estimate.Round(time.Hour), p.Upgrade.MaxSurge)
	}
}

// zonalPods reports whether pods with zonal volumes may be on a pool.
func zonalPods(m *model.Model, pool int) bool {
	for w := range m.Workloads {
		if m.Workloads[w].ZonalVolume && m.MayRunIn(w, pool) {
			return true
		}
	}
	return false
}

func unwiseWorkload(m *model.Model, i int, note noteFunc) {
	w := &m.Workloads[i]
	name := "workload " + w.Namespace + "/" + w.Name
	if w.Kind == model.DaemonSet || w.Replicas == 0 {
		return
	}
	if w.Replicas == 1 && len(m.BudgetsOf[i]) == 0 {
		note(name, "kubernetes#66811", "it has one replica and no budget, so each drain of its node is an outage; 2 replicas and a budget avoid that")
	}
	if windows := mixedWith(m, i); windows != "" {
		note(name, "AKS Windows node pools page", "its pods may be placed on Windows nodes of pool %s as well as on Linux ones, and run on one of the two only; select kubernetes.io/os or the pool, or taint the pool", windows)
	}
	for p := range m.NodePools {
		if limit := m.NodePools[p].Upgrade.DrainTimeout; w.TerminationGrace > limit && m.MayRunIn(i, p) {
			note(name, "Azure/AKS#3008", "termination_grace %s is longer than the drain_timeout of pool %s, %s: a pod that needs it fails the upgrade", spelling.Duration(w.TerminationGrace), m.NodePools[p].Name, spelling.Duration(limit))
		}
	}
}

// mixedWith returns the first Windows pool that a workload's pods may be on beside
// Linux ones; empty: there is none.
func mixedWith(m *model.Model, workload int) (pool string) {
	linux := false
	for i := range m.NodePools {
		switch p := &m.NodePools[i]; {
		case !m.MayRunIn(workload, i):
		case p.OSType != model.Windows:
			linux = true
		case pool == "":
			pool = p.Name
		}
	}
	if !linux {
		return ""
	}
	return pool
}

func unwiseStrategy(m *model.Model, i int, note noteFunc) {
	s := &m.Strategies[i]
	name := "strategy " + s.Name
	forced := s.Force
	for _, o := range s.Operations {
		forced = forced || o.Force
	}
	if forced && len(m.Budgets) > 0 {
		note(name, "AKS upgrade options page", "it is forced: until the override ends no upgrade asks the %d %s, and workloads can lose all replicas at a time", len(m.Budgets), plural("budget", len(m.Budgets)))
	}
	plan := PlanOf(m, i)
	for _, r := range plan.Requests {
		for _, why := range r.Stranded {
			note(name, "AKS release notes of 2024-04-28; AKS labels page", "%s", why)
		}
	}
	if horizon := m.Run.Horizon; plan.Minimum > horizon {
		note(name, "keys of [run]", "it takes at least %s, and a run is given up after %s, run.horizon: its end is never seen; set run.horizon to more than %s",
			spelling.Span(plan.Minimum), spelling.Duration(horizon), spelling.Duration(plan.Minimum.Truncate(time.Hour)+time.Hour))
	}
	if !accepted(plan) {
		return // refusals come first
	}
	var behind []string
	for p := range plan.End.Pools {
		if x := &plan.End.Pools[p]; !x.Absent && x.Version != plan.End.ControlPlane {
			behind = append(behind, fmt.Sprintf("%s on %s", x.Name, x.Version))
		}
	}
	if behind != nil {
		note(name, `AKS "Upgrade node pools" page`, "it leaves %s under control plane %s; the same version for all is best practice", strings.Join(behind, ", "), plan.End.ControlPlane)
	}
}

// accepted reports whether a plan's requests are all accepted.
func accepted(p *Plan) bool {
	for _, r := range p.Requests {
		if len(r.Refusals) > 0 {
			return false
		}
	}
	return true
}

func have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}
