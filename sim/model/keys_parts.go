package model

import "slices"

// A partSection describes a table that is the value of a key, or one of several.
type partSection struct {
	of    string // the key
	path  string // of its own keys
	means string
	keys  []key[struct{}]
}

func (p *partSection) section() Section {
	s := Section{Path: p.path, Means: p.means, Keys: keysOf(p.path, p.keys, &struct{}{})}
	for i := range s.Keys {
		s.Keys[i].Part = true
	}
	return s
}

// partSections are all of them, each after the key that it is the value of.
var partSections = []partSection{
	{"maintenance_configuration.schedule", "maintenance_configuration.schedule.daily", "windows every day, or every few", []key[struct{}]{interval("interval_days", "days")}},
	{"maintenance_configuration.schedule", "maintenance_configuration.schedule.weekly", "windows on a day of the week", []key[struct{}]{interval("interval_weeks", "weeks"), dayOfWeek}},
	{"maintenance_configuration.schedule", "maintenance_configuration.schedule.absolute_monthly", "windows on a day of the month", []key[struct{}]{
		interval("interval_months", "months"),
		{name: "day_of_month", is: aCount, least: "1", most: "31", required: true, means: "months that don't have the day are left out"},
	}},
	{"maintenance_configuration.schedule", "maintenance_configuration.schedule.relative_monthly", "windows on the first, second, ... of a day of the week in a month", []key[struct{}]{
		interval("interval_months", "months"), dayOfWeek,
		{name: "week_index", is: aChoice, values: spelled(WeekIndices), required: true, means: "which of them in the month"},
	}},
	{"maintenance_configuration.not_allowed_dates", "maintenance_configuration.not_allowed_dates", "some days, first and last included", []key[struct{}]{
		{name: "start", is: aDate, required: true, means: "first day"},
		{name: "end", is: aDate, required: true, means: "last day"},
	}},
	{"failures.node_create", "failures.node_create", "how often such machines come, and when AKS notices", failureParts("20m", "1", CreateCodes)},
	{"failures.allocation", "failures.allocation", "how often there is no machine, and when AKS notices", failureParts("0s", "0", AllocationCodes)},
	{"node_pool.allocatable", "node_pool.allocatable", "what pods can use of a node", []key[struct{}]{
		{name: "cpu", is: aCPU, required: true, means: "for all pods together"},
		{name: "memory", is: aMemory, required: true, means: "for all pods together"},
		{name: "pods", is: aCount, required: true, means: "how many"},
	}},
	{"node_pool.nodes", "node_pool.nodes", "a node at the start", []key[struct{}]{
		{name: "name", is: aText, required: true, means: "unique in the cluster"},
		{name: "zone", is: aText, source: byScenario, otherwise: "none", means: "zone that it is in"},
		{name: "version", is: aVersion, source: byScenario, otherwise: "the pool's", means: "version that it runs"},
		{name: "labels", is: someLabels, source: byScenario, otherwise: "none", means: "set by hand on this node, over the pool's"},
		{name: "taints", is: someTaints, source: byScenario, otherwise: "none", means: "set by hand on this node, beside the pool's"},
		{name: "cordoned", is: aBoolean, source: byScenario, means: "cordoned by hand before the start", value: fixed("false")},
	}},
	{"workload.image", "workload.image", "a container image", []key[struct{}]{
		{name: "name", is: aText, required: true, means: "workloads with the same name share it on a node"},
		{name: "size", is: aMemory, required: true, means: "compressed, as it is pulled"},
	}},
	{"workload.node_affinity", "workload.node_affinity", "a condition on node labels", conditionParts(Operators)},
	{"workload.preferred_node_affinity", "workload.preferred_node_affinity", "a preference for nodes", []key[struct{}]{
		{name: "weight", is: aCount, least: "1", most: "100", required: true, means: "how much it counts beside others"},
		{name: "match", is: someChecks, required: true, means: "conditions on node labels"},
	}},
	{"workload.topology_spread", "workload.topology_spread", "a topologySpreadConstraint", spreadParts},
	{"workload.anti_affinity", "workload.anti_affinity", "how far apart the workload's own pods are", nearnessParts},
	{"workload.pod_affinity", "workload.pod_affinity", "pods to be near to", affinityParts},
	{"workload.pod_anti_affinity", "workload.pod_anti_affinity", "pods to be away from", affinityParts},
	{"workload.volume", "workload.volume", "disks of each replica", []key[struct{}]{
		{name: "zonal", is: aBoolean, required: true, means: "a disk is in the zone where its pod first ran, and the pod must follow it"},
		{name: "disks", is: aCount, least: "1", source: byScenario, means: "they count against node_pool.max_data_disks", value: fixed("1")},
	}},
	{"workload.target", "workload.target", "an objective", []key[struct{}]{
		{name: "available", is: aShare, required: true, means: "ready replicas over desired ones"},
	}},
	{"pdb.selector", "pdb.selector", "a condition on pod labels, where the selector is a list", conditionParts(PodOperators)},
}

// fixed is the default of a part, which no constructor has.
func fixed(value string) func(*struct{}) string { return func(*struct{}) string { return value } }

func interval(name, unit string) key[struct{}] {
	return key[struct{}]{name: name, is: aCount, least: "1", most: "52", unit: unit, source: maintenanceSource, means: "from one window to the next", value: fixed("1")}
}

var dayOfWeek = key[struct{}]{name: "day_of_week", is: aChoice, required: true, means: "on which windows begin",
	values: []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}}

// failureParts are the keys of a Failure, whose defaults are NewFailures'.
func failureParts(detect, retries string, codes []string) []key[struct{}] {
	return []key[struct{}]{
		{name: "probability", is: aNumber, least: "0.0", most: "1.0", required: true, means: "of each order of a machine"},
		{name: "detect_after", is: aDuration, source: "as for the table", means: "from the order until AKS knows", value: fixed(`"` + detect + `"`)},
		{name: "retries", is: aCount, least: "0", most: "100", source: "as for the table", means: "further orders before AKS gives the node up", value: fixed(retries)},
		{name: "code", is: aChoice, values: codes, source: byScenario, otherwise: "the first that fits the pool", means: "AKS's error"},
	}
}

func conditionParts(operators []Operator) []key[struct{}] {
	more := ""
	if slices.Contains(operators, Gt) {
		more = ", Gt and Lt with one whole number in quotes"
	}
	return []key[struct{}]{
		{name: "key", is: aText, required: true, means: "label that is compared"},
		{name: "operator", is: aChoice, values: spelled(operators), required: true, means: "how; Exists and DoesNotExist compare with no value" + more},
		{name: "values", is: someTexts, source: byScenario, otherwise: "none", means: "what it is compared with"},
	}
}

var spreadParts = []key[struct{}]{
	{name: "max_skew", is: aCount, least: "1", source: byScenario, means: "most pods that a domain may have more than the emptiest", value: fixed("1")},
	{name: "topology_key", is: aText, required: true, means: `node label whose values are the domains, such as "topology.kubernetes.io/zone"`},
	{name: "when_unsatisfiable", is: aChoice, values: spelled(WhenUnsatisfiables), source: kubernetes, means: "whether it must hold, or is a preference", value: fixed(`"DoNotSchedule"`)},
	{name: "selector", is: aSelector, source: byScenario, otherwise: "the workload's labels", means: "pods that count, of the workload's namespace"},
	{name: "min_domains", is: aCount, source: kubernetes, otherwise: "1", means: "with DoNotSchedule: fewer domains count as an empty one"},
	{name: "node_affinity_policy", is: aChoice, values: spelled(InclusionPolicies), source: kubernetes, otherwise: `"Honor"`, means: "whether nodes that node_selector and node_affinity keep the pods off are left out"},
	{name: "node_taints_policy", is: aChoice, values: spelled(InclusionPolicies), source: kubernetes, otherwise: `"Ignore"`, means: "whether nodes whose taints the pods don't tolerate are left out"},
	{name: "match_label_keys", is: someTexts, source: kubernetes, otherwise: "none", means: "labels of which only pods with the pod's own value count"},
}

var nearnessParts = []key[struct{}]{
	{name: "topology_key", is: aText, required: true, means: `node label that says what near is, such as "kubernetes.io/hostname"`},
	{name: "required", is: aBoolean, required: true, means: "it must hold; else it is a preference"},
	{name: "weight", is: aCount, least: "1", most: "100", source: byScenario, means: "of a preference: how much it counts beside others", value: fixed("100")},
}

var affinityParts = append(nearnessParts[:len(nearnessParts):len(nearnessParts)], []key[struct{}]{
	{name: "selector", is: aSelector, source: byScenario, otherwise: "the workload's labels", means: "the other pods"},
	{name: "namespaces", is: someTexts, source: byScenario, otherwise: "the workload's own", means: `of the other pods; ["*"] is all`},
}...)
