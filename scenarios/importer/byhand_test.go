package importer_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rollsim/scenarios"
	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

// nodesByHand are two nodes of a pool: one has a label and a taint that the
// other lacks, and both have a label that nobody asks for.
const nodesByHand = `[
	{"kind": "Node", "metadata": {"name": "aks-a-1-vmss000000", "labels": {"agentpool": "a", "tier": "web", "disk": "fast", "owner": "x"}},
		"spec": {"taints": [{"key": "mine", "value": "1", "effect": "NoSchedule"}, {"key": "all", "effect": "NoSchedule"}]},
		"status": {"allocatable": {"cpu": "3860m", "memory": "13Gi", "pods": "110"}, "nodeInfo": {"kubeletVersion": "v1.33.5"}}},
	{"kind": "Node", "metadata": {"name": "aks-a-1-vmss000001", "labels": {"agentpool": "a", "tier": "web", "owner": "y"}},
		"spec": {"taints": [{"key": "all", "effect": "NoSchedule"}]},
		"status": {"allocatable": {"cpu": "3860m", "memory": "13Gi", "pods": "110"}, "nodeInfo": {"kubeletVersion": "v1.33.5"}}},
	{"kind": "Deployment", "metadata": {"name": "db", "namespace": "a"}, "spec": {"replicas": 1, "template": {"metadata": {"labels": {"app": "db"}},
		"spec": {"nodeSelector": {"disk": "fast", "tier": "web"}, "tolerations": [{"key": "mine", "operator": "Exists"}, {"key": "all", "operator": "Exists"}]}}}}
]`

// What a node has beyond its pool was set on it by hand: it is imported on that
// node where a pod asks for it, and never taken for the pool's. What az lists is
// the pool's, and what all nodes have is where az lists nothing.
func TestSetByHand(t *testing.T) {
	for _, c := range []struct {
		name, az   string
		pool       model.Labels
		own, other model.Labels
	}{
		{"kubectl alone", "", model.Labels{{Key: "tier", Value: "web"}}, model.Labels{{Key: "disk", Value: "fast"}}, model.Labels{}},
		{"az lists labels", `[{"name": "a", "nodeLabels": {"team": "red"}, "nodeTaints": ["all=:NoSchedule"]}]`,
			model.Labels{{Key: "team", Value: "red"}}, model.Labels{{Key: "disk", Value: "fast"}, {Key: "tier", Value: "web"}}, model.Labels{{Key: "tier", Value: "web"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := importer.Input{Kubectl: text(nodesByHand)}
			if c.az != "" {
				in.NodePools = text(c.az)
			}
			r := mustImport(t, in)
			check(t, r.Spec)
			reload(t, r.Spec)
			p := r.Spec.NodePools[0]
			for _, x := range []struct {
				what      string
				got, want any
			}{
				{"pool labels", p.Labels, c.pool}, {"own labels", p.Nodes[0].Labels, c.own}, {"other labels", p.Nodes[1].Labels, c.other},
				{"pool taints", p.Taints, []model.Taint{{Key: "all", Effect: model.NoSchedule}}},
				{"own taints", p.Nodes[0].Taints, []model.Taint{{Key: "mine", Value: "1", Effect: model.NoSchedule}}},
			} {
				if diff := cmp.Diff(x.want, x.got); diff != "" {
					t.Errorf("%s (-want +got)\n%s", x.what, diff)
				}
			}
			var notes []string
			for _, n := range r.Notes {
				notes = append(notes, n.String())
			}
			for _, want := range []string{"labels of single nodes, taken as set by hand", "taints of single nodes, taken as set by hand", "labels of single nodes that no pod selects by"} {
				if !strings.Contains(strings.Join(notes, "\n"), want) {
					t.Errorf("no note says %q: %q", want, notes)
				}
			}
		})
	}
}

// What was set by hand is hashed as everything else that its owner has named.
func TestSetByHandAnonymized(t *testing.T) {
	r := mustImport(t, importer.Input{Kubectl: text(nodesByHand), Anonymize: true})
	var b bytes.Buffer
	if err := scenarios.Encode(&b, r.Spec); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"disk", "fast", "mine"} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("%q is left in\n%s", secret, b.String())
		}
	}
	p := r.Spec.NodePools[0]
	if !p.NodeLabels("", p.Nodes[0]).Contains(r.Spec.Workloads[0].NodeSelector) {
		t.Errorf("the selector %v doesn't find its node any more", r.Spec.Workloads[0].NodeSelector)
	}
}
