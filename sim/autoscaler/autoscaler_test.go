package autoscaler

import (
	"slices"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
)

// TestExpanders: which of several pools is scaled up. Source: AKS cluster autoscaler
// page, autoscaler profile; kubernetes autoscaler FAQ, expanders.
func TestExpanders(t *testing.T) {
	options := []option{
		{pool: 0, nodes: 2, pods: 4, waste: 0.5},
		{pool: 1, nodes: 1, pods: 6, waste: 0.9},
		{pool: 2, nodes: 3, pods: 4, waste: 0.1},
	}
	for _, tt := range []struct {
		expander model.Expander
		want     int
	}{
		{model.ExpandMostPods, 1},
		{model.ExpandLeastWaste, 2},
		{model.ExpandPriority, 0},
	} {
		s := spec(1, 1, 1)
		s.Workloads = []model.Workload{pods("web", 1, 100)}
		s.Autoscaler.Expander = tt.expander
		w := newWorld(t, s)
		w.Autoscaler.groups[0].Priority, w.Autoscaler.groups[1].Priority = 30, 20
		if got := w.choose(options, 0).pool; got != tt.want {
			t.Errorf("%s takes pool %d, want %d", tt.expander, got, tt.want)
		}
	}
}

// TestExpanderChance: among equal pools each is taken, and the same pod has the same
// luck in each run.
func TestExpanderChance(t *testing.T) {
	options := []option{{pool: 0, nodes: 1, pods: 1}, {pool: 1, nodes: 1, pods: 1}}
	draw := func() (list []int) {
		s := spec(1, 1)
		s.Workloads = []model.Workload{pods("web", 20, 100)}
		w := newWorld(t, s)
		for p := range kube.PodID(20) {
			list = append(list, w.choose(options, p).pool)
		}
		return list
	}
	first := draw()
	if !slices.Contains(first, 0) || !slices.Contains(first, 1) {
		t.Errorf("of equal pools only one is taken: %v", first)
	}
	if second := draw(); !slices.Equal(first, second) {
		t.Errorf("drawn again it is %v, not %v", second, first)
	}
}

// TestBackoff: a pool that can't be had is left alone for 5 minutes, twice as long
// after each further failure and for half an hour at most; failures while it is left
// alone change nothing. After three hours without one it starts anew. Source:
// kubernetes autoscaler utils/backoff/exponential_backoff.go and its flags'
// defaults; AKS cluster autoscaler overview.
func TestBackoff(t *testing.T) {
	s := spec(1)
	s.Workloads = []model.Workload{pods("web", 3, 3000)} // two fit nowhere
	w := newWorld(t, s)
	w.refuses = true
	w.until(90 * time.Minute)
	if got, want := w.backoffs(), "5m0s 10m0s 20m0s 30m0s 30m0s"; got != want {
		t.Errorf("the pauses are %s, want %s", got, want)
	}
	before := w.Autoscaler.groups[0].until
	w.OrderFailed(0, 1)
	if got := w.Autoscaler.groups[0].until; got != before {
		t.Errorf("a failure within a pause moves its end from %v to %v", before, got)
	}
	g := &w.Autoscaler.groups[0]
	g.failedAt, g.until = w.eng.Now()-des.Time(backoffForgiven)-1, 0
	w.OrderFailed(0, 1)
	if g.backoff != firstBackoff {
		t.Errorf("three hours later the pause is %v, want %v", g.backoff, firstBackoff)
	}
}

// TestBackoffEnds: a pause is forgotten when all nodes of an order are there.
func TestBackoffEnds(t *testing.T) {
	s := spec(1)
	s.Workloads = []model.Workload{pods("web", 2, 3000)}
	w := newWorld(t, s)
	w.refuses = true
	w.until(time.Minute)
	w.refuses = false
	w.until(30 * time.Minute)
	if g := &w.Autoscaler.groups[0]; g.backoff != 0 || len(w.ordered) != 2 {
		t.Errorf("a pause of %v is left after orders %v", g.backoff, w.ordered)
	}
}

// TestOrders: when nodes are ordered, how many, and of which pools.
func TestOrders(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*model.Spec)
		want   []string
	}{
		// Pods younger than two seconds have it wait for one scan more.
		"as many as it takes": {func(*model.Spec) {}, []string{"10s: 3 of pool0"}},
		"older pods only": {func(s *model.Spec) {
			s.Autoscaler.NewPodScaleUpDelay = 25 * time.Second
		}, []string{"30s: 3 of pool0"}},
		"a scan interval": {func(s *model.Spec) {
			s.Autoscaler.ScanInterval = 40 * time.Second
		}, []string{"40s: 3 of pool0"}},
		"not for expendable pods": {func(s *model.Spec) {
			s.Workloads[0].Priority = expendable - 1
		}, nil},
		"up to the maximum": {func(s *model.Spec) {
			s.Workloads[0].Replicas = 30
		}, []string{"10s: 9 of pool0"}},
		"not where none would help": {func(s *model.Spec) {
			s.Workloads[0].Requests.CPU = 5000
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := spec(1)
			s.Workloads = []model.Workload{pods("web", 4, 3000)}
			tt.change(&s)
			w := newWorld(t, s)
			w.until(9 * time.Minute)
			if !slices.Equal(w.ordered, tt.want) {
				t.Errorf("ordered %q, want %q", w.ordered, tt.want)
			}
		})
	}
}

// TestBalance: with balance_similar_node_groups the pool with fewer nodes has more of
// an order. Source: kubernetes autoscaler processors/nodegroupset.
func TestBalance(t *testing.T) {
	s := spec(1, 3)
	s.Autoscaler.BalanceSimilarNodeGroups = true
	s.Workloads = []model.Workload{pods("web", 10, 3000)} // six nodes more
	w := newWorld(t, s)
	w.until(time.Minute)
	if want := []string{"10s: 4 of pool0", "10s: 2 of pool1"}; !slices.Equal(w.ordered, want) && !slices.Equal(w.ordered, []string{want[1], want[0]}) {
		t.Errorf("ordered %q, want %q", w.ordered, want)
	}
}

// TestProvisionTime: what was ordered and isn't there in time is given up.
func TestProvisionTime(t *testing.T) {
	s := spec(1)
	s.Autoscaler.MaxNodeProvisionTime = 30 * time.Second
	s.Workloads = []model.Workload{pods("web", 2, 3000)}
	w := newWorld(t, s)
	w.until(55 * time.Second)
	if len(w.ordered) != 1 || !slices.Equal(w.deleted, []kube.NodeID{1}) {
		t.Errorf("ordered %q, given up %v; want one of each", w.ordered, w.deleted)
	}
}
