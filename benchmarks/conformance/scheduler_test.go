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
	"preemption", "preemption against a budget", "preemption with a choice of nodes", "no preemption helps",
}

// TestScheduler plays random cases until so many decisions of rollsim's
// scheduler are held against the real one's.
func TestScheduler(t *testing.T) {
	real, err := newRealScheduler(t.Context(), disks("westeurope", []string{"default", "shop"}, []string{"", "1", "2", "3"})...)
	if err != nil {
		t.Fatal(err)
	}
	done, cases := 0, 0
	met := map[string]int{}
	topics := map[string][]uint64{}
	for seed := *firstSeed; done < *decisions; seed++ {
		c := generate(seed, seed%everyLarge == 0)
		g, err := play(real, c)
		if err != nil {
			t.Fatalf("case %d: %v", seed, err)
		}
		done += g.decisions
		cases++
		for what, n := range g.met {
			met[what] += n
		}
		if g.found == nil {
			continue
		}
		topics[g.found.topic] = append(topics[g.found.topic], seed)
		if *all && len(topics[g.found.topic]) > 1 {
			continue
		}
		var text strings.Builder
		small, found := shrink(real, c, g.found)
		found.write(&text, small)
		t.Errorf("case %d: after %d decisions that agree, the schedulers disagree:\n%s", seed, done-1, &text)
		if !*all {
			break
		}
	}
	t.Logf("%d decisions in %d cases", done, cases)
	for _, what := range slices.Sorted(maps.Keys(met)) {
		t.Logf("%6d %s", met[what], what)
	}
	for _, what := range mustMeet {
		if met[what] == 0 && done >= 10_000 {
			t.Errorf("no decision was about %q: the cases are too tame", what)
		}
	}
	for topic, seeds := range topics {
		slices.Sort(seeds)
		t.Logf("%s: %d cases differ, the first %v", topic, len(seeds), seeds[:min(len(seeds), 10)])
	}
}
