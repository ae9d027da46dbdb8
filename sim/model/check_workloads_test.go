package model

import (
	"math"
	"testing"
	"time"
)

func TestCheckWorkloads(t *testing.T) {
	front := func(change func(w *Workload)) func(*Spec) { return func(s *Spec) { change(&s.Workloads[0]) } }
	db := func(change func(w *Workload)) func(*Spec) { return func(s *Spec) { change(&s.Workloads[1]) } }
	runRows(t, []checkRow{
		{"no name", func(s *Spec) { s.Workloads[0].Name = ""; s.Gates = nil }, `error workload[0].name: no name is given; name the workload`},
		{"no namespace", front(func(w *Workload) { w.Namespace = "" }),
			`error workload[0].namespace: "" is not a namespace; write one or leave the key out for "default"` + "\n" +
				`error pdb[0].selector: "app=front" selects no workload in namespace "default"`},
		{"two of one name", func(s *Spec) {
			s.Workloads = append(s.Workloads, s.Workloads[0])
			s.Gates, s.Budgets = nil, nil
		}, `error workload[2].name: "front" is the name of workload[0] in namespace "default" too; names are unique`},
		{"two of one name in two namespaces", func(s *Spec) {
			w := s.Workloads[0]
			w.Namespace = "other"
			s.Workloads, s.Gates = append(s.Workloads, w), nil
		}, ""},
		{"replica set", front(func(w *Workload) { w.Kind = "ReplicaSet" }),
			`error workload[0].kind: "ReplicaSet" is not supported yet; use "Deployment", "StatefulSet", "DaemonSet", "Job" or "Pod"`},
		{"kind", front(func(w *Workload) { w.Kind = "deployment" }),
			`error workload[0].kind: "deployment" is not known; use "Deployment", "StatefulSet", "DaemonSet", "Job" or "Pod"`},
		{"no replicas", front(func(w *Workload) { w.Replicas = 0 }),
			`error workload[0].replicas: 0 is not a count of pods from 1 to 200000; leave the workload out when it has none`},
		{"negative replicas", front(func(w *Workload) { w.Replicas = -1 }),
			`error workload[0].replicas: -1 is not a count of pods from 1 to 200000; leave the workload out when it has none`},
		{"too many pods", func(s *Spec) {
			s.Workloads[0].Replicas, s.Workloads[1].Replicas = 150_000, 150_000
			s.Workloads[1].HostAntiAffinity = false
		},
			`error workload: the workloads have more than the 200000 pods that AKS supports`},
		{"daemon set", front(func(w *Workload) { w.Kind, w.Replicas = DaemonSet, 1 }),
			`warning pdb[0]: the budget selects DaemonSets only, whose pods a drain leaves alone`},
		{"daemon set with replicas", front(func(w *Workload) { w.Kind, w.Replicas = DaemonSet, 6 }),
			`error workload[0].replicas: 6 is given for a DaemonSet, which has a pod on each node; leave the key out` + "\n" +
				`warning pdb[0]: the budget selects DaemonSets only, whose pods a drain leaves alone`},
		{"min_ready", front(func(w *Workload) { w.MinReady = -1 }), `error workload[0].min_ready: -1ns is not from 0s to 87600h`},
		{"min_ready of bare pods", func(s *Spec) { s.Workloads[0].Kind, s.Workloads[0].MinReady, s.Budgets = BarePod, time.Second, nil },
			`error workload[0].min_ready: 1s is given for bare pods, which have no controller that waits; leave the key out`},
		{"pod management", db(func(w *Workload) { w.PodManagement = Parallel }), ""},
		{"pod management of a deployment", front(func(w *Workload) { w.PodManagement = Parallel }),
			`error workload[0].pod_management: "Parallel" is for a StatefulSet, and this is a Deployment; leave the key out`},
		{"pod management misspelt", db(func(w *Workload) { w.PodManagement = "parallel" }),
			`error workload[1].pod_management: "parallel" is not known; use "OrderedReady" or "Parallel"`},
		{"zonal volume", front(func(w *Workload) { w.ZonalVolume = true }),
			`error workload[0].volume: a zonal volume needs pods with an identity, and this is a Deployment; use a StatefulSet`},
		{"target", front(func(w *Workload) { w.Target.Available = 1 }), ""},
		{"target above", front(func(w *Workload) { w.Target.Available = 1.01 }),
			`error workload[0].target.available: 1.01 is not a share above 0% and up to 100%; write "80%"`},
		{"target not a number", front(func(w *Workload) { w.Target.Available = math.NaN() }),
			`error workload[0].target.available: NaN is not a share above 0% and up to 100%; write "80%"`},
		{"target of zero", func(s *Spec) {
			s.Written = map[string]bool{"workload[0].target.available": true, "strategy[2].operation[2].count": true}
		},
			`error workload[0].target.available: 0 is not a share above 0% and up to 100%; write "80%"`},
	})
}

func TestCheckPods(t *testing.T) {
	front := func(change func(w *Workload)) func(*Spec) { return func(s *Spec) { change(&s.Workloads[0]) } }
	runRows(t, []checkRow{
		{"cpu", front(func(w *Workload) { w.Requests.CPU = -500 }), `error workload[0].cpu: -500m is negative; write "0" for no request`},
		{"memory", front(func(w *Workload) { w.Requests.Memory = -gibibyte }), `error workload[0].memory: -1Gi is negative; write "0" for no request`},
		{"no requests", front(func(w *Workload) { w.Requests = Resources{} }), ""},
		{"label without key", front(func(w *Workload) { w.Labels = append(w.Labels, Label{"", "x"}) }),
			`error workload[0].labels: a label has no key; write key = "x"`},
		{"grace", front(func(w *Workload) { w.TerminationGrace = -time.Second }), `error workload[0].termination_grace: -1s is not from 0s to 87600h`},
		{"image", front(func(w *Workload) { w.Image = Image{"front", 400 * mebibyte} }), ""},
		{"image size", front(func(w *Workload) { w.Image = Image{"front", -1} }), `error workload[0].image.size: -1 is negative; write the compressed size, such as "400Mi"`},
		{"image name", front(func(w *Workload) { w.Image.Size = 1 }), `error workload[0].image.name: no name is given; pods share an image on a node by its name`},
		{"tolerations", front(func(w *Workload) {
			w.Tolerations = []Toleration{{Exists: true}, {Key: "a", Value: "b", Effect: NoSchedule}, {Key: "a", Exists: true}}
		}), ""},
		{"toleration of an effect", front(func(w *Workload) { w.Tolerations = []Toleration{{Key: "a", Exists: true, Effect: "no"}} }),
			`error workload[0].tolerations[0]: "no" is not known; use "NoSchedule", "PreferNoSchedule" or "NoExecute"`},
		{"toleration without key", front(func(w *Workload) { w.Tolerations = []Toleration{{Value: "a"}} }),
			`error workload[0].tolerations[0]: "*=a" has a value without a key; write "key=value", or "*" for everything`},
		{"toleration of every value and one", front(func(w *Workload) { w.Tolerations = []Toleration{{Key: "a", Exists: true, Value: "b"}} }),
			`error workload[0].tolerations[0]: "a" tolerates every value and "b"; give one of them`},
		{"toleration twice", front(func(w *Workload) { w.Tolerations = []Toleration{{Key: "a", Exists: true}, {Key: "a", Exists: true}} }),
			`error workload[0].tolerations[1]: "a" is listed twice; list it once`},
	})
}

func TestCheckConstraints(t *testing.T) {
	front := func(change func(w *Workload)) func(*Spec) { return func(s *Spec) { change(&s.Workloads[0]) } }
	affinity := func(rs ...Requirement) func(*Spec) {
		return front(func(w *Workload) { w.NodeAffinity = []NodeSelectorTerm{rs} })
	}
	runRows(t, []checkRow{
		{"node pool", front(func(w *Workload) { w.NodePool = "web" }), ""},
		{"no such pool", front(func(w *Workload) { w.NodePool = "wep" }), `error workload[0].node_pool: no pool is named "wep"; the pools are system, web`},
		{"other pool", front(func(w *Workload) { w.NodePool = "system" }),
			`warning workload[0].node_selector: node_pool system with tier=web matches no node of any pool, so the pods stay pending; the pools are system, web`},
		{"tainted pool", front(func(w *Workload) { w.NodePool, w.NodeSelector = "system", nil }),
			`warning workload[0].tolerations: the pods do not tolerate "CriticalAddonsOnly=true:NoSchedule", so no node takes them; add "CriticalAddonsOnly"`},
		{"tainted pool tolerated", front(func(w *Workload) {
			w.NodePool, w.NodeSelector, w.Tolerations = "system", nil, []Toleration{{Key: "CriticalAddonsOnly", Exists: true}}
		}), ""},
		{"node selector", front(func(w *Workload) { w.NodeSelector = Labels{{LabelZone, "westeurope-4"}} }),
			`warning workload[0].node_selector: topology.kubernetes.io/zone=westeurope-4 matches no node of any pool, so the pods stay pending; the pools are system, web`},
		{"zone", front(func(w *Workload) { w.NodeSelector = Labels{{LabelZone, "westeurope-3"}} }), ""},
		{"affinity", affinity(Requirement{"tier", In, []string{"web", "db"}}, Requirement{"gpu", DoesNotExist, nil}), ""},
		{"affinity to nothing", affinity(Requirement{"gpu", Exists, nil}),
			`warning workload[0].node_selector: tier=web with gpu matches no node of any pool, so the pods stay pending; the pools are system, web`},
		{"empty term", affinity(), `error workload[0].node_affinity[0]: the term has no requirement, so it matches no node; give it one or leave it out` + "\n" +
			`warning workload[0].node_selector: tier=web with  matches no node of any pool, so the pods stay pending; the pools are system, web`},
		{"requirements", affinity(Requirement{"", In, nil}, Requirement{"a", Exists, []string{"b"}}, Requirement{"a", Gt, nil}, Requirement{"a", Lt, []string{"x"}}, Requirement{"a", "Is", nil}),
			`error workload[0].node_affinity[0][0]: the requirement has no key; name the label that it compares` + "\n" +
				`error workload[0].node_affinity[0][0]:  In has no values; give at least one` + "\n" +
				`error workload[0].node_affinity[0][1]: a Exists has 1 value; it compares with none` + "\n" +
				`error workload[0].node_affinity[0][2]: a Gt has 0 values; it compares with one whole number` + "\n" +
				`error workload[0].node_affinity[0][3]: a Lt "x": not a whole number` + "\n" +
				`error workload[0].node_affinity[0][4]: "Is" is not known; use "In", "NotIn", "Exists", "DoesNotExist", "Gt" or "Lt"` + "\n" +
				`warning workload[0].node_selector: tier=web with  in (),a,a > ,a < x,a Is () matches no node of any pool, so the pods stay pending; the pools are system, web`},
		{"spread", front(func(w *Workload) {
			w.TopologySpread = []SpreadConstraint{spread(1, LabelZone, DoNotSchedule), spread(1, LabelZone, ScheduleAnyway)}
		}), ""},
		{"spread misspelt", front(func(w *Workload) {
			w.TopologySpread = []SpreadConstraint{spread(0, "", "Never"), spread(1, LabelZone, DoNotSchedule), spread(2, LabelZone, DoNotSchedule)}
		}), `error workload[0].topology_spread[0].max_skew: 0 is less than 1` + "\n" +
			`error workload[0].topology_spread[0].topology_key: no key is given; write "topology.kubernetes.io/zone" or "kubernetes.io/hostname"` + "\n" +
			`error workload[0].topology_spread[0].when_unsatisfiable: "Never" is not known; use "DoNotSchedule" or "ScheduleAnyway"` + "\n" +
			`error workload[0].topology_spread[2]: "topology.kubernetes.io/zone" with "DoNotSchedule" is given by topology_spread[1] too; give it once`},
		{"too large", front(func(w *Workload) { w.Requests.CPU = 3861 }),
			`warning workload[0].cpu: cpu 3861m and memory 512Mi are more than any node that takes the pods has, cpu 3860m and memory 12188Mi`},
		{"just fits", front(func(w *Workload) { w.Requests = Resources{3860, 12188 * mebibyte} }), ""},
		{"too many for anti-affinity", func(s *Spec) { s.Workloads[1].Replicas = 5 },
			`warning workload[1].anti_affinity: 5 replicas cannot all be on different nodes: only 4 nodes will do`},
		{"too many beside a pool to come", func(s *Spec) {
			s.Workloads[1].Replicas = 5
			later := s.NodePools[1]
			later.Name, later.Absent = "later", true
			s.NodePools = append(s.NodePools, later)
		}, `warning workload[1].anti_affinity: 5 replicas cannot all be on different nodes: only 4 nodes will do`},
	})
}

func TestCheckPlacement(t *testing.T) {
	front := func(nodes ...string) func(*Spec) { return func(s *Spec) { s.Workloads[0].Placement = nodes } }
	const first, second = "aks-web-vmss000000", "aks-web-vmss000001"
	runRows(t, []checkRow{
		{"some", front(first, "", second), ""},
		{"too many", front(first, first, first, first, first, first, ""),
			`error workload[0].placement: 7 nodes listed for 6 replicas; list one for each replica at most`},
		{"unknown node", front("", "aks-web-vmss000004"), `error workload[0].placement[1]: no node is named "aks-web-vmss000004"`},
		{"wrong node", front("aks-system-vmss000000"),
			`warning workload[0].placement[0]: the pod is on "aks-system-vmss000000", where the scheduler would not put it again: selector, affinity or taints say no`},
		{"cpu", func(s *Spec) {
			s.Workloads[0].Requests.CPU = 2000
			s.Workloads[0].Placement = []string{first, first, first}
		}, `error workload[0].placement[1]: node "aks-web-vmss000000" has cpu 1860m left, and the pod asks for 2`},
		{"cpu beside a daemon set", func(s *Spec) {
			s.Workloads[0].Requests.CPU = 3800
			s.Workloads[0].Placement = []string{first}
			agent := NewWorkload("agent")
			agent.Kind, agent.Requests = DaemonSet, Resources{100, gibibyte}
			s.Workloads = append(s.Workloads, agent)
		}, `error workload[0].placement[0]: node "aks-web-vmss000000" has cpu 3760m left, and the pod asks for 3800m`},
		{"memory", func(s *Spec) {
			s.Workloads[0].Requests.Memory = 12 * gibibyte
			s.Workloads[0].Placement = []string{first}
		}, `warning workload[0].cpu: cpu 500m and memory 12Gi are more than any node that takes the pods has, cpu 3860m and memory 12188Mi` + "\n" +
			`error workload[0].placement[0]: node "aks-web-vmss000000" has memory 12188Mi left, and the pod asks for 12Gi`},
		{"pods", func(s *Spec) {
			s.NodePools[1].MaxPods, s.Workloads[0].Replicas, s.Workloads[0].Requests = 10, 11, Resources{}
			for range 11 {
				s.Workloads[0].Placement = append(s.Workloads[0].Placement, first)
			}
		}, `error workload[0].placement[10]: node "aks-web-vmss000000" holds 10 pods, and more are put on it`},
		{"daemon set", func(s *Spec) {
			s.Workloads[0].Kind, s.Workloads[0].Replicas, s.Workloads[0].Placement, s.Budgets = DaemonSet, 0, []string{first}, nil
		}, `error workload[0].placement: nodes are given for a DaemonSet, which has a pod on each node; leave the key out`},
	})
}

func TestCheckBudgets(t *testing.T) {
	budget := func(change func(b *Budget)) func(*Spec) { return func(s *Spec) { change(&s.Budgets[1]) } }
	least := func(x IntOrPercent) func(*Spec) {
		return budget(func(b *Budget) { b.MinAvailable, b.MaxUnavailable = &x, nil })
	}
	most := func(x IntOrPercent) func(*Spec) { return budget(func(b *Budget) { b.MaxUnavailable = &x }) }
	bare := func(next func(*Spec)) func(*Spec) {
		return func(s *Spec) { s.Workloads[0].Kind = BarePod; next(s) }
	}
	runRows(t, []checkRow{
		{"no name", budget(func(b *Budget) { b.Name = "" }), `error pdb[0].name: no name is given; name the budget`},
		{"no namespace", budget(func(b *Budget) { b.Namespace = "" }), `error pdb[0].namespace: "" is not a namespace; write one or leave the key out for "default"` + "\n" +
			`error pdb[0].selector: "app=front" selects no workload in namespace ""`},
		{"name twice", budget(func(b *Budget) { b.Name = "db" }), `error pdb[0].name: "db" is the name of another budget in namespace "default"; names are unique`},
		{"neither", budget(func(b *Budget) { b.MaxUnavailable = nil }), `error pdb[0]: the budget has neither min_available nor max_unavailable; give one of them`},
		{"both", func(s *Spec) { one := Count(1); s.Budgets[0].MinAvailable = &one },
			`error workload[1].pdb.max_unavailable: 1 is given beside min_available 1; give one of them`},
		{"negative", most(IntOrPercent{Value: -1}), `error pdb[0].max_unavailable: -1 is negative; write a count such as 1 or a percentage such as "25%"`},
		{"more than all", least(Percent(101)), `error pdb[0].min_available: 101% is more than 100%` + "\n" +
			`warning pdb[0].min_available: 101% of 6 replicas may never be evicted, so that no drain of a node with one ends; lower it`},
		{"policy", budget(func(b *Budget) { b.UnhealthyPods = AlwaysAllow }), ""},
		{"policy misspelt", budget(func(b *Budget) { b.UnhealthyPods = "Always" }),
			`error pdb[0].unhealthy_pod_eviction_policy: "Always" is not known; use "IfHealthyBudget" or "AlwaysAllow"`},
		{"selector", budget(func(b *Budget) { b.Selector = Selector{{"app", Gt, []string{"1"}}} }),
			`error pdb[0].selector[0]: "Gt" is not known; use "In", "NotIn", "Exists" or "DoesNotExist"` + "\n" +
				`error pdb[0].selector: "app > 1" selects no workload in namespace "default"`},
		{"selects nothing", budget(func(b *Budget) { b.Selector = SelectorOf(Labels{{"app", "frond"}}) }),
			`error pdb[0].selector: "app=frond" selects no workload in namespace "default"`},
		{"no selector", budget(func(b *Budget) { b.Selector = nil }), `error pdb[0].selector: an absent selector selects no workload in namespace "default"`},
		{"selects all", budget(func(b *Budget) { b.Selector = Selector{} }),
			`warning pdb[0]: budgets "db" and "front" both select the pods of db, whose evictions therefore fail with code 500; select them once`},
		{"bare pods, share", bare(least(Percent(50))), `error pdb[0].min_available: 50% needs a controller that says how many pods there should be, and front has none; use a whole number in min_available`},
		{"bare pods, maximum", bare(most(Count(1))), `error pdb[0].max_unavailable: 1 needs a controller that says how many pods there should be, and front has none; use a whole number in min_available`},
		{"bare pods, minimum", bare(least(Count(5))), ""},
		{"minimum one below", least(Count(5)), ""},
		{"minimum of all", least(Count(6)), `warning pdb[0].min_available: 6 of 6 replicas may never be evicted, so that no drain of a node with one ends; lower it`},
		{"share that rounds up to all", least(Percent(84)), `warning pdb[0].min_available: 84% of 6 replicas may never be evicted, so that no drain of a node with one ends; lower it`},
		{"share of five", least(Percent(83)), ""},
		{"maximum 0", most(Count(0)), `warning pdb[0].max_unavailable: 0 allows no eviction, so that no drain of a node with a pod of front ends; raise it`},
		{"maximum 0%", most(Percent(0)), `warning pdb[0].max_unavailable: 0% allows no eviction, so that no drain of a node with a pod of front ends; raise it`},
		{"maximum 1%", most(Percent(1)), ""}, // rounds up to 1
	})
}

func spread(maxSkew int, key string, when WhenUnsatisfiable) SpreadConstraint {
	return SpreadConstraint{MaxSkew: maxSkew, TopologyKey: key, WhenUnsatisfiable: when}
}
