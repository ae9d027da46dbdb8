package autoscaler

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
)

// idle is two pools: one for a pod, and one whose nodes nobody needs.
func idle(nodes int) model.Spec {
	s := spec(1, nodes)
	s.Workloads = []model.Workload{pods("web", 1, 3000, "aks-pool0-vmss000000")}
	return s
}

// TestUnneededTime: a node has to be unneeded for longer than that, so the scan at
// its very end removes nothing. Source: kubernetes autoscaler
// core/scaledown/unneeded/nodes.go; AKS's default of 10 minutes.
func TestUnneededTime(t *testing.T) {
	w := newWorld(t, idle(2))
	w.until(10*time.Minute + 10*time.Second) // unneeded since the first scan, at 10 s
	if len(w.deleted) > 0 {
		t.Errorf("%v are deleted after ten minutes", w.deleted)
	}
	w.until(10*time.Minute + 20*time.Second)
	if !slices.Equal(w.deleted, []kube.NodeID{1}) {
		t.Errorf("%v are deleted one scan later, want one: the other is the minimum", w.deleted)
	}
}

// TestBulk: so many empty nodes go at a time, and the others after another scan.
func TestBulk(t *testing.T) {
	s := idle(6)
	s.Autoscaler.MaxEmptyBulkDelete = 3
	w := newWorld(t, s)
	w.until(10*time.Minute + 25*time.Second)
	if len(w.deleted) != 3 {
		t.Errorf("%v are deleted at once, want three", w.deleted)
	}
	w.until(20 * time.Minute)
	if len(w.deleted) != 5 {
		t.Errorf("%v are deleted in the end, want all but the minimum", w.deleted)
	}
}

// TestMinimum: surge nodes aren't part of the count that a minimum is about.
func TestMinimum(t *testing.T) {
	w := newWorld(t, idle(2))
	w.groups[1].Min, w.groups[1].Count = 2, 2
	w.surplus[2] = true
	w.until(15 * time.Minute)
	if !slices.Equal(w.deleted, []kube.NodeID{2}) {
		t.Errorf("%v are deleted, want the surge node alone", w.deleted)
	}
}

// TestCooldown: after an order, a removal and a failed removal nothing is removed for
// a while; the longest counts. Source: AKS cluster autoscaler page,
// scale-down-delay-after-add, -delete and -failure.
func TestCooldown(t *testing.T) {
	s := idle(1)
	s.Autoscaler.ScaleDownDelayAfterAdd, s.Autoscaler.ScaleDownDelayAfterDelete, s.Autoscaler.ScaleDownDelayAfterFailure = 10*time.Minute, time.Minute, 3*time.Minute
	w := newWorld(t, s)
	for _, tt := range []struct {
		added, deleted, failed, want time.Duration
	}{
		{0, 0, 0, 10 * time.Minute},
		{0, 9*time.Minute + 30*time.Second, 0, 10*time.Minute + 30*time.Second},
		{0, 0, 8 * time.Minute, 11 * time.Minute},
	} {
		w.added, w.Autoscaler.deleted, w.failed = des.Time(tt.added), des.Time(tt.deleted), des.Time(tt.failed)
		if got := w.cooldown(); got != des.Time(tt.want) {
			t.Errorf("added %v, deleted %v, failed %v: until %v, want %v", tt.added, tt.deleted, tt.failed, got, tt.want)
		}
	}
}

// TestThreshold: a node is unneeded whose requests are below the threshold.
func TestThreshold(t *testing.T) {
	for cpu, want := range map[int64]int{1990: 1, 2010: 0} {
		s := spec(1, 1)
		s.Workloads = []model.Workload{pods("web", 1, 1500, "aks-pool0-vmss000000"), pods("db", 1, cpu, "aks-pool1-vmss000000")}
		w := newWorld(t, s)
		w.groups[0].Enabled, w.groups[0].Open, w.groups[1].Min = false, false, 0
		w.until(15 * time.Minute)
		if len(w.deleted) != want {
			t.Errorf("with %dm of 4000m requested %v are deleted, want %d", cpu, w.deleted, want)
		}
	}
}

// TestRemovalOrder: nodes without pods go first, several at a time; then those whose
// pods their budgets let go together, one at a time; those whose budget allows fewer
// disruptions than they have pods go last, though they come first by name. Source:
// kubernetes autoscaler core/scaledown/planner, sortByRisk.
func TestRemovalOrder(t *testing.T) {
	s := spec(1, 1, 1, 1)
	big := pods("base", 1, 100, "aks-pool0-vmss000000")
	risky := pods("risky", 2, 300, "aks-pool1-vmss000000", "aks-pool1-vmss000000")
	calm := pods("calm", 2, 300, "aks-pool2-vmss000000", "aks-pool2-vmss000000")
	s.Workloads = []model.Workload{big, risky, calm}
	one := model.Count(1)
	b := model.NewBudget("risky")
	b.MaxUnavailable, b.Selector = &one, model.SelectorOf(model.NewLabels(map[string]string{"app": "risky"}))
	s.Budgets = []model.Budget{b}
	w := newWorld(t, s)
	for i := range w.groups {
		w.groups[i].Min = 0
	}
	w.groups[0].Open, w.groups[0].Enabled = false, false
	w.until(time.Hour)
	if want := []kube.NodeID{3, 2, 1}; !slices.Equal(w.deleted, want) {
		t.Errorf("deleted in order %v, want %v", w.deleted, want)
	}
}

// TestHealth: nothing happens while more nodes than 3 and more than 45 % of them
// aren't ready. Source: kubernetes autoscaler clusterstate, IsClusterHealthy.
func TestHealth(t *testing.T) {
	for _, tt := range []struct {
		nodes, unready int
		healthy        bool
	}{
		{5, 3, true}, // 60 %, but no more than three
		{5, 4, false},
		{10, 4, true}, // 40 %
		{10, 5, false},
		{20, 9, true}, // 45 %
		{20, 10, false},
	} {
		t.Run(fmt.Sprintf("%d of %d", tt.unready, tt.nodes), func(t *testing.T) {
			w := newWorld(t, spec(tt.nodes))
			for n := range kube.NodeID(tt.unready) {
				w.cluster.Machines().Reimage(n, 0, 0)
			}
			if got := w.healthy(); got != tt.healthy {
				t.Errorf("healthy: %v, want %v", got, tt.healthy)
			}
		})
	}
}
