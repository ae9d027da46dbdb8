package model

// Option is a choice between readings of AKS's behaviour.
type Option string

// Options says how AKS behaves where its sources contradict each other or are
// silent. Each is one of the values of its OptionInfo, the first of which is the
// default.
type Options struct {
	FullUpgradePools    Option
	WaitingPools        Option
	ClusterDuringPool   Option
	NodeImages          Option
	SkippedMinors       Option
	AliasInMinor        Option
	SystemPoolMinimum   Option
	FreeTierNodes       Option
	CLIMaxUnavailable   Option
	ARMDowngrade        Option
	PoolsBesideCreation Option
	BudgetCheck         Option
	AbortedSurge        Option
	WaitingUpgrade      Option
	SecurityPatch       Option
	IncompatibleCode    Option

	// The rolling algorithm.
	NodeOrder    Option
	SurgeZones   Option
	Soak         Option
	OldNodes     Option
	ReimagedNode Option
	DrainExpiry  Option
	Schedule     Option
	CordonEnd    Option
	QuotaCheck   Option
	SpotEviction Option
	SpotUpgrade  Option
	SetByHand    Option

	ScaleDownDuringUpgrade Option // by the cluster autoscaler

	// Blue-green upgrades.
	BlueGreenSoak     Option
	BlueGreenRollback Option
}

// The values of the options. What each means is in the option's row.
const (
	Sequential          Option = "sequential"
	InParallel          Option = "parallel"
	ShowSucceeded       Option = "Succeeded"
	ShowUpgrading       Option = "Upgrading"
	ImagesOfTheirOwn    Option = "own"
	ImagesWithVersion   Option = "with-version"
	SkipToLTS           Option = "lts"
	SkipWhenUnsupported Option = "unsupported-only"
	NewestPatch         Option = "newest-patch"
	NoChange            Option = "no-change"
	OneNode             Option = "one"
	TwoNodes            Option = "two"
	Free1000            Option = "1000"
	Free10              Option = "10"
	Stored              Option = "stored"
	Dropped             Option = "dropped"
	DowngradeRefused    Option = "refused"
	DowngradeIgnored    Option = "ignored"
	CreationIndependent Option = "independent"
	CreationBlocks      Option = "blocked"
	BudgetsOfPool       Option = "pool"
	BudgetsOfCluster    Option = "cluster"
	SurgeRemoved        Option = "removed"
	SurgeKept           Option = "kept"
	WaitingInProgress   Option = "in-progress"
	WaitingPreempted    Option = "preempted"
	PatchReimages       Option = "reimage"
	PatchLive           Option = "live"
	CodeIncompatible    Option = "NodePoolMcVersionIncompatible"
	CodeNotAllowed      Option = "OperationNotAllowed"
	ScaleDownDisabled   Option = "disabled"
	ScaleDownUpgraded   Option = "upgraded-nodes"
)

// OptionInfo describes one option.
type OptionInfo struct {
	Key    string   // in aks
	Values []Option // the first is the default
	Means  string   // what is chosen, value by value
	Source string   // why the default is what it is, against what

	field func(*Options) *Option
}

// In returns the option in o, for reading and writing.
func (i *OptionInfo) In(o *Options) *Option { return i.field(o) }

// OptionTable has every option once, in the order of a scenario file.
var OptionTable = []OptionInfo{
	{Key: "full_upgrade_pools", Values: []Option{Sequential, InParallel},
		Means:  "a full upgrade takes the pools one after another, or all at once behind the control plane",
		Source: "four AKS pages say one after another; azure-docs#115406 and Azure/AKS#2408 saw many at once",
		field:  func(o *Options) *Option { return &o.FullUpgradePools }},
	{Key: "waiting_pools", Values: []Option{ShowSucceeded, ShowUpgrading},
		Means:  "provisioning state of a pool that waits for its turn in a full upgrade",
		Source: "assumption: no source shows one",
		field:  func(o *Options) *Option { return &o.WaitingPools }},
	{Key: "cluster_during_pool", Values: []Option{ShowSucceeded, ShowUpgrading},
		Means:  "provisioning state that the cluster shows while only a pool is upgraded",
		Source: "azure-cli recording of a node image upgrade shows Succeeded; of a version upgrade there is none",
		field:  func(o *Options) *Option { return &o.ClusterDuringPool }},
	{Key: "node_images", Values: []Option{ImagesOfTheirOwn, ImagesWithVersion},
		Means:  "node images move by themselves and with every upgrade, or belong to the version and move with it only",
		Source: "AKS node image pages and recordings of 2020 to 2026, against the Upgrade node pools page of 2023-07",
		field:  func(o *Options) *Option { return &o.NodeImages }},
	{Key: "skipped_minors", Values: []Option{SkipToLTS, SkipWhenUnsupported},
		Means:  "who may skip minor versions: clusters with long-term support too, or those on unsupported versions only",
		Source: "AKS supported versions page of 2026-08, against the upgrade FAQ",
		field:  func(o *Options) *Option { return &o.SkippedMinors }},
	{Key: "alias_in_minor", Values: []Option{NewestPatch, NoChange},
		Means:  "what an alias such as 1.30 means where 1.30 runs already: its newest patch, or nothing to do",
		Source: "AKS upgrade page, against the page that sends to the patch channel",
		field:  func(o *Options) *Option { return &o.AliasInMinor }},
	{Key: "system_pool_minimum", Values: []Option{OneNode, TwoNodes},
		Means:  "the least count that a system pool can be scaled to",
		Source: "ARM API and most pages, against the create node pools page",
		field:  func(o *Options) *Option { return &o.SystemPoolMinimum }},
	{Key: "free_tier_nodes", Values: []Option{Free1000, Free10},
		Means:  "the most nodes that a cluster of tier free is scaled to",
		Source: "AKS pricing tiers page; the same page recommends 10",
		field:  func(o *Options) *Option { return &o.FreeTierNodes }},
	{Key: "cli_max_unavailable", Values: []Option{Stored, Dropped},
		Means:  "what az aks nodepool upgrade does with max_unavailable: store it, or drop it on the way",
		Source: "AKS rolling upgrade page, against the source of azure-cli",
		field:  func(o *Options) *Option { return &o.CLIMaxUnavailable }},
	{Key: "arm_downgrade", Values: []Option{DowngradeRefused, DowngradeIgnored},
		Means:  "what happens to a lower control plane version from ARM: refused, or shown as asked for and not carried out",
		Source: "AKS upgrade page and rancher#24071, against Azure/AKS#3476",
		field:  func(o *Options) *Option { return &o.ARMDowngrade }},
	{Key: "pools_beside_creation", Values: []Option{CreationIndependent, CreationBlocks},
		Means:  "a pool that is Creating leaves requests on other pools alone, or has them refused",
		Source: "azure-cli's node image loop and the blue-green page, against Azure/AKS#1913 and cilium#25944",
		field:  func(o *Options) *Option { return &o.PoolsBesideCreation }},
	{Key: "budget_check", Values: []Option{BudgetsOfPool, BudgetsOfCluster},
		Means:  "whose budgets the pre-check of profile aks-2026-08 looks at: those with pods on pools to be drained, or all",
		Source: "assumption: what users ask for in Azure/AKS#4839, which reports that all are looked at",
		field:  func(o *Options) *Option { return &o.BudgetCheck }},
	{Key: "aborted_surge", Values: []Option{SurgeRemoved, SurgeKept},
		Means:  "surge nodes of an aborted upgrade are drained and removed, or kept until the next upgrade takes them over",
		Source: "assumption, as after a failure; the abort page says that nothing is rolled back",
		field:  func(o *Options) *Option { return &o.AbortedSurge }},
	{Key: "waiting_upgrade", Values: []Option{WaitingInProgress, WaitingPreempted},
		Means:  "an automatic upgrade that waits for its next window has other requests refused, or ends with AKSOperationPreempted for them",
		Source: "assumption: AKS's error catalogue has the code, and no source says what preempts but a deletion",
		field:  func(o *Options) *Option { return &o.WaitingUpgrade }},
	{Key: "security_patch", Values: []Option{PatchReimages, PatchLive},
		Means:  "node OS channel SecurityPatch reimages the nodes, or patches them while they run, so that none is touched",
		Source: "AKS automatic node OS upgrade page: either, as the patch needs it",
		field:  func(o *Options) *Option { return &o.SecurityPatch }},
	{Key: "incompatible_code", Values: []Option{CodeIncompatible, CodeNotAllowed},
		Means:  "the error of a pool that is to have another major version than its control plane, or a higher patch in the same minor",
		Source: "assumption: no source shows one; the first is that of all other pairs that don't go together",
		field:  func(o *Options) *Option { return &o.IncompatibleCode }},
	{Key: "node_order", Values: []Option{OrderIndex, OrderZones, OrderRandom},
		Means:  "the order of a pool's old nodes: ascending instance numbers, a node of each zone in turn, or random",
		Source: "undocumented; the log of Azure/AKS#3927 ascends, and Azure/AKS#4171 saw no zones in turn",
		field:  func(o *Options) *Option { return &o.NodeOrder }},
	{Key: "surge_zones", Values: []Option{ZonesInTurn, ZonesRandom},
		Means:  "the zones that surge nodes land in: the pool's zones in turn, or random ones",
		Source: "assumption: AKS says that the zone isn't known beforehand",
		field:  func(o *Options) *Option { return &o.SurgeZones }},
	{Key: "soak", Values: []Option{SoakAfterDrain, SoakAfterReimage},
		Means:  "when a node soaks: between drain and reimage, or when it is back and before the next node starts",
		Source: "AKS rolling upgrade page and API, against the resize page and the overview of the former",
		field:  func(o *Options) *Option { return &o.Soak }},
	{Key: "old_nodes", Values: []Option{ReimageOld, DeleteOld},
		Means:  "a drained node is reimaged in place, or deleted and a surge node stays in its place",
		Source: "AKS rolling upgrade page and Azure/AKS#1912, against the architecture center",
		field:  func(o *Options) *Option { return &o.OldNodes }},
	{Key: "reimaged_node", Values: []Option{NodeReplaced, NodeKept},
		Means:  "while a node is reimaged its node object is deleted and comes back new, or it is kept and goes NotReady",
		Source: "undocumented; the log of Azure/AKS#3927 has the reimaged nodes registered anew, which only new objects are",
		field:  func(o *Options) *Option { return &o.ReimagedNode }},
	{Key: "drain_expiry", Values: []Option{ExpiryUndrainable, ExpiryForce},
		Means:  "a drain that takes too long makes the node undrainable, or ends by force: what is left on the node dies with it",
		Source: "ARM API and AKS rolling upgrade page, against the resize page",
		field:  func(o *Options) *Option { return &o.DrainExpiry }},
	{Key: "schedule", Values: []Option{ScheduleUncordon, ScheduleReplace},
		Means:  "undrainable node behavior Schedule lets the node back to work and fails, or deletes and replaces it and goes on",
		Source: "ARM API and release note of 2024-10-25, against the upgrade options page",
		field:  func(o *Options) *Option { return &o.Schedule }},
	{Key: "cordon_end", Values: []Option{CordonAPI, CordonReversed, CordonSucceeded},
		Means:  "an upgrade with quarantined nodes ends as Failed when surge nodes stand in for all of them, else Canceled; or the other way round; or as Succeeded",
		Source: "ARM API, against expectation and the conceptual page",
		field:  func(o *Options) *Option { return &o.CordonEnd }},
	{Key: "quota_check", Values: []Option{QuotaAtSubmit, QuotaAtSurge},
		Means:  "surge beyond quota or subnet is refused with the request, or shows when the nodes are ordered and the pool falls back",
		Source: "AKS upgrade options page, pre-upgrade validations, against its error articles",
		field:  func(o *Options) *Option { return &o.QuotaCheck }},
	{Key: "spot_eviction", Values: []Option{SpotNone, SpotNotice},
		Means:  "pods of a spot node die with it, or are evicted and have the 30s of a spot notice",
		Source: "AKS spot node pool page speaks of no drain and of an eviction notice",
		field:  func(o *Options) *Option { return &o.SpotEviction }},
	{Key: "spot_upgrade", Values: []Option{SpotWithOthers, SpotApart},
		Means:  "a full upgrade takes spot pools along, or is refused where there is one: control plane and pools go apart then",
		Source: "azure-cli and AKS's error catalogue know no such refusal, against the spot node pool page",
		field:  func(o *Options) *Option { return &o.SpotUpgrade }},
	{Key: "set_by_hand", Values: []Option{HandLost, HandKept},
		Means:  "labels and taints that were set by hand on one node are lost when it is reimaged, or kept; other nodes never get them",
		Source: "AKS release notes of 2024-04-11 and 2024-04-28: no longer copied to nodes in an upgrade; Azure/AKS#2679, where a label wandered from node to node by such copies, shows that a reimaged node has none of its own left",
		field:  func(o *Options) *Option { return &o.SetByHand }},
	{Key: "scale_down_during_upgrade", Values: []Option{ScaleDownDisabled, ScaleDownUpgraded},
		Means:  "while a pool is rolled, the annotation scale-down-disabled keeps the cluster autoscaler off all of its nodes, or off those alone that are yet to be upgraded: surge nodes and upgraded ones may be deleted, and AKS makes new ones as long as old nodes are left",
		Source: "AKS node auto-repair page, against Azure/AKS#5340: 7/5 nodes completed",
		field:  func(o *Options) *Option { return &o.ScaleDownDuringUpgrade }},
	{Key: "blue_green_soak", Values: []Option{SoakEveryBatch, SoakBetween},
		Means:  "the batch soak follows every batch, or comes between batches only, so that the last one goes right into the final soak",
		Source: "AKS blue-green page: batches, each with its soak, then the final soak; 210 or 195 minutes at the defaults",
		field:  func(o *Options) *Option { return &o.BlueGreenSoak }},
	{Key: "blue_green_rollback", Values: []Option{RollbackInSoak, RollbackAnyTime},
		Means:  "a paused blue-green upgrade is rolled back from its final soak only, or at any time",
		Source: "AKS blue-green page, which says both",
		field:  func(o *Options) *Option { return &o.BlueGreenRollback }},
}

// NewOptions returns the default of every option.
func NewOptions() Options {
	var o Options
	for i := range OptionTable {
		*OptionTable[i].In(&o) = OptionTable[i].Values[0]
	}
	return o
}

// checkOptions reports values that their options don't have. A value that is
// missing stands for the default and is filled in by New.
func (c *checker) checkOptions() {
	for i := range OptionTable {
		x := &OptionTable[i]
		oneOf(c, "aks."+x.Key, *x.In(&c.m.Options), x.Values)
	}
}

// fillOptions gives options without a value their default.
func (m *Model) fillOptions() {
	for i := range OptionTable {
		if x := OptionTable[i].In(&m.Options); *x == "" {
			*x = OptionTable[i].Values[0]
		}
	}
}

// optionKeys are the keys of aks that are options of requests.
var optionKeys = func() []key[Options] {
	var keys []key[Options]
	for i := range OptionTable {
		x := &OptionTable[i]
		keys = append(keys, key[Options]{name: x.Key, is: aChoice, values: spelled(x.Values), means: x.Means, source: x.Source, value: func(o *Options) string { return quoted(*x.In(o)) }})
	}
	return keys
}()
