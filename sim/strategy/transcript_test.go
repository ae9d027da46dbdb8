package strategy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/simtest"
	"rollsim/sim/strategy"
	"rollsim/sim/trace"
)

// TestTranscripts plays the scripts of testdata, one behaviour each. Commands:
//
//	scenario
//	  A scenario without schema and title. All timings are those of
//	  simtest.ConstantTiming.
//	run NAME
//	  Plays a strategy to the end of its requests and prints what was asked and
//	  answered, and the outcome.
//	nodes NAME
//	  run, with what happens to nodes.
//	plan NAME
//	  Prints the plan of a strategy.
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var m *model.Model
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "scenario":
				m = simtest.Load(t, simtest.ConstantTiming+d.Input)
				return ""
			case "run":
				return run(t, m, index(t, m, d), shown)
			case "nodes":
				return run(t, m, index(t, m, d), append(slices.Clone(shown), onNodes...))
			case "plan":
				return plan(m, index(t, m, d))
			}
			d.Fatalf(t, "no command is called %s", d.Cmd)
			return ""
		})
	})
}

func index(t *testing.T, m *model.Model, d *datadriven.TestData) int {
	t.Helper()
	var words []string
	for _, a := range d.CmdArgs {
		words = append(words, a.String())
	}
	i := slices.IndexFunc(m.Strategies, func(s model.Strategy) bool { return s.Name == strings.Join(words, " ") })
	if i < 0 {
		d.Fatalf(t, "no strategy is called %q", words)
	}
	return i
}

// shown are the kinds of records that run prints.
var shown = []trace.Kind{trace.RequestSubmitted, trace.RequestRefused, trace.OperationStarted, trace.OperationEnded}

// onNodes are those that nodes prints beside them.
var onNodes = []trace.Kind{trace.NodeUsable, trace.NodeCordoned, trace.NodeUncordoned, trace.DrainStarted, trace.DrainEnded, trace.NodeDeleted}

func run(t *testing.T, m *model.Model, i int, kinds []trace.Kind) string {
	x := newRun(m)
	x.play(t, i, 1)
	names := trace.NewNames(&x.Trace.Header)
	var b strings.Builder
	for _, r := range x.Trace.Records {
		names.Learn(&r)
		if slices.Contains(kinds, r.Kind) {
			fmt.Fprintf(&b, "%-9v %s\n", r.At, names.Story(r, x.Trace.Text(r.Text)))
		}
	}
	outcome, reason, record := x.operator.Outcome()
	fmt.Fprintf(&b, "%v: %s\n", outcome, reason)
	if record != 0 {
		fmt.Fprintf(&b, "decided by: %s\n", names.Story(x.Trace.Records[record-1], ""))
	}
	return b.String()
}

// played is a world with the operator of its strategies.
type played struct {
	*simtest.World
	operator *strategy.Operator
}

func newRun(m *model.Model) *played {
	w := simtest.New(m)
	return &played{w, strategy.New(w.Engine, m, w.AKS, w.Kube, w.Recorder)}
}

// play plays a strategy until the operator is done.
func (x *played) play(t testing.TB, i int, seed random.Seed) {
	t.Helper()
	x.Reset(seed)
	x.operator.Reset(i)
	for !x.operator.Done() {
		if !x.Engine.Step() {
			t.Fatal("nothing is left to happen, and the operator isn't done")
		}
		if err := x.AKS.CheckInvariants(); err != nil {
			t.Fatalf("t=%v: %v", x.Engine.Now(), err)
		}
	}
}

func plan(m *model.Model, i int) string {
	p := strategy.PlanOf(m, i)
	var b strings.Builder
	for _, r := range p.Requests {
		to := ""
		if !r.Target.IsZero() {
			to = ", to " + r.Target.String()
		}
		fmt.Fprintf(&b, "%s (%s)%s\n  %s\n", r.Name, r.When, to, r.Command)
		for _, refusal := range r.Refusals {
			fmt.Fprintf(&b, "  refused: %s\n", refusal)
		}
		if len(r.Refusals) > 0 {
			continue
		}
		if r.Unchanged {
			b.WriteString("  nothing to do\n")
		}
		fmt.Fprintf(&b, "  starts about %v, takes at least %v, estimated %v, binds: %s\n", r.Start, r.Minimum, r.Estimate, r.Binds)
		for _, u := range r.Pools {
			fmt.Fprintf(&b, "  pool %s: %d of %d nodes, surge %d, slots %d (%s), %d rounds, %s\n", u.Pool, u.Old, u.Nodes, u.Surge, u.Slots, u.Resolved, u.Rounds, u.Batching)
			for _, x := range u.Bounds {
				fmt.Fprintf(&b, "    %-20s at least %v, estimated %v: %s\n", x.Name, x.Minimum, x.Estimate, x.Formula)
			}
		}
		for _, x := range r.Blockers {
			fmt.Fprintf(&b, "  blocked: %s\n", x)
		}
		for _, x := range r.Stranded {
			fmt.Fprintf(&b, "  stranded: %s\n", x)
		}
	}
	for _, r := range p.Otherwise {
		fmt.Fprintf(&b, "otherwise %s (%s)\n  %s\n", r.Name, r.When, r.Command)
	}
	fmt.Fprintf(&b, "all: at least %v, estimated %v, binds: %s\n", p.Minimum, p.Estimate, p.Binds)
	return b.String()
}
