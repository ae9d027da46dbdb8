package importer_test

import (
	"fmt"
	"strings"
	"testing"

	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

// TestRules: the rule profile is that of today where anything in the input is from
// after AKS changed its rules, and a note says which it is, why, and how to have the
// other.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		name, version, changed, image string
		want                          model.Profile
		why                           string
	}{
		{"new version", "v1.28.0", "", "", model.Profile202608, "runs 1.28 or newer"},
		{"newer version", "v2.0.0", "", "", model.Profile202608, "runs 1.28 or newer"},
		{"old version, looked at today", "v1.27.9", "2025-02-03T04:05:06Z", "", model.Profile202608, "times after April 2024"},
		{"old version with a new image", "v1.27.9", "", "AKSUbuntu-2204gen2containerd-202501.28.0", model.Profile202608, "times after April 2024"},
		{"old all through", "v1.27.9", "2023-12-24T00:00:00Z", "AKSUbuntu-2204gen2containerd-202311.07.0", model.Profile202307, "nothing in the input is newer"},
		{"nothing said", "v1.27.9", "", "", model.Profile202307, "nothing in the input is newer"},
		{"image of Windows", "v1.27.9", "", "AKSWindows-2022-containerd-20348.3207.250214", model.Profile202307, "nothing in the input is newer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			node := fmt.Sprintf(`{"kind": "Node", "metadata": {"name": "n", "labels": {"kubernetes.azure.com/agentpool": "web"}},
				"status": {"nodeInfo": {"kubeletVersion": %q}, "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": %q}]}}`, c.version, c.changed)
			r := mustImport(t, importer.Input{Kubectl: text(node), NodePools: text(fmt.Sprintf(`[{"name": "web", "nodeImageVersion": %q}]`, c.image))})
			if got := r.Spec.Cluster.Rules; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			for _, n := range r.Notes {
				if n.Key == "rules" && strings.HasPrefix(n.Message, string(c.want)) && strings.Contains(n.Message, c.why) && strings.Contains(n.Message, "set cluster.rules = ") {
					return
				}
			}
			t.Errorf("no note says %q: %v", c.why, r.Notes)
		})
	}
}
