package model

// Kind is what a scenario writes as the value of a key.
type Kind string

// The kinds of values.
const (
	aText        Kind = "text"
	aBoolean     Kind = "boolean"
	aCount       Kind = "whole number"
	aNumber      Kind = "number"
	aChoice      Kind = "one of"
	anAmount     Kind = "count or percentage"
	aShare       Kind = "percentage"
	aDuration    Kind = "duration"
	aDist        Kind = "duration or distribution"
	aReady       Kind = "duration, distribution or never"
	aMoment      Kind = "point in time"
	aDate        Kind = "day"
	aClock       Kind = "time of the day"
	anOffset     Kind = "offset"
	aVersion     Kind = "version"
	aTarget      Kind = "version or alias"
	aCPU         Kind = "cores"
	aMemory      Kind = "bytes"
	aRate        Kind = "bytes a second"
	aSubnet      Kind = "address range"
	aPriority    Kind = "priority"
	aReplicas    Kind = "count or list of numbers"
	aThreshold   Kind = "number, duration or percentage"
	aSelector    Kind = "selector"
	someTexts    Kind = "list of texts"
	someVersions Kind = "list of versions"
	somePorts    Kind = "list of ports"
	someTaints   Kind = "list of taints"
	someTerms    Kind = "list of lists of conditions"
	someChecks   Kind = "list of conditions"
	someLabels   Kind = "table of texts"
	countsBy     Kind = "table of counts"
	amountsBy    Kind = "table of amounts"
	versionsBy   Kind = "table of versions"
	aTable       Kind = "table"
	someTables   Kind = "list of tables"

	someTolerations Kind = "list of tolerations"
)

// KindInfo says how a kind of value is written.
type KindInfo struct {
	Kind    Kind
	Example string // as a scenario has it; "": depends on the key
	Says    string // what there is to know; "": nothing
}

// Kinds are all kinds of values, in the order in which a reader meets them.
var Kinds = []KindInfo{
	{aText, `"web"`, "on one line"},
	{aBoolean, `true`, "true or false, without quotes"},
	{aCount, `3`, "without quotes, up to 2147483647"},
	{aNumber, `0.5`, "without quotes"},
	{aChoice, "", "one of the texts that the range lists"},
	{anAmount, `"33%"`, "a count without quotes, or a percentage of what is counted in quotes"},
	{aShare, `"99.9%"`, "in quotes, more than 0% and up to 100%"},
	{aDuration, `"1h30m"`, "in quotes with units: d of 24 h, h, m, s, ms, up to 87600h"},
	{aDist, `{ p50 = "3m", p95 = "8m" }`, `a duration, which is the same each time, or a distribution: { p50, p95 } is a lognormal through these points; { dist = "exponential", mean }, { dist = "uniform", min, max }, { dist = "normal", mean, stddev }, { dist = "triangular", min, mode, max }, { dist = "weibull", shape, scale } and { dist = "gamma", shape, scale } are named, with durations but for shape, which is a number`},
	{aReady, `"never"`, `as before, or "never"`},
	{aMoment, `"2026-05-06T08:00:00Z"`, "RFC 3339"},
	{aDate, `"2026-05-06"`, ""},
	{aClock, `"22:00"`, ""},
	{anOffset, `"+01:00"`, "from UTC"},
	{aVersion, `"1.30.5"`, ""},
	{aTarget, `"1.30"`, "a version, or an alias, which is its minor's newest patch among cluster.offered_versions"},
	{aCPU, `"500m"`, "a Kubernetes quantity of cores"},
	{aMemory, `"512Mi"`, "a Kubernetes quantity of bytes"},
	{aRate, `"50MB/s"`, "in B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s or GiB/s"},
	{aSubnet, `"10.240.0.0/24"`, ""},
	{aPriority, `1000`, `a number, or "system-cluster-critical" or "system-node-critical"`},
	{aReplicas, `[0, 2]`, "the numbers of replicas, from 0, or how many of the first"},
	{aThreshold, `"4h"`, "a number without quotes, or a duration or a percentage in quotes"},
	{aSelector, `{ app = "shop" }`, "a table of labels that must all be there, or a list of conditions"},
	{someTexts, `["1", "2"]`, ""},
	{someVersions, `["1.29.7", "1.30.5"]`, ""},
	{somePorts, `[8080, "53/UDP"]`, ""},
	{someTaints, `["key=value:NoSchedule"]`, "effects are NoSchedule, PreferNoSchedule and NoExecute"},
	{someTolerations, `["key=value:NoSchedule"]`, "key, key:Effect, key=value, key=value:Effect, * or *:Effect"},
	{someChecks, `[{ key = "tier", operator = "In", values = ["web"] }]`, "that must all hold"},
	{someTerms, `[[{ key = "tier", operator = "In", values = ["web"] }]]`, "of the outer list one must hold, of an inner one all"},
	{someLabels, `{ app = "shop" }`, ""},
	{countsBy, `{ standardDSv5Family = 100 }`, ""},
	{amountsBy, `{ "nvidia.com/gpu" = 1 }`, `counts, but bytes for ephemeral-storage and hugepages`},
	{versionsBy, `{ web = "1.30.5" }`, ""},
	{aTable, "", "its keys come right after the table's"},
	{someTables, "", "the same for each table of the list, headed [[...]] or written in brackets"},
}
