package model

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rollsim/sim/random"
)

func mustNew(t *testing.T, s Spec) *Model {
	t.Helper()
	m, findings := New(s)
	if m == nil {
		t.Fatalf("New finds\n%s", describe(findings))
	}
	return m
}

func TestNewFillsIn(t *testing.T) {
	s := shop()
	s.NodePools[1].Zones = []string{"1", "2", "3"}
	m := mustNew(t, s)
	web := m.NodePools[1]
	if web.KubernetesVersion != (Version{1, 29, 7}) || web.MaxPods != 250 || web.Timing != m.Timing {
		t.Errorf("web has version %s, max pods %d, timing of the cluster: %v", web.KubernetesVersion, web.MaxPods, web.Timing == m.Timing)
	}
	if want := (Allocatable{Resources{3860, 12188 * mebibyte}, 250}); web.Allocatable != want {
		t.Errorf("allocatable %v, want %v", web.Allocatable, want)
	}
	v := Version{1, 29, 7}
	wantNodes := []Node{{Name: "aks-web-vmss000000", Zone: "1", Version: v}, {Name: "aks-web-vmss000001", Zone: "2", Version: v}, {Name: "aks-web-vmss000002", Zone: "3", Version: v}, {Name: "aks-web-vmss000003", Zone: "1", Version: v}}
	if diff := cmp.Diff(wantNodes, web.Nodes); diff != "" {
		t.Errorf("nodes (-want +got)\n%s", diff)
	}
	if web.NodePrefix != "aks-web-vmss" || web.NextInstance != 4 || web.NodeName(web.NextInstance) != "aks-web-vmss000004" {
		t.Errorf("later nodes are named %s from %d", web.NodePrefix, web.NextInstance)
	}
	if want := []string{"system", "web"}; !slices.Equal(m.Strategies[1].Order, want) {
		t.Errorf("order %v, want %v", m.Strategies[1].Order, want)
	}
	if want := []Version{{1, 29, 7}, {1, 30, 5}}; !slices.Equal(m.Versions, want) || !slices.Equal(m.Cluster.OfferedVersions, want) {
		t.Errorf("versions %v, offered %v, want both %v", m.Versions, m.Cluster.OfferedVersions, want)
	}
	if want := [][]int{{1}, {0}}; !reflect.DeepEqual(m.BudgetsOf, want) || !reflect.DeepEqual(m.Selected, want) {
		t.Errorf("budgets of workloads %v, workloads of budgets %v, want both %v", m.BudgetsOf, m.Selected, want)
	}
}

func TestNewLeavesTheSpecAlone(t *testing.T) {
	s, same := shop(), shop()
	s.Workloads[0].Labels = Labels{{"b", "1"}, {"app", "front"}}
	same.Workloads[0].Labels = Labels{{"b", "1"}, {"app", "front"}}
	m := mustNew(t, s)
	if diff := cmp.Diff(same, s, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("the Spec changed (-before +after)\n%s", diff)
	}
	if got, _ := m.Workloads[0].Labels.Get("app"); got != "front" {
		t.Errorf("labels are not sorted: %v", m.Workloads[0].Labels)
	}
}

func TestNewCollectsVersions(t *testing.T) {
	s := shop()
	s.NodePools[0].KubernetesVersion = Version{1, 28, 0}
	s.NodePools[0].Nodes = []Node{{Name: "a"}, {Name: "b", Version: Version{1, 27, 9}}, {Name: "c"}}
	s.Strategies[2].Operations[1].To = Version{1, 31, 0}
	m := mustNew(t, s)
	want := []Version{{1, 27, 9}, {1, 28, 0}, {1, 29, 7}, {1, 30, 5}, {1, 31, 0}}
	if !slices.Equal(m.Versions, want) {
		t.Errorf("versions %v, want %v", m.Versions, want)
	}
	if m.NodePools[0].Nodes[0].Version != want[1] || m.NodePools[0].Nodes[1].Version != want[0] {
		t.Errorf("nodes %v", m.NodePools[0].Nodes)
	}
	if i, ok := m.VersionIndex(Version{1, 30, 5}); i != 3 || !ok {
		t.Errorf("1.30.5 is version %d, %v", i, ok)
	}
	if _, ok := m.VersionIndex(Version{1, 30, 6}); ok {
		t.Error("1.30.6 is among the versions")
	}
}

// TestDefaultMaxSurge: what a scenario doesn't write follows from the version,
// what it writes stays, and without a record of what it writes all stays.
func TestDefaultMaxSurge(t *testing.T) {
	written := map[string]bool{"strategy[2].operation[2].count": true, "node_pool[1].max_surge": true}
	for _, row := range []struct {
		version Version
		written map[string]bool
		want    [2]IntOrPercent
	}{
		{Version{1, 29, 7}, written, [2]IntOrPercent{Percent(10), Percent(10)}},
		{Version{1, 27, 9}, written, [2]IntOrPercent{Count(1), Percent(10)}},
		{Version{1, 27, 9}, nil, [2]IntOrPercent{Percent(10), Percent(10)}},
	} {
		s := shop()
		s.Written = row.written
		for i := range s.NodePools {
			s.NodePools[i].KubernetesVersion = row.version
		}
		m := mustNew(t, s)
		if got := [2]IntOrPercent{m.NodePools[0].Upgrade.MaxSurge, m.NodePools[1].Upgrade.MaxSurge}; got != row.want {
			t.Errorf("%s, written %v: max surges %v, want %v", row.version, row.written, got, row.want)
		}
	}
}

func TestNodeNames(t *testing.T) {
	for _, row := range []struct {
		name   string
		nodes  []string
		prefix string
		next   int
	}{
		{"imported", []string{"aks-web-12345678-vmss00000a", "aks-web-12345678-vmss000002", "aks-web-12345678-vmss00000z"}, "aks-web-12345678-vmss", 36},
		{"recorded", []string{"aks-np1-000", "aks-np1-surge00", "x"}, "aks-system-vmss", 0},
		{"mixed", []string{"a", "aks-system-vmss000004", "b"}, "aks-system-vmss", 5},
		{"in capitals", []string{"aks-web-vmss00000A", "b", "c"}, "aks-system-vmss", 0},
		{"of the other pool", []string{"aks-web-vmss000000", "b", "c"}, "aks-web-vmss", 1},
	} {
		s := shop()
		s.NodePools[0].Nodes = nil
		for _, n := range row.nodes {
			s.NodePools[0].Nodes = append(s.NodePools[0].Nodes, Node{Name: n})
		}
		m := mustNew(t, s)
		if p := m.NodePools[0]; p.NodePrefix != row.prefix || p.NextInstance != row.next {
			t.Errorf("%s: later nodes are named %s from %d, want %s from %d", row.name, p.NodePrefix, p.NextInstance, row.prefix, row.next)
		}
		if m.NodePools[0].NodePrefix == m.NodePools[1].NodePrefix {
			t.Errorf("%s: both pools name nodes %s", row.name, m.NodePools[0].NodePrefix)
		}
	}
}

func TestPlacementNode(t *testing.T) {
	s := shop()
	s.Workloads[0].Placement = []string{"aks-web-vmss000003", "", "aks-web-vmss000000"}
	m := mustNew(t, s)
	want := []NodeRef{{1, 3}, {-1, -1}, {1, 0}}
	if !slices.Equal(m.PlacementNode[0], want) || m.PlacementNode[1] != nil {
		t.Errorf("placement %v, want %v and nothing", m.PlacementNode, want)
	}
}

func TestPoolTiming(t *testing.T) {
	s := shop()
	s.NodePools[1].Timing = s.Timing
	s.NodePools[1].Timing.NodeReimage = random.Constant(7)
	m := mustNew(t, s)
	if m.NodePools[0].Timing != s.Timing || m.NodePools[1].Timing.NodeReimage != random.Constant(7) {
		t.Error("a pool's timing is not the cluster's with its own over it")
	}
}
