package model

// Contradiction is something that the sources on AKS leave unclear or say in two
// ways, and what is made of it here.
type Contradiction struct {
	Number  int      // from 1; sources and transcripts refer to it as contradiction N
	About   string   // what is unclear, in a few words
	Options []string // keys of aks that choose; their rows name the sources of the default
	Keys    []string // other keys that choose, or whose values are unknown
	Why     string   // where neither can choose: what is done, and why
}

// Contradictions are all points about upgrades at which AKS's sources contradict
// each other or are silent, so that none is a silent choice.
var Contradictions = []Contradiction{
	{Number: 1, About: "the default of max_surge: 1 or 10%", Keys: []string{"node_pool.max_surge"}},
	{Number: 2, About: "a skew of two minors or of three", Keys: []string{"cluster.rules"}},
	{Number: 3, About: "whether a full upgrade takes pools in turn, and in which order", Options: []string{"full_upgrade_pools"}, Keys: []string{"strategy.order"}},
	{Number: 4, About: "states of waiting pools, and of the cluster while one pool is upgraded", Options: []string{"waiting_pools", "cluster_during_pool"}},
	{Number: 5, About: "what Schedule does with a node that can't be drained", Options: []string{"schedule"}},
	{Number: 6, About: "how an upgrade with quarantined nodes ends", Options: []string{"cordon_end"}},
	{Number: 7, About: "what a drain that times out leads to", Options: []string{"drain_expiry"}},
	{Number: 8, About: "when a node soaks", Options: []string{"soak"}},
	{Number: 9, About: "whether old nodes are reimaged or deleted", Options: []string{"old_nodes"}},
	{Number: 10, About: "batches or a sliding window, node order, zones of surge nodes", Options: []string{"node_order", "surge_zones"}, Keys: []string{"node_pool.batching"}},
	{Number: 11, About: "limits of drain timeout and soak: those of the pages, or of the API", Keys: []string{"node_pool.drain_timeout", "node_pool.node_soak"},
		Why: "what the API takes can be written; a warning says what the pages don't allow"},
	{Number: 12, About: "whether node images move by themselves", Options: []string{"node_images"}},
	{Number: 13, About: "who may skip minors", Options: []string{"skipped_minors"}},
	{Number: 14, About: "an alias of the minor that runs already", Options: []string{"alias_in_minor"}},
	{Number: 15, About: "codes that no source shows: another major, a higher patch in the same minor, pools without long-term support, snapshots", Options: []string{"incompatible_code"},
		Why: "the first two are the option's; for the others OperationNotAllowed is the only code that any source shows beside them, and the rule calls it assumed"},
	{Number: 16, About: "whether anything can be rolled back", Keys: []string{"cluster.rules"},
		Why: "the FAQ speaks of the cluster, which never goes back; pools do in the profile of 2026 and not in that of 2023, which is older than the operation"},
	{Number: 17, About: "when a blue-green upgrade can be rolled back", Options: []string{"blue_green_rollback"}},
	{Number: 18, About: "the least count of a system pool", Options: []string{"system_pool_minimum"}},
	{Number: 19, About: "the most nodes of a free cluster", Options: []string{"free_tier_nodes"}},
	{Number: 20, About: "whether the autoscaler leaves nodes under upgrade alone", Options: []string{"scale_down_during_upgrade"}},
	{Number: 21, About: "the least count of feasible nodes that the scheduler looks for: 100 or 50", Keys: []string{"scheduler.percentage_of_nodes_to_score"},
		Why: "the code says 100, and the page is a copy of an older one; what the scheduler does follows the code"},
	{Number: 22, About: "whether the CLI sends max_unavailable", Options: []string{"cli_max_unavailable"}},
	{Number: 23, About: "whether pods of a spot node have a grace period", Options: []string{"spot_eviction"}},
	{Number: 24, About: "whether spot pools go along in a full upgrade", Options: []string{"spot_upgrade"}},
	{Number: 25, About: "durations, which Azure doesn't document", Keys: []string{"timing.control_plane_upgrade", "timing.node_create", "timing.node_reimage", "timing.node_delete", "timing.reconcile", "timing.abort"}},
	{Number: 26, About: "a lower version from ARM", Options: []string{"arm_downgrade"}},
	{Number: 27, About: "whether an operation on one pool blocks another", Options: []string{"pools_beside_creation"}},
}
