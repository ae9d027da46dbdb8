package importer_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

// A pool's creationData pins it to a snapshot of its version and image; two pools
// of one snapshot share it.
func TestSnapshots(t *testing.T) {
	const pool = `"currentOrchestratorVersion": "1.30.4", "nodeImageVersion": "AKSUbuntu-2204gen2containerd-202504.28.0", "vmSize": "Standard_D4s_v5", "count": 1,
		"creationData": {"sourceResourceId": "/subscriptions/x/resourceGroups/rg/providers/Microsoft.ContainerService/snapshots/gold"}`
	s := mustImport(t, importer.Input{
		Kubectl:   text(`{"nodes": [{"metadata": {"name": "a", "labels": {"agentpool": "np1"}}, "status": {"nodeInfo": {"kubeletVersion": "v1.30.4"}}}]}`),
		Cluster:   text(`{"kubernetesVersion": "1.30.4"}`),
		NodePools: text(`[{"name": "np1", "mode": "System", ` + pool + `}, {"name": "np2", ` + pool + `}, {"name": "np3", "count": 1, "creationData": null}]`),
	}).Spec
	check(t, s)
	want := []model.Snapshot{{Name: "gold", KubernetesVersion: model.Version{Major: 1, Minor: 30, Patch: 4}, NodeImage: "202504.28.0"}}
	if d := cmp.Diff(want, s.Snapshots); d != "" {
		t.Errorf("snapshots (-want +got):\n%s", d)
	}
	for i, name := range []string{"gold", "gold", ""} {
		if got := s.NodePools[i].Snapshot; got != name {
			t.Errorf("pool %d is pinned to %q, want %q", i, got, name)
		}
	}
}
