package explain

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"rollsim/scenarios"
	"rollsim/sim"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/metrics"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// player plays one strategy of a library scenario.
type player struct {
	model     *model.Model
	strategy  int
	simulator *sim.Simulator
	history   *History
}

// play plays a strategy of a library scenario; "" is its first one.
func play(t testing.TB, scenario, strategy string) *player {
	t.Helper()
	s, err := scenarios.Open(scenario)
	if err != nil {
		t.Fatal(err)
	}
	return playFile(t, s, strategy)
}

func playFile(t testing.TB, s *scenarios.Scenario, strategy string) *player {
	t.Helper()
	m, _, err := s.Model(metrics.CheckGates)
	if err != nil {
		t.Fatal(err)
	}
	p := &player{model: m, simulator: sim.New(m)}
	for i := range m.Strategies {
		if m.Strategies[i].Name == strategy {
			p.strategy = i
		}
	}
	r := p.simulator.Run(p.strategy, 0, sim.Options{Trace: true})
	p.history = Read(r.Trace, r.Run)
	return p
}

func (p *player) scheduler() Scheduler {
	return Scheduler{
		Decisions: func(pods ...kube.PodID) []*kube.Placement {
			return p.simulator.Run(p.strategy, 0, sim.Options{Placements: pods}).Placements
		},
		Now: func(t des.Time, pod kube.PodID) *kube.Placement {
			return p.simulator.PlacementsAt(p.strategy, 0, t, pod)[0]
		},
	}
}

func (p *player) explain(t testing.TB, name string, at *des.Time) *Answer {
	t.Helper()
	s, err := p.history.Find(name, at)
	if err != nil {
		t.Fatal(err)
	}
	return p.history.Answer(Question{Subject: s, At: at}, p.scheduler())
}

// TestAnswers plays library scenarios and reads the answers. In testdata
//
//	explain scenario=NAME name=NAME [at=35m]
//	STRATEGY
//
// prints an answer as the command does. The flag -rewrite rewrites the files.
func TestAnswers(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			var scenario, name, at string
			d.ScanArgs(t, "scenario", &scenario)
			d.ScanArgs(t, "name", &name)
			d.MaybeScanArgs(t, "at", &at)
			var moment *des.Time
			if at != "" {
				length, err := time.ParseDuration(at)
				if err != nil {
					d.Fatalf(t, "%v", err)
				}
				moment = (*des.Time)(&length)
			}
			var b strings.Builder
			if err := play(t, scenario, d.Input).explain(t, name, moment).Text(&b); err != nil {
				d.Fatalf(t, "%v", err)
			}
			return b.String()
		})
	})
}

// TestRareReasons changes a library scenario so that what it says rarely
// happens does, and looks for the words of the answer.
func TestRareReasons(t *testing.T) {
	const low = `
[[workload]]
name      = "report"
replicas  = 3
cpu       = "1"
memory    = "1Gi"
node_pool = "batch"
priority  = -10
`
	const second = `
[[pdb]]
name          = "second"
selector      = { app = "search" }
min_available = 1
`
	for _, c := range []struct {
		name, add, replicas, ask string
		want                     []string
	}{
		{"preempted", low, "15", "report", []string{" preempted", "preempted on aks-batch-vmss", "pending "}},
		{"preempts", low, "15", "search", []string{"evicted for the drain", "0/8 nodes are available: "}},
		{"never placed", "", "19", "search", []string{"1 not ready for the first time yet", "never was there", "never\n", "the drain timed out"}},
		{"two budgets", second, "15", "search", []string{"(more than one)", "the drain timed out"}},
		{"nothing lost", "", "15", "coredns", []string{"Workload coredns keeps 2 replicas ready\n"}},
		{"given", "", "15", "coredns-cpz4b", []string{"the scenario puts it there\n"}},
		{"never drained", "", "15", "aks-system-vmss000000", []string{"usable since 0s, with 1 pod; it is never drained\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var data []byte
			for _, e := range scenarios.Library() {
				if e.Name == "tight-in-place" {
					data = append(bytes.Clone(e.Data), c.add...)
				}
			}
			s, err := scenarios.Load(c.name, data)
			if err != nil {
				t.Fatal(err)
			}
			for _, set := range [][2]string{{"workload.search.replicas", c.replicas}, {"workload.coredns.placement", `["aks-system-vmss000000"]`}} {
				if err := s.Set(set[0], set[1]); err != nil {
					t.Fatal(err)
				}
			}
			var b strings.Builder
			if err := playFile(t, s, "two at a time").explain(t, c.ask, nil).Text(&b); err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(b.String(), want) {
					t.Errorf("the answer doesn't say %q:\n%s", want, &b)
				}
			}
		})
	}
}

// TestFind: exact names come first, then the only name that has the text in it;
// a workload stands for its pods; several are an error, and so is one that isn't
// there at that time.
func TestFind(t *testing.T) {
	h := play(t, "shop", "full").history
	early, late := des.Time(10*time.Minute), des.Time(45*time.Minute)
	for _, c := range []struct {
		name string
		at   *des.Time
		want string // the subject, or a part of the error
	}{
		{"storefront", nil, "workload storefront"},
		{"shop/storefront", nil, "workload storefront"},
		{"store", nil, "workload storefront"},
		{"orders-db", nil, "workload orders-db"},
		{"orders-db-1", nil, "pod orders-db-1"},
		{"shop/orders-db-1", nil, "pod orders-db-1"},
		{"db-1", nil, "pod orders-db-1"},
		{"aks-data-vmss000003", nil, "node aks-data-vmss000003"},
		{"data-vmss000003", &late, "node aks-data-vmss000003"},
		{"data-vmss000003", &early, "not there yet at 10m00s; it comes at"},
		{"vmss00000", nil, "which one? it may be node aks-system-vmss000000,"},
		{"orders-db-7", nil, "near it are pod orders-db-0, pod orders-db-1, pod orders-db-2 and workload orders-db"},
		{"orders-db-7", &early, "near it at 10m00s are pod orders-db-0,"},
		{"zzz", nil, "there is no such pod, workload or node; workloads are storefront, orders-db and coredns"},
		{"", nil, "which one?"},
	} {
		s, err := h.Find(c.name, c.at)
		got := s.String()
		if err != nil {
			got = err.Error()
		}
		if err == nil && got != c.want || !strings.Contains(got, c.want) {
			t.Errorf("Find(%q) is %q, want %q", c.name, got, c.want)
		}
	}
}

// TestAwayAddsUp: at every record of a run, the replicas that are said to be
// away are as many as are missing.
func TestAwayAddsUp(t *testing.T) {
	for _, c := range [][2]string{{"shop", "full"}, {"tight-in-place", "two at a time"}, {"blocked-drain", "full"}, {"aks-store-demo", "full"}} {
		h := play(t, c[0], c[1]).history
		start := h.until(0) // before it the first pods come one by one
		for now := start; now <= h.last(); now++ {
			for i, w := range h.trace.Header.Workloads {
				missing := w.Desired - h.ready(int32(i), now)
				if away := h.away([]int32{int32(i)}, now); w.Kind != "DaemonSet" && len(away) != missing {
					t.Fatalf("%s, %s: %d replicas are away after record %d, and %d are missing: %+v", c[0], w.Name, len(away), now, missing, away)
				}
			}
		}
	}
}

// TestEverySubject explains everything in the library: each answer has a
// finding, what it says of refusals adds up, and the scheduler's reasons are
// those of the run.
func TestEverySubject(t *testing.T) {
	for _, entry := range scenarios.Library() {
		t.Run(entry.Name, func(t *testing.T) {
			t.Parallel()
			p := play(t, entry.Name, "")
			for i, s := range p.history.subjects() {
				if s.kind == trace.Pod && i%9 != 0 {
					continue
				}
				a := p.history.Answer(Question{Subject: s}, p.scheduler())
				if a.Finding == "" || a.Moment == "" && s.kind != trace.Node {
					t.Errorf("%s: the finding is %q, the moment %q", s, a.Finding, a.Moment)
				}
				p.check(t, s, a)
			}
		})
	}
}

func (p *player) check(t *testing.T, s Subject, a *Answer) {
	t.Helper()
	h := p.history
	for _, x := range a.Places {
		if x.Given {
			t.Errorf("%s: no scenario of the library places pods", s)
			continue
		}
		if x.Node == "" && len(x.Nodes) > 0 || x.Node != "" && len(x.Nodes) == 0 {
			t.Errorf("%s: goes to %q, and %d nodes would take it", s, x.Node, len(x.Nodes))
		}
		if x.Node != "" && x.Nodes[0].Total < x.Nodes[len(x.Nodes)-1].Total {
			t.Errorf("%s: the nodes are not in order of their points", s)
		}
	}
	for _, r := range a.Refusals {
		if r.never && len(r.By) > 0 || r.Count < 1 || r.To < r.From {
			t.Errorf("%s: refused with %d healthy pods and %d needed, %d times from %s to %s", s, r.Has, r.Needs, r.Count, r.From, r.To)
		}
	}
	if s.kind != trace.Workload {
		return
	}
	refused := 0
	for _, r := range h.refusals(h.workloads[s.index]) {
		refused += r.Count
	}
	if want := h.run.Workloads[s.index].EvictionsRefused; refused != want {
		t.Errorf("%s: %d refusals are told of, want %d", s, refused, want)
	}
}

// TestJSON: an answer as JSON has seconds, and no parts that are empty.
func TestJSON(t *testing.T) {
	data, err := json.Marshal(play(t, "blocked-drain", "full").explain(t, "ledger", nil))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema   string
		Kind     string
		At       float64 `json:"at_seconds"`
		Refusals []struct {
			PDB      string
			From, To float64
			Count    int
		}
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != Schema || got.Kind != "workload" || got.At < 60 || len(got.Refusals) != 2 || got.Refusals[0].PDB != "ledger" {
		t.Errorf("got %+v", got)
	}
	if bytes.Contains(data, []byte("null,")) && !bytes.Contains(data, []byte("seconds\":null")) || bytes.Contains(data, []byte(`"away"`)) {
		t.Errorf("empty parts are written: %s", data)
	}
}
