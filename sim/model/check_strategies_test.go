package model

import (
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestCheckStrategies(t *testing.T) {
	full := func(change func(x *Strategy)) func(*Spec) { return func(s *Spec) { change(&s.Strategies[0]) } }
	pools := func(change func(x *Strategy)) func(*Spec) { return func(s *Spec) { change(&s.Strategies[1]) } }
	hand := func(change func(x *Strategy)) func(*Spec) { return func(s *Spec) { change(&s.Strategies[2]) } }
	green := func(change func(x *Strategy)) func(*Spec) {
		return full(func(x *Strategy) {
			to := x.To
			*x = NewStrategy("full", BlueGreenByHand)
			x.To = to
			change(x)
		})
	}
	runRows(t, []checkRow{
		{"none", func(s *Spec) { s.Strategies, s.Gates = nil, nil }, `warning strategy: the scenario has no strategy, so there is nothing to run; add [[strategy]]`},
		{"no name", pools(func(x *Strategy) { x.Name = "" }), `error strategy[1].name: no name is given; name the strategy`},
		{"two of one name", pools(func(x *Strategy) { x.Name = "full" }), `error strategy[1].name: "full" is the name of strategy[0] too; names are unique`},
		{"kind", full(func(x *Strategy) { x.Kind = "fast" }), `error strategy[0].kind: "fast" is not known; use "full", "control-plane-only", "per-pool", "auto-upgrade", "node-image-only", "blue-green" or "operations"`},
		{"blue-green", green(func(*Strategy) {}), ""},
		{"green pool that is there", green(func(x *Strategy) { x.Order = []string{"sys", "system"} }), `error strategy[0].order[0]: no pool is named "sys"; the pools are system, web`},
		{"green twice", green(func(x *Strategy) { x.Order = []string{"web", "web"} }), `error strategy[0].order[1]: "web" is listed twice; a pool is replaced once`},
		{"green of another name", green(func(x *Strategy) { x.Suffix = "-2" }), `error strategy[0].suffix: "-2" is not up to 5 lower-case letters and digits; write one such as "g"`},
		{"green name taken", func(s *Spec) {
			green(func(*Strategy) {})(s)
			p := s.NodePools[1]
			p.Name, p.Nodes = "webg", nil
			s.NodePools = append(s.NodePools, p)
		}, `error strategy[0].suffix: "g" would name the pool beside "web" "webg", which is there already; use another suffix`},
		{"green pace", green(func(x *Strategy) { x.ByHand.NodesAtATime, x.ByHand.OnFailure = 0, GoOn }),
			`error strategy[0].nodes_at_a_time: 0 is not a count of nodes from 1 to 1000` + "\n" + `error strategy[0].on_failure: "continue" is not known; use "stop" or "roll-back"`},
		{"control plane only", full(func(x *Strategy) { x.Kind = ControlPlaneOnly }), ""},
		{"no target", full(func(x *Strategy) { x.To = Version{} }), `error strategy[0].to: no target version is given; write one such as "1.30.5"`},
		{"target of operations", hand(func(x *Strategy) { x.To = Version{1, 30, 5} }),
			`error strategy[2].to: 1.30.5 is given for a strategy of kind "operations"; give each operation its own`},
		{"order", pools(func(x *Strategy) { x.Order = []string{"web", "system"} }), ""},
		{"order of some", pools(func(x *Strategy) { x.Order = []string{"web"} }), `warning strategy[1].order: pool "system" is not listed, so it keeps its version`},
		{"order of unknown", pools(func(x *Strategy) { x.Order = []string{"web", "data", "system"} }),
			`error strategy[1].order[1]: no pool is named "data"; the pools are system, web`},
		{"order twice", pools(func(x *Strategy) { x.Order = []string{"web", "system", "web"} }), `error strategy[1].order[2]: "web" is listed twice; a pool is upgraded once`},
		{"order elsewhere", full(func(x *Strategy) { x.Order = []string{"web"} }), `error strategy[0].order: an order is for kinds "per-pool" and "blue-green", and this is "full"; leave the key out`},
		{"parallel", pools(func(x *Strategy) { x.Parallel = 2 }), ""},
		{"parallel 0", pools(func(x *Strategy) { x.Parallel = 0 }), `error strategy[1].parallel: 0 is not a count of pools from 1 to 100`},
		{"parallel elsewhere", full(func(x *Strategy) { x.Parallel = 2 }), `error strategy[0].parallel: 2 is for kind "per-pool", and this is "full"; leave the key out`},
		{"pause", pools(func(x *Strategy) { x.Pause = time.Hour }), ""},
		{"negative pause", pools(func(x *Strategy) { x.Pause = -time.Hour }), `error strategy[1].pause: -1h is not from 0s to 87600h`},
		{"pause elsewhere", hand(func(x *Strategy) { x.Pause = time.Hour }), `error strategy[2].pause: 1h is for kinds "per-pool" and "blue-green", and this is "operations"; leave the key out`},
		{"no operations", hand(func(x *Strategy) { x.Operations = nil }), `error strategy[2].operation: a strategy of kind "operations" has none; add [[strategy.operation]]`},
		{"operations elsewhere", func(s *Spec) { s.Strategies[0].Operations = s.Strategies[2].Operations },
			`error strategy[0].operation: operations are for kind "operations", and this is "full"; leave them out`},
	})
}

func TestCheckOperations(t *testing.T) {
	op := func(i int, change func(o *Operation)) func(*Spec) {
		return func(s *Spec) { change(&s.Strategies[2].Operations[i]) }
	}
	amount := func(x IntOrPercent) *IntOrPercent { return &x }
	lasting := func(d time.Duration) *time.Duration { return &d }
	const of = "error strategy[2].operation"
	runRows(t, []checkRow{
		{"no name", op(2, func(o *Operation) { o.Name = "" }), of + `[2].name: no name is given; name the request`},
		{"two of one name", op(2, func(o *Operation) { o.Name = "plane" }), of + `[2].name: "plane" is the name of operation[0] too; names are unique in a strategy`},
		{"negative time", op(0, func(o *Operation) { o.At = -1 }), of + `[0].at: -1ns is not from 0s to 87600h`},
		{"delay", op(0, func(o *Operation) { o.Delay = time.Hour }), of + `[0].delay: 1h needs after, the name of the operation that it follows; use at for a time`},
		{"when", op(1, func(o *Operation) { o.When = "ended" }), of + `[1].when: "ended" is not known; use "finished", "started", "succeeded" or "failed"`},
		{"when of nothing", op(0, func(o *Operation) { o.When = Started }), of + `[0].when: "started" needs after, the name of the operation that it is about`},
		{"at and after", op(1, func(o *Operation) { o.At = time.Hour }), of + `[1].at: 1h is given beside after "plane"; give one of them, with delay for the time after it`},
		{"after what comes later", op(0, func(o *Operation) { o.After = "free" }), of + `[0].after: no operation of this strategy is named "free"`},
		{"after itself", op(0, func(o *Operation) { o.After = "plane" }), of + `[0].after: "plane" waits for itself by way of "plane", so neither is ever submitted`},
		{"in a circle", op(0, func(o *Operation) { o.After = "scale" }),
			of + `[0].after: "plane" waits for itself by way of "scale", so neither is ever submitted` + "\n" +
				of + `[1].after: "pool" waits for itself by way of "plane", so neither is ever submitted` + "\n" +
				of + `[2].after: "scale" waits for itself by way of "pool", so neither is ever submitted`},
		{"after a later one", func(s *Spec) {
			ops := s.Strategies[2].Operations
			s.Strategies[2].Operations = []Operation{ops[2], ops[1], ops[0]}
		}, ""},
		{"verb", op(0, func(o *Operation) { o.Do = "reboot" }), of + `[0].do: "reboot" is not known; use "upgrade", "upgrade-control-plane", "upgrade-pool", "scale", "upgrade-node-image", "update-pool", "add-pool", "delete-pool", "stop-pool", "start-pool", "rollback-pool", "abort", "delete-machines", "cordon", "uncordon" or "drain"`},
		{"drain of nothing", op(0, func(o *Operation) { o.Do, o.To = DrainNodes, Version{} }),
			of + `[0].pool: neither a pool nor nodes are given, and "drain" is about one of them; the pools are system, web`},
		{"drain of a pool", op(0, func(o *Operation) { o.Do, o.To, o.Pool = DrainNodes, Version{}, "web" }), ""},
		{"cordon of later nodes", op(0, func(o *Operation) { o.Do, o.To, o.Nodes = CordonNodes, Version{}, []string{"aks-web-vmss00001z"} }), ""},
		{"cordon of no nodes", op(0, func(o *Operation) {
			o.Do, o.To, o.Nodes = CordonNodes, Version{}, []string{"aks-api-vmss000000", "aks-web-vmss000000", "aks-web-vmss000000"}
		}),
			of + `[0].nodes[0]: no node is named "aks-api-vmss000000", and none can ever be: no pool names its nodes so` + "\n" + of + `[0].nodes[2]: "aks-web-vmss000000" is named twice; name it once`},
		{"machines of another pool", op(0, func(o *Operation) {
			o.Do, o.To, o.Pool, o.Nodes = DeleteMachines, Version{}, "system", []string{"aks-web-vmss000000"}
		}), of + `[0].nodes[0]: node "aks-web-vmss000000" is of pool "web", not of "system"`},
		{"no machines", op(0, func(o *Operation) { o.Do, o.To, o.Pool = DeleteMachines, Version{}, "web" }),
			of + `[0].nodes: no node is named, and "delete-machines" deletes those that are; use "delete-pool" for all`},
		{"nodes elsewhere", op(0, func(o *Operation) { o.Nodes = []string{"aks-web-vmss000000"} }), of + `[0].nodes: nodes are named, and "upgrade-control-plane" is about none; leave the key out`},
		{"drain at no pace", op(0, func(o *Operation) {
			o.Do, o.To, o.Pool, o.ByHand = DrainNodes, Version{}, "web", ByHand{NodesAtATime: -1, Timeout: -1, OnFailure: RollBack}
		}),
			of + `[0].nodes_at_a_time: -1 is not a count of nodes from 1 to 1000` + "\n" + of + `[0].timeout: -1ns is not from 0s to 87600h` + "\n" + of + `[0].on_failure: "roll-back" is not known; use "stop" or "continue"`},
		{"abort of the cluster", op(0, func(o *Operation) { o.Do, o.To = Abort, Version{} }), ""},
		{"abort with a version", op(0, func(o *Operation) { o.Do = Abort }), of + `[0].to: 1.30.5 is given, and "abort" takes no version; leave the key out`},
		{"node image of all pools", op(0, func(o *Operation) { o.Do, o.To = UpgradeNodeImage, Version{} }), ""},
		{"node image", op(0, func(o *Operation) { o.Do, o.To, o.Image = UpgradeNodeImage, Version{}, "latest" }), of + `[0].image: "latest" is not the release of a node image; write one such as "202604.08.0"`},
		{"image of an upgrade", op(0, func(o *Operation) { o.Image = "202604.08.0" }), of + `[0].image: "202604.08.0" is given, and "upgrade-control-plane" takes no image; leave the key out`},
		{"force", op(0, func(o *Operation) { o.Force = true }), ""},
		{"force of a pool", op(1, func(o *Operation) { o.Force = true }), of + `[1].force: true is given, and only "upgrade" and "upgrade-control-plane" can be forced: the override is the cluster's; leave the key out`},
		{"update without settings", op(1, func(o *Operation) { o.Do, o.To = UpdatePool, Version{} }), of + `[1].do: "update-pool" changes nothing, which the CLI doesn't send: give max_surge, max_unavailable, drain_timeout, node_soak or the autoscaler's settings, or client = "arm", by which AKS only puts right what an operation has left`},
		{"update by ARM without settings", op(1, func(o *Operation) { o.Do, o.To, o.Client = UpdatePool, Version{}, ARM }), ""},
		{"add what is there", op(1, func(o *Operation) { o.Do = AddPool }), "warning " + strings.TrimPrefix(of, "error ") + `[1].pool: pool "web" is there from the start; give it absent = true, or AKS refuses to add it`},
		{"alias", op(1, func(o *Operation) { o.To = Version{1, 99, 0}.Alias() }), of + `[1].to: "1.99" is short for the newest patch of that minor version, and cluster.offered_versions has none; list one, or write all three parts`},
		{"alias of what is offered", func(s *Spec) {
			s.Cluster.OfferedVersions = []Version{{1, 30, 5}}
			s.Strategies[2].Operations[1].To = Version{1, 30, 5}.Alias()
		}, ""},
		{"client", op(0, func(o *Operation) { o.Client = "portal" }), of + `[0].client: "portal" is not known; use "cli" or "arm"`},
		{"arm", op(1, func(o *Operation) { o.Client = ARM }), ""},
		{"no pool", op(1, func(o *Operation) { o.Pool = "" }), of + `[1].pool: no pool is given, and "upgrade-pool" is about one; the pools are system, web`},
		{"unknown pool", op(1, func(o *Operation) { o.Pool = "data" }), of + `[1].pool: no pool is named "data"; the pools are system, web`},
		{"pool of the cluster", op(0, func(o *Operation) { o.Pool = "web" }), of + `[0].pool: "web" is given, and "upgrade-control-plane" is about the cluster; leave the key out`},
		{"version of a scale", op(2, func(o *Operation) { o.To = Version{1, 30, 5} }), of + `[2].to: 1.30.5 is given, and "scale" takes no version; leave the key out`},
		{"no target", op(0, func(o *Operation) { o.To = Version{} }),
			of + `[0].to: no target version is given, and "upgrade-control-plane" has none to fall back to; write one such as "1.30.5"`},
		{"count of an upgrade", op(1, func(o *Operation) { o.Count = 3 }), of + `[1].count: 3 is given, and only "scale" changes a count; leave the key out`},
		{"scale to nothing", op(2, func(o *Operation) { o.Count = 0 }), ""},
		{"system pool to nothing", op(2, func(o *Operation) { o.Pool, o.Count = "system", 0 }), of + `[2].count: 0 is not a count of nodes from 1 to 1000`},
		{"scale without a count", func(s *Spec) { s.Written = map[string]bool{} }, of + `[2].count: no count is given, and "scale" needs one`},
		{"settings", op(1, func(o *Operation) {
			o.MaxSurge, o.MaxUnavailable, o.DrainTimeout, o.NodeSoak = amount(Count(0)), amount(Percent(50)), lasting(time.Hour), lasting(time.Minute)
		}), ""},
		{"settings out of range", op(1, func(o *Operation) {
			o.MaxSurge, o.DrainTimeout, o.NodeSoak = amount(Percent(150)), lasting(0), lasting(time.Hour)
		}), of + `[1].max_surge: 150% is not from 0% to 100% of the pool` + "\n" +
			of + `[1].drain_timeout: 0s is not from 1s to 24h` + "\n" + of + `[1].node_soak: 1h is not from 0s to 30m, as AKS allows`},
		{"settings beside the pool's", op(1, func(o *Operation) { o.MaxUnavailable = amount(Count(1)) }), ""},
		{"settings of a scale", op(2, func(o *Operation) { o.MaxSurge = amount(Count(1)) }),
			of + `[2]: upgrade settings are given, and "scale" takes none; use "upgrade-pool" or "update-pool"`},
	})
}

func TestCheckGates(t *testing.T) {
	metric := func(name string) func(*Spec) { return func(s *Spec) { s.Gates[0].Metric = name } }
	const form = `is not the name of a metric; write "duration", "workload.NAME.min_ready" or "pool.NAME.duration"`
	runRows(t, []checkRow{
		{"strategy", func(s *Spec) { s.Gates[0].Strategy = "fast" }, `error gate[0].strategy: no strategy is named "fast"`},
		{"none", metric(""), `error gate[0].metric: no metric is given; write one such as "duration"`},
		{"form", metric("Duration"), `error gate[0].metric: "Duration" ` + form},
		{"workload", metric("workload"), `error gate[0].metric: "workload" ` + form},
		{"workload without metric", metric("workload.front."), `error gate[0].metric: "workload.front." ` + form},
		{"workload without name", metric("workload..min_ready"), `error gate[0].metric: "workload..min_ready" ` + form},
		{"unknown workload", metric("workload.back.min_ready"), `error gate[0].metric: no workload is named "back"`},
		{"workload with namespace", metric("workload.default/front.min_ready"), ""},
		{"two workloads", func(s *Spec) {
			w := s.Workloads[0]
			w.Namespace = "other"
			s.Workloads = append(s.Workloads, w)
		}, `error gate[1].metric: "front" is the name of 2 workloads; write "workload.default/front.min_ready"`},
		{"pool", metric("pool.web.duration"), ""},
		{"unknown pool", metric("pool.data.duration"), `error gate[0].metric: no pool is named "data"; the pools are system, web`},
		{"stat", func(s *Spec) { s.Gates[0].Stat = "p99" }, `error gate[0].stat: "p99" is not known; use "median", "mean", "p05", "p95", "min" or "max"`},
		{"op", func(s *Spec) { s.Gates[0].Op = "=" }, `error gate[0].op: "=" is not known; use "<=", "<", ">=" or ">"`},
		{"value", func(s *Spec) { s.Gates[0].Value = math.Inf(1) }, `error gate[0].value: +Inf is not a number to compare with`},
	})
}

// TestCheckCapacity counts by hand: 7 nodes of 4 vCPUs, one address each, and one
// surge node for the larger pool.
func TestCheckCapacity(t *testing.T) {
	runRows(t, []checkRow{
		{"vCPUs for all and the surge", func(s *Spec) { s.Cluster.Limits.VCPUs = 32 }, ""},
		{"vCPUs without surge", func(s *Spec) { s.Cluster.Limits.VCPUs = 31 },
			`warning cluster.limits.vcpus: the regional quota has 31 vCPUs, and with 1 surge node of pool system the cluster needs 32: 1 too few for the upgrade`},
		{"vCPUs without surge of two pools", func(s *Spec) { s.Cluster.Limits.VCPUs, s.Strategies[1].Parallel = 35, 2 },
			`warning cluster.limits.vcpus: the regional quota has 35 vCPUs, and with 1 surge node of pool system and 1 surge node of pool web the cluster needs 36: 1 too few for the upgrade`},
		{"vCPUs in place", func(s *Spec) {
			s.Cluster.Limits.VCPUs, s.NodePools[1].Upgrade.MaxSurge, s.NodePools[1].Upgrade.MaxUnavailable = 28, Count(0), Count(1)
			s.NodePools[0].Mode, s.NodePools[0].Upgrade = ModeUser, s.NodePools[1].Upgrade
		}, `warning node_pool: no pool has mode "system"; AKS wants one with at least 1 node`},
		{"too few vCPUs", func(s *Spec) { s.Cluster.Limits.VCPUs = 27 },
			`error cluster.limits.vcpus: the regional quota has 27 vCPUs, and the cluster needs 28 as it stands: 1 too few`},
		{"vCPUs used by others", func(s *Spec) { s.Cluster.Limits.VCPUsInUse = 80 },
			`error cluster.limits.vcpus: the regional quota has 100 vCPUs, and the cluster needs 108 as it stands: 8 too few`},
		{"family", func(s *Spec) { s.Cluster.Limits.VCPUsByFamily[0].VCPUs = 20 },
			`error cluster.limits.vcpus_by_family.standardDSv5Family: the quota of standardDSv5Family has 20 vCPUs, and the cluster needs 28 as it stands: 8 too few`},
		{"family in other case", func(s *Spec) {
			s.Cluster.Limits.VCPUsByFamily[0] = FamilyQuota{"StandardDsv5Family", 30}
		}, `warning cluster.limits.vcpus_by_family.StandardDsv5Family: the quota of StandardDsv5Family has 30 vCPUs, and with 1 surge node of pool system the cluster needs 32: 2 too few for the upgrade`},
		{"small subnet", func(s *Spec) { s.Cluster.Limits.Subnet = netip.MustParsePrefix("10.240.0.0/29") },
			`error cluster.limits.subnet: 10.240.0.0/29 has 3 addresses, and the cluster needs 7 as it stands: 4 too few`},
		{"full subnet", func(s *Spec) { s.Cluster.Limits.Subnet = netip.MustParsePrefix("10.240.0.0/28") }, ""},
		{"7 nodes of 31 addresses", flat(7, 30), ""}, // and a surge node: T7 of the worked examples, 248 of 251
		{"8 nodes of 31 addresses", flat(8, 30),
			`warning cluster.limits.subnet: 10.240.0.0/24 has 251 addresses, and with 1 surge node of pool web the cluster needs 279: 28 too few for the upgrade`},
		{"9 nodes of 31 addresses", flat(9, 30),
			`error cluster.limits.subnet: 10.240.0.0/24 has 251 addresses, and the cluster needs 279 as it stands: 28 too few`},
	})
}

// flat makes the shop one system pool of so many nodes on the flat network.
func flat(count, maxPods int) func(*Spec) {
	return func(s *Spec) {
		s.NodePools = s.NodePools[1:]
		p := &s.NodePools[0]
		p.Mode, p.Count, p.MaxPods = ModeSystem, count, maxPods
		s.Cluster.Limits.Network = NetworkAzure
	}
}
