package chart

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rollsim/scenarios"
	"rollsim/sim"
	"rollsim/sim/des"
	"rollsim/sim/metrics"
)

// recorded reads a timeline that was made from a recording of a real
// Kubernetes control plane. Its Run holds what the recorder counted by itself.
func recorded(t testing.TB, name string) *metrics.Timeline {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var line metrics.Timeline
	var drained struct {
		Nodes []struct{ Drain metrics.Span } // the recording knows the last drain of each node
	}
	for _, into := range []any{&line, &drained} {
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatal(err)
		}
	}
	var waits []metrics.Wait
	for i := range line.Nodes {
		n := &line.Nodes[i]
		waits = append(waits, n.Waits...)
		if d := drained.Nodes[i].Drain; d.To > d.From {
			n.Drains = []metrics.Drain{drainOf(n, d)}
		}
	}
	line.Waiting = lengthOf((&metrics.NodeTimeline{Waits: waits}).Waiting())
	return meter(&line)
}

// drainOf is the drain of a node with the budget that it waited for longest.
func drainOf(n *metrics.NodeTimeline, s metrics.Span) metrics.Drain {
	d := metrics.Drain{Span: s, Waited: lengthOf(n.Waiting()), Budget: -1}
	longest := time.Duration(0)
	for _, w := range n.Waits {
		total, refusals := time.Duration(0), 0
		for _, x := range n.Waits {
			if x.Budget == w.Budget {
				total += x.To.Sub(x.From)
				refusals += x.Refusals
			}
		}
		if total > longest || total == longest && w.Budget < d.Budget {
			longest, d.Budget, d.Refusals = total, w.Budget, refusals
		}
	}
	return d
}

func lengthOf(spans []metrics.Span) (d time.Duration) {
	for _, s := range spans {
		d += s.To.Sub(s.From)
	}
	return d
}

// drawnMinimum and drawnLoss fold a curve as it was drawn.
func drawnMinimum(c curve) int {
	m := math.Inf(1)
	for _, v := range c.value {
		m = min(m, v)
	}
	return int(m)
}

func drawnLoss(c curve, desired int, end des.Time) float64 {
	lost := 0.0
	for i, at := range c.seconds {
		until := end.Seconds()
		if i+1 < len(c.seconds) {
			until = c.seconds[i+1]
		}
		lost += (float64(desired) - c.value[i]) * max(0, until-at)
	}
	return lost
}

// checkDrawn compares every curve of an availability picture with the run's
// own numbers. Slack is the share by which lost seconds may differ.
func checkDrawn(t *testing.T, line *metrics.Timeline, slack float64) {
	t.Helper()
	f := gather(line, Options{})
	p := drawAvailability(line, Options{})
	drawn := 0
	for _, c := range p.sheet.curves {
		for i := range f.workloads {
			w := &f.workloads[i]
			if w.label != c.name {
				continue
			}
			drawn++
			run := runOf(line.Run, w.name)
			if got := drawnMinimum(c); got != w.min || got != run.MinReady {
				t.Errorf("%s: drawn down to %d ready, labelled %d, the run says %d", c.name, got, w.min, run.MinReady)
			}
			lost := drawnLoss(c, w.desired, line.Last)
			if d := math.Abs(lost - run.ReadySecondsLost); d > slack*run.ReadySecondsLost+1e-6 {
				t.Errorf("%s: drawn to lose %.3f s, the run says %.3f", c.name, lost, run.ReadySecondsLost)
			}
			if d := math.Abs(w.lost - run.ReadySecondsLost); d > slack*run.ReadySecondsLost+1e-6 {
				t.Errorf("%s: labelled to lose %.3f s, the run says %.3f", c.name, w.lost, run.ReadySecondsLost)
			}
			if len(w.refused) != run.EvictionsRefused {
				t.Errorf("%s: %d refused evictions drawn, the run says %d", c.name, len(w.refused), run.EvictionsRefused)
			}
		}
	}
	if drawn == 0 {
		t.Error("no curve was drawn")
	}
}

func runOf(r *metrics.Run, name string) metrics.WorkloadRun {
	for _, w := range r.Workloads {
		if w.Name == name {
			return w
		}
	}
	return metrics.WorkloadRun{}
}

// TestDrawnIsRecorded holds the drawn curves against what the recorder of a
// real cluster counted. Its clock reads differ by some milliseconds.
func TestDrawnIsRecorded(t *testing.T) {
	for _, name := range []string{"mixed", "blocked", "thirty", "in-place"} {
		t.Run(name, func(t *testing.T) { checkDrawn(t, recorded(t, name), 0.02) })
	}
}

// TestDrawnIsSimulated holds the drawn curves against the Meter's numbers of
// library scenarios. Columns of the picture may swallow a change or two of a
// long run, but no minimum.
func TestDrawnIsSimulated(t *testing.T) {
	for _, name := range []string{"quickstart", "shop", "blocked-drain"} {
		t.Run(name, func(t *testing.T) {
			s, err := scenarios.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			m, _, err := s.Model()
			if err != nil {
				t.Fatal(err)
			}
			result := sim.New(m).Run(0, 0, sim.Options{Timeline: true})
			checkDrawn(t, result.Timeline, 0.05)
		})
	}
}

// TestThinned holds that thinning keeps the first, the lowest and the last
// value of each column: a million changes keep their minimum and their ends.
func TestThinned(t *testing.T) {
	w := workloadFact{label: "web", desired: 100}
	for i := range 200_000 {
		v := int32(90 + i%10)
		if i == 123_457 {
			v = 3
		}
		w.ready.At = append(w.ready.At, des.Time(i)*des.Time(1e8))
		w.ready.Value = append(w.ready.Value, v)
	}
	v := &availability{facts: &facts{}, s: &sheet{}}
	v.a = newTimeAxis(0, w.ready.At[len(w.ready.At)-1], 168, 734)
	c := v.steps(&w)
	if n := len(c.value); n > 3*1200 {
		t.Errorf("%d corners drawn, want at most three for each of 1,132 columns", n)
	}
	if got := drawnMinimum(c); got != 3 {
		t.Errorf("the thinned curve goes down to %d, want 3", got)
	}
	if first, last := c.value[0], c.value[len(c.value)-1]; first != 90 || last != 99 {
		t.Errorf("the thinned curve goes from %g to %g, want from 90 to 99", first, last)
	}
}
