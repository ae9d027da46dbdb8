package model

import (
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"rollsim/sim/random"
)

// shop is a scenario in order: two pools, two workloads with a budget each, one
// strategy of each kind and two gates.
func shop() Spec {
	s := NewSpec()
	s.Title = "shop"
	s.Cluster.KubernetesVersion = Version{1, 29, 7}
	s.Cluster.Zones = []string{"1", "2", "3"}
	s.Cluster.OfferedVersions = []Version{{1, 30, 5}, {1, 29, 7}}
	s.Cluster.Limits.Subnet = netip.MustParsePrefix("10.240.0.0/24")
	s.Cluster.Limits.VCPUs = 100
	s.Cluster.Limits.VCPUsByFamily = []FamilyQuota{{"standardDSv5Family", 60}}
	system, web := NewNodePool("system"), NewNodePool("web")
	system.Mode, system.Count = ModeSystem, 3
	system.VMSize, _ = LookupVMSize("Standard_D4s_v5")
	system.Taints = []Taint{{"CriticalAddonsOnly", "true", NoSchedule}}
	web.Count, web.Zones = 4, []string{"1", "2", "3"}
	web.VMSize, _ = LookupVMSize("Standard_D4s_v5")
	web.Labels = Labels{{"tier", "web"}}
	s.NodePools = []NodePool{system, web}
	front, db := NewWorkload("front"), NewWorkload("db")
	front.Replicas, front.Requests = 6, Resources{500, 512 * mebibyte}
	front.NodeSelector = Labels{{"tier", "web"}}
	db.Kind, db.Replicas, db.ZonalVolume, db.HostAntiAffinity = StatefulSet, 3, true, true
	s.Workloads = []Workload{front, db}
	own, inline := NewBudget("front"), NewBudget("db")
	quarter, one := Percent(25), Count(1)
	own.Selector, own.MaxUnavailable = SelectorOf(front.Labels), &quarter
	inline.Selector, inline.MaxUnavailable, inline.Workload = SelectorOf(db.Labels), &one, "db"
	s.Budgets = []Budget{inline, own}
	full, pools, hand := NewStrategy("full", Full), NewStrategy("pools", PerPool), NewStrategy("hand", Operations)
	full.To, pools.To = Version{1, 30, 5}, Version{1, 30, 5}
	plane, pool, scale := NewOperation("plane"), NewOperation("pool"), NewOperation("scale")
	plane.Do, plane.To = UpgradeControlPlane, Version{1, 30, 5}
	pool.Do, pool.Pool, pool.After = UpgradePool, "web", "plane"
	scale.Do, scale.Pool, scale.Count, scale.After, scale.When, scale.Delay = Scale, "web", 5, "pool", Started, time.Minute
	hand.Operations = []Operation{plane, pool, scale}
	s.Strategies = []Strategy{full, pools, hand}
	duration, ready := NewGate("duration"), NewGate("workload.front.min_ready")
	duration.Op, duration.Stat, duration.Value, duration.Strategy = "<=", P95, 4*3600, "full"
	ready.Op, ready.Value = ">=", 4
	s.Gates = []Gate{duration, ready}
	return s
}

// A checkRow changes the shop and says what New then finds: lines of "error" or
// "warning", path and message.
type checkRow struct {
	name   string
	change func(*Spec)
	want   string
}

func runRows(t *testing.T, rows []checkRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := shop()
			row.change(&s)
			m, findings := New(s)
			got := describe(findings)
			if got != row.want {
				t.Errorf("New finds\n%s\nwant\n%s", got, row.want)
			}
			if fails := strings.Contains(row.want, "error "); (m == nil) != fails {
				t.Errorf("New gives a model: %v, want %v", m != nil, !fails)
			}
			for _, f := range findings {
				if strings.HasSuffix(f.Message, ".") || strings.Contains(f.Message, "%!") {
					t.Errorf("message %q ends in a full stop or lacks an argument", f.Message)
				}
			}
		})
	}
}

func describe(findings []Finding) string {
	var lines []string
	for _, f := range findings {
		severity := map[Severity]string{Error: "error", Warning: "warning"}[f.Severity]
		lines = append(lines, severity+" "+f.Path+": "+f.Message)
	}
	return strings.Join(lines, "\n")
}

func TestShopIsInOrder(t *testing.T) {
	runRows(t, []checkRow{{"as it is", func(*Spec) {}, ""}})
}

func TestCheckRunAndCluster(t *testing.T) {
	runRows(t, []checkRow{
		{"schema", func(s *Spec) { s.Schema = 2 }, `error schema: 2 is not a version of the scenario format; write 1`},
		{"no replication", func(s *Spec) { s.Run.Replications = 0 }, `error run.replications: 0 is not from 1 to 1000000`},
		{"one replication", func(s *Spec) { s.Run.Replications = 1 }, ""},
		{"no horizon", func(s *Spec) { s.Run.Horizon = 0 }, `error run.horizon: 0s is not a time after which to give up; use "48h"`},
		{"short horizon", func(s *Spec) { s.Run.Horizon = 1 }, ""},
		{"cluster name", func(s *Spec) { s.Cluster.Name = "" }, `error cluster.name: "" is not a name; give the cluster one or leave the key out`},
		{"rules", func(s *Spec) { s.Cluster.Rules = "aks" }, `error cluster.rules: "aks" is not known; use "aks-2023-07" or "aks-2026-08"`},
		{"other rules", func(s *Spec) { s.Cluster.Rules = Profile202608 }, ""},
		{"tier", func(s *Spec) { s.Cluster.Tier = "gold" }, `error cluster.tier: "gold" is not known; use "free", "standard" or "premium"`},
		{"version", func(s *Spec) { s.Cluster.KubernetesVersion = Version{} }, `error cluster.kubernetes_version: no version is given; write the control plane's, such as "1.30.5"`},
		{"zones", func(s *Spec) { s.Cluster.Zones = []string{"1", "2", "3", "1", ""} },
			"error cluster.zones[4]: \"\" is not a zone; write \"1\"\nerror cluster.zones[3]: \"1\" is listed twice; list it once"},
		{"offered twice", func(s *Spec) { s.Cluster.OfferedVersions = append(s.Cluster.OfferedVersions, Version{1, 30, 5}) },
			`error cluster.offered_versions[2]: 1.30.5 is listed twice; list it once`},
		{"window", func(s *Spec) { s.Cluster.Window = -time.Hour }, `error cluster.window: -1h is not from 0s to 87600h`},
		{"network", func(s *Spec) { s.Cluster.Limits.Network = "cilium" }, `error cluster.limits.network: "cilium" is not known; use "azure", "azure-overlay" or "kubenet"`},
		{"negative quota", func(s *Spec) { s.Cluster.Limits.VCPUs = -1 }, `error cluster.limits.vcpus: -1 is negative; leave the key out for no limit`},
		{"negative use", func(s *Spec) { s.Cluster.Limits.VCPUsInUse = -1 }, `error cluster.limits.vcpus_in_use: -1 is negative; write 0 when nobody else uses the quota`},
		{"use of no quota", func(s *Spec) { s.Cluster.Limits.VCPUs, s.Cluster.Limits.VCPUsInUse = 0, 9 },
			`error cluster.limits.vcpus_in_use: 9 counts against no quota; give cluster.limits.vcpus too`},
		{"negative family", func(s *Spec) { s.Cluster.Limits.VCPUsByFamily[0].VCPUs = -1 },
			`error cluster.limits.vcpus_by_family.standardDSv5Family: -1 is negative; leave the family out for no limit`},
		{"family twice", func(s *Spec) {
			s.Cluster.Limits.VCPUsByFamily = append(s.Cluster.Limits.VCPUsByFamily, FamilyQuota{"StandardDsv5Family", 60})
		}, `error cluster.limits.vcpus_by_family.StandardDsv5Family: StandardDsv5Family is given twice; give a family one quota`},
		{"family of nobody", func(s *Spec) { s.Cluster.Limits.VCPUsByFamily[0].Family = "standardDV5Family" },
			`warning cluster.limits.vcpus_by_family.standardDV5Family: no pool uses family standardDV5Family, so its quota limits nothing; the pools use standardDSv5Family`},
		{"no family", func(s *Spec) { s.Cluster.Limits.VCPUsByFamily[0].Family = "" },
			"error cluster.limits.vcpus_by_family: a quota has no family; write one such as standardDSv5Family\n" +
				"warning cluster.limits.vcpus_by_family.: no pool uses family , so its quota limits nothing; the pools use standardDSv5Family"},
		{"host bits", func(s *Spec) { s.Cluster.Limits.Subnet = netip.MustParsePrefix("10.240.0.9/24") },
			`error cluster.limits.subnet: "10.240.0.9/24" has bits beyond its prefix; write "10.240.0.0/24"`},
		{"no retry", func(s *Spec) { s.Timing.EvictionRetry = random.Dist{} }, `error timing.eviction_retry: 0s is too short for a retry; use at least 1ms`},
		{"no retry in a pool", func(s *Spec) { s.NodePools[1].Timing.EvictionRetry = random.Constant(1) },
			`error node_pool[1].timing.eviction_retry: 1ns is too short for a retry; use at least 1ms`},
		{"pull", func(s *Spec) { s.Timing.ImagePull = -1 }, `error timing.image_pull: -1 is negative; write 0 to have images there at once`},
		{"no pull", func(s *Spec) { s.Timing.ImagePull = 0 }, ""},
	})
}

func TestCheckPools(t *testing.T) {
	web := func(change func(p *NodePool)) func(*Spec) { return func(s *Spec) { change(&s.NodePools[1]) } }
	runRows(t, []checkRow{
		{"name with a dash", func(s *Spec) { s.NodePools[0].Name = "sys-1"; s.Strategies = s.Strategies[:1] },
			`error node_pool[0].name: "sys-1" is not a pool name; use up to 12 lower-case letters and digits, a letter first`},
		{"name with 13 letters", func(s *Spec) { s.NodePools[0].Name = "abcdefghijklm" },
			`error node_pool[0].name: "abcdefghijklm" is not a pool name; use up to 12 lower-case letters and digits, a letter first`},
		{"name with 12 letters", func(s *Spec) { s.NodePools[0].Name = "abcdefghijk9" }, ""},
		{"mode", web(func(p *NodePool) { p.Mode = "gateway" }), `error node_pool[1].mode: "gateway" is not known; use "system" or "user"`},
		{"no system pool", func(s *Spec) { s.NodePools[0].Mode = ModeUser }, `warning node_pool: no pool has mode "system"; AKS wants one with at least 1 node`},
		{"empty system pool", func(s *Spec) { s.NodePools[0].Count = 0 }, `error node_pool[0].count: 0 is not a count of nodes from 1 to 1000, as AKS allows for a pool of mode "system"`},
		{"empty user pool", func(s *Spec) {
			web := &s.NodePools[1]
			web.Count, s.Workloads[1].HostAntiAffinity = 0, false
		}, ""},
		{"negative count", web(func(p *NodePool) { p.Count = -1 }), `error node_pool[1].count: -1 is not a count of nodes from 0 to 1000, as AKS allows for a pool of mode "user"`},
		{"max_pods", web(func(p *NodePool) { p.MaxPods = 9 }), `error node_pool[1].max_pods: 9 is not from 10 to 250, as AKS allows`},
		{"max_pods 10", web(func(p *NodePool) { p.MaxPods = 10 }), ""},
		{"zone", web(func(p *NodePool) { p.Zones = []string{"4"} }), `error node_pool[1].zones[0]: "4" is not a zone of the cluster; use "1", "2" or "3"`},
		{"zone of none", func(s *Spec) { s.Cluster.Zones = nil; s.NodePools[1].Zones = []string{"1"} },
			`error node_pool[1].zones[0]: "1" is a zone, but cluster.zones has none; list the region's zones there`},
		{"surge zones", web(func(p *NodePool) { p.SurgeZones = []string{"1"} }), ""},
		{"surge zone elsewhere", web(func(p *NodePool) { p.SurgeZones = []string{"4"} }),
			`error node_pool[1].surge_zones[0]: "4" is not a zone of the pool; list some of its zones, or leave the key out for all`},
		{"zone twice", web(func(p *NodePool) { p.Zones = []string{"1", "1"} }), `error node_pool[1].zones[1]: "1" is listed twice; list it once`},
		{"label twice", web(func(p *NodePool) { p.Labels = Labels{{"x", "1"}, {"tier", "web"}, {"x", "2"}} }),
			`error node_pool[1].labels.x: "x" is given twice; give a label one value`},
		{"label of AKS", web(func(p *NodePool) { p.Labels = append(p.Labels, Label{LabelPool, "x"}) }),
			`warning node_pool[1].labels."kubernetes.azure.com/agentpool": "x" has no effect: AKS sets kubernetes.azure.com/agentpool itself`},
		{"taint twice", web(func(p *NodePool) { p.Taints = []Taint{{"a", "b", PreferNoSchedule}, {"a", "c", PreferNoSchedule}} }),
			`error node_pool[1].taints[1]: "a=c:PreferNoSchedule" has the key and effect of "a=b:PreferNoSchedule"; a node has each once`},
		{"taint with two effects", web(func(p *NodePool) { p.Taints = []Taint{{"a", "b", PreferNoSchedule}, {"a", "b", NoSchedule}} }),
			`warning workload[0].tolerations: the pods do not tolerate "a=b:NoSchedule", so no node takes them; add "a"` + "\n" +
				`warning workload[1].tolerations: the pods do not tolerate "a=b:NoSchedule", so no node takes them; add "a"`},
		{"taint", web(func(p *NodePool) { p.Taints = []Taint{{"", "b", "Never"}} }),
			`error node_pool[1].taints[0]: "=b:Never" has no key; write "key=value:NoSchedule"` + "\n" +
				`error node_pool[1].taints[0]: "Never" is not known; use "NoSchedule", "PreferNoSchedule" or "NoExecute"` + "\n" +
				`warning workload[0].tolerations: the pods do not tolerate "=b:Never", so no node takes them; add ""` + "\n" +
				`warning workload[1].tolerations: the pods do not tolerate "=b:Never", so no node takes them; add ""`},
		{"pools of one name", func(s *Spec) { s.NodePools[0].Name = "web" },
			`error node_pool[1].name: "web" is the name of node_pool[0] too; names are unique` + "\n" +
				`error strategy[1].order[1]: "web" is listed twice; a pool is upgraded once`},
		{"no pool", func(s *Spec) {
			*s = Spec{Schema: 1, Run: s.Run, Cluster: s.Cluster, Timing: s.Timing, Scheduler: s.Scheduler, Controllers: s.Controllers, Strategies: s.Strategies[:1]}
			s.Cluster.Limits = Limits{Network: NetworkAzure}
		}, `error node_pool: the cluster has no node pool; add [[node_pool]]`},
	})
}

func TestCheckVMSize(t *testing.T) {
	web := func(change func(p *NodePool)) func(*Spec) { return func(s *Spec) { change(&s.NodePools[1]) } }
	runRows(t, []checkRow{
		{"none", web(func(p *NodePool) { p.VMSize = VMSize{} }), `error node_pool[1].vm_size: no VM size is given; write one such as "Standard_D4s_v5", or give allocatable` + "\n" +
			`warning workload[0].cpu: cpu 500m and memory 512Mi are more than any node that takes the pods has, cpu 0 and memory 0`},
		{"none, with allocatable", web(func(p *NodePool) {
			p.VMSize, p.Allocatable, p.AllocatableSet = VMSize{}, Allocatable{Resources{4000, gibibyte}, 30}, true
		}), `warning node_pool[1].vm_size: no VM size is given, so vCPUs and price count as 0; write one such as "Standard_D4s_v5"`},
		{"misspelt", web(func(p *NodePool) { p.VMSize = VMSize{Name: "Standard_D4_v5"} }), `error node_pool[1].vm_size: "Standard_D4_v5" is not in the catalogue of VM sizes; did you mean "Standard_D4s_v5"?` + "\n" +
			`warning workload[0].cpu: cpu 500m and memory 512Mi are more than any node that takes the pods has, cpu 0 and memory 0`},
		{"unknown, with allocatable", web(func(p *NodePool) {
			p.VMSize, p.Allocatable, p.AllocatableSet = VMSize{Name: "Standard_M832ixs_v3"}, Allocatable{Resources{4000, gibibyte}, 30}, true
		}), `warning node_pool[1].vm_size: "Standard_M832ixs_v3" is not in the catalogue of VM sizes, so its vCPUs and its price count as 0; give allocatable, or use a size such as "Standard_D4s_v5"`},
		{"negative", web(func(p *NodePool) { p.VMSize.Memory = -1 }), `error node_pool[1].vm_size: "Standard_D4s_v5" has 4 vCPUs and -1 bytes of memory; neither can be negative` + "\n" +
			`error node_pool[1].vm_size: cpu 3860m, memory 0 and 250 pods leave no room for a pod` + "\n" +
			`warning workload[0].cpu: cpu 500m and memory 512Mi are more than any node that takes the pods has, cpu 3860m and memory 0`},
		{"price", web(func(p *NodePool) { p.VMSize.PricePerHour = math.NaN() }), `error node_pool[1].vm_size: "Standard_D4s_v5" costs NaN USD an hour; a price is a number of at least 0`},
		{"no room", web(func(p *NodePool) { p.Allocatable, p.AllocatableSet = Allocatable{Resources{3000, gibibyte}, 0}, true }),
			`error node_pool[1].allocatable: cpu 3, memory 1Gi and 0 pods leave no room for a pod`},
		{"too much room", web(func(p *NodePool) {
			p.Allocatable, p.AllocatableSet = Allocatable{Resources{8000, gibibyte}, 30}, true
		}), `warning node_pool[1].allocatable: cpu 8 and memory 1Gi are more than a Standard_D4s_v5 has, 4 cores and 16Gi`},
	})
}

func TestCheckUpgradeSettings(t *testing.T) {
	web := func(change func(u *UpgradeSettings)) func(*Spec) {
		return func(s *Spec) { change(&s.NodePools[1].Upgrade) }
	}
	runRows(t, []checkRow{
		{"whole surge", web(func(u *UpgradeSettings) { u.MaxSurge = Percent(100) }), ""},
		{"too much surge", web(func(u *UpgradeSettings) { u.MaxSurge = Percent(101) }), `error node_pool[1].max_surge: 101% is not from 0% to 100% of the pool`},
		{"too many surge nodes", web(func(u *UpgradeSettings) { u.MaxSurge = Count(1001) }), `error node_pool[1].max_surge: 1001 is not a count of nodes from 0 to 1000`},
		{"neither", web(func(u *UpgradeSettings) { u.MaxSurge = Count(0) }),
			`error node_pool[1].max_surge: max_surge and max_unavailable are both 0, so no node could ever be replaced; raise one`},
		{"both", web(func(u *UpgradeSettings) { u.MaxUnavailable = Count(1) }), ""},
		{"in place", web(func(u *UpgradeSettings) { u.MaxSurge, u.MaxUnavailable = Count(0), Percent(50) }), ""},
		{"in place, system pool", func(s *Spec) {
			s.NodePools[0].Upgrade.MaxSurge, s.NodePools[0].Upgrade.MaxUnavailable = Count(0), Count(1)
		}, `error node_pool[0].max_unavailable: 1 is set on a system pool, which AKS does not allow; use max_surge`},
		{"short drain", web(func(u *UpgradeSettings) { u.DrainTimeout = 63 * time.Second }), `warning node_pool[1].drain_timeout: 1m3s is shorter than AKS allows, 5m`},
		{"too short drain", web(func(u *UpgradeSettings) { u.DrainTimeout = time.Millisecond }), `error node_pool[1].drain_timeout: 1ms is not from 1s to 24h`},
		{"long drain", web(func(u *UpgradeSettings) { u.DrainTimeout = 24 * time.Hour }), ""},
		{"too long drain", web(func(u *UpgradeSettings) { u.DrainTimeout = 25 * time.Hour }), `error node_pool[1].drain_timeout: 25h is not from 1s to 24h`},
		{"soak", web(func(u *UpgradeSettings) { u.NodeSoak = 30 * time.Minute }), ""},
		{"long soak", web(func(u *UpgradeSettings) { u.NodeSoak = 31 * time.Minute }), `error node_pool[1].node_soak: 31m is not from 0s to 30m, as AKS allows`},
		{"cordon", web(func(u *UpgradeSettings) { u.UndrainableNodeBehavior, u.MaxBlockedNodes = Cordon, percentPointer(50) }), ""},
		{"neither behavior", web(func(u *UpgradeSettings) { u.UndrainableNodeBehavior = "Wait" }),
			`error node_pool[1].undrainable_node_behavior: "Wait" is not known; use "Schedule" or "Cordon"`},
		{"blocked nodes without cordon", web(func(u *UpgradeSettings) { one := Count(1); u.MaxBlockedNodes = &one }),
			`warning node_pool[1].max_blocked_nodes: 1 has no effect with undrainable_node_behavior "Schedule", which blocks none`},
		{"too many blocked nodes", web(func(u *UpgradeSettings) { u.UndrainableNodeBehavior, u.MaxBlockedNodes = Cordon, percentPointer(101) }),
			`error node_pool[1].max_blocked_nodes: 101% is not from 0% to 100% of the pool`},
		{"batch", web(func(u *UpgradeSettings) { u.Batching = Batch }), ""},
		{"batching", web(func(u *UpgradeSettings) { u.Batching = "" }), `error node_pool[1].batching: "" is not known; use "sliding" or "batch"`},
		{"full scale set", func(s *Spec) {
			s.NodePools[1].Count, s.Cluster.Limits = 1000, Limits{Network: NetworkAzure}
		}, `error node_pool[1].max_surge: 10% of 1000 nodes makes 1100, and a scale set holds 1000 at most`},
		{"nearly full scale set", func(s *Spec) {
			s.NodePools[1].Count, s.Cluster.Limits = 909, Limits{Network: NetworkAzure}
		}, ""},
		{"free tier", func(s *Spec) {
			s.NodePools[1].Count, s.NodePools[0].Count, s.Cluster.Limits = 900, 101, Limits{Network: NetworkAzure}
			s.Cluster.Tier = TierFree
		}, `error cluster.tier: 1001 nodes are more than tier "free" allows, 1000`},
	})
}

func TestCheckNodes(t *testing.T) {
	nodes := func(nodes ...Node) func(*Spec) {
		return func(s *Spec) { s.NodePools[0].Nodes = nodes }
	}
	runRows(t, []checkRow{
		{"given", nodes(Node{Name: "a"}, Node{Name: "b", Zone: "3"}, Node{Name: "c"}), ""},
		{"too few", nodes(Node{Name: "a"}), `error node_pool[0].nodes: 1 node listed for a count of 3; list all or none`},
		{"names", nodes(Node{Name: "a"}, Node{Name: "a"}, Node{}),
			"error node_pool[0].nodes[2].name: \"\" is not a node name; give the node one\n" +
				`error node_pool[0].nodes[1].name: "a" is the name of node_pool[0].nodes[0] too; node names are unique`},
		{"name of another pool's", nodes(Node{Name: "a"}, Node{Name: "aks-web-vmss000001"}, Node{Name: "b"}),
			""}, // the numbers of web's own go on after it
		{"zone", nodes(Node{Name: "a", Zone: "4"}, Node{Name: "b"}, Node{Name: "c"}),
			`error node_pool[0].nodes[0].zone: "4" is not a zone of the cluster; use "1", "2" or "3"`},
	})
}
