package chart

import (
	"strings"
	"testing"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// TestCurrentPoolsAreNotOld adds to a run a pool that is on the version that the
// other one is upgraded to, and isn't worked on: its node is drawn as new in
// both forms of the picture, and counts among no nodes that are upgraded.
func TestCurrentPoolsAreNotOld(t *testing.T) {
	with := func(version string) *metrics.Timeline {
		line := timelines()["usual"]
		line.Run.EndControlPlane = "1.30.5"
		line.Header.Versions = append(line.Header.Versions, version)
		pool := len(line.Pools)
		line.Header.Pools = append(line.Header.Pools, trace.PoolName{Name: "system"})
		line.Header.Nodes = append(line.Header.Nodes, trace.NodeName{Name: "system-000", Pool: int32(pool), Version: int32(len(line.Header.Versions) - 1)})
		line.Pools = append(line.Pools, metrics.PoolTimeline{Name: "system"})
		line.Run.Pools = append(line.Run.Pools, metrics.PoolRun{Name: "system", EndVersion: version})
		line.Nodes = append(line.Nodes, metrics.NodeTimeline{Name: "system-000", Pool: pool,
			Spans: []metrics.Span{{To: line.Last, State: int(metrics.NodeOld)}}, Pods: metrics.Step{At: []des.Time{0}, Value: []int32{1}}})
		return line
	}
	for _, x := range []struct {
		version, state string
		old, nodes     int
	}{{"1.30.5", "new", 0, 6}, {"1.29.7", "old", 1, 7}} {
		line := with(x.version)
		series := strings.Join(drawNodes(line, Options{}).Series(), "\n")
		if !strings.Contains(series, "(system-000): 0s "+x.state+";") {
			t.Errorf("%s: the node of the other pool isn't drawn as %s:\n%s", x.version, x.state, series)
		}
		f := gather(line, Options{})
		if nodes, _ := f.countNodes(); nodes != x.nodes {
			t.Errorf("%s: %d nodes count, want %d", x.version, nodes, x.nodes)
		}
		c := &crowd{facts: f, s: &sheet{}, a: f.axis(140, 814)}
		c.count()
		last := len(c.x) - 2
		if n := c.edge[len(layers)-1][last] - c.edge[len(layers)-2][last]; n != float64(x.old) {
			t.Errorf("%s: %g nodes are old at the end, want %d", x.version, n, x.old)
		}
	}
}
