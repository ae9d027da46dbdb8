package sim_test

import (
	"bytes"
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// The recorder's clusters shared two cores with others, which slowed them down
// by more than ten times for stretches, the fake kubelets' fixed delays included:
// batches of the same work differ so. How slow a machine was is no behaviour of
// Kubernetes but an input, so it is read off each recording itself, by one rule
// for all: what a pod's steps took, how long the API server took over a
// request and to write an object, and how long the scheduler took. So is
// the pace of the recorded driver, which stands in for AKS: its requests.
// Everything else, above all who waits for whom, is simulated.

// recordedEvent is a line of events.jsonl.gz.
type recordedEvent struct {
	T                                       float64
	Type, Pod, Workload, Node, Phase, PDB   string
	Taints, Nodes                           []string
	Code, DisruptionsAllowed, DisruptedPods int
}

// observation is what was measured of each kind of latency.
type observation struct {
	stretches             []float64            // when they begin, from the first on
	start, ready, gone    []random.Observation // beyond the fixed delay
	look, write, schedule []random.Observation
	untaint               []random.Observation

	cordon, create, reimage, remove []random.Observation // by the driver
}

// enoughObserved is how many of a kind are needed: four times as many as stand
// for a moment. Else the defaults are used.
const enoughObserved = 4 * random.Around

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
	o := &observation{stretches: stretches(events)}
	o.observePods(events, scenario)
	o.observeEvictions(events, scenario)
	o.observeNodes(events)
	o.observeCordons(events)
	return o
}

// stretches returns when each begins: when a drain starts and no other is under way.
func stretches(events []recordedEvent) (began []float64) {
	drains := 0
	for _, e := range events {
		switch e.Type {
		case "drain_start":
			if drains == 0 {
				began = append(began, e.T)
			}
			drains++
		case "drain_end":
			drains--
		}
	}
	return began
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
				o.schedule = append(o.schedule, o.observed(at, e.T-at))
			}
		case "pod_phase":
			if at, ok := bound[e.Pod]; ok && e.Phase == "Running" {
				o.start = append(o.start, o.observed(at, e.T-at-scenario.Delays.PodRunningAfterBind))
				running[e.Pod] = e.T
			}
		case "pod_ready":
			if at, ok := running[e.Pod]; ok {
				o.ready = append(o.ready, o.observed(at, e.T-at-scenario.readyDelay(e.Workload)))
			}
		case "pod_deleting":
			deleting[e.Pod] = e.T
		case "pod_deleted":
			if at, ok := deleting[e.Pod]; ok {
				o.gone = append(o.gone, o.observed(at, e.T-at-scenario.Delays.PodTermination))
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
// so that they met no conflict. A refusal is two requests: for the pod and for the
// list of budgets, the wait for a fresh cache in it. So is an eviction up to the write
// of the budget, which is a third request and one write; the rest up to the answer is two
// writes.
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
				o.look = append(o.look, o.observed(start, (e.T-start)/2))
			case mine > 0:
				write := max(0, e.T-mine) / 2
				o.write = append(o.write, o.observed(mine, write))
				o.look = append(o.look, o.observed(start, (mine-start-write)/3))
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

// observeNodes measures what the driver takes to have nodes made, made anew or
// deleted, and the control plane to let pods onto them.
func (o *observation) observeNodes(events []recordedEvent) {
	pool, drained, created := 0.0, map[string]float64{}, map[string]float64{}
	gone := map[string]recordedEvent{} // deleted and not back
	for _, e := range events {
		at, ended := drained[e.Node]
		switch e.Type {
		case "pool_start":
			pool = e.T
		case "drain_end":
			drained[e.Node] = e.T
		case "node_deleted":
			gone[e.Node] = e
		case "node_created":
			if created[e.Node] = e.T; ended {
				o.reimage = append(o.reimage, o.observed(at, e.T-at))
			} else {
				o.create = append(o.create, o.observed(pool, e.T-pool))
			}
			delete(gone, e.Node)
		case "node_taints":
			if at, ok := created[e.Node]; ok && !slices.ContainsFunc(e.Taints, notReady) {
				o.untaint = append(o.untaint, o.observed(at, e.T-at))
				delete(created, e.Node)
			}
		}
	}
	for _, node := range sortedKeys(gone) {
		if at, ok := drained[node]; ok {
			o.remove = append(o.remove, o.observed(at, gone[node].T-at))
		}
	}
}

func notReady(taint string) bool { return strings.HasPrefix(taint, "node.kubernetes.io/not-ready") }

// observeCordons measures how long the driver takes to cordon the nodes of a batch,
// from when it could begin to the last drain's start: an equal share for each node.
// It can begin when the last node before is usable, or with the pool.
func (o *observation) observeCordons(events []recordedEvent) {
	free, drains := 0.0, map[string]float64{}
	for _, e := range events {
		if e.Type == "drain_start" {
			drains[e.Node] = e.T // a node is drained once
		}
	}
	for _, e := range events {
		switch e.Type {
		case "pool_start", "node_taints", "node_ready":
			free = e.T
		case "batch_start":
			last := 0.0
			for _, n := range e.Nodes {
				last = max(last, drains[n])
			}
			for range e.Nodes {
				o.cordon = append(o.cordon, o.observed(free, (last-free)/float64(len(e.Nodes))))
			}
		}
	}
}

// observed is what was measured from a time on, told by its stretch.
func (o *observation) observed(at, took float64) random.Observation {
	stretch, _ := slices.BinarySearch(o.stretches, math.Nextafter(at, math.Inf(1)))
	since := at
	if stretch > 0 {
		since -= o.stretches[stretch-1]
	}
	return random.Observation{At: random.Moment{Stretch: stretch, Since: seconds(since)}, Took: seconds(took)}
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
	atLeast := func(enough int, into *random.Dist, list []random.Observation, fixed time.Duration) {
		if len(list) < enough {
			return
		}
		late := slices.Clone(list)
		for i := range late {
			late[i].Took = max(0, fixed+late[i].Took)
		}
		d, err := random.Observed(late)
		if err != nil {
			t.Fatal(err)
		}
		*into = d
	}
	dist := func(into *random.Dist, list []random.Observation, fixed time.Duration) {
		atLeast(enoughObserved, into, list, fixed)
	}
	driver := func(into *random.Dist, list []random.Observation) { atLeast(1, into, list, 0) }
	for i := range spec.Workloads {
		w := &spec.Workloads[i]
		dist(&w.Start, o.start, w.Start.Median())
		dist(&w.Ready, o.ready, w.Ready.Median())
		dist(&w.Termination, o.gone, w.Termination.Median())
	}
	dist(&spec.Timing.ServerRequest, o.look, 0)
	if len(o.look) >= enoughObserved {
		spec.Timing.CacheProgress = 0 // the wait for the cache of budgets is in what was measured
	}
	dist(&spec.Timing.ObjectWrite, o.write, 0)
	dist(&spec.Timing.PodSchedule, o.schedule, 0)
	dist(&spec.Timing.NodeUntaint, o.untaint, 0)
	driver(&spec.Timing.NodeCordon, o.cordon)
	driver(&spec.Timing.NodeCreate, o.create)
	driver(&spec.Timing.NodeReimage, o.reimage)
	driver(&spec.Timing.NodeDelete, o.remove)
	for i := range spec.NodePools {
		spec.NodePools[i].Timing = spec.Timing
	}
}
