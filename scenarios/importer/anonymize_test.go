package importer_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rollsim/scenarios"
	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

// secrets are the words that the names in small.json and the az documents
// beside it are made of.
var secrets = []string{
	"shop", "c1", "12345678", "team", "red", "MC_rg_c1", "web", "db", "kafka", "tool", "agent", "stateful", "old",
	"stage", "prod", "Team", "blue", "batch", "sku", "dedicated", "example", "backup", "proxy", "virtual", "aci", "work",
}

// words finds what could be a name.
var words = regexp.MustCompile(`[A-Za-z0-9_]+`)

func anonymous(t *testing.T, key string) *importer.Result {
	t.Helper()
	return mustImport(t, importer.Input{
		Kubectl: read(t, "small.json"), NodePools: read(t, "nodepools-flat.json"), Cluster: read(t, "cluster-flat.json"),
		Anonymize: true, Key: []byte(key),
	})
}

// No name of the input is left in the file that is written or in the notes.
func TestAnonymizeLeavesNoName(t *testing.T) {
	r := anonymous(t, "")
	var b bytes.Buffer
	if err := scenarios.Encode(&b, r.Spec); err != nil {
		t.Fatal(err)
	}
	out := b.String()
	for _, n := range r.Notes {
		out += n.Subject + "\n"
	}
	for line := range strings.Lines(out) {
		for _, word := range words.FindAllString(line, -1) {
			if slices.Contains(secrets, word) {
				t.Errorf("%q is left: %s", word, line)
			}
		}
		if strings.Contains(line, `"system"`) && !strings.HasPrefix(line, "mode") {
			t.Errorf("the name of pool system is left: %s", line)
		}
	}
}

// The hashed scenario is still the same cluster: its references hold.
func TestAnonymizeKeepsStructure(t *testing.T) {
	r := anonymous(t, "")
	check(t, r.Spec)
	reload(t, r.Spec)
	web := r.Spec.Workloads[slices.IndexFunc(r.Spec.Workloads, func(w model.Workload) bool { return w.NodePool != "" && len(w.Placement) > 1 })]
	p := r.Spec.NodePools[0]
	if web.NodePool != p.Name {
		t.Errorf("node_pool %q isn't the pool's name %q", web.NodePool, p.Name)
	}
	if !p.Labels.Contains(web.NodeSelector) {
		t.Errorf("selector %v doesn't match labels %v", web.NodeSelector, p.Labels)
	}
	if web.Placement[1] != p.Nodes[1].Name || !strings.HasSuffix(p.Nodes[1].Name, "-vmss000001") {
		t.Errorf("placement %q isn't node %q", web.Placement[1], p.Nodes[1].Name)
	}
}

// The same key gives the same names, another gives others; without a key they
// depend on the input.
func TestAnonymizeKey(t *testing.T) {
	names := func(key string) string {
		r := anonymous(t, key)
		return fmt.Sprint(r.Spec.NodePools[0].Name, r.Spec.Workloads[0].Name, r.Notes)
	}
	for _, key := range []string{"k", ""} {
		if first, again := names(key), names(key); first != again {
			t.Errorf("key %q gives different names", key)
		}
	}
	if names("k") == names("l") || names("k") == names("") {
		t.Error("different keys give the same names")
	}
}

// Apart from names, an anonymous import says the same.
func TestAnonymizeChangesNamesOnly(t *testing.T) {
	plain := mustImport(t, importer.Input{Kubectl: read(t, "s13.json.gz")}).Spec
	hashed := mustImport(t, importer.Input{Kubectl: read(t, "s13.json.gz"), Anonymize: true}).Spec
	for i, w := range plain.Workloads {
		h := hashed.Workloads[i]
		if w.Kind != h.Kind || w.Replicas != h.Replicas || w.Requests != h.Requests || len(w.Labels) != len(h.Labels) || len(w.Placement) != len(h.Placement) {
			t.Errorf("workload %d: %s", i, cmp.Diff(w, h, sameDist))
		}
	}
}
