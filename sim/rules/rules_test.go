package rules

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rollsim/sim/model"
)

func v(s string) model.Version {
	x, err := model.ParseVersion(s)
	if err != nil {
		panic(err)
	}
	return x
}

// shop is a cluster with the control plane on 1.30.3 and two pools: web on
// 1.29.7 with nine nodes of four vCPUs, system on 1.30.3 with three.
func shop(change ...func(*State)) *State {
	s := &State{
		Profile:      model.Profile202307,
		Tier:         model.TierStandard,
		Options:      model.NewOptions(),
		ControlPlane: v("1.30.3"),
		Offered:      []model.Version{v("1.28.12"), v("1.29.7"), v("1.29.9"), v("1.30.3"), v("1.30.5"), v("1.31.1"), v("1.31.2"), v("1.32.0")},
		Pools: []Pool{
			pool("web", model.ModeUser, "1.29.7", 9),
			pool("system", model.ModeSystem, "1.30.3", 3),
		},
	}
	for _, f := range change {
		f(s)
	}
	return s
}

func pool(name string, mode model.Mode, version string, count int) Pool {
	return Pool{
		Name: name, Mode: mode, Version: v(version), Count: count, Machines: count,
		Nodes:    []VersionCount{{v(version), count}},
		MaxSurge: model.Percent(33),
		VMSize:   "Standard_D4s_v5", Family: "standardDSv5Family", VCPUs: 4, Addresses: 1,
	}
}

func on(profile model.Profile) func(*State) {
	return func(s *State) { s.Profile = profile }
}

func controlPlane(version string) func(*State) {
	return func(s *State) { s.ControlPlane = v(version) }
}

// webOn puts pool web on another version.
func webOn(version string) func(*State) {
	return func(s *State) { s.Pools[0] = pool("web", model.ModeUser, version, 9) }
}

func upgrade(to string) Request { return Request{Do: model.Upgrade, Pool: -1, To: v(to)} }
func upgradeControlPlane(to string) Request {
	return Request{Do: model.UpgradeControlPlane, Pool: -1, To: v(to)}
}
func upgradeWeb(to string) Request { return Request{Do: model.UpgradePool, Pool: 0, To: v(to)} }
func scaleWeb(count int) Request   { return Request{Do: model.Scale, Pool: 0, Count: count} }
func scaleSystem(count int) Request {
	return Request{Do: model.Scale, Pool: 1, Count: count}
}

func surge(x model.IntOrPercent) func(Request) Request {
	return func(r Request) Request { r.MaxSurge = &x; return r }
}

var new2026 = on(model.Profile202608)

type ruleCase struct {
	rule    string
	name    string
	state   *State
	request Request
	message string
}

// ruleCases has, for each rule, what it lets pass and what it refuses; message
// is a part of what it says, empty where it lets pass.
var ruleCases = []ruleCase{
	{"one-cluster-operation", "nothing in progress", shop(), upgrade("1.30.5"), ""},
	{"one-cluster-operation", "two full upgrades", shop(func(s *State) { s.InFlight = "Upgrading" }), upgrade("1.30.5"), "another operation (Upgrading) is in progress"},
	{"one-cluster-operation", "control plane beside full", shop(func(s *State) { s.InFlight = "Upgrading" }), upgradeControlPlane("1.30.5"), "is in progress on the cluster"},
	{"one-cluster-operation", "pool request", shop(func(s *State) { s.InFlight = "Upgrading" }), upgradeWeb("1.30.3"), ""},

	{"no-cluster-operation-during-pool-operation", "pools at rest", shop(), upgrade("1.30.5"), ""},
	{"no-cluster-operation-during-pool-operation", "full beside a scaling", shop(func(s *State) { s.Pools[1].InFlight = "Scaling" }), upgrade("1.30.5"), "operation on agent pool system (Scaling) is in progress"},

	{"no-pool-operation-during-cluster-operation", "cluster at rest", shop(), scaleWeb(10), ""},
	{"no-pool-operation-during-cluster-operation", "scale beside full", shop(func(s *State) { s.InFlight = "Upgrading" }), scaleWeb(10), "another operation (Upgrading) is in progress"},

	{"one-pool-operation", "other pool is upgraded", shop(func(s *State) { s.Pools[1].InFlight = "Upgrading" }), upgradeWeb("1.30.3"), ""},
	{"one-pool-operation", "upgrade beside scaling", shop(func(s *State) { s.Pools[0].InFlight = "Scaling" }), upgradeWeb("1.30.3"), "(web - Scaling) is in progress"},
	{"one-pool-operation", "scale beside upgrade", shop(func(s *State) { s.Pools[0].InFlight = "Upgrading" }), scaleWeb(12), "(web - Upgrading) is in progress"},

	{"no-control-plane-downgrade", "a patch up", shop(), upgrade("1.30.5"), ""},
	{"no-control-plane-downgrade", "a minor down", shop(), upgradeControlPlane("1.29.9"), "from 1.30.3 to 1.29.9 is not allowed; available upgrades: [1.31.2, 1.31.1, 1.30.5]"},
	{"no-control-plane-downgrade", "a patch down", shop(controlPlane("1.30.5")), upgrade("1.30.3"), "from 1.30.5 to 1.30.3 is not allowed"},

	{"one-minor-at-a-time", "a minor up, any patch", shop(), upgrade("1.31.2"), ""},
	{"one-minor-at-a-time", "two minors up", shop(), upgrade("1.32.0"), "from 1.30.3 to 1.32.0 is not allowed, minor versions can't be skipped"},
	{"one-minor-at-a-time", "AKS#1697: 1.14 to 1.16", shop(controlPlane("1.14.8"), webOn("1.14.8")), upgradeControlPlane("1.16.1"), "from 1.14.8 to 1.16.1 is not allowed"},
	{"one-minor-at-a-time", "a major up", shop(), upgrade("2.0.0"), "from 1.30.3 to 2.0.0"},

	{"target-offered", "offered", shop(), upgrade("1.31.1"), ""},
	{"target-offered", "not offered", shop(), upgrade("1.31.3"), "version 1.31.3 is not supported in this region; offered: [1.32.0, "},
	{"target-offered", "its own version, offered no more", shop(controlPlane("1.30.1")), upgradeControlPlane("1.30.1"), ""},
	{"target-offered", "no list: everything is", shop(func(s *State) { s.Offered = nil }), upgrade("1.31.3"), ""},

	{"pools-stay-within-two-minors", "two behind", shop(), upgradeControlPlane("1.31.2"), ""},
	{"pools-stay-within-two-minors", "three behind", shop(webOn("1.28.12")), upgradeControlPlane("1.31.2"), "more than 2 minors behind: agent pool web (1.28.12)"},
	{"pools-stay-within-two-minors", "a full upgrade takes the pools along", shop(webOn("1.28.12")), upgrade("1.31.2"), ""},

	{"pools-stay-within-three-minors", "three behind", shop(new2026, webOn("1.28.12")), upgradeControlPlane("1.31.2"), ""},
	{"pools-stay-within-three-minors", "four behind", shop(new2026, webOn("1.27.9")), upgradeControlPlane("1.31.2"), "more than 3 minors behind"},
	{"pools-stay-within-three-minors", "three behind below 1.28", shop(new2026, controlPlane("1.26.3"), webOn("1.24.9")), upgradeControlPlane("1.27.3"), "more than 2 minors behind"},

	{"no-pool-downgrade", "up", shop(), upgradeWeb("1.29.9"), ""},
	{"no-pool-downgrade", "down", shop(), upgradeWeb("1.28.12"), "agent pool web from 1.29.7 to 1.28.12 is not allowed; available upgrades: [1.30.3, 1.29.9]"},
	{"no-pool-downgrade", "below the newest node of a half-upgraded pool", shop(func(s *State) { s.Pools[0].AddNodes(v("1.30.3"), 1) }), upgradeWeb("1.29.9"), "from 1.30.3 to 1.29.9"},

	{"pool-same-major", "same", shop(), upgradeWeb("1.30.3"), ""},
	{"pool-same-major", "other", shop(controlPlane("2.0.0")), upgradeWeb("1.30.3"), "the major versions differ"},

	{"pool-not-above-control-plane", "the same patch", shop(), upgradeWeb("1.30.3"), ""},
	{"pool-not-above-control-plane", "a higher patch of the same minor", shop(), upgradeWeb("1.30.5"), "agent pool version 1.30.5 is above control plane version 1.30.3"},
	{"pool-not-above-control-plane", "a higher minor", shop(), upgradeWeb("1.31.1"), "above control plane"},

	{"pool-within-two-minors", "two behind", shop(controlPlane("1.31.2")), upgradeWeb("1.29.9"), ""},
	{"pool-within-two-minors", "three behind", shop(controlPlane("1.32.0")), upgradeWeb("1.29.9"), "minor 29 is 3 below 32, at most 2 is allowed"},

	{"pool-within-three-minors", "three behind", shop(new2026, controlPlane("1.32.0")), upgradeWeb("1.29.9"), ""},
	{"pool-within-three-minors", "four behind", shop(new2026, controlPlane("1.33.0")), upgradeWeb("1.29.9"), "at most 3 is allowed"},
	{"pool-within-three-minors", "three behind below 1.28", shop(new2026, controlPlane("1.27.3"), webOn("1.24.1")), upgradeWeb("1.24.9"), "at most 2 is allowed"},

	{"pool-target-offered", "offered", shop(), upgradeWeb("1.29.9"), ""},
	{"pool-target-offered", "the control plane's, offered no more", shop(controlPlane("1.30.1")), upgradeWeb("1.30.1"), ""},
	{"pool-target-offered", "not offered", shop(), upgradeWeb("1.30.1"), "version 1.30.1 is not supported in this region"},

	{"nodes-can-be-replaced", "surge", shop(), upgradeWeb("1.30.3"), ""},
	{"nodes-can-be-replaced", "neither", shop(), surge(model.Count(0))(upgradeWeb("1.30.3")), "max_surge and max_unavailable of agent pool web are both 0"},
	{"nodes-can-be-replaced", "full, a pool with neither", shop(func(s *State) { s.Pools[0].MaxSurge = model.Count(0) }), upgrade("1.30.5"), "agent pool web are both 0"},

	{"no-system-pool-in-place", "user pool", shop(new2026, func(s *State) { s.Pools[0].MaxUnavailable = model.Count(1) }), upgradeWeb("1.30.3"), ""},
	{"no-system-pool-in-place", "system pool", shop(new2026, func(s *State) { s.Pools[1].MaxUnavailable = model.Count(1) }), Request{Do: model.UpgradePool, Pool: 1, To: v("1.30.3")}, "system is a system pool, which can't have max_unavailable"},

	{"pool-count", "user pool to 0", shop(), scaleWeb(0), ""},
	{"pool-count", "system pool to 0", shop(), scaleSystem(0), "agent pool system can't have 0 nodes; a system pool has 1 to 1000"},
	{"pool-count", "too many", shop(), scaleWeb(1001), "can't have 1001 nodes"},

	{"pool-size-with-surge", "750 and 250", shop(sized(750)), surge(model.Count(250))(upgradeWeb("1.30.3")), ""},
	{"pool-size-with-surge", "750 and 251", shop(sized(750)), surge(model.Count(251))(upgradeWeb("1.30.3")), "would have 750 nodes and 251 surge nodes; a pool has at most 1000"},

	{"cluster-size", "free tier, 1,000", shop(tier(model.TierFree)), scaleWeb(997), ""},
	{"cluster-size", "free tier, 1,001", shop(tier(model.TierFree)), scaleWeb(998), "would have 1001 nodes; in tier free it has at most 1000"},
	{"cluster-size", "standard tier", shop(), scaleWeb(998), ""},

	{"regional-quota", "just enough", shop(quotas(60, 0)), upgradeWeb("1.30.3"), ""},
	{"regional-quota", "four missing", shop(quotas(60, 4)), upgradeWeb("1.30.3"), "regional vCPU quota: 12 more vCPUs requested, 52 of 60 in use, 4 missing"},
	{"regional-quota", "unlimited", shop(quotas(0, 500)), upgradeWeb("1.30.3"), ""},
	{"regional-quota", "in place takes nothing", shop(quotas(48, 0), func(s *State) { s.Pools[0].MaxSurge, s.Pools[0].MaxUnavailable = model.Count(0), model.Count(1) }), upgradeWeb("1.30.3"), ""},
	{"regional-quota", "full: every pool's surge counts", shop(quotas(63, 0)), upgrade("1.30.5"), "16 more vCPUs requested, 48 of 63 in use, 1 missing"},
	{"regional-quota", "scaling out", shop(quotas(50, 0)), scaleWeb(10), "4 more vCPUs requested, 48 of 50 in use, 2 missing"},

	{"family-quota", "just enough", shop(familyQuotas(60)), upgradeWeb("1.30.3"), ""},
	{"family-quota", "one missing", shop(familyQuotas(59)), upgradeWeb("1.30.3"), "standardDSv5Family vCPU quota: 12 more vCPUs requested, 48 of 59 in use, 1 missing"},
	{"family-quota", "surge nodes of another pool are in use", shop(familyQuotas(60), func(s *State) { s.Pools[1].Machines++ }), upgradeWeb("1.30.3"), "52 of 60 in use, 4 missing"},

	{"subnet-size", "a /27 has 27", shop(subnet("10.0.0.0/27")), upgradeWeb("1.30.3"), ""},
	{"subnet-size", "one missing", shop(subnet("10.0.0.0/28"), sized(9), func(s *State) { s.Pools = s.Pools[:1] }), upgradeWeb("1.30.3"), "10.0.0.0/28 has 11 usable addresses: 9 in use, 3 more requested, 1 missing"},

	{"budgets-satisfiable", "max_unavailable 1", shop(new2026, budget(model.Count(1), 3)), upgradeWeb("1.30.3"), ""},
	{"budgets-satisfiable", "max_unavailable 0", shop(new2026, budget(model.Count(0), 3)), upgradeWeb("1.30.3"), "budget shop/web has max_unavailable 0"},
	{"budgets-satisfiable", "max_unavailable 0 of no pods", shop(new2026, budget(model.Count(0), 0)), upgradeWeb("1.30.3"), ""},
	{"budgets-satisfiable", "nothing is drained", shop(new2026, budget(model.Count(0), 3)), upgradeControlPlane("1.30.5"), ""},
}

func sized(count int) func(*State) {
	return func(s *State) { s.Pools[0] = pool("web", model.ModeUser, "1.29.7", count) }
}

func tier(t model.Tier) func(*State) { return func(s *State) { s.Tier = t } }

func quotas(vcpus, inUse int) func(*State) {
	return func(s *State) { s.Limits.VCPUs, s.Limits.VCPUsInUse = vcpus, inUse }
}

func familyQuotas(vcpus int) func(*State) {
	return func(s *State) {
		s.Limits.VCPUsByFamily = []model.FamilyQuota{{Family: "standardDSv5Family", VCPUs: vcpus}, {Family: "standardESv5Family", VCPUs: 0}}
	}
}

func subnet(prefix string) func(*State) {
	return func(s *State) { s.Limits.Subnet = netip.MustParsePrefix(prefix) }
}

func budget(maxUnavailable model.IntOrPercent, pods int) func(*State) {
	return func(s *State) {
		s.Budgets = []Budget{{Namespace: "shop", Name: "web", MaxUnavailable: &maxUnavailable, Expected: pods, Pools: []bool{true, true}}}
	}
}

func TestRules(t *testing.T) {
	accepts, rejects := map[string]bool{}, map[string]bool{}
	for _, c := range slices.Concat(ruleCases, lifeCases, greenCases, writeCases, accessCases, togetherCases, snapshotCases, channelCases, scalingCases) {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			all := slices.Concat(aks202307, aks202608)
			at := slices.IndexFunc(all, func(r Rule) bool { return r.ID == c.rule })
			if at < 0 {
				t.Fatal("there is no such rule")
			}
			rule := all[at]
			message := rule.check(c.state, c.request)
			if c.message == "" {
				accepts[c.rule] = true
			} else {
				rejects[c.rule] = true
			}
			if c.message == "" && message != "" || !strings.Contains(message, c.message) {
				t.Errorf("says %q, want %q", message, c.message)
			}
			if !slices.ContainsFunc(Rules(c.state.Profile), func(r Rule) bool { return r.ID == c.rule }) {
				t.Errorf("profile %s doesn't have the rule", c.state.Profile)
			}
			refused := slices.ContainsFunc(Check(c.state, c.request), func(r Refusal) bool { return r.Rule == c.rule && r.Code == rule.Code })
			if refused != (c.message != "") {
				t.Errorf("Check refuses by it: %v", refused)
			}
		})
	}
	for _, profile := range []model.Profile{model.Profile202307, model.Profile202608} {
		for _, r := range Rules(profile) {
			if !accepts[r.ID] || !rejects[r.ID] {
				t.Errorf("rule %s of %s: accepted in a test: %v, rejected: %v", r.ID, profile, accepts[r.ID], rejects[r.ID])
			}
		}
	}
}

func TestProfiles(t *testing.T) {
	for _, profile := range []model.Profile{model.Profile202307, model.Profile202608} {
		seen := map[string]bool{}
		for _, r := range Rules(profile) {
			if seen[r.ID] || r.Code == "" || r.Checks == "" || r.Source == "" {
				t.Errorf("%s: rule %q is there twice or lacks a code, a sentence or a source", profile, r.ID)
			}
			seen[r.ID] = true
		}
	}
	for _, x := range OmittedRules {
		if x.Checks == "" || x.Source == "" || x.Why == "" {
			t.Errorf("a rule that is left out without a sentence, a source or a reason: %+v", x)
		}
	}
	if Rules("aks-1999-01") != nil {
		t.Error("an unknown profile has rules")
	}
}

func TestRefusalString(t *testing.T) {
	got := Check(shop(), upgradeWeb("1.30.5"))
	want := "NodePoolMcVersionIncompatible: agent pool version 1.30.5 is above control plane version 1.30.3; upgrade the control plane first (rule pool-not-above-control-plane of profile aks-2023-07)"
	if len(got) != 1 || got[0].String() != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// TestAllRefusals: all objections are returned, in the order of the rules.
func TestAllRefusals(t *testing.T) {
	s := shop(func(s *State) { s.InFlight = "Upgrading" })
	var rules []string
	for _, r := range Check(s, upgradeControlPlane("1.33.0")) {
		rules = append(rules, r.Rule)
	}
	want := []string{"one-cluster-operation", "one-minor-at-a-time", "target-offered", "pools-stay-within-two-minors"}
	if !slices.Equal(rules, want) {
		t.Errorf("got %v, want %v", rules, want)
	}
}

// TestSeedTruthTable is the seed document's rules as a whole (worked example T12): what
// each pool version answers under a control plane, in both profiles.
func TestSeedTruthTable(t *testing.T) {
	cases := []struct {
		controlPlane, pool, to string
		codes                  [2]string // 2023-07, 2026-08; empty: accepted
	}{
		{"1.30.3", "1.28.12", "1.30.3", [2]string{}},
		{"1.30.3", "1.28.12", "1.29.7", [2]string{}},
		{"1.30.3", "1.27.9", "1.28.12", [2]string{}},
		{"1.30.3", "1.27.9", "1.30.5", [2]string{NodePoolMcVersionIncompatible, NodePoolMcVersionIncompatible}},
		{"1.30.3", "1.27.9", "1.31.1", [2]string{NodePoolMcVersionIncompatible, NodePoolMcVersionIncompatible}},
		{"1.30.3", "1.30.3", "1.29.7", [2]string{OperationNotAllowed, OperationNotAllowed}},
		{"1.30.3", "1.30.3", "1.30.3", [2]string{}},
		{"1.32.0", "1.28.12", "1.29.7", [2]string{NodePoolMcVersionIncompatible, ""}},
		{"1.32.0", "1.27.9", "1.28.12", [2]string{NodePoolMcVersionIncompatible, NodePoolMcVersionIncompatible}},
		{"2.0.0", "1.28.12", "1.29.7", [2]string{NodePoolMcVersionIncompatible, NodePoolMcVersionIncompatible}},
	}
	for _, c := range cases {
		for i, profile := range []model.Profile{model.Profile202307, model.Profile202608} {
			s := shop(on(profile), controlPlane(c.controlPlane), webOn(c.pool))
			code := ""
			if refusals := Check(s, upgradeWeb(c.to)); len(refusals) > 0 {
				code = refusals[0].Code
			}
			if code != c.codes[i] {
				t.Errorf("%s: control plane %s, pool %s to %s: got %q, want %q", profile, c.controlPlane, c.pool, c.to, code, c.codes[i])
			}
		}
	}
}

// TestTarget: what an unset target falls back to, by client.
func TestTarget(t *testing.T) {
	declared := shop(func(s *State) { s.Pools[0].Declared = v("1.29.9") })
	cases := []struct {
		name    string
		state   *State
		request Request
		want    string
	}{
		{"given", declared, Request{Do: model.UpgradePool, To: v("1.30.3"), Client: model.ARM}, "1.30.3"},
		{"arm, declared", declared, Request{Do: model.UpgradePool, Client: model.ARM}, "1.29.9"},
		{"arm, never declared", shop(), Request{Do: model.UpgradePool, Client: model.ARM}, "1.30.3"},
		{"cli, declared", declared, Request{Do: model.UpgradePool, Client: model.CLI}, "1.29.7"},
		{"cli, never declared", shop(), Request{Do: model.UpgradePool, Client: model.CLI}, "1.29.7"},
		{"cluster, arm", shop(), Request{Do: model.Upgrade, Client: model.ARM}, "1.30.3"},
		{"control plane, cli", shop(), Request{Do: model.UpgradeControlPlane, Client: model.CLI}, "1.30.3"},
		{"scale", shop(), Request{Do: model.Scale, Count: 3}, "1.29.7"},
	}
	for _, c := range cases {
		if got := Target(c.state, c.request); got != v(c.want) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestUnchanged(t *testing.T) {
	failed := shop(func(s *State) { s.Pools[0].Failed = true })
	aligned := shop(webOn("1.30.3"))
	cases := []struct {
		name    string
		state   *State
		request Request
		want    bool
	}{
		{"pool at its version", shop(), upgradeWeb("1.29.7"), true},
		{"pool at another", shop(), upgradeWeb("1.30.3"), false},
		{"failed pool: a repair", failed, upgradeWeb("1.29.7"), false},
		{"control plane", shop(), upgradeControlPlane("1.30.3"), true},
		{"full, a pool behind", shop(), upgrade("1.30.3"), false},
		{"full, all there", aligned, upgrade("1.30.3"), true},
		{"same count", shop(), scaleWeb(9), true},
		{"other count", shop(), scaleWeb(8), false},
	}
	for _, c := range cases {
		if got := Unchanged(c.state, c.request); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// TestSurgeOf: rounded up, of the pool's count, lowered to what is left to do.
func TestSurgeOf(t *testing.T) {
	cases := []struct {
		name           string
		count, done    int
		surge, unavail model.IntOrPercent
		nodes, slots   int
		text           string
	}{
		{"worked example T5: 8 nodes at 10%", 8, 0, model.Percent(10), model.Count(0), 1, 1, "10% of 8 -> 1"},
		{"33% of 8", 8, 0, model.Percent(33), model.Count(0), 3, 3, "33% of 8 -> 3"},
		{"11 nodes at 10%", 11, 0, model.Percent(10), model.Count(0), 2, 2, "10% of 11 -> 2"},
		{"100%", 4, 0, model.Percent(100), model.Count(0), 4, 4, "100% of 4 -> 4"},
		{"a count", 8, 0, model.Count(2), model.Count(0), 2, 2, "2 -> 2"},
		{"more than there are", 3, 0, model.Count(5), model.Count(0), 3, 3, "5 -> 3, all that is left"},
		{"resumed: the percentage is of the pool", 8, 6, model.Percent(50), model.Count(0), 2, 2, "50% of 8 -> 2, all that is left"},
		{"in place", 8, 0, model.Count(0), model.Percent(25), 0, 2, "25% of 8 -> 2 in place"},
		{"surge hides max unavailable", 8, 0, model.Count(1), model.Count(3), 1, 1, "1 -> 1"},
		{"no nodes", 0, 0, model.Percent(10), model.Count(0), 0, 0, "10% of 0 -> 0"},
	}
	for _, c := range cases {
		s := shop(sized(c.count))
		p := &s.Pools[0]
		p.MaxSurge, p.MaxUnavailable = c.surge, c.unavail
		p.Nodes = nil
		p.AddNodes(v("1.30.3"), c.done)
		p.AddNodes(v("1.29.7"), c.count-c.done)
		x := SurgeOf(s, upgradeWeb("1.30.3"), 0)
		if x.Nodes != c.nodes || x.Slots != c.slots || x.String() != c.text {
			t.Errorf("%s: got %d surge nodes, %d slots, %q; want %d, %d, %q", c.name, x.Nodes, x.Slots, x, c.nodes, c.slots, c.text)
		}
	}
}

// TestSubnetExamples are the address examples of AKS's pages and issues
// (worked example T6, T7): with network azure a node takes an address for itself and
// one for each possible pod, and a /24 has 251.
func TestSubnetExamples(t *testing.T) {
	cases := []struct {
		name                  string
		nodes, surge, maxPods int
		needs                 int
		fits                  bool // a /24
	}{
		{"T6: 50 nodes and 1 at 30 pods", 50, 1, 30, 1581, false},
		{"T6: 60 nodes and 1 at 30 pods", 60, 1, 30, 1891, false},
		{"T7: 8 nodes and 1 at 30 pods, AKS#3221", 8, 1, 30, 279, false},
		{"T7: 7 nodes and 1 at 30 pods", 7, 1, 30, 248, true},
		{"T7: 1 node at 100 pods, AKS#2119", 0, 1, 100, 101, true},
		{"T7: 5 nodes at 100 pods, azurerm#5735", 4, 1, 100, 505, false},
	}
	for _, c := range cases {
		s := shop(sized(c.nodes), func(s *State) { s.Pools = s.Pools[:1] })
		p := &s.Pools[0]
		p.Addresses = model.AddressesPerNode(model.NetworkAzure, c.maxPods)
		p.MaxSurge = model.Count(c.surge)
		if got := (c.nodes + c.surge) * p.Addresses; got != c.needs {
			t.Errorf("%s: needs %d addresses, want %d", c.name, got, c.needs)
		}
		subnet("10.240.0.0/24")(s)
		r := upgradeWeb("1.30.3")
		if c.nodes == 0 { // no pool to surge: the node itself has to fit
			r = scaleWeb(c.surge)
		}
		refusals := Check(s, r)
		if fits := len(refusals) == 0; fits != c.fits {
			t.Errorf("%s: fits %v, want %v: %v", c.name, fits, c.fits, refusals)
		}
		want := fmt.Sprintf("%d missing", c.needs-251)
		if !c.fits && (refusals[0].Code != InsufficientSubnetSize || !strings.Contains(refusals[0].Message, want)) {
			t.Errorf("%s: got %s, want %s and %s", c.name, refusals[0], InsufficientSubnetSize, want)
		}
	}
}

// TestUpgrades are the recorded answers of az aks get-upgrades: newer patches of
// the same minor and all patches of the next.
func TestUpgrades(t *testing.T) {
	offered := []model.Version{v("1.19.11"), v("1.20.5"), v("1.20.7"), v("1.21.1"), v("1.21.2"), v("1.22.0")}
	cases := []struct{ controlPlane, want string }{
		{"1.20.5", "[1.21.2, 1.21.1, 1.20.7]"},
		{"1.20.7", "[1.21.2, 1.21.1]"},
		{"1.22.0", "[]"},
	}
	for _, c := range cases {
		s := shop(controlPlane(c.controlPlane), func(s *State) { s.Offered = offered })
		if got := list(Upgrades(s)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.controlPlane, got, c.want)
		}
	}
	s := shop(controlPlane("1.21.2"), webOn("1.19.11"), func(s *State) { s.Offered, s.Known = nil, offered })
	if got, want := list(PoolUpgrades(s, 0)), "[1.21.2, 1.21.1, 1.20.7, 1.20.5]"; got != want {
		t.Errorf("pool: got %s, want %s", got, want)
	}
	if got := list(PoolUpgrades(shop(), 1)); got != "[]" {
		t.Errorf("pool on the control plane's version: got %s", got)
	}
}

// TestUpgradesAreAccepted: what get-upgrades lists is what Check lets pass.
func TestUpgradesAreAccepted(t *testing.T) {
	for _, profile := range []model.Profile{model.Profile202307, model.Profile202608} {
		for _, from := range []string{"1.28.12", "1.29.7", "1.30.3"} {
			s := shop(on(profile), webOn(from))
			for _, to := range s.Offered {
				if to == s.ControlPlane || to == s.Pools[0].Version {
					continue
				}
				listed := slices.Contains(PoolUpgrades(s, 0), to)
				if accepted := len(Check(s, Request{Do: model.UpgradePool, To: to})) == 0; accepted != listed {
					t.Errorf("%s: pool %s to %s: listed %v, accepted %v", profile, from, to, listed, accepted)
				}
				listed = slices.Contains(Upgrades(s), to)
				if accepted := len(Check(s, Request{Do: model.Upgrade, Pool: -1, To: to})) == 0; accepted != listed {
					t.Errorf("%s: cluster to %s: listed %v, accepted %v", profile, to, listed, accepted)
				}
			}
		}
	}
}

// TestApply: a snapshot that has had a request is what the request asked for,
// and a clone isn't changed with it.
func TestApply(t *testing.T) {
	s := shop()
	before := s.Clone()
	s.Apply(upgradeControlPlane("1.30.5"))
	s.Apply(surge(model.Count(2))(upgradeWeb("1.30.5")))
	s.Apply(scaleWeb(12))
	s.Apply(scaleWeb(5))
	web := s.Pools[0]
	if s.ControlPlane != v("1.30.5") || web.Version != v("1.30.5") || web.Declared != v("1.30.5") ||
		web.Count != 5 || web.Machines != 5 || web.ToUpgrade(v("1.30.5")) != 0 || web.MaxSurge != model.Count(2) {
		t.Errorf("got %+v", s)
	}
	if before.ControlPlane != v("1.30.3") || before.Pools[0].ToUpgrade(v("1.30.3")) != 9 {
		t.Errorf("the clone changed: %+v", before)
	}
	s.Apply(upgrade("1.31.1"))
	if s.Pools[1].Version != v("1.31.1") || s.ControlPlane != v("1.31.1") {
		t.Errorf("full upgrade: got %+v", s)
	}
}
