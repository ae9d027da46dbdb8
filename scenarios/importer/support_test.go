package importer_test

import (
	"testing"

	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

// TestSupport: the upgrade channel and the node images of a cluster are taken
// over, for they decide what AKS forbids and what a node image upgrade does.
func TestSupport(t *testing.T) {
	r := mustImport(t, importer.Input{Kubectl: read(t, "small.json"), NodePools: read(t, "nodepools-flat.json"), Cluster: read(t, "cluster-flat.json")})
	check(t, r.Spec)
	if c := &r.Spec.Cluster; c.AutoUpgradeChannel != model.ChannelPatch || c.SupportPlan != model.KubernetesOfficial {
		t.Errorf("channel %q, support plan %q", c.AutoUpgradeChannel, c.SupportPlan)
	}
	if got, want := r.Spec.NodePools[0].NodeImageVersion, "AKSUbuntu-2204gen2containerd-202504.28.0"; got != want {
		t.Errorf("node image %q, want %q", got, want)
	}
}
