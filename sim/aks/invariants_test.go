package aks_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rollsim/sim/aks"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// seedsEnv sets how many random clusters TestInvariants plays.
const seedsEnv = "ROLLSIM_SEEDS"

// TestInvariants plays random clusters with random requests at random times and
// checks every invariant of aks and kube after every event; beside them, that
// every accepted operation ends, that everything settles, and that a refused
// request changes nothing. A failure is repeated by its sub-test's name.
func TestInvariants(t *testing.T) {
	seeds := 600
	if n, err := strconv.Atoi(os.Getenv(seedsEnv)); err == nil {
		seeds = n
	}
	verbs := map[model.Verb]int{} // accepted
	snapshots, played := 0, 0     // of them, with one; seeds
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(uint64(seed), 20230719))
			x := play(randomModel(t, rng), random.Seed(seed))
			accepted := 0
			played++
			for range 2 + rng.IntN(8) {
				x.advance(t, x.Engine.Now()+des.Time(rng.Int64N(int64(25*time.Minute))))
				if rng.IntN(4) == 0 {
					x.meddle(rng)
				}
				before := fmt.Sprintf("%+v", x.AKS.State())
				refused := len(x.Trace.Records)
				r := randomRequest(x.Model, rng)
				_, refusals := x.AKS.Submit(r, "", 0)
				if len(refusals) == 0 {
					accepted++
					verbs[r.Do]++
					snapshots += count(r.Snapshot != "")
				} else if after := fmt.Sprintf("%+v", x.AKS.State()); after != before || len(x.Trace.Records) != refused+2 {
					t.Fatalf("a refusal changed the state:\n%s\n%s", before, after)
				}
				if err := x.AKS.CheckInvariants(); err != nil {
					t.Fatal(err)
				}
			}
			if ends := x.finish(t); len(x.ended) != accepted || ends && !x.AKS.Settled() {
				t.Errorf("%d operations accepted, %d ended, settled: %v", accepted, len(x.ended), x.AKS.Settled())
			}
			x.checkDowngrades(t)
		})
	}
	if played < seeds { // one was asked for by its name
		return
	}
	for _, do := range model.AKSVerbs {
		if verbs[do] == 0 {
			t.Errorf("%s: never accepted, %v were", do, verbs)
		}
	}
	if snapshots < seeds/50 {
		t.Errorf("%d requests with a snapshot were accepted", snapshots)
	}
}

// meddle has a person do something to a node with kubectl, whatever AKS is doing.
func (x *stage) meddle(rng *rand.Rand) {
	nodes := x.Kube.Nodes(rng.IntN(len(x.Model.NodePools)))
	if len(nodes) == 0 {
		return
	}
	n := nodes[rng.IntN(len(nodes))]
	if !x.Kube.Node(n).Present {
		return
	}
	k := x.Kube.Kubectl()
	if rng.IntN(4) == 0 {
		k.Uncordon(n, 0)
		return
	}
	k.StopDrain(n, 0)
	k.Cordon(n, 0)
	if rng.IntN(2) == 0 {
		flags := kube.Kubectl{IgnoreDaemonSets: true, DisableEviction: rng.IntN(2) == 0, GracePeriod: -1}
		k.Drain(n, kube.DrainOptions{Timeout: time.Duration(1+rng.IntN(20)) * time.Minute, Kubectl: &flags}, 0)
	}
}

// finish plays until nothing more happens. With the autoscaler that may never be,
// for it may try to have nodes for ever; then it plays a day and reports false.
func (x *stage) finish(t *testing.T) bool {
	t.Helper()
	if slices.ContainsFunc(x.AKS.AgentPools(), func(p aks.AgentPool) bool { return p.EnableAutoScaling }) {
		x.advance(t, x.Engine.Now()+des.Time(24*time.Hour))
		return false
	}
	x.advance(t, -1)
	return true
}

// checkDowngrades holds every version record against the one before it. A pool
// that is rolled back, or was deleted, begins anew.
func (x *stage) checkDowngrades(t *testing.T) {
	t.Helper()
	versions := map[trace.Ref]int32{}
	rollback := map[int32]bool{} // by operation
	for _, r := range x.Trace.Records {
		switch {
		case r.Kind == trace.RequestSubmitted:
			rollback[r.Subject.Index] = trace.Verb(r.Value) == trace.VerbRollbackPool
		case r.Kind == trace.OperationStarted && rollback[r.Subject.Index]:
			maps.DeleteFunc(versions, func(of trace.Ref, _ int32) bool {
				return of == r.Object || of.Kind == trace.Node && x.Kube.Node(kube.NodeID(of.Index)).Pool == int(r.Object.Index)
			})
		case r.Kind == trace.CurrentVersion && r.Object == (trace.Ref{}):
			delete(versions, r.Subject)
		case r.Kind == trace.NodeReady, r.Kind == trace.ReimageStarted, r.Kind == trace.CurrentVersion:
			if r.Object.Index < versions[r.Subject] {
				t.Errorf("%v: %v goes from version %d to %d", r.At, r.Subject, versions[r.Subject], r.Object.Index)
			}
			versions[r.Subject] = r.Object.Index
		}
	}
}

// TestRepeatable: a service that was reset gives the same trace again, and the
// observer hears of each operation once.
func TestRepeatable(t *testing.T) {
	x := newStage(t, oneWebPool)
	var traces [2]string
	for i := range traces {
		x.reset(7)
		if _, refusals := x.AKS.Submit(rules.Request{Do: model.UpgradePool, To: x.Model.Cluster.KubernetesVersion}, "", 0); refusals != nil {
			t.Fatal(refusals)
		}
		x.advance(t, -1)
		traces[i] = fmt.Sprint(x.Trace.Records)
	}
	if traces[0] != traces[1] {
		t.Error("the second trace differs from the first")
	}
	if len(x.ended) != 2 || x.ended[0] != aks.OperationID(0) {
		t.Errorf("ended: %v", x.ended)
	}
}

// TestResetRestores: on memory that another replication has used, with other
// requests, a random cluster gives the trace that it gives on fresh memory.
func TestResetRestores(t *testing.T) {
	for seed := range 60 {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			m := randomModel(t, rand.New(rand.NewPCG(uint64(seed), 20230719)))
			requests := func(x *stage, seed int) string {
				rng := rand.New(rand.NewPCG(uint64(seed), 99))
				for range 5 {
					x.advance(t, x.Engine.Now()+des.Time(rng.Int64N(int64(25*time.Minute))))
					x.AKS.Submit(randomRequest(m, rng), "", 0)
				}
				x.advance(t, x.Engine.Now()+des.Time(5*time.Hour))
				return x.text()
			}
			used := play(m, random.Seed(3))
			requests(used, seed+1000)
			used.reset(random.Seed(seed))
			if a, b := requests(used, seed), requests(play(m, random.Seed(seed)), seed); a != b {
				t.Errorf("on used memory the trace is another:\n%s", firstDifference(a, b))
			}
		})
	}
}

// text returns all records, one a line.
func (x *stage) text() string {
	var all strings.Builder
	for _, r := range x.Trace.Records {
		fmt.Fprintf(&all, "%v %s\n", r, x.Trace.Text(r.Text))
	}
	return all.String()
}
