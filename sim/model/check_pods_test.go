package model

import (
	"reflect"
	"testing"
	"time"

	"rollsim/sim/random"
)

func TestCheckPodsInFull(t *testing.T) {
	front := func(change func(w *Workload)) func(*Spec) { return func(s *Spec) { change(&s.Workloads[0]) } }
	runRows(t, []checkRow{
		{"priority", front(func(w *Workload) { w.Priority, w.PreemptionPolicy = HighestUserPriority, PreemptNever }), ""},
		{"negative priority", front(func(w *Workload) { w.Priority = -10 }), ""},
		{"priority of the system", front(func(w *Workload) { w.Priority = SystemNodeCritical }), ""},
		{"priority too high", front(func(w *Workload) { w.Priority = 1_500_000_000 }),
			`error workload[0].priority: 1500000000 is more than 1000000000, the highest of a PriorityClass; those of the system are 2000000000 and 2000001000`},
		{"preemption policy", front(func(w *Workload) { w.PreemptionPolicy = "Always" }),
			`error workload[0].preemption_policy: "Always" is not known; use "PreemptLowerPriority" or "Never"`},
		{"gates", front(func(w *Workload) { w.SchedulingGates = []string{"a", "", "a"} }),
			`error workload[0].scheduling_gates[1]: "" is not a gate; name it, such as "example.com/quota"` + "\n" +
				`error workload[0].scheduling_gates[2]: "a" is listed twice; list it once` + "\n" +
				`warning workload[0].scheduling_gates: nobody removes a gate during a run, so pods that are on no node at the start stay pending`},
		{"resources", func(s *Spec) {
			s.Workloads[0].Extended = ExtendedResources{{"nvidia.com/gpu", 1}, {EphemeralStorage, gibibyte}}
			s.NodePools[1].Extended = ExtendedResources{{EphemeralStorage, 2 * gibibyte}, {"nvidia.com/gpu", 1}}
		}, ""},
		{"no such resource", front(func(w *Workload) { w.Extended = ExtendedResources{{"nvidia.com/gpu", 1}} }),
			`warning workload[0].resources: { "nvidia.com/gpu" = 1 } is more than any node has that takes the pods, so they stay pending; give node_pool.resources`},
		{"resources misspelt", func(s *Spec) {
			s.NodePools[1].Extended = ExtendedResources{{"cpu", 1}, {"gpu", 1}, {"example.com/a", 0}, {"example.com/a", 1}}
		}, `error node_pool[1].resources.cpu: cpu is no extended resource; it has a key of its own` + "\n" +
			`error node_pool[1].resources."example.com/a": 0 is not an amount from 1 to 1125899906842624; leave the resource out for none` + "\n" +
			`error node_pool[1].resources.gpu: "gpu" is not the name of a resource; write one such as "nvidia.com/gpu" or "ephemeral-storage"` + "\n" +
			`error node_pool[1].resources."example.com/a": "example.com/a" is given twice; give it one amount`},
		{"resources placed", func(s *Spec) {
			s.NodePools[1].Extended = ExtendedResources{{"example.com/a", 3}}
			s.Workloads[0].Extended = ExtendedResources{{"example.com/a", 2}}
			s.Workloads[0].Placement = []string{"aks-web-vmss000000", "aks-web-vmss000001", "aks-web-vmss000000"}
		}, `error workload[0].placement[2]: node "aks-web-vmss000000" has example.com/a 1 left, and the pod asks for 2`},
		{"host ports", front(func(w *Workload) { w.HostPorts = []HostPort{{80, "TCP", ""}, {80, "UDP", ""}, {81, "TCP", "10.0.0.1"}} }), ""},
		{"host ports misspelt", front(func(w *Workload) {
			w.HostPorts = []HostPort{{80, "TCP", ""}, {80, "TCP", "10.0.0.1"}, {0, "http", "localhost"}}
		}), `error workload[0].host_ports[1]: 10.0.0.1:80 clashes with host_ports[0], so that no node could take the pods` + "\n" +
			`error workload[0].host_ports[2]: 0 is not a port from 1 to 65535` + "\n" +
			`error workload[0].host_ports[2]: "http" is not known; use "TCP", "UDP" or "SCTP"` + "\n" +
			`error workload[0].host_ports[2]: "localhost" is not an IP address; leave it out for all of the node's`},
		{"unready", front(func(w *Workload) { w.Unready = []int{5, 0} }), ""},
		{"unready misspelt", front(func(w *Workload) { w.Unready = []int{6, 1, 1} }),
			`error workload[0].unready[0]: 6 is not a replica; they are numbered from 0 to 5` + "\n" +
				`error workload[0].unready[2]: 1 is listed twice; list it once`},
		{"never ready", front(func(w *Workload) { w.NeverReady = true }), ""},
		{"never ready and unready", front(func(w *Workload) { w.NeverReady, w.Unready = true, []int{0} }),
			`error workload[0].unready: with ready = "never" no replica is Ready; give one of the two keys`},
		{"toleration of a node that is lost", front(func(w *Workload) { w.NotReadyToleration = -1 }),
			`error workload[0].not_ready_toleration: -1ns is not from 0s to 87600h`},
		{"disks", func(s *Spec) { s.Workloads[1].Disks = 8 }, ""},
		{"too many disks", func(s *Spec) { s.Workloads[1].Disks = 9 },
			`warning workload[1].volume.disks: 9 are more than the 8 that a node of any pool can have attached, so the pods stay pending`},
		{"disks of a deployment", front(func(w *Workload) { w.Disks = 1 }),
			`error workload[0].volume: a zonal volume needs pods with an identity, and this is a Deployment; use a StatefulSet`},
		{"node with disks", func(s *Spec) { s.NodePools[0].MaxDataDisks = 300 }, `error node_pool[0].max_data_disks: 300 is not from 0 to 256`},
	})
}

func TestCheckJobs(t *testing.T) {
	job := func(change func(j *JobSettings)) func(*Spec) {
		return func(s *Spec) {
			s.Workloads[0].Kind, s.Budgets = Job, s.Budgets[:1]
			change(&s.Workloads[0].Job)
		}
	}
	runRows(t, []checkRow{
		{"as it is", job(func(*JobSettings) {}), ""},
		{"settings", job(func(j *JobSettings) {
			*j = JobSettings{Completions: 10, Parallelism: 20, Duration: random.Constant(time.Minute), IgnoreDisruptions: true}
		}), ""},
		{"misspelt", job(func(j *JobSettings) { *j = JobSettings{BackoffLimit: -1} }),
			`error workload[0].completions: 0 is not a count of pods from 1 to 200000` + "\n" +
				`error workload[0].parallelism: 0 is not a count of pods from 1 to 200000` + "\n" +
				`error workload[0].backoff_limit: -1 is negative; write 0 to have the first failed pod fail the Job`},
		{"budget", func(s *Spec) { s.Workloads[0].Kind = Job },
			`error pdb[0].max_unavailable: 25% needs a controller that says how many pods there should be, and front has none; use a whole number in min_available`},
	})
}

func TestCheckOtherPods(t *testing.T) {
	front := func(change func(w *Workload)) func(*Spec) { return func(s *Spec) { change(&s.Workloads[0]) } }
	affinity := func(terms ...PodAffinityTerm) func(*Spec) { return front(func(w *Workload) { w.PodAffinity = terms }) }
	runRows(t, []checkRow{
		{"preferred nodes", front(func(w *Workload) {
			w.PreferredNodeAffinity = []PreferredNodeTerm{{1, NodeSelectorTerm{{"a", Exists, nil}}}, {100, NodeSelectorTerm{{"b", Gt, []string{"3"}}}}}
		}), ""},
		{"preferred nodes misspelt", front(func(w *Workload) {
			w.PreferredNodeAffinity = []PreferredNodeTerm{{0, nil}, {101, NodeSelectorTerm{{"", Exists, nil}}}}
		}), `error workload[0].preferred_node_affinity[0].weight: 0 is not from 1 to 100` + "\n" +
			`error workload[0].preferred_node_affinity[0].match: the term has no requirement, so it matches no node; give it one or leave it out` + "\n" +
			`error workload[0].preferred_node_affinity[1].weight: 101 is not from 1 to 100` + "\n" +
			`error workload[0].preferred_node_affinity[1].match[0]: the requirement has no key; name the label that it compares`},
		{"affinity", affinity(
			PodAffinityTerm{TopologyKey: LabelZone, Required: true, Selector: Selector{{"app", In, []string{"db"}}}},
			PodAffinityTerm{TopologyKey: LabelHostname, Weight: 50, Namespaces: []string{"default", "other"}},
			PodAffinityTerm{TopologyKey: LabelHostname, Weight: 1, Namespaces: []string{AllNamespaces}}), ""},
		{"affinity misspelt", affinity(
			PodAffinityTerm{Required: true, Weight: 5},
			PodAffinityTerm{TopologyKey: LabelZone, Selector: Selector{{"a", Lt, []string{"1"}}}, Namespaces: []string{"", AllNamespaces}}),
			`error workload[0].pod_affinity[0].topology_key: no key is given; write "topology.kubernetes.io/zone" or "kubernetes.io/hostname"` + "\n" +
				`error workload[0].pod_affinity[0].weight: 5 is given for a term that is required; leave it out` + "\n" +
				`error workload[0].pod_affinity[1].weight: 0 is not from 1 to 100` + "\n" +
				`error workload[0].pod_affinity[1].selector[0]: "Lt" is not known; use "In", "NotIn", "Exists" or "DoesNotExist"` + "\n" +
				`error workload[0].pod_affinity[1].namespaces[0]: "" is not a namespace among others; name one, or write ["*"] for all` + "\n" +
				`error workload[0].pod_affinity[1].namespaces[1]: "*" is not a namespace among others; name one, or write ["*"] for all` + "\n" +
				`warning workload[0].pod_affinity[1].selector: "a < 1" selects no workload, so it has no effect`},
		{"affinity to nobody", affinity(PodAffinityTerm{TopologyKey: LabelZone, Required: true, Selector: Selector{{"app", In, []string{"cache"}}}}),
			`warning workload[0].pod_affinity[0].selector: "app=cache" selects no workload, so the pods stay pending`},
		{"anti-affinity without labels", func(s *Spec) {
			s.Workloads[0].Labels, s.Budgets = nil, s.Budgets[:1]
			s.Workloads[0].PodAntiAffinity = []PodAffinityTerm{{TopologyKey: LabelZone, Required: true}}
		}, `error workload[0].pod_anti_affinity[0].selector: no selector is given, and the workload has no labels to stand in for it; give one of them`},
		{"spread in full", front(func(w *Workload) {
			w.Labels = append(w.Labels, Label{"version", "2"})
			w.TopologySpread = []SpreadConstraint{{
				MaxSkew: 1, TopologyKey: LabelZone, WhenUnsatisfiable: DoNotSchedule, Selector: Selector{{"app", Exists, nil}}, MinDomains: 3,
				NodeAffinityPolicy: Ignore, NodeTaintsPolicy: Honor, MatchLabelKeys: []string{"version", "pod-template-hash"},
			}}
		}), ""},
		{"spread in full misspelt", front(func(w *Workload) {
			w.TopologySpread = []SpreadConstraint{{
				MaxSkew: 1, TopologyKey: LabelZone, WhenUnsatisfiable: ScheduleAnyway, MinDomains: 3,
				NodeAffinityPolicy: "Ignored", NodeTaintsPolicy: "honor", MatchLabelKeys: []string{"", "version", "version"},
			}}
		}), `error workload[0].topology_spread[0].min_domains: 3 is given with "ScheduleAnyway", which no count of domains can fail; leave the key out` + "\n" +
			`error workload[0].topology_spread[0].node_affinity_policy: "Ignored" is not known; use "Honor" or "Ignore"` + "\n" +
			`error workload[0].topology_spread[0].node_taints_policy: "honor" is not known; use "Honor" or "Ignore"` + "\n" +
			`error workload[0].topology_spread[0].match_label_keys[0]: "" is not a key; name a label of the pods` + "\n" +
			`warning workload[0].topology_spread[0].match_label_keys[0]: the pods have no label "", so the key has no effect` + "\n" +
			`warning workload[0].topology_spread[0].match_label_keys[1]: the pods have no label "version", so the key has no effect` + "\n" +
			`warning workload[0].topology_spread[0].match_label_keys[2]: the pods have no label "version", so the key has no effect` + "\n" +
			`error workload[0].topology_spread[0].match_label_keys[2]: "version" is listed twice; list it once`},
	})
}

func TestCheckControl(t *testing.T) {
	week := 7 * 24 * time.Hour
	runRows(t, []checkRow{
		{"all", func(s *Spec) {
			s.Scheduler = Scheduler{PercentageOfNodesToScore: 100, Backoff: time.Second, MaxBackoff: time.Second, Flush: week, ClientBurst: 1}
			s.Controllers = Controllers{ClientQPS: 2000, ClientBurst: 4000}
			s.Timing.ImagePullParallel, s.Timing.DiskMoveParallel = 0, 0
		}, ""},
		{"scheduler", func(s *Spec) { s.Scheduler = Scheduler{PercentageOfNodesToScore: 101, MaxBackoff: -1, ClientQPS: -1} },
			`error scheduler.percentage_of_nodes_to_score: 101 is not from 0 to 100` + "\n" +
				`error scheduler.backoff: 0s is not from 1ms to 87600h` + "\n" +
				`error scheduler.max_backoff: -1ns is not from backoff, 0s, to 87600h` + "\n" +
				`error scheduler.flush: 0s is not from 1s to 87600h` + "\n" +
				`error scheduler.client_qps: -1 is not from 0, for no limit, to 1000000` + "\n" +
				`error scheduler.client_burst: 0 is not from 1 to 1000000`},
		{"controllers", func(s *Spec) { s.Controllers.Workers = -1 }, `error controllers.workers: -1 is negative; write 0 for no limit`},
		{"at a time", func(s *Spec) { s.Timing.ImagePullParallel, s.Timing.DiskMoveParallel = -1, -2 },
			`error timing.image_pull_parallel: -1 is negative; write 0 for no limit` + "\n" +
				`error timing.disk_move_parallel: -2 is negative; write 0 for no limit`},
		{"budget created", func(s *Spec) { d := week; s.Budgets[0].Created = &d }, ""},
		{"budget created before", func(s *Spec) { d := -week; s.Budgets[0].Created = &d }, `error workload[1].pdb.created: -168h is not from 0s to 87600h`},
	})
}

// TestOtherPodsAreResolved: constraints name their workloads, in the pods' own
// namespace unless they say otherwise.
func TestOtherPodsAreResolved(t *testing.T) {
	s := shop()
	twin := s.Workloads[0]
	twin.Name, twin.Namespace = "twin", "other"
	s.Workloads = append(s.Workloads, twin)
	canary := s.Workloads[0]
	canary.Name = "canary"
	s.Workloads = append(s.Workloads, canary) // with the labels of front
	w := &s.Workloads[0]
	app := Selector{{"app", Exists, nil}}
	for _, keys := range [][]string{nil, {"app", "missing"}, {"pod-template-hash"}} {
		c := spread(1, LabelZone, DoNotSchedule)
		c.Selector, c.MatchLabelKeys = app, keys
		w.TopologySpread = append(w.TopologySpread, c)
	}
	w.TopologySpread[1].TopologyKey, w.TopologySpread[2].TopologyKey = LabelHostname, LabelRegion
	w.PodAffinity = []PodAffinityTerm{
		{TopologyKey: LabelZone, Required: true},
		{TopologyKey: LabelZone, Weight: 1, Selector: app, Namespaces: []string{"other"}},
		{TopologyKey: LabelZone, Weight: 1, Selector: app, Namespaces: []string{AllNamespaces}},
	}
	w.PodAntiAffinity = []PodAffinityTerm{{TopologyKey: LabelZone, Weight: 1, Selector: Selector{{"app", In, []string{"db"}}}}}
	m := mustNew(t, s)
	for _, row := range []struct {
		name      string
		got, want [][]int
	}{
		{"spread", m.SpreadSelected[0], [][]int{{0, 1, 3}, {0, 3}, {0}}},
		{"affinity", m.AffinitySelected[0], [][]int{{0, 3}, {2}, {0, 1, 2, 3}}},
		{"anti-affinity", m.AntiAffinitySelected[0], [][]int{{1}}},
	} {
		if !reflect.DeepEqual(row.got, row.want) {
			t.Errorf("%s: %v, want %v", row.name, row.got, row.want)
		}
	}
	c := m.Workloads[0].TopologySpread[0]
	if c.MinDomains != 1 || c.NodeAffinityPolicy != Honor || c.NodeTaintsPolicy != Ignore {
		t.Errorf("filled in: %+v", c)
	}
	if got := m.Workloads[0].PodAffinity[0].Selector; !got.Equal(SelectorOf(w.Labels)) {
		t.Errorf("the selector is %s, want the pods' own labels", got)
	}
	if db := m.Workloads[1]; db.Disks != 1 || m.NodePools[1].MaxDataDisks != 8 {
		t.Errorf("a zonal volume is %d disks, and a node has %d", db.Disks, m.NodePools[1].MaxDataDisks)
	}
}

func TestNewFillsInJobs(t *testing.T) {
	for _, row := range []struct{ completions, parallelism, want int }{{5, 2, 2}, {2, 5, 2}, {1, 1, 1}} {
		s := shop()
		s.Budgets = s.Budgets[:1]
		s.Workloads[0].Kind, s.Workloads[0].Job.Completions, s.Workloads[0].Job.Parallelism = Job, row.completions, row.parallelism
		if got := mustNew(t, s).Workloads[0].Replicas; got != row.want {
			t.Errorf("%d completions, %d at a time: %d replicas, want %d", row.completions, row.parallelism, got, row.want)
		}
	}
}

func TestHostPorts(t *testing.T) {
	for _, spelled := range []string{"8080", "53/UDP", "10.0.0.4:8080", "[fd00::1]:53/SCTP"} {
		p, err := ParseHostPort(spelled)
		if err != nil || p.String() != spelled {
			t.Errorf("%s is read as %v (%v)", spelled, p, err)
		}
	}
	if p, err := ParseHostPort("0.0.0.0:80/TCP"); err != nil || p != (HostPort{80, "TCP", ""}) {
		t.Errorf("all addresses are read as %+v (%v)", p, err)
	}
	for _, bad := range []string{"", "0", "65536", "http", "80/http", "localhost:80", ":80", "080", "80/"} {
		if p, err := ParseHostPort(bad); err == nil {
			t.Errorf("%q is read as %+v, want an error", bad, p)
		}
	}
	a, b, all := HostPort{80, "TCP", "10.0.0.1"}, HostPort{80, "TCP", "10.0.0.2"}, HostPort{80, "TCP", ""}
	if a.ClashesWith(b) || !a.ClashesWith(all) || !all.ClashesWith(b) || !a.ClashesWith(a) || all.ClashesWith(HostPort{80, "UDP", ""}) {
		t.Error("ports clash on one address, and all addresses hold each")
	}
}

func TestExtendedResources(t *testing.T) {
	r := NewExtendedResources(map[string]int64{"b/x": 2, "a/y": 1, EphemeralStorage: 10 * gibibyte})
	if got := extendedTable(r); got != `{ "a/y" = 1, "b/x" = 2, ephemeral-storage = "10Gi" }` {
		t.Errorf("spelled %s", got)
	}
	if !r.Fits(r) || r.Fits(r[1:]) || !r[1:].Fits(r) || r.Get("c/z") != 0 || !ExtendedResources(nil).Fits(nil) {
		t.Error("what isn't listed is 0")
	}
}
