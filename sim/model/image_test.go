package model

import (
	"testing"
)

// TestClusterOfRequests has what the keys of a cluster that requests meet may be.
func TestClusterOfRequests(t *testing.T) {
	runRows(t, []checkRow{
		{"long-term support", func(s *Spec) { s.Cluster.SupportPlan = LongTermSupport },
			`error cluster.support_plan: "AKSLongTermSupport" needs tier "premium", and the tier is "standard"`},
		{"long-term support, premium", func(s *Spec) { s.Cluster.SupportPlan, s.Cluster.Tier = LongTermSupport, TierPremium }, ""},
		{"long-term versions without", func(s *Spec) { s.Cluster.LTSVersions = []Version{{1, 30, 100}} },
			`warning cluster.lts_versions: what is listed is offered only with support_plan "AKSLongTermSupport", and this is "KubernetesOfficial"`},
		{"preview", func(s *Spec) {
			s.Cluster.OfferedVersions, s.Cluster.PreviewVersions = []Version{{1, 30, 5}}, []Version{{1, 31, 0}}
		}, `error cluster.preview_versions[0]: 1.31.0 is not among cluster.offered_versions; list it there too`},
		{"channel", func(s *Spec) { s.Cluster.AutoUpgradeChannel = "fast" },
			`error cluster.auto_upgrade_channel: "fast" is not known; use "none", "patch", "stable", "rapid" or "node-image"`},
		{"option", func(s *Spec) { s.Options.WaitingPools = "Waiting" },
			`error aks.waiting_pools: "Waiting" is not known; use "Succeeded" or "Upgrading"`},
		{"option left out", func(s *Spec) { s.Options.WaitingPools = "" }, ""},
		{"newest image", func(s *Spec) { s.Cluster.LatestNodeImage = "latest" },
			`error cluster.latest_node_image: "latest" is not the release of a node image; write one such as "202604.08.0"`},
		{"image", func(s *Spec) { s.NodePools[0].NodeImageVersion = "Ubuntu" },
			`error node_pool[0].node_image_version: "Ubuntu" is not a node image; write one such as "AKSUbuntu-2204gen2containerd-202401.08.0"`},
		{"image newer than the newest", func(s *Spec) {
			s.Cluster.LatestNodeImage = "202604.08.0"
			s.NodePools[0].NodeImageVersion = "AKSUbuntu-2204gen2containerd-202605.01.0"
		}, `error node_pool[0].node_image_version: "AKSUbuntu-2204gen2containerd-202605.01.0" is newer than the newest release, cluster.latest_node_image "202604.08.0"; raise that`},
	})
}

// TestOptionTable: every option has its values, the first of which is what a
// scenario gets that says nothing.
func TestOptionTable(t *testing.T) {
	defaults := NewOptions()
	for i := range OptionTable {
		x := &OptionTable[i]
		if len(x.Values) < 2 || x.Means == "" || x.Source == "" {
			t.Errorf("%s: %d values, means %q, source %q", x.Key, len(x.Values), x.Means, x.Source)
		}
		if got := *x.In(&defaults); got != x.Values[0] {
			t.Errorf("%s is %q by default, want %q", x.Key, got, x.Values[0])
		}
	}
}

func TestCompareReleases(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"202404.09.0", "202404.10.0", -1}, {"202404.09.1", "202404.09.0", 1}, {"202404.09.0", "202404.09.0", 0}, {"202312.27.0", "202401.01.0", -1},
	} {
		if got := CompareReleases(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
