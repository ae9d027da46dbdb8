package rules

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"rollsim/sim/model"
)

func request(do model.Verb, pool int) Request { return Request{Do: do, Pool: pool} }

func options(set func(*model.Options)) func(*State) {
	return func(s *State) { set(&s.Options) }
}

// web changes pool web, system pool system.
func web(set func(*Pool)) func(*State)    { return func(s *State) { set(&s.Pools[0]) } }
func system(set func(*Pool)) func(*State) { return func(s *State) { set(&s.Pools[1]) } }

func absent(p *Pool)  { p.Absent, p.Machines, p.Nodes = true, 0, nil }
func stopped(p *Pool) { p.Stopped, p.Machines = true, 0 }

// before records what web can be rolled back to, so long ago.
func before(version string, age time.Duration) func(*State) {
	return func(s *State) {
		s.Now = age
		web(func(p *Pool) { p.Previous = Recorded{Version: v(version), Image: "202401.01.0"} })(s)
	}
}

// longTerm gives the cluster long-term support; versions is what it brings.
func longTerm(versions ...string) func(*State) {
	return func(s *State) {
		s.LongTermSupport = true
		for _, x := range versions {
			s.LTSVersions = append(s.LTSVersions, v(x))
			s.Offered = append(s.Offered, v(x))
		}
		slices.SortFunc(s.Offered, model.Version.Compare)
		s.Offered = slices.Compact(s.Offered)
	}
}

func channel(c model.AutoUpgradeChannel) func(*State) { return func(s *State) { s.Channel = c } }

func deprecated(s *State) { s.DeprecatedAPIs = []string{"policy/v1beta1 PodSecurityPolicy"} }

func forced(r Request) Request { r.Force = true; return r }

// offers replaces what the region offers.
func offers(versions ...string) func(*State) {
	return func(s *State) {
		s.Offered = nil
		for _, x := range versions {
			s.Offered = append(s.Offered, v(x))
		}
	}
}

func onlyWebs(s *State) {
	b := &s.Budgets[0]
	b.Pools = []bool{true, false}
}

func hundredPools(s *State) {
	for i := len(s.Pools); i < 101; i++ {
		s.Pools = append(s.Pools, pool(fmt.Sprintf("p%d", i), model.ModeUser, "1.30.3", 1))
	}
	absent(&s.Pools[0])
}

var lifeCases = []ruleCase{
	{"about-something", "a pool", shop(), scaleWeb(10), ""},
	{"about-something", "no pool", shop(), Request{Do: model.UpgradeNodeImage, Pool: -1}, "request \"upgrade-node-image\" is not about anything"},
	{"about-something", "a pool beyond the last", shop(), Request{Do: model.Abort, Pool: 2}, "one of the cluster's 2 agent pools"},
	{"about-something", "the cluster, with a pool that doesn't count", shop(), Request{Do: model.Upgrade, Pool: 9, To: v("1.30.5")}, ""},
	{"about-something", "an unknown verb", shop(), Request{Do: "drain"}, "request \"drain\" is not about anything"},
	{"one-pool-operation", "nothing beside a deletion", shop(web(func(p *Pool) { p.InFlight, p.Running = deleting, 90*time.Second })), scaleWeb(3), "unable to perform scale on agent pool web since its deletion was issued 1m30s ago"},
	{"one-pool-operation", "but a second deletion", shop(web(func(p *Pool) { p.InFlight = deleting })), request(model.DeletePool, 0), ""},
	{"one-pool-operation", "a deletion preempts an upgrade", shop(web(func(p *Pool) { p.InFlight = "Upgrading" })), request(model.DeletePool, 0), ""},
	{"one-pool-operation", "an abort is let through", shop(web(func(p *Pool) { p.InFlight = "Upgrading" })), request(model.Abort, 0), ""},
	{"one-pool-operation", "node image beside node image", shop(web(func(p *Pool) { p.InFlight = "UpgradingNodeImageVersion" })), request(model.UpgradeNodeImage, 0), "(web - UpgradingNodeImageVersion) is in progress"},
	{"no-pool-operation-during-cluster-operation", "a deletion waits too", shop(func(s *State) { s.InFlight = "Upgrading" }), request(model.DeletePool, 0), "another operation (Upgrading)"},

	{"nothing-beside-rollback", "other pool", shop(system(func(p *Pool) { p.InFlight, p.RollingBack = "Upgrading", true })), scaleWeb(3), "agent pool system is being rolled back"},
	{"nothing-beside-rollback", "its abort", shop(system(func(p *Pool) { p.InFlight, p.RollingBack = "Upgrading", true })), request(model.Abort, 1), ""},
	{"nothing-beside-rollback", "an upgrade of another pool is none", shop(system(func(p *Pool) { p.InFlight = "Upgrading" })), scaleWeb(3), ""},

	{"no-pool-operation-beside-creation", "independent", shop(system(func(p *Pool) { p.InFlight = creating })), scaleWeb(3), ""},
	{"no-pool-operation-beside-creation", "option blocked", shop(system(func(p *Pool) { p.InFlight = creating }), options(func(o *model.Options) { o.PoolsBesideCreation = model.CreationBlocks })), scaleWeb(3), "(system - Creating) is in progress"},

	{"pool-exists", "there", shop(), scaleWeb(3), ""},
	{"pool-exists", "not there", shop(web(absent)), scaleWeb(3), "there is no agent pool web"},
	{"pool-exists", "to be added", shop(web(absent)), request(model.AddPool, 0), ""},
	{"pool-is-new", "to be added", shop(web(absent)), request(model.AddPool, 0), ""},
	{"pool-is-new", "there", shop(), request(model.AddPool, 0), "agent pool web already exists"},
	{"pools-per-cluster", "a third", shop(web(absent)), request(model.AddPool, 0), ""},
	{"pools-per-cluster", "the 101st", shop(hundredPools), request(model.AddPool, 0), "has 100 agent pools already, at most 100"},
	{"pool-holds-pods", "30 pods", shop(web(absent), web(func(p *Pool) { p.Count, p.MaxPods = 3, 10 })), request(model.AddPool, 0), ""},
	{"pool-holds-pods", "20 pods", shop(web(absent), web(func(p *Pool) { p.Count, p.MaxPods = 2, 10 })), request(model.AddPool, 0), "holds 20 pods on all its nodes, at least 30"},
	{"pool-holds-pods", "no nodes yet", shop(web(absent), web(func(p *Pool) { p.Count = 0 })), request(model.AddPool, 0), ""},
	{"system-pool-stays", "user pool", shop(), request(model.DeletePool, 0), ""},
	{"system-pool-stays", "the last is deleted", shop(), request(model.DeletePool, 1), "system is the last system pool"},
	{"system-pool-stays", "the last is stopped", shop(), request(model.StopPool, 1), "system is the last system pool"},
	{"system-pool-stays", "there is another", shop(web(func(p *Pool) { p.Mode = model.ModeSystem })), request(model.StopPool, 1), ""},
	{"system-pool-stays", "the other is stopped", shop(web(func(p *Pool) { p.Mode = model.ModeSystem }), web(stopped)), request(model.StopPool, 1), "the last system pool that runs"},
	{"pool-runs", "it does", shop(), scaleWeb(3), ""},
	{"pool-runs", "scale of a stopped pool", shop(web(stopped)), scaleWeb(3), "agent pool web is stopped"},
	{"pool-runs", "a stopped pool may be upgraded", shop(web(stopped)), upgradeWeb("1.30.3"), ""},
	{"stop-size", "100 nodes", shop(sized(100)), request(model.StopPool, 0), ""},
	{"stop-size", "101 nodes", shop(sized(101)), request(model.StopPool, 0), "has 101 nodes; at most 100"},

	{"something-to-abort", "an upgrade", shop(web(func(p *Pool) { p.InFlight = "Upgrading" })), request(model.Abort, 0), ""},
	{"something-to-abort", "nothing on the pool", shop(), request(model.Abort, 0), "no operation is in progress on agent pool web"},
	{"something-to-abort", "nothing on the cluster", shop(web(func(p *Pool) { p.InFlight = "Upgrading" })), request(model.Abort, -1), "no operation is in progress on the cluster"},
	{"something-to-abort", "twice", shop(web(func(p *Pool) { p.InFlight = canceling })), request(model.Abort, 0), "is being aborted already"},
	{"something-to-abort", "a deletion", shop(web(func(p *Pool) { p.InFlight = deleting })), request(model.Abort, 0), "the deletion of agent pool web can't be aborted"},
	{"something-to-abort", "the cluster's, by the pool", shop(func(s *State) { s.InFlight = "Upgrading" }, web(func(p *Pool) { p.InFlight = "Upgrading" })), request(model.Abort, 0), "is the cluster's (Upgrading); abort that"},

	{"no-pool-rollback", "an upgrade", shop(), upgradeWeb("1.30.3"), ""},
	{"no-pool-rollback", "a rollback", shop(before("1.29.7", time.Hour)), request(model.RollbackPool, 0), "web can't be rolled back"},
	{"rollback-has-record", "recorded", shop(new2026, webOn("1.30.3"), before("1.29.7", time.Hour)), request(model.RollbackPool, 0), ""},
	{"rollback-has-record", "nothing recorded", shop(new2026), request(model.RollbackPool, 0), "no version is recorded"},
	{"rollback-within-7-days", "after 7 days", shop(new2026, before("1.29.7", 7*24*time.Hour)), request(model.RollbackPool, 0), ""},
	{"rollback-within-7-days", "after more", shop(new2026, before("1.29.7", 7*24*time.Hour+time.Second)), request(model.RollbackPool, 0), "more than 7 days ago"},
	{"rollback-to-supported", "still offered", shop(new2026, webOn("1.30.3"), before("1.29.7", time.Hour)), request(model.RollbackPool, 0), ""},
	{"rollback-to-supported", "offered no more", shop(new2026, webOn("1.30.3"), before("1.29.6", time.Hour)), request(model.RollbackPool, 0), "version 1.29.6 of agent pool web is not supported any more"},
	{"rollback-to-supported", "too far below by now", shop(new2026, controlPlane("1.32.0"), webOn("1.30.3"), before("1.28.12", time.Hour)), request(model.RollbackPool, 0), "too far below control plane version 1.32.0"},
	{"rollback-without-auto-upgrade", "no channel", shop(new2026, channel(model.ChannelNone), before("1.29.7", time.Hour)), request(model.RollbackPool, 0), ""},
	{"rollback-without-auto-upgrade", "channel stable", shop(new2026, channel(model.ChannelStable), before("1.29.7", time.Hour)), request(model.RollbackPool, 0), "auto-upgrade channel stable would upgrade agent pool web again"},

	{"minors-in-order", "a minor up", shop(new2026), upgrade("1.31.2"), ""},
	{"minors-in-order", "two minors up", shop(new2026), upgrade("1.32.0"), "from 1.30.3 to 1.32.0 is not allowed; available upgrades: [1.31.2, 1.31.1, 1.30.5]"},
	{"minors-in-order", "from an unsupported version to the oldest supported", shop(new2026, controlPlane("1.24.9"), webOn("1.24.9"), offers("1.29.1", "1.29.7", "1.30.3")), upgrade("1.29.7"), ""},
	{"minors-in-order", "from an unsupported version further", shop(new2026, controlPlane("1.24.9"), webOn("1.24.9"), offers("1.29.1", "1.29.7", "1.30.3")), upgrade("1.30.3"), "available upgrades: [1.29.7, 1.29.1]"},
	{"minors-in-order", "from platform support as usual", shop(new2026, controlPlane("1.28.5"), webOn("1.28.5"), offers("1.29.7", "1.30.3")), upgrade("1.29.7"), ""},
	{"minors-in-order", "long-term support skips", shop(new2026, longTerm("1.27.100", "1.33.4")), upgrade("1.33.4"), ""},
	{"minors-in-order", "long-term support, option unsupported-only", shop(new2026, longTerm("1.33.4"), options(func(o *model.Options) { o.SkippedMinors = model.SkipWhenUnsupported })), upgrade("1.33.4"), "to 1.33.4 is not allowed"},
	{"minors-in-order", "without long-term support", shop(new2026, offers("1.30.3", "1.33.4")), upgrade("1.33.4"), "to 1.33.4 is not allowed"},

	{"control-plane-may-go-alone", "no channel", shop(new2026, channel(model.ChannelNone)), upgradeControlPlane("1.31.2"), ""},
	{"control-plane-may-go-alone", "channel node-image", shop(new2026, channel(model.ChannelNodeImage)), upgradeControlPlane("1.31.2"), ""},
	{"control-plane-may-go-alone", "channel patch", shop(new2026, channel(model.ChannelPatch)), upgradeControlPlane("1.31.2"), "auto-upgrade channel patch upgrades the pools too"},
	{"control-plane-may-go-alone", "from an unsupported version", shop(new2026, controlPlane("1.24.9"), webOn("1.24.9"), offers("1.29.7")), upgradeControlPlane("1.29.7"), "version 1.24.9 is supported no more"},

	{"lts-pools-on-lts", "pools have it", shop(new2026, longTerm("1.29.100", "1.30.100", "1.31.100")), upgrade("1.31.100"), ""},
	{"lts-pools-on-lts", "web doesn't", shop(new2026, longTerm("1.30.100", "1.31.100")), upgrade("1.31.100"), "agent pool web is on 1.29.7, which has no long-term support"},
	{"lts-pools-on-lts", "a patch needs nothing", shop(new2026, longTerm("1.30.100")), upgrade("1.30.100"), ""},

	{"no-deprecated-apis", "none", shop(new2026), upgrade("1.31.2"), ""},
	{"no-deprecated-apis", "one", shop(new2026, deprecated), upgrade("1.31.2"), "in the last 12 hours: policy/v1beta1 PodSecurityPolicy"},
	{"no-deprecated-apis", "a patch", shop(new2026, deprecated), upgrade("1.30.5"), ""},
	{"no-deprecated-apis", "forced", shop(new2026, deprecated), forced(upgrade("1.31.2")), ""},
	{"no-deprecated-apis", "forced before", shop(new2026, deprecated, func(s *State) { s.ForcedUntil = time.Hour }), upgrade("1.31.2"), ""},
	{"no-deprecated-apis", "to below 1.26", shop(new2026, deprecated, controlPlane("1.24.9"), offers("1.24.9", "1.25.4")), upgrade("1.25.4"), ""},

	{"node-image-moves", "of its own", shop(), request(model.UpgradeNodeImage, 0), ""},
	{"node-image-moves", "option with-version", shop(options(func(o *model.Options) { o.NodeImages = model.ImagesWithVersion })), request(model.UpgradeNodeImage, 0), "belongs to the Kubernetes version"},
	{"node-image-current-or-latest", "the newest", shop(func(s *State) { s.LatestImage = "202405.01.0" }), Request{Do: model.UpgradeNodeImage, Image: "202405.01.0"}, ""},
	{"node-image-current-or-latest", "an older one", shop(func(s *State) { s.LatestImage, s.Pools[0].Image = "202405.01.0", "202403.01.0" }), Request{Do: model.UpgradeNodeImage, Image: "202404.01.0"}, "202404.01.0 is neither that of agent pool web, 202403.01.0, nor latest, 202405.01.0"},

	{"upgrade-below-5000-nodes", "4999", shop(new2026, web(func(p *Pool) { p.Machines = 4996 })), upgradeWeb("1.30.3"), ""},
	{"upgrade-below-5000-nodes", "5000", shop(new2026, web(func(p *Pool) { p.Machines = 4997 })), upgradeWeb("1.30.3"), "the cluster has 5000 nodes; scale it below 3000"},

	{"no-control-plane-downgrade", "from ARM", shop(), Request{Do: model.Upgrade, Pool: -1, To: v("1.29.9"), Client: model.ARM}, "from 1.30.3 to 1.29.9 is not allowed"},
	{"no-control-plane-downgrade", "from ARM, option ignored", shop(options(func(o *model.Options) { o.ARMDowngrade = model.DowngradeIgnored })), Request{Do: model.Upgrade, Pool: -1, To: v("1.29.9"), Client: model.ARM}, ""},
	{"pool-count", "system pool to 1", shop(), scaleSystem(1), ""},
	{"machines-exist", "it is there", shop(web(named)), machines(0, "web0"), ""},
	{"machines-exist", "one is not", shop(web(named)), machines(0, "web0", "web7", "web8"), "agent pool web has no machine web7, web8"},
	{"machines-exist", "none is named", shop(web(named)), machines(0), "agent pool web has no machine "},
	{"system-machines-stay", "one of three", shop(system(named)), machines(1, "web0"), ""},
	{"system-machines-stay", "all of a user pool", shop(web(named), web(func(p *Pool) { p.Machines = 1 })), machines(0, "web0"), ""},
	{"system-machines-stay", "all", shop(system(named)), machines(1, "web0", "web1", "web2"), "system agent pool system would have 0 nodes left, at least 1 are required"},
	{"pool-count", "system pool to 1, option two", shop(options(func(o *model.Options) { o.SystemPoolMinimum = model.TwoNodes })), scaleSystem(1), "a system pool has 2 to 1000"},
	{"cluster-size", "free tier, 10, option 10", shop(tier(model.TierFree), options(func(o *model.Options) { o.FreeTierNodes = model.Free10 })), scaleWeb(10), "would have 13 nodes; in tier free it has at most 10"},
	{"cluster-size", "a pool is added", shop(tier(model.TierFree), sized(998), web(absent)), request(model.AddPool, 0), "would have 1001 nodes"},
	{"pool-within-two-minors", "a pool is added too far below", shop(controlPlane("1.32.0"), web(absent)), Request{Do: model.AddPool, Pool: 0, To: v("1.29.9")}, "minor 29 is 3 below 32"},
	{"pool-not-above-control-plane", "a pool is added above", shop(web(absent)), Request{Do: model.AddPool, Pool: 0, To: v("1.31.1")}, "is above control plane version 1.30.3"},
	{"pool-target-offered", "a pool is added on what isn't offered", shop(web(absent)), Request{Do: model.AddPool, Pool: 0, To: v("1.29.8")}, "version 1.29.8 is not supported"},
	{"regional-quota", "a pool is added", shop(web(absent), quotas(47, 0)), request(model.AddPool, 0), "36 more vCPUs requested, 12 of 47 in use, 1 missing"},
	{"regional-quota", "a pool is started", shop(web(stopped), quotas(47, 0)), request(model.StartPool, 0), "36 more vCPUs requested, 12 of 47 in use, 1 missing"},
	{"regional-quota", "node image: surge", shop(quotas(59, 0), web(func(p *Pool) { p.OldImages = 9 })), request(model.UpgradeNodeImage, 0), "12 more vCPUs requested, 48 of 59 in use, 1 missing"},
	{"regional-quota", "T4: 5 pools of 4 nodes at 50% need 10 more", t4(119), upgrade("1.30.5"), "40 more vCPUs requested, 80 of 119 in use, 1 missing"},
	{"regional-quota", "T4: and 10 are enough", t4(120), upgrade("1.30.5"), ""},
	{"subnet-size", "T6: 50 nodes and 1 at 30 pods take 1,581", t6(50, "10.0.0.0/22"), upgradeWeb("1.30.3"), "10.0.0.0/22 has 1019 usable addresses: 1550 in use, 31 more requested, 562 missing"},
	{"subnet-size", "T7: 8 nodes at 30 pods don't fit a /24", t6(8, "10.0.0.0/24"), upgradeWeb("1.30.3"), "has 251 usable addresses: 248 in use, 31 more requested, 28 missing"},
	{"subnet-size", "T7: 7 nodes do", t6(7, "10.0.0.0/24"), upgradeWeb("1.30.3"), ""},
	{"nodes-can-be-replaced", "neither by an update", shop(), surge(model.Count(0))(request(model.UpdatePool, 0)), "max_surge and max_unavailable of agent pool web are both 0"},
	{"no-system-pool-in-place", "by an update", shop(new2026), Request{Do: model.UpdatePool, Pool: 1, MaxUnavailable: &one}, "system is a system pool"},
	{"budgets-satisfiable", "F39: of another pool", shop(new2026, budget(model.Count(0), 3), func(s *State) { s.Budgets[0].Pools = []bool{false, true} }), upgradeWeb("1.30.3"), ""},
	{"budgets-satisfiable", "F39: of another pool, option cluster", shop(new2026, budget(model.Count(0), 3), func(s *State) { s.Budgets[0].Pools = []bool{false, true} }, options(func(o *model.Options) { o.BudgetCheck = model.BudgetsOfCluster })), upgradeWeb("1.30.3"), "budget shop/web has max_unavailable 0"},
	{"budgets-satisfiable", "node image", shop(new2026, budget(model.Count(0), 3), onlyWebs, web(func(p *Pool) { p.OldImages = 9 })), request(model.UpgradeNodeImage, 0), "budget shop/web has max_unavailable 0"},
	{"budgets-satisfiable", "forced", shop(new2026, budget(model.Count(0), 3)), forced(upgrade("1.30.5")), ""},
}

var one = model.Count(1)

// named gives a pool three machines with names.
func named(p *Pool) { p.Names = []string{"web0", "web1", "web2"} }

func machines(pool int, names ...string) Request {
	return Request{Do: model.DeleteMachines, Pool: pool, Nodes: names}
}

// t4 is the quota example of AKS's rolling upgrade page: 5 pools of 4 nodes.
func t4(vcpus int) *State {
	return shop(quotas(vcpus, 0), func(s *State) {
		s.Pools = nil
		for i := range 5 {
			p := pool(fmt.Sprintf("p%d", i), model.ModeUser, "1.30.3", 4)
			p.MaxSurge = model.Percent(50)
			s.Pools = append(s.Pools, p)
		}
	})
}

// t6 is a pool with 30 pods a node whose addresses are the subnet's.
func t6(nodes int, prefix string) *State {
	return shop(subnet(prefix), sized(nodes), func(s *State) {
		s.Pools = s.Pools[:1]
		s.Pools[0].Addresses, s.Pools[0].MaxSurge = 31, model.Count(1)
	})
}

// TestAlias: what an alias means, for the control plane and for a pool.
func TestAlias(t *testing.T) {
	alias, err := model.ParseTarget("1.30")
	if err != nil || !alias.IsAlias() || alias.String() != "1.30" {
		t.Fatal(alias, err)
	}
	preview := func(s *State) { s.Previews = []model.Version{v("1.31.2")} }
	next := v("1.31.1").Alias()
	for _, c := range []struct {
		name    string
		state   *State
		request Request
		want    string
	}{
		{"newest patch of its own minor", shop(), Request{Do: model.Upgrade, Pool: -1, To: alias}, "1.30.5"},
		{"option no-change", shop(options(func(o *model.Options) { o.AliasInMinor = model.NoChange })), Request{Do: model.Upgrade, Pool: -1, To: alias}, "1.30.3"},
		{"the next minor", shop(), Request{Do: model.Upgrade, Pool: -1, To: next}, "1.31.2"},
		{"no preview", shop(preview), Request{Do: model.Upgrade, Pool: -1, To: next}, "1.31.1"},
		{"a pool: not above its control plane", shop(), Request{Do: model.UpgradePool, Pool: 0, To: alias}, "1.30.3"},
		{"a pool below", shop(), Request{Do: model.UpgradePool, Pool: 0, To: v("1.29.7").Alias()}, "1.29.9"},
		{"not offered", shop(), Request{Do: model.Upgrade, Pool: -1, To: v("1.33.0").Alias()}, "1.33"},
	} {
		if got := Target(c.state, c.request).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	refusals := Check(shop(), Request{Do: model.Upgrade, Pool: -1, To: v("1.33.0").Alias()})
	if !slices.ContainsFunc(refusals, func(r Refusal) bool { return r.Code == K8sVersionNotSupported }) {
		t.Errorf("an alias that means nothing: %v", refusals)
	}
}

// TestUpgradesOfSupport: what get-upgrades lists on an unsupported version and
// with long-term support, and that a preview is among it.
func TestUpgradesOfSupport(t *testing.T) {
	old := shop(new2026, controlPlane("1.24.9"), offers("1.29.1", "1.29.7", "1.30.3"))
	if got := list(Upgrades(old)); got != "[1.29.7, 1.29.1]" {
		t.Errorf("unsupported: %s", got)
	}
	lts := shop(new2026, longTerm("1.33.4"), func(s *State) { s.Previews = []model.Version{v("1.31.2")} })
	if got := list(Upgrades(lts)); got != "[1.33.4, 1.31.2, 1.31.1, 1.30.5]" {
		t.Errorf("long-term support: %s", got)
	}
}

// TestApplyLife: a plan's state follows pools that come, go, stop and go back.
func TestApplyLife(t *testing.T) {
	s := shop(new2026, web(absent), func(s *State) { s.LatestImage = "202405.01.0" })
	s.Apply(Request{Do: model.AddPool, Pool: 0, To: v("1.29.9")})
	if p := s.Pools[0]; p.Absent || p.Version != v("1.29.9") || p.Machines != 9 || p.OldImages != 0 {
		t.Errorf("added: %+v", p)
	}
	s.Apply(request(model.StopPool, 0))
	s.Apply(upgradeWeb("1.30.3"))
	if p := s.Pools[0]; !p.Stopped || p.Machines != 0 || p.Version != v("1.30.3") || p.Previous.Version != v("1.29.9") {
		t.Errorf("upgraded while stopped: %+v", p)
	}
	s.Apply(request(model.StartPool, 0))
	s.Apply(request(model.RollbackPool, 0))
	if p := s.Pools[0]; p.Stopped || p.Machines != 9 || p.Version != v("1.29.9") || !p.Previous.IsZero() {
		t.Errorf("rolled back: %+v", p)
	}
	s.Apply(request(model.DeletePool, 0))
	if p := s.Pools[0]; !p.Absent || p.Machines != 0 {
		t.Errorf("deleted: %+v", p)
	}
	s.Apply(forced(upgrade("1.31.1")))
	if s.ForcedUntil == 0 || !s.Pools[0].Absent || s.Pools[1].Version != v("1.31.1") {
		t.Errorf("full upgrade: %+v", s)
	}
}
