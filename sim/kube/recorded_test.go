package kube

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// TestRecordedBudgets compares the status of budgets with that of a real
// disruption controller (v1.34.4), over a grid of replicas, kinds and values.
func TestRecordedBudgets(t *testing.T) {
	data, err := os.ReadFile("testdata/pdb-rounding.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var kind, value string
		var replicas int
		var desired, allowed, expected, healthy int32
		if _, err := fmt.Sscan(line, &replicas, &kind, &value, &desired, &allowed, &expected, &healthy); err != nil {
			t.Fatal(err)
		}
		cases++
		x, err := model.ParseIntOrPercent(value)
		if err != nil {
			t.Fatal(err)
		}
		m := model.Budget{MinAvailable: &x}
		if kind == "maxUnavailable" {
			m = model.Budget{MaxUnavailable: &x}
		}
		b := budget{Budget: &m, healthy: healthy}
		b.expected, b.desired = b.resolve(int32(replicas), int32(replicas))
		if b.desired != desired || b.allows(b.healthy) != allowed || b.expected != expected {
			t.Errorf("%d replicas, %s %s: desired %d, allowed %d, expected %d; recorded %d, %d, %d",
				replicas, kind, value, b.desired, b.allows(b.healthy), b.expected, desired, allowed, expected)
		}
	}
	if cases != 290 {
		t.Errorf("%d cases, want 290", cases)
	}
}

// TestRecordedBudgetEdges are recorded cases beyond the grid.
func TestRecordedBudgetEdges(t *testing.T) {
	quarter, one := model.Percent(25), model.Count(1)
	// One budget of 25 % over Deployments of 3 and 4.
	b := budget{Budget: &model.Budget{MaxUnavailable: &quarter}, healthy: 7}
	b.expected, b.desired = b.resolve(7, 7)
	if b.desired != 5 || b.allows(b.healthy) != 2 {
		t.Errorf("25%% of 3 and 4: desired %d, allowed %d; recorded 5 and 2", b.desired, b.allows(b.healthy))
	}
	// Two pods without a controller: nothing is expected, so nothing is allowed.
	b = budget{Budget: &model.Budget{MaxUnavailable: &one}, healthy: 2}
	b.expected, b.desired = b.resolve(2, 0)
	if b.desired != 0 || b.expected != 0 || b.allows(b.healthy) != 0 {
		t.Errorf("bare pods: desired %d, expected %d, allowed %d; recorded 0, 0 and 0", b.desired, b.expected, b.allows(b.healthy))
	}
	// The same with an integer minAvailable.
	b = budget{Budget: &model.Budget{MinAvailable: &one}, healthy: 2}
	b.expected, b.desired = b.resolve(2, 0)
	if b.allows(b.healthy) != 1 {
		t.Errorf("bare pods under min_available 1: allowed %d, want 1", b.allows(b.healthy))
	}
}

// recordedSetup is the cluster of the recorded scores.
type recordedSetup struct {
	Nodes []struct {
		Name, Zone  string
		Allocatable struct{ CPU, Memory, Pods string }
		Taints      []struct{ Key, Value, Effect string }
		Labels      map[string]string
	}
	Workloads []struct {
		Name                      string
		Requests                  struct{ CPU, Memory string }
		TopologySpreadConstraints []struct {
			MaxSkew                        int
			TopologyKey, WhenUnsatisfiable string
		}
		Affinity struct {
			PodAntiAffinity struct {
				Required []any `json:"requiredDuringSchedulingIgnoredDuringExecution"`
			}
		}
	}
	Order []string
}

// recordedPlacement is what the real scheduler thought of each node.
type recordedPlacement struct {
	Seq            int
	Workload, Node string
	Scores         map[string]map[string]int32 `json:"weightedPluginScores"`
	Cordoned       []string
}

// TestRecordedScores repeats 54 placements of a real scheduler (v1.34.4), one
// pod after the other, and compares the feasible nodes and the points of every
// plugin on every node. Preferences between pods and for nodes, which two of
// the workloads have, are left out.
func TestRecordedScores(t *testing.T) {
	var setup recordedSetup
	data, err := os.ReadFile("testdata/sched-setup.json")
	if err == nil {
		err = json.Unmarshal(data, &setup)
	}
	if err != nil {
		t.Fatal(err)
	}
	placements := readPlacements(t)
	if len(placements) != 54 {
		t.Fatalf("%d placements, want 54", len(placements))
	}
	m := recordedModel(t, &setup)
	eng := new(des.Engine)
	c := New(eng, m, trace.NewRecorder(eng.Now))
	c.resetNodes(random.NewSource(1, 0))
	next := map[string]int32{}
	for _, r := range placements {
		w := c.workloadNamed(r.Workload)
		for n := range c.nodes {
			c.block(NodeID(n), 0)
		}
		for _, name := range r.Cordoned {
			c.block(c.nodeNamed(name), unschedulable)
		}
		p := c.newPod(w.firstSlot+next[r.Workload], 0)
		next[r.Workload]++
		c.chooseListed(p)
		compareScores(t, c, r)
		c.pods[p].since = 0
		c.bind(p, c.nodeNamed(r.Node))
	}
}

func compareScores(t *testing.T, c *Cluster, r recordedPlacement) {
	t.Helper()
	if len(c.sched.scores) != len(r.Scores) {
		t.Errorf("seq %d, %s: %d nodes are feasible, recorded %d", r.Seq, r.Workload, len(c.sched.scores), len(r.Scores))
	}
	for _, x := range c.sched.scores {
		want, ok := r.Scores[c.NodeName(x.node)]
		if !ok {
			t.Errorf("seq %d, %s: %s is feasible, but not in the recording", r.Seq, r.Workload, c.NodeName(x.node))
			continue
		}
		got := map[string]int32{
			"TaintToleration": x.taints, "NodeResourcesFit": x.fit, "PodTopologySpread": x.spread,
			"NodeResourcesBalancedAllocation": x.balanced, "ImageLocality": x.image,
		}
		for plugin, points := range got {
			if points != want[plugin] {
				t.Errorf("seq %d, %s on %s: %s gives %d, recorded %d", r.Seq, r.Workload, c.NodeName(x.node), plugin, points, want[plugin])
			}
		}
	}
}

func readPlacements(t *testing.T) []recordedPlacement {
	t.Helper()
	f, err := os.Open("testdata/sched-scores.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bufio.NewReader(z))
	var list []recordedPlacement
	for {
		var r recordedPlacement
		switch err := d.Decode(&r); err {
		case nil:
			list = append(list, r)
		case io.EOF:
			return list
		default:
			t.Fatal(err)
		}
	}
}

// recordedModel makes each recorded node a pool of its own.
func recordedModel(t *testing.T, s *recordedSetup) *model.Model {
	t.Helper()
	spec := testSpec()
	spec.Cluster.Zones = []string{"1", "2", "3"}
	spec.NodePools = nil
	for _, n := range s.Nodes {
		p := testPool(n.Name, 1, millis(t, n.Allocatable.CPU), bytesOf(t, n.Allocatable.Memory))
		p.Nodes = []model.Node{{Name: n.Name, Zone: n.Zone}}
		p.Zones = []string{n.Zone}
		p.Labels = model.NewLabels(n.Labels)
		for _, x := range n.Taints {
			p.Taints = append(p.Taints, model.Taint{Key: x.Key, Value: x.Value, Effect: model.TaintEffect(x.Effect)})
		}
		spec.NodePools = append(spec.NodePools, p)
	}
	replicas := map[string]int{}
	for _, w := range s.Order {
		replicas[w]++
	}
	for _, x := range s.Workloads {
		w := model.NewWorkload(x.Name)
		w.Replicas = replicas[x.Name]
		w.Requests = model.Resources{CPU: millis(t, x.Requests.CPU), Memory: bytesOf(t, x.Requests.Memory)}
		w.HostAntiAffinity = len(x.Affinity.PodAntiAffinity.Required) > 0
		for _, s := range x.TopologySpreadConstraints {
			w.TopologySpread = append(w.TopologySpread, model.SpreadConstraint{
				MaxSkew: s.MaxSkew, TopologyKey: s.TopologyKey, WhenUnsatisfiable: model.WhenUnsatisfiable(s.WhenUnsatisfiable),
			})
		}
		spec.Workloads = append(spec.Workloads, w)
	}
	return testModel(t, spec)
}

func millis(t *testing.T, s string) int64 {
	t.Helper()
	return quantity(t, s, map[string]int64{"m": 1, "": 1000})
}

func bytesOf(t *testing.T, s string) int64 {
	t.Helper()
	return quantity(t, s, map[string]int64{"Mi": 1 << 20, "Gi": 1 << 30, "": 1})
}

func quantity(t *testing.T, s string, units map[string]int64) int64 {
	t.Helper()
	if s == "" {
		return 0
	}
	digits := strings.TrimRight(s, "mMGi")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n * units[s[len(digits):]]
}
