package model

// Sections returns the tables of a scenario with their keys, in the order of a
// file. A table that is the value of a key follows the table of that key.
func Sections() []Section {
	spec, pool, workload, budget := NewSpec(), NewNodePool(""), NewWorkload(""), NewBudget("")
	strategy, operation, gate := NewStrategy("", ""), NewOperation(""), NewGate("")
	crash := NewNodeCrash("")
	strategy.Kind, pool.MaxPods = "", DefaultMaxPods(spec.Cluster.Limits.Network)
	byHand := NewByHand()
	list := []Section{
		{"", "", "what stands before the first table", keysOf("", specKeys, &spec)},
		{"run", "[run]", "how a scenario is played, not what it simulates", keysOf("run", runKeys, &spec.Run)},
		{"cluster", "[cluster]", "the managed cluster without its pools", keysOf("cluster", clusterKeys, &spec.Cluster)},
		{"cluster.limits", "[cluster.limits]", "what the subscription and the subnet allow", keysOf("cluster.limits", limitsKeys, &spec.Cluster.Limits)},
		{"maintenance_configuration", "[[maintenance_configuration]]", "when AKS starts what it does by itself; requests of users don't wait for it", keysOf("maintenance_configuration", maintenanceKeys, &MaintenanceConfiguration{})},
		{"aks", "[aks]", "how AKS behaves where its sources contradict each other or are silent", keysOf("aks", optionKeys, &spec.Options)},
		{"timing", "[timing]", "how long things take", keysOf("timing", timingKeys, &spec.Timing)},
		{"failures", "[failures]", "what goes wrong with machines, and how often", keysOf("failures", failureKeys, &spec.Failures)},
		{"failures.node_crash", "[[failures.node_crash]]", "a machine that dies while it works", keysOf("failures.node_crash", crashKeys, &crash)},
		{"scheduler", "[scheduler]", "how kube-scheduler is configured", keysOf("scheduler", schedulerKeys, &spec.Scheduler)},
		{"controllers", "[controllers]", "how kube-controller-manager is configured", keysOf("controllers", controllersKeys, &spec.Controllers)},
		{"snapshot", "[[snapshot]]", "a node pool snapshot", keysOf("snapshot", snapshotKeys, &Snapshot{})},
		{"autoscaler", "[autoscaler]", "the profile of the cluster autoscaler, for pools with enable_auto_scaling", keysOf("autoscaler", autoscalerKeys, &spec.Autoscaler)},
		{"node_pool", "[[node_pool]]", "nodes of one size that are upgraded together", keysOf("node_pool", poolKeys, &pool)},
		{"node_pool.blue_green", "[node_pool.blue_green]", "AKS's own blue-green upgrade, with upgrade_strategy BlueGreen", keysOf("node_pool.blue_green", blueGreenKeys, &pool.BlueGreen)},
		{"workload", "[[workload]]", "replicas of one pod template with the controller that keeps them", keysOf("workload", workloadKeys, &workload)},
		{"pdb", "[[pdb]]", "a PodDisruptionBudget; one over a workload's own labels may be written as its key pdb", keysOf("pdb", budgetKeys, &budget)},
		{"strategy", "[[strategy]]", "what a run tries", append(keysOf("strategy", strategyKeys, &strategy), keysOf("strategy", strategyHandKeys, &byHand)...)},
		{"strategy.operation", "[[strategy.operation]]", "a request of a strategy of kind operations", append(keysOf("strategy.operation", operationKeys, &operation), keysOf("strategy.operation", operationHandKeys, &byHand)...)},
		{"gate", "[[gate]]", "a criterion that compare judges on the bound of a metric's interval", keysOf("gate", gateKeys, &gate)},
	}
	return withParts(list)
}

// withParts puts the tables that are values of keys behind the sections of these.
func withParts(list []Section) []Section {
	var all []Section
	for _, s := range list {
		all = append(all, s)
		for _, k := range s.Keys {
			for _, p := range partSections {
				if p.of == k.Path {
					all = append(all, p.section())
				}
			}
		}
	}
	return all
}
