package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"

	"rollsim/sim/metrics"
)

// The schemas of the two kinds of summary.json. The number after the slash
// goes up when a field changes its meaning or goes away; new fields may come
// at any time.
const (
	RunSchema     = "rollsim.run/2"
	CompareSchema = "rollsim.compare/1"
)

// Source says what a result was made from.
type Source struct {
	Tool     string   `json:"tool" doc:"name and version of the program"`
	Scenario string   `json:"scenario" doc:"file or library name as given"`
	SHA256   string   `json:"sha256" doc:"of the scenario's bytes"`
	Set      []string `json:"set" doc:"what --set put over the file, in that order"`
	Title    string   `json:"title" doc:"the scenario's title"`
	Cluster  string   `json:"cluster" doc:"the cluster's name"`
}

// words says what a result was made from, for the end of a report.
func (s Source) words() string {
	over := ""
	if len(s.Set) > 0 {
		codes := make([]string, len(s.Set))
		for i, x := range s.Set {
			codes[i] = code(x)
		}
		over = " with " + List(codes)
	}
	return fmt.Sprintf("scenario %s%s (SHA-256 %s), by %s", code(s.Scenario), over, code(s.SHA256), s.Tool)
}

// RunDocument is summary.json of rollsim run.
type RunDocument struct {
	Schema string `json:"schema" doc:"rollsim.run/2"`
	Source
	Run RunJSON `json:"run" doc:"the replication"`
}

// RunJSON is one replication. Durations are seconds, instants seconds since the start.
type RunJSON struct {
	Strategy        string         `json:"strategy" doc:"name of the strategy"`
	Seed            uint64         `json:"seed" doc:"seed of all replications"`
	Replication     int            `json:"replication" doc:"number from 0 under that seed"`
	Outcome         string         `json:"outcome" doc:"completed, refused, blocked, failed or horizon"`
	Reason          string         `json:"reason" doc:"what ended the run"`
	Blocker         *BlockerJSON   `json:"blocker" doc:"who kept a drain from ending; null unless blocked"`
	Blockers        []BlockerJSON  `json:"blockers" doc:"that one, then each further budget that refuses at the stop"`
	Refusals        []RefusalJSON  `json:"refusals" doc:"requests that AKS refused"`
	Start           float64        `json:"start_seconds" doc:"when the first request is submitted, on the run's clock, which all instants are on"`
	Duration        float64        `json:"duration_seconds" doc:"first request to last operation over; of a completed run, to the last that had something to do"`
	Sessions        []SessionJSON  `json:"sessions" doc:"times of upgrading with at least two hours between them, such as evenings or maintenance windows"`
	Settled         *float64       `json:"settled_seconds" doc:"first request to every replica ready again and AKS done cleaning up; null when that never came while the run was observed"`
	Window          *float64       `json:"window_seconds" doc:"the maintenance window; null without one"`
	FitsWindow      *bool          `json:"fits_window" doc:"completed within the window; null without one"`
	ControlPlane    *SpanJSON      `json:"control_plane" doc:"its upgrade; null when it wasn't upgraded"`
	Pools           []PoolJSON     `json:"node_pools" doc:"in scenario order"`
	PeakNodes       int            `json:"peak_nodes" doc:"most nodes at once"`
	PeakVCPUs       int            `json:"peak_vcpus" doc:"most vCPUs at once, all families"`
	PeakAddresses   int            `json:"peak_addresses" doc:"most addresses of the subnet at once"`
	SurgeNodeHours  float64        `json:"surge_node_hours" doc:"of surge nodes, ordered to gone"`
	SurgeCost       *float64       `json:"surge_cost_usd" doc:"of surge nodes at list price: what the upgrade itself adds; null when a price is unknown"`
	ExtraNodeHours  float64        `json:"extra_node_hours" doc:"of all nodes, less those of as many nodes as at the first request, until the run has settled; what the cluster autoscaler and requests such as scale do counts, so surge_node_hours are what the upgrade itself adds; negative when nodes went"`
	ExtraCost       *float64       `json:"extra_cost_usd" doc:"the node bill at list price less that of as many nodes as at the first request; null when a price is unknown"`
	NodesAdded      int            `json:"nodes_added" doc:"by the cluster autoscaler"`
	NodesRemoved    int            `json:"nodes_removed" doc:"by the cluster autoscaler"`
	MixedVersions   float64        `json:"mixed_versions_seconds" doc:"while control plane and nodes differed"`
	EndControlPlane string         `json:"end_control_plane" doc:"its version at the end"`
	EndSkew         int            `json:"end_skew_minors" doc:"minors between the control plane and the oldest pool at the end"`
	EndMixed        bool           `json:"end_mixed" doc:"versions differ at the end, against best practice"`
	Events          uint64         `json:"events" doc:"simulated events"`
	Crashes         []CrashJSON    `json:"crashes" doc:"machines that died, in order"`
	Workloads       []WorkloadJSON `json:"workloads" doc:"in scenario order"`
}

// SessionJSON is a time of upgrading.
type SessionJSON struct {
	From float64 `json:"start_seconds" doc:"since the run's start"`
	To   float64 `json:"end_seconds" doc:"since the run's start"`
}

// CrashJSON is a machine that died while it was a node.
type CrashJSON struct {
	Node string   `json:"node" doc:"its node"`
	At   float64  `json:"at_seconds" doc:"when it died"`
	Lost *float64 `json:"lost_seconds" doc:"when Kubernetes took the node for not ready; null when it was back or gone before"`
	Back *float64 `json:"back_seconds" doc:"when it was ready again; null when it wasn't while the run was observed"`
}

// BlockerJSON names who kept a drain from ending.
type BlockerJSON struct {
	At       float64 `json:"at_seconds" doc:"when the drain was given up"`
	Node     string  `json:"node" doc:"the node being drained"`
	Pool     string  `json:"node_pool" doc:"its pool"`
	Pod      string  `json:"pod" doc:"the pod that didn't go"`
	Workload string  `json:"workload" doc:"its workload"`
	Budget   string  `json:"pdb" doc:"the budget that refused; empty when none did"`
	Disk     float64 `json:"pdb_disk_seconds" doc:"of the drain, while a pod of that budget waited for its disk"`

	Clash []string `json:"pdbs_clashing" doc:"budgets that select the pod together, so that evictions answer 500"`
}

// RefusalJSON is a request that AKS refused.
type RefusalJSON struct {
	At       float64 `json:"at_seconds" doc:"when it was submitted"`
	Request  string  `json:"request" doc:"name of the request"`
	Code     string  `json:"code" doc:"AKS's error code"`
	Message  string  `json:"message" doc:"what is wrong, and which rule of which profile says so"`
	Expected bool    `json:"expected" doc:"the scenario wants to see this answer"`
}

// SpanJSON is a span of a run.
type SpanJSON struct {
	Start float64 `json:"start_seconds" doc:"begin"`
	End   float64 `json:"end_seconds" doc:"end, or the end of the run when it wasn't over"`
	Over  bool    `json:"over" doc:"it came to its end"`
}

// PoolJSON is one node pool.
type PoolJSON struct {
	Name           string    `json:"name" doc:"of the pool"`
	Upgrade        *SpanJSON `json:"upgrade" doc:"null when the pool wasn't upgraded"`
	Surge          int       `json:"surge" doc:"surge nodes, resolved and capped"`
	Slots          int       `json:"slots" doc:"nodes worked on at the same time"`
	EndVersion     string    `json:"end_version" doc:"currentOrchestratorVersion at the end; empty when the pool isn't there"`
	NodesOld       int       `json:"nodes_old" doc:"nodes at the end that aren't on the control plane's version"`
	Quarantined    []string  `json:"quarantined" doc:"nodes that couldn't be drained and stay cordoned, with their version"`
	Drains         int       `json:"drains" doc:"drains begun, surge nodes included"`
	DrainMean      float64   `json:"drain_mean_seconds" doc:"over those drains"`
	DrainLongest   float64   `json:"drain_longest_seconds" doc:"the slowest of them"`
	DrainNode      string    `json:"drain_longest_node" doc:"its node"`
	DrainBudget    string    `json:"drain_longest_pdb" doc:"the budget it waited for most; empty when none"`
	DrainDisk      float64   `json:"drain_longest_disk_seconds" doc:"of that wait, while a pod of the budget waited for its disk"`
	WaitingBudgets float64   `json:"waiting_for_pdb_node_seconds" doc:"node time that drains spent waiting for budgets"`
}

// WorkloadJSON is one workload.
type WorkloadJSON struct {
	Namespace        string   `json:"namespace" doc:"Kubernetes namespace"`
	Name             string   `json:"name" doc:"of the workload"`
	Kind             string   `json:"kind" doc:"Deployment, StatefulSet, DaemonSet, Job or Pod"`
	Desired          int      `json:"desired" doc:"replicas wanted; 0 for a Job, whose shares of ready replicas are 1"`
	MinReady         int      `json:"min_ready" doc:"fewest ready replicas"`
	MinReadyAt       float64  `json:"min_ready_at_seconds" doc:"first moment of that"`
	MeanAvailability float64  `json:"mean_availability" doc:"ready over desired, time-weighted, 0 to 1"`
	WorstWindow      float64  `json:"worst_window" doc:"lowest mean availability over any five minutes"`
	ReadySecondsLost float64  `json:"ready_seconds_lost" doc:"pod-seconds below desired"`
	Floor            *int     `json:"pdb_floor" doc:"ready replicas that its strictest budget asks for; null without a budget of its own"`
	BelowBudget      float64  `json:"below_budget_seconds" doc:"time with fewer healthy pods than a budget that selects it wants, shared ones included"`
	Target           *float64 `json:"target" doc:"the workload's own objective, 0 to 1; null without one"`
	BelowTarget      float64  `json:"below_target_seconds" doc:"time below it"`
	EvictionsGranted int      `json:"evictions_granted" doc:"answers 201"`
	EvictionsRefused int      `json:"evictions_refused" doc:"answers 403, 429 and 500, each retry counts"`
	EvictionsInvalid int      `json:"evictions_answered_500" doc:"of those the 500s: several budgets select the pod"`
	PodsMovedTwice   int      `json:"pods_moved_twice" doc:"evictions of pods that had been created to replace an evicted one"`
	PodsCreated      int      `json:"pods_created" doc:"since the first request"`
	PendingSeconds   float64  `json:"pending_seconds" doc:"pod-seconds from created to bound"`
	PendingLongest   float64  `json:"pending_longest_seconds" doc:"of one pod"`
	PendingAtEnd     int      `json:"pending_at_end" doc:"pods without a node at the end"`
	Down             bool     `json:"down_at_end" doc:"had ready replicas at the first request and has none when observation ends; what it loses is counted until then"`
}

// WriteRunJSON writes summary.json of rollsim run. A window of 0 means none.
func WriteRunJSON(w io.Writer, source Source, run *metrics.Run, windowSeconds float64) error {
	source.Set = notNil(source.Set)
	return writeJSON(w, RunDocument{Schema: RunSchema, Source: source, Run: runJSON(run, windowSeconds)})
}

func runJSON(r *metrics.Run, windowSeconds float64) RunJSON {
	out := RunJSON{
		Strategy: r.Strategy, Seed: r.Seed, Replication: r.Replication,
		Outcome: r.Outcome.String(), Reason: r.Reason,
		Blockers:        each(r.Blockers, blockerJSON),
		Refusals:        each(r.Refusals, refusalJSON),
		Sessions:        each(r.Sessions, sessionJSON),
		Crashes:         each(r.Crashes, crashJSON),
		Start:           r.Start.Seconds(),
		Duration:        r.Duration.Seconds(),
		ControlPlane:    spanJSON(r.ControlPlane),
		Settled:         known(r.Settled.Seconds(), r.HasSettled),
		PeakNodes:       r.PeakNodes,
		PeakVCPUs:       r.PeakVCPUs,
		PeakAddresses:   r.PeakAddresses,
		SurgeNodeHours:  r.SurgeNodeHours,
		SurgeCost:       known(r.SurgeCost, r.CostKnown),
		ExtraNodeHours:  r.ExtraNodeHours,
		ExtraCost:       known(r.ExtraCost, r.ExtraCostKnown),
		NodesAdded:      r.NodesAdded,
		NodesRemoved:    r.NodesRemoved,
		MixedVersions:   r.MixedVersions.Seconds(),
		EndControlPlane: r.EndControlPlane,
		EndSkew:         r.EndSkew,
		EndMixed:        r.EndMixed,
		Events:          r.Events,
		Pools:           each(r.Pools, poolJSON),
		Workloads:       each(r.Workloads, workloadJSON),
	}
	if r.Blocker != nil {
		out.Blocker = pointer(blockerJSON(*r.Blocker))
	}
	if windowSeconds > 0 {
		out.Window = pointer(windowSeconds)
		out.FitsWindow = pointer(r.Completes() && r.Duration.Seconds() <= windowSeconds)
	}
	return out
}

// each returns what f makes of the elements of a list; never null in JSON.
func each[T, U any](list []T, f func(T) U) []U {
	all := make([]U, 0, len(list))
	for _, x := range list {
		all = append(all, f(x))
	}
	return all
}

// known is a value, or null where it isn't known.
func known[T any](v T, ok bool) *T {
	if !ok {
		return nil
	}
	return &v
}

func refusalJSON(x metrics.Refusal) RefusalJSON {
	return RefusalJSON{x.At.Seconds(), x.Request, x.Code, x.Message, x.Expected}
}

func sessionJSON(s metrics.Session) SessionJSON {
	return SessionJSON{From: s.From.Seconds(), To: s.To.Seconds()}
}

func crashJSON(c metrics.Crash) CrashJSON {
	return CrashJSON{Node: c.Node, At: c.At.Seconds(), Lost: known(c.Lost.Seconds(), c.HasLost), Back: known(c.Back.Seconds(), c.HasBack)}
}

func blockerJSON(b metrics.Blocker) BlockerJSON {
	return BlockerJSON{b.At.Seconds(), b.Node, b.Pool, b.Pod, b.Workload, b.Budget, b.Disk.Seconds(), notNil(b.Clash)}
}

func spanJSON(p metrics.PhaseRun) *SpanJSON {
	if !p.Ran {
		return nil
	}
	return &SpanJSON{p.Start.Seconds(), p.End.Seconds(), p.Over}
}

func poolJSON(p metrics.PoolRun) PoolJSON {
	quarantined := []string{}
	for _, n := range p.Quarantined {
		quarantined = append(quarantined, n.Name+" "+n.Version)
	}
	return PoolJSON{
		Quarantined: quarantined,
		Name:        p.Name, Upgrade: spanJSON(p.Upgrade),
		Surge: p.Surge, Slots: p.Slots,
		EndVersion: p.EndVersion, NodesOld: p.NodesOld,
		Drains:         p.Drains.Count,
		DrainMean:      p.Drains.Mean.Seconds(),
		DrainLongest:   p.Drains.Longest.Seconds(),
		DrainNode:      p.Drains.LongestNode,
		DrainBudget:    p.Drains.LongestBudget,
		DrainDisk:      p.Drains.LongestDisk.Seconds(),
		WaitingBudgets: p.Drains.WaitingBudgets.Seconds(),
	}
}

func workloadJSON(x metrics.WorkloadRun) WorkloadJSON {
	out := WorkloadJSON{
		Namespace: x.Namespace, Name: x.Name, Kind: x.Kind,
		Desired: x.Desired, MinReady: x.MinReady, MinReadyAt: x.MinReadyAt.Seconds(),
		MeanAvailability: x.MeanAvailability, WorstWindow: x.WorstWindow,
		ReadySecondsLost: x.ReadySecondsLost,
		BelowBudget:      x.BelowBudget.Seconds(),
		BelowTarget:      x.BelowTarget.Seconds(),
		EvictionsGranted: x.EvictionsGranted,
		EvictionsRefused: x.EvictionsRefused,
		EvictionsInvalid: x.EvictionsInvalid,
		PodsMovedTwice:   x.PodsMovedTwice,
		PodsCreated:      x.PodsCreated,
		PendingSeconds:   x.PendingSeconds,
		PendingLongest:   x.PendingLongest.Seconds(),
		PendingAtEnd:     x.PendingAtEnd,
		Down:             x.DownAtEnd,
	}
	if x.HasFloor {
		out.Floor = pointer(x.Floor)
	}
	if x.HasTarget {
		out.Target = pointer(x.Target)
	}
	return out
}

func pointer[T any](x T) *T { return &x }

// finite is x as JSON can hold it: null for an infinite or missing number.
func finite(x float64) *float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return &x
}

func writeJSON(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(document)
}
