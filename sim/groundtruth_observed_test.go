package sim_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// The recorder's clusters shared two cores with others, which slowed them down
// by more than ten times for stretches, the fake kubelets' fixed delays included:
// batches of the same work differ so. How slow a machine was is no behaviour of
// Kubernetes but an input, so it is read off each recording itself, by one rule
// for all: what a pod's steps took, how long the API server took to look at a
// request for an eviction and to write an object, and how long the scheduler took.
// Everything else, above all who waits for whom, is simulated.

// recordedEvent is a line of events.jsonl.gz.
type recordedEvent struct {
	T                                       float64
	Type, Pod, Workload, Node, Phase, PDB   string
	Code, DisruptionsAllowed, DisruptedPods int
}

// observation is what was measured of each kind of latency.
type observation struct {
	start, ready, gone    []random.Observation // beyond the fixed delay
	look, write, schedule []random.Observation
}

// enoughObserved is how many of a kind are needed: twice as many as stand for a
// moment. Else the defaults are used.
const enoughObserved = 2 * random.Around

// observe reads the latencies off a recording.
func observe(t *testing.T, dir string, scenario recordedScenario) *observation {
	t.Helper()
	var events []recordedEvent
	for line := range bytes.Lines(readGzip(t, filepath.Join(dir, "events.jsonl.gz"))) {
		var e recordedEvent
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	o := &observation{}
	o.observePods(events, scenario)
	o.observeEvictions(events, scenario)
	return o
}

// observePods measures the steps of pods. A pod that was placed within a second
// had room at once; others waited for a node.
func (o *observation) observePods(events []recordedEvent, scenario recordedScenario) {
	created, bound, running, deleting := map[string]float64{}, map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, e := range events {
		switch e.Type {
		case "pod_created":
			created[e.Pod] = e.T
		case "pod_scheduled":
			bound[e.Pod] = e.T
			if at, ok := created[e.Pod]; ok && e.T-at < 1 {
				o.schedule = append(o.schedule, observed(at, e.T-at))
			}
		case "pod_phase":
			if at, ok := bound[e.Pod]; ok && e.Phase == "Running" {
				o.start = append(o.start, observed(at, e.T-at-scenario.Delays.PodRunningAfterBind))
				running[e.Pod] = e.T
			}
		case "pod_ready":
			if at, ok := running[e.Pod]; ok {
				o.ready = append(o.ready, observed(at, e.T-at-scenario.readyDelay(e.Workload)))
			}
		case "pod_deleting":
			deleting[e.Pod] = e.T
		case "pod_deleted":
			if at, ok := deleting[e.Pod]; ok {
				o.gone = append(o.gone, observed(at, e.T-at-scenario.Delays.PodTermination))
			}
		}
	}
}

// budgetWrite is a status of a budget that was written.
type budgetWrite struct {
	at       float64
	eviction bool // by an eviction, not by the controller
	taken    bool
}

// budgetWrites finds the writes of each budget: an eviction's allows one
// disruption fewer and adds a disrupted pod.
func budgetWrites(events []recordedEvent) map[string][]budgetWrite {
	writes, last := map[string][]budgetWrite{}, map[string]recordedEvent{}
	for _, e := range events {
		if e.Type != "pdb_status" {
			continue
		}
		before, ok := last[e.PDB]
		byEviction := !ok && e.DisruptedPods == 1 ||
			ok && e.DisruptedPods == before.DisruptedPods+1 && e.DisruptionsAllowed == before.DisruptionsAllowed-1
		last[e.PDB] = e
		writes[e.PDB] = append(writes[e.PDB], budgetWrite{at: e.T, eviction: byEviction})
	}
	return writes
}

// observeEvictions measures requests during which nobody else wrote the budget,
// so that they met no conflict. A refusal is two looks: at the pod and at the
// budgets. So is an eviction up to the write of the budget, which is a request of
// the server to itself, a third look, and one write; the rest up to the answer is two.
func (o *observation) observeEvictions(events []recordedEvent, scenario recordedScenario) {
	writes := budgetWrites(events)
	free, due := map[string]float64{}, map[string]float64{}
	for _, e := range events {
		switch e.Type {
		case "drain_start":
			free[e.Node] = e.T
		case "evict":
			start := free[e.Node]
			if d, ok := due[e.Pod+e.Node]; ok && d > start {
				start = min(d, e.T)
			}
			free[e.Node] = e.T
			due[e.Pod+e.Node] = e.T + scenario.Delays.EvictionRetry + driverTick/2
			mine, others := ownWrite(writes[e.Workload], start, e)
			switch {
			case others:
			case e.Code == 429:
				o.look = append(o.look, observed(start, (e.T-start)/2))
			case mine > 0:
				write := max(0, e.T-mine) / 2
				o.write = append(o.write, observed(start, write))
				o.look = append(o.look, observed(start, (mine-start-write)/3))
			}
		}
	}
}

// ownWrite returns when an eviction that was asked for at start wrote its budget,
// 0: not at all, and whether others wrote it before that. Watchers see the two a little out of order.
func ownWrite(writes []budgetWrite, start float64, e recordedEvent) (at float64, others bool) {
	const late = 0.01
	for i := range writes {
		w := &writes[i]
		switch {
		case w.at <= start || w.at > e.T+late:
		case w.eviction && !w.taken && e.Code == 201 && at == 0:
			at, w.taken = w.at, true
		case at == 0:
			others = true
		}
	}
	return at, others
}

func observed(at, took float64) random.Observation {
	return random.Observation{At: seconds(at), Took: seconds(took)}
}

// readyDelay is how long a workload's pods take from Running to Ready, in seconds.
func (s *recordedScenario) readyDelay(workload string) float64 {
	for _, w := range s.Workloads {
		if w.Name == workload && w.ReadyDelaySeconds != nil {
			return *w.ReadyDelaySeconds
		}
	}
	return s.Delays.PodReadyAfterBind - s.Delays.PodRunningAfterBind
}

// put puts what was observed in place of the fixed delays and the defaults.
func (o *observation) put(t *testing.T, spec *model.Spec) {
	t.Helper()
	dist := func(into *random.Dist, list []random.Observation, fixed time.Duration) {
		if len(list) < enoughObserved {
			return
		}
		late := make([]random.Observation, len(list))
		for i, x := range list {
			late[i] = random.Observation{At: max(0, x.At), Took: max(0, fixed+x.Took)}
		}
		d, err := random.Observed(late)
		if err != nil {
			t.Fatal(err)
		}
		*into = d
	}
	for i := range spec.Workloads {
		w := &spec.Workloads[i]
		dist(&w.Start, o.start, w.Start.Median())
		dist(&w.Ready, o.ready, w.Ready.Median())
		dist(&w.Termination, o.gone, w.Termination.Median())
	}
	dist(&spec.Timing.ServerRequest, o.look, 0)
	dist(&spec.Timing.ObjectWrite, o.write, 0)
	dist(&spec.Timing.PodSchedule, o.schedule, 0)
	for i := range spec.NodePools {
		spec.NodePools[i].Timing = spec.Timing
	}
}
