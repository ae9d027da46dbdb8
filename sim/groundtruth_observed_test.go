package sim_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// recordedEvent is a line of events.jsonl.gz.
type recordedEvent struct {
	T                                 float64
	Type, Pod, Workload, Node, Phase  string
	PDB                               string
	Code                              int
	DisruptionsAllowed, DisruptedPods int
}

type seenAt struct{ at, took float64 }

type observation struct {
	late                  struct{ start, ready, gone []seenAt }
	read, write, schedule []seenAt
}

func observe(t *testing.T, dir string, scenario recordedScenario) *observation {
	name := filepath.Join(dir, "events.jsonl.gz")
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var events []recordedEvent
	for line := range bytes.Lines(readGzip(t, name)) {
		var e recordedEvent
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	o := &observation{}
	ready := map[string]float64{}
	for _, w := range scenario.Workloads {
		ready[w.Name] = scenario.Delays.PodReadyAfterBind - scenario.Delays.PodRunningAfterBind
		if w.ReadyDelaySeconds != nil {
			ready[w.Name] = *w.ReadyDelaySeconds
		}
	}
	created, bound, running, deleting := map[string]float64{}, map[string]float64{}, map[string]float64{}, map[string]float64{}
	type write struct {
		t    float64
		mine bool
		used bool
	}
	writes := map[string][]*write{}
	last := map[string]recordedEvent{}
	for _, e := range events {
		if e.Type == "pdb_status" {
			p, ok := last[e.PDB]
			mine := ok && e.DisruptedPods == p.DisruptedPods+1 && e.DisruptionsAllowed == p.DisruptionsAllowed-1 || !ok && e.DisruptedPods == 1
			last[e.PDB] = e
			writes[e.PDB] = append(writes[e.PDB], &write{t: e.T, mine: mine})
		}
	}
	free := map[string]float64{}
	due := map[string]float64{}
	for _, e := range events {
		switch e.Type {
		case "pod_created":
			created[e.Pod] = e.T
		case "pod_scheduled":
			bound[e.Pod] = e.T
			if c, ok := created[e.Pod]; ok && e.T-c < 1 {
				o.schedule = append(o.schedule, seenAt{c, e.T - c})
			}
		case "pod_phase":
			if b, ok := bound[e.Pod]; ok && e.Phase == "Running" {
				o.late.start = append(o.late.start, seenAt{b, e.T - b - scenario.Delays.PodRunningAfterBind})
				running[e.Pod] = e.T
			}
		case "pod_ready":
			if r, ok := running[e.Pod]; ok {
				o.late.ready = append(o.late.ready, seenAt{r, e.T - r - ready[e.Workload]})
			}
		case "pod_deleting":
			deleting[e.Pod] = e.T
		case "pod_deleted":
			if d, ok := deleting[e.Pod]; ok {
				o.late.gone = append(o.late.gone, seenAt{d, e.T - d - scenario.Delays.PodTermination})
			}
		case "drain_start":
			free[e.Node] = e.T
		case "evict":
			start := free[e.Node]
			free[e.Node] = e.T
			if d, ok := due[e.Pod+e.Node]; ok && d > start {
				start = min(d, e.T)
			}
			due[e.Pod+e.Node] = e.T + scenario.Delays.EvictionRetry + driverTick/2
			var mine *write
			others := false
			for _, x := range writes[e.Workload] {
				switch {
				case x.t <= start || x.t > e.T+.01:
				case x.mine && !x.used && e.Code == 201:
					if mine == nil {
						mine = x
						x.used = true
					}
				case mine == nil:
					others = true
				}
			}
			switch {
			case others:
			case e.Code == 429:
				o.read = append(o.read, seenAt{start, (e.T - start) / 2})
			case mine != nil:
				d := max(0, e.T-mine.t)
				o.write = append(o.write, seenAt{start, d / 2})
				o.read = append(o.read, seenAt{start, max(0, mine.t-start-d/2) / 3})
			}
		}
	}
	return o
}

const enough = 80

func (o *observation) put(spec *model.Spec) {
	if o == nil {
		return
	}
	dist := func(into *random.Dist, seconds_ []seenAt, nominal float64) {
		if len(seconds_) < enough {
			return
		}
		var list []random.Observation
		for _, s := range seconds_ {
			list = append(list, random.Observation{At: seconds(s.at), Took: seconds(max(0, nominal+s.took))})
		}
		*into, _ = random.Observed(list)
	}
	for i := range spec.Workloads {
		w := &spec.Workloads[i]
		dist(&w.Start, o.late.start, w.Start.Median().Seconds())
		if !w.NeverReady {
			dist(&w.Ready, o.late.ready, w.Ready.Median().Seconds())
		}
		dist(&w.Termination, o.late.gone, w.Termination.Median().Seconds())
	}
	dist(&spec.Timing.EvictionRequest, o.read, 0)
	dist(&spec.Timing.ObjectWrite, o.write, 0)
	dist(&spec.Timing.PodSchedule, o.schedule, 0)
	for i := range spec.NodePools {
		spec.NodePools[i].Timing = spec.Timing
	}
}
