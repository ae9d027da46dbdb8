package conformance

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"k8s.io/klog/v2"
)

var (
	decisions = flag.Int("decisions", 10_000, "decisions of the scheduler to compare")
	firstSeed = flag.Uint64("seed", 1, "number of the first case")
	all       = flag.Bool("all", false, "go on after a disagreement and count them by what differs")
)

func TestMain(m *testing.M) {
	klog.SetLogger(klog.Logger{}) // the real ones log what they find; the tests report it
	os.Exit(m.Run())
}

// everyLarge is how often a case has 100 nodes and more, where the scheduler
// looks at a part of them only.
const everyLarge = 50

// mustMeet is what the cases have to show even in the quick size.
var mustMeet = []string{
	"filter NodeUnschedulable", "filter TaintToleration", "filter NodeAffinity", "filter NodePorts", "filter NodeResourcesFit",
	"filter NodeVolumeLimits", "filter VolumeBinding", "filter PodTopologySpread", "filter InterPodAffinity",
	"score TaintToleration", "score NodeAffinity", "score NodeResourcesFit", "score NodeResourcesBalancedAllocation",
	"score PodTopologySpread", "score InterPodAffinity", "score ImageLocality",
	"no node", "one node", "one best node", "several best nodes", "sampled",
	"turn of an active pod", "turn of one that backs off",
	"woken by AssignedPodAdd", "woken by AssignedPodDelete", "woken by NodeUpdateNodeTaint",
	"preemption", "preemption against a budget", "preemption with a choice of nodes", "no preemption helps",
}

// mustMeetPreemption is what cases of preemption have to show.
var mustMeetPreemption = []string{
	"preemption past NodeResourcesFit", "preemption past NodePorts",
	"preemption that spares pods", "preemption against a budget", "preemption with a choice of nodes",
	"preemption, the node chosen by start time", "preemption, the node chosen by chance",
	"no preemption helps", "pod with no right to preempt", "pod with a nomination", "pod with others nominated",
}

// TestDisks plays cases in which disks are on their way.
func TestDisks(t *testing.T) {
	real, err := newRealScheduler(t.Context(), disks("westeurope", []string{"default"}, []string{""})...)
	if err != nil {
		t.Fatal(err)
	}
	s := &survey{t: t, mustMeet: append(mustMeetDisks, "filter NodeVolumeLimits")}
	s.run(*decisions/20, diskCase, func(c *Case) (*game, error) { return play(real, c) })
}

// TestPreemption plays cases in which important pods find no room.
func TestPreemption(t *testing.T) {
	real, err := newRealScheduler(t.Context(), disks("westeurope", []string{"default", "shop"}, []string{"", "1", "2", "3"})...)
	if err != nil {
		t.Fatal(err)
	}
	s := &survey{t: t, mustMeet: mustMeetPreemption}
	s.run(*decisions/2, preemptCase, func(c *Case) (*game, error) { return play(real, c) })
}

// TestScheduler plays random cases until so many decisions of rollsim's
// scheduler are held against the real one's.
func TestScheduler(t *testing.T) {
	real, err := newRealScheduler(t.Context(), disks("westeurope", []string{"default", "shop"}, []string{"", "1", "2", "3"})...)
	if err != nil {
		t.Fatal(err)
	}
	s := &survey{t: t, mustMeet: real.required()}
	s.run(*decisions, func(seed uint64) *Case { return generate(seed, seed%everyLarge == 0) }, func(c *Case) (*game, error) { return play(real, c) })
}

// survey plays cases one after the other until enough decisions are compared.
type survey struct {
	t        *testing.T
	mustMeet []string // what some of 5,000 decisions have to be about

	decisions, cases int
	met              map[string]int
	topics           map[string][]uint64 // cases by what differs
}

// run plays at least one case, however few decisions are wanted.
func (s *survey) run(want int, generate func(seed uint64) *Case, play func(*Case) (*game, error)) {
	s.met, s.topics = map[string]int{}, map[string][]uint64{}
	for seed := *firstSeed; s.cases == 0 || s.decisions < want; seed++ {
		c := generate(seed)
		g, err := play(c)
		if err != nil {
			s.t.Fatalf("case %d: %v", seed, err)
		}
		s.decisions += g.decisions
		s.cases++
		for what, n := range g.met {
			s.met[what] += n
		}
		for _, name := range c.With {
			s.met["case with "+name]++
		}
		if g.found == nil {
			continue
		}
		topic := g.found.topic
		s.topics[topic] = append(s.topics[topic], seed)
		if *all && len(s.topics[topic]) > 1 {
			s.t.Logf("case %d: %s", seed, g.found.lines[0])
			continue
		}
		var text strings.Builder
		small, found := shrink(c, g.found, play)
		found.write(&text, small)
		s.t.Errorf("case %d: after %d decisions that agree, rollsim and the real one disagree:\n%s", seed, s.decisions-1, &text)
		if !*all {
			break
		}
	}
	s.report()
}

// report tells what was compared, and what should have been and was not.
func (s *survey) report() {
	s.t.Logf("%d decisions in %d cases", s.decisions, s.cases)
	for _, what := range slices.Sorted(maps.Keys(s.met)) {
		s.t.Logf("%6d %s", s.met[what], what)
	}
	if s.decisions >= 5_000 {
		missing, idle := tame(s.met, s.mustMeet)
		for _, what := range missing {
			s.t.Errorf("no decision was about %q: the cases are too tame", what)
		}
		for _, what := range idle {
			s.t.Errorf("%q has an excuse and needs none", what)
		}
	}
	for topic, seeds := range s.topics {
		slices.Sort(seeds)
		s.t.Logf("%s: %d cases differ, the first %v", topic, len(seeds), seeds[:min(len(seeds), 10)])
	}
}
