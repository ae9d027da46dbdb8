package aks_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"rollsim/sim/aks"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// checkScaling holds what the autoscaler has done since the last look: it makes
// no pool larger than max_count or smaller than min_count, and leaves nodes alone
// that the annotation protects.
func (x *stage) checkScaling(t testing.TB) {
	t.Helper()
	for ; x.held < len(x.Trace.Records); x.held++ {
		r := x.Trace.Records[x.held]
		switch {
		case r.Kind == trace.ProvisioningState && r.Subject.Kind == trace.Pool:
			x.states[r.Subject.Index] = trace.State(r.Value)
		case r.Kind == trace.ScaledUp:
			if p := x.agentPool(int(r.Subject.Index)); !p.EnableAutoScaling || p.Count > *p.MaxCount {
				t.Fatalf("t=%v: the autoscaler orders nodes for %s: %d of %d", r.At, p.Name, p.Count, *p.MaxCount)
			}
		case r.Kind == trace.NodeTainted && trace.Taint(r.Value) == trace.ToBeDeleted:
			n := x.Kube.Node(kube.NodeID(r.Subject.Index))
			p := x.agentPool(n.Pool)
			upgraded := x.Model.Options.ScaleDownDuringUpgrade == model.ScaleDownUpgraded
			switch state := x.states[int32(n.Pool)]; state {
			case trace.StateSucceeded, trace.StateFailed, trace.StateCanceled:
			default:
				if !upgraded {
					t.Fatalf("t=%v: the autoscaler removes %s, whose pool is %v", r.At, x.Kube.NodeName(kube.NodeID(r.Subject.Index)), state)
				}
			}
			if left := p.Count - count(!n.Deleted); !n.Surge && left < *p.MinCount { // a node that is drained counts until then
				t.Fatalf("t=%v: the autoscaler leaves %d nodes of %s, least %d", r.At, left, p.Name, *p.MinCount)
			}
		}
	}
}

func (x *stage) agentPool(i int) aks.AgentPool {
	name := x.Model.NodePools[i].Name
	for _, p := range x.AKS.AgentPools() {
		if p.Name == name {
			return p
		}
	}
	return aks.AgentPool{Name: name}
}

// TestSkippedScans: the scans that aren't played would have changed nothing. The
// same random cluster is played with every scan, and every record is the same.
func TestSkippedScans(t *testing.T) {
	scaled := 0
	for seed := range 120 {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			var traces [2]string
			for i := range traces {
				rng := rand.New(rand.NewPCG(uint64(seed), 20251013))
				x := play(randomModel(t, rng), random.Seed(seed))
				if i == 1 {
					x.AKS.EveryScan()
				}
				for range 4 {
					x.advance(t, x.Engine.Now()+des.Time(rng.Int64N(int64(25*time.Minute))))
					x.AKS.Submit(randomRequest(x.Model, rng), "", 0)
				}
				x.advance(t, des.Time(4*time.Hour))
				traces[i] = x.text()
				for _, r := range x.Trace.Records {
					if r.Kind == trace.ScaledUp || r.Kind == trace.NodeTainted {
						scaled++
					}
				}
			}
			if traces[0] != traces[1] {
				t.Errorf("with every scan the trace is another:\n%s", firstDifference(traces[0], traces[1]))
			}
		})
	}
	if scaled < 100 {
		t.Errorf("the autoscaler has acted %d times only", scaled)
	}
}

// firstDifference returns the lines around the first one that differs.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			from := max(0, i-5)
			return strings.Join(x[from:min(i+3, len(x))], "\n") + "\n---\n" + strings.Join(y[from:min(i+3, len(y))], "\n")
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
