package report

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

var source = Source{
	Tool: "rollsim v1", Scenario: "a`b.toml", SHA256: "5f2c", Cluster: "c1", Set: []string{"run.horizon=4d", "a`=b"},
	Title: "A title with *stars*, a | and <tags>",
}

var header = &trace.Header{Knobs: []trace.Knob{
	{Path: "run.seed", Value: "7"},
	{Path: "timing.node_create", Value: `{ p50 = "2m30s", p95 = "6m" }`, Default: true},
	{Path: "workload.a_b.labels", Value: `{ x = "1|2" }`},
}}

func phase(start, end time.Duration, over bool) metrics.PhaseRun {
	p := metrics.PhaseRun{Ran: true, Over: over}
	p.Start, p.End = p.Start.Add(start), p.End.Add(end)
	return p
}

// completed is a run with everything that a run can have: a pool that isn't
// upgraded, a singleton, a DaemonSet, a workload with a target, two of one name,
// and names with characters that Markdown reads.
func completed() *metrics.Run {
	r := &metrics.Run{
		Strategy: "full", Seed: 7, Replication: 3,
		Outcome: trace.Completed, Reason: "every operation succeeded",
		Duration: 83*time.Minute + 41*time.Second, Settled: 84 * time.Minute, HasSettled: true,
		ControlPlane: phase(0, 8*time.Minute, true),
		Pools: []metrics.PoolRun{
			{Name: "web", Upgrade: phase(8*time.Minute, 83*time.Minute, true), Surge: 3, Slots: 3, EndVersion: "1.30.5",
				Drains: metrics.DrainStats{Count: 12, Mean: 42 * time.Second, Longest: 4*time.Minute + 2*time.Second, LongestNode: "aks-web-7", LongestBudget: "front_end", WaitingBudgets: 9 * time.Minute}},
			{Name: "gpu", EndVersion: "1.29.7", NodesOld: 2},
		},
		PeakNodes: 14, PeakVCPUs: 56, PeakAddresses: 1,
		SurgeNodeHours: 3.25, SurgeCost: 0.7475, CostKnown: true,
		ExtraNodeHours: -1.5, ExtraCost: -0.345, ExtraCostKnown: true, NodesRemoved: 1,
		MixedVersions: 83 * time.Minute, Events: 1234,
		EndControlPlane: "1.30.5", EndSkew: 1, EndMixed: true,
		Workloads: []metrics.WorkloadRun{
			{Namespace: "shop", Name: "front_end*|", Kind: "Deployment", Desired: 12, MinReady: 9, MeanAvailability: 0.97, WorstWindow: 0.81,
				ReadySecondsLost: 1234.5, HasFloor: true, Floor: 9, HasTarget: true, Target: 0.8, BelowTarget: 92 * time.Second,
				EvictionsGranted: 23, EvictionsRefused: 58, PodsMovedTwice: 4, PodsCreated: 23, PendingSeconds: 6.4, PendingLongest: 3 * time.Second},
			{Namespace: "shop", Name: "db", Kind: "StatefulSet", Desired: 1, MeanAvailability: 0.91, WorstWindow: 0.2, ReadySecondsLost: 240, EvictionsGranted: 1, PodsCreated: 1},
			{Namespace: "test", Name: "db", Kind: "StatefulSet", Desired: 200, MinReady: 199, MeanAvailability: 0.9999, WorstWindow: 0.9996, ReadySecondsLost: 12, EvictionsGranted: 1, PodsCreated: 1},
			{Namespace: "kube-system", Name: "agent", Kind: "DaemonSet", Desired: 12, MinReady: 0, MeanAvailability: 0.9, WorstWindow: 0.8, ReadySecondsLost: 1800},
		},
	}
	r.Workloads[0].MinReadyAt = r.Workloads[0].MinReadyAt.Add(14*time.Minute + 54900*time.Millisecond)
	r.Workloads[1].MinReadyAt = r.Workloads[1].MinReadyAt.Add(9*time.Minute + 59900*time.Millisecond)
	return r
}

// blocked is a run that a budget stops: the upgrade isn't over and not every
// pod has a node at the end.
func blocked() *metrics.Run {
	r := completed()
	r.Outcome, r.Duration, r.HasSettled, r.CostKnown = trace.Blocked, 3*24*time.Hour, false, false
	r.Reason = `"full upgrade" failed: drain of node aks-web-7 did not end within 30m00s`
	r.Blocker = &metrics.Blocker{Node: "aks-web-7", Pool: "web", Pod: "front_end-x1", Workload: "front_end*|", Budget: "front_end"}
	r.Blockers = []metrics.Blocker{*r.Blocker, {Node: "aks-web-9", Pool: "web", Pod: "db-0", Workload: "shop/db", Budget: "db"}}
	r.Pools[0].Upgrade.Over = false
	r.Workloads[0].EvictionsInvalid = 8
	r.Workloads[0].PendingAtEnd = 2
	return r
}

// refused is a run in which nothing happens: AKS expects one request to be
// refused, and refuses another one, too.
func refused() *metrics.Run {
	return &metrics.Run{
		Strategy: "by hand", Seed: 7, Outcome: trace.Refused,
		Reason: `AKS refused "web pool": QuotaExceeded: 4 more vCPUs requested, 2 missing`,
		Refusals: []metrics.Refusal{
			{Request: "too far", Code: "BadVersion", Message: "1.31 is not offered", Expected: true},
			{Request: "web pool", Code: "QuotaExceeded", Message: "4 more vCPUs requested, 2 missing"},
		},
		HasSettled: true, CostKnown: true, EndControlPlane: "1.29.7",
		Pools:     []metrics.PoolRun{{Name: "web", EndVersion: "1.29.7"}},
		Workloads: []metrics.WorkloadRun{{Namespace: "shop", Name: "web", Kind: "Deployment", Desired: 3, MinReady: 3, MeanAvailability: 1, WorstWindow: 1}},
	}
}

func TestRunReports(t *testing.T) {
	pictures := []Picture{{File: "availability.png", Alt: "Ready replicas; “db” falls to 0 of 1 [worst]"}}
	for _, x := range []struct {
		name   string
		run    *metrics.Run
		window time.Duration
	}{{"completed", completed(), 4 * time.Hour}, {"blocked", blocked(), time.Hour}, {"refused", refused(), 0}} {
		r := RunReport{Source: source, Run: x.run, Header: header, Window: x.window, Pictures: pictures}
		golden(t, "run-"+x.name+".txt", r.Text)
		golden(t, "run-"+x.name+".md", r.Markdown)
		golden(t, "run-"+x.name+".json", func(w io.Writer) error { return WriteRunJSON(w, source, x.run, x.window.Seconds()) })
	}
}

// What the headline says beside the duration: several sessions and who waits for
// the last one, the autoscaler, an upgrade that was refused as expected; and moments
// have their dates where the scenario has one.
func TestVerdictAnswers(t *testing.T) {
	r := RunReport{Run: completed(), Header: &trace.Header{Knobs: []trace.Knob{{Path: "run.start", Value: `"2026-05-03T00:00:00Z"`}}}}
	r.Run.NodesRemoved = 2
	r.Run.Start = des.Time(time.Hour)
	r.Run.Refusals = []metrics.Refusal{{Request: "more", Code: "Scaled", Expected: true}, {Request: "to 1.31", Code: "TooFar", Expected: true, Upgrade: true}}
	r.Run.Sessions = []metrics.Session{{From: 0, To: des.Time(time.Hour)}, {From: des.Time(8 * time.Minute), To: des.Time(2 * time.Hour)}}
	r.Run.Sessions[1].From = r.Run.Pools[0].Upgrade.Start
	r.Run.Sessions[0].To = 0
	want := `"full" completes in 1h24m, in 2 sessions of 0s and 1h52m: web waits 8m00s for the last one; the autoscaler removes 2 nodes meanwhile; AKS refuses "to 1.31", as expected: TooFar`
	if got := r.Verdict(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := r.durations(), "1h24m from the first request at 1h00m (Sun 3 May 01:00) on ("; !strings.HasPrefix(got, want) {
		t.Errorf("durations %q, want them to begin with %q", got, want)
	}
}

// A cluster without any workload has no table of workloads, not an empty one.
func TestNoWorkloads(t *testing.T) {
	r := refused()
	r.Workloads = nil
	for name, write := range map[string]func(io.Writer) error{"text": RunReport{Run: r, Header: header}.Text, "Markdown": RunReport{Run: r, Header: header}.Markdown} {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if text := b.String(); strings.Contains(text, "WORKLOAD") || strings.HasSuffix(text, "\n\n") || !strings.Contains(text, "no workload that has replicas to lose") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}

// A Job wants no count of ready pods at all times: "1 of 0" isn't said of it.
func TestJobsHaveNoShare(t *testing.T) {
	r := refused()
	r.Workloads = append(r.Workloads, metrics.WorkloadRun{Name: "batch", Kind: "Job", MinReady: 1, MeanAvailability: 1, WorstWindow: 1})
	var b strings.Builder
	if err := (RunReport{Run: r, Header: header}).Text(&b); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); strings.Contains(text, " of 0") || !strings.Contains(text, "batch             –      –            –  0 pod-s") {
		t.Error(text)
	}
}

// TestRunVerdicts has the outcomes that the goldens don't.
func TestRunVerdicts(t *testing.T) {
	run := func(o trace.Outcome, d time.Duration) *metrics.Run {
		return &metrics.Run{Strategy: "full", Outcome: o, Duration: d}
	}
	pod := run(trace.Blocked, time.Hour)
	pod.Blocker = &metrics.Blocker{Pod: "p", Node: "n"}
	for _, x := range []struct {
		run    *metrics.Run
		window time.Duration
		want   string
	}{
		{run(trace.Completed, 90*time.Second), 0, `"full" completes in 1m30s`},
		{run(trace.Completed, time.Hour), time.Hour, `"full" completes in 1h00m, inside the 1h00m window with 0s to spare`},
		{run(trace.Completed, 2*time.Hour), time.Hour, `"full" completes in 2h00m, 1h00m over the 1h00m window`},
		{run(trace.Failed, time.Minute), 0, `"full" fails after 1m00s`},
		{run(trace.Horizon, 48*time.Hour), 0, `"full" is not over at the horizon, after 2d00h`},
		{run(trace.Refused, time.Minute), 0, `"full" doesn't go as the scenario expects, after 1m00s`},
		{pod, 0, `"full" is blocked after 1h00m by pod p, which doesn't leave node n`},
	} {
		if got := (RunReport{Run: x.run, Window: x.window}).Verdict(); got != x.want {
			t.Errorf("got  %s\nwant %s", got, x.want)
		}
	}
}

// TestTwoBudgets names both budgets of a pod that can't be evicted.
func TestTwoBudgets(t *testing.T) {
	r := &metrics.Run{Strategy: "full", Outcome: trace.Blocked, Duration: time.Hour,
		Workloads: []metrics.WorkloadRun{{EvictionsGranted: 2, EvictionsRefused: 9, EvictionsInvalid: 7}}}
	r.Blocker = &metrics.Blocker{Pod: "p", Node: "n", Clash: []string{"a", "b"}}
	r.Pools = []metrics.PoolRun{{Drains: metrics.DrainStats{Count: 1, Longest: time.Hour, LongestNode: "n", LongestBudget: "c"}}}
	want := `"full" is blocked after 1h00m by budgets "a" and "b", which both select pod p on node n, so that its eviction answers 500`
	if got := (RunReport{Run: r}).Verdict(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want = "2 granted, 2 refused by budgets, 7 answered 500, for several budgets select the pod"
	if got := evictions(r); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestQuarantinedVersions names the nodes that an upgrade left behind.
func TestQuarantinedVersions(t *testing.T) {
	r := &metrics.Run{EndControlPlane: "1.30.5", EndMixed: true, EndSkew: 1, Pools: []metrics.PoolRun{
		{Name: "np", EndVersion: "1.30.5", NodesOld: 1, Quarantined: []metrics.OldNode{{Name: "aks-np-0", Version: "1.29.7"}}}}}
	r.Strategy, r.Outcome, r.Duration = "full", trace.Blocked, time.Hour
	r.Blocker = &metrics.Blocker{Pod: "p", Node: "aks-np-0", Budget: "b"}
	verdict := `"full" goes on without node aks-np-0 and ends as failed after 1h00m: held up by budget "b", which keeps pod p on node aks-np-0`
	if got := (RunReport{Run: r}).Verdict(); got != verdict {
		t.Errorf("got  %s\nwant %s", got, verdict)
	}
	want := "mixed, against best practice: control plane 1.30.5, node aks-np-0 (quarantined) 1.29.7; skew 1 minor"
	if got := versions(r); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestManyWorkloads shows the worst of many on a terminal and sums up the rest;
// the Markdown report has all.
func TestManyWorkloads(t *testing.T) {
	run := refused()
	run.Outcome, run.Refusals = trace.Completed, nil
	run.Workloads = nil
	for i := range 34 {
		run.Workloads = append(run.Workloads, metrics.WorkloadRun{
			Namespace: "n", Name: fmt.Sprintf("w%02d", i), Kind: "Deployment", Desired: 50,
			MinReady: min(50, 16+i), WorstWindow: 1, ReadySecondsLost: max(0, float64(1000-40*i)),
		})
	}
	golden(t, "run-many.txt", RunReport{Source: source, Run: run, Header: header}.Text)
}
