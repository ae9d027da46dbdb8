package scenarios

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const setBase = `schema = 1

[cluster]
kubernetes_version = "1.29.7"

[[node_pool]]
name    = "nodes"
mode    = "system"
count   = 3
vm_size = "Standard_D4s_v5"

[[workload]]
name = "web.v2"
pdb  = { max_unavailable = 1 }
[[workload.topology_spread]]
topology_key = "kubernetes.io/hostname"

[[strategy]]
name = "by hand"
kind = "operations"
[[strategy.operation]]
name = "control plane"
do   = "upgrade-control-plane"
to   = "1.30.5"

[[gate]]
metric = "duration"
op     = "<="
value  = "4h"
`

// aligned matches the equals signs of Encode.
var aligned = regexp.MustCompile(` +=`)

// TestSet sets one key and looks at the spec as Encode writes it.
func TestSet(t *testing.T) {
	for _, x := range []struct{ key, value, want string }{
		{"node_pool.nodes.max_surge", "50%", `max_surge = "50%"`},
		{"node_pool.nodes.count", "5", `count = 5`},
		{"node_pool[0].max_surge", "2", `max_surge = 2`},
		{"workload.'web.v2'.replicas", "4", `replicas = 4`},
		{`workload."web.v2".cpu`, "2", `cpu = "2"`},
		{`workload."web.v2".cpu`, `"500m"`, `cpu = "500m"`},
		{`workload."web.v2".pdb.max_unavailable`, "25%", `pdb = { max_unavailable = "25%" }`},
		{`workload."web.v2".labels`, `{ app = "x" }`, `labels = { app = "x" }`},
		{`workload."web.v2".topology_spread.0.max_skew`, "3", `max_skew = 3`},
		{"cluster.rules", "aks-2026-08", `rules = "aks-2026-08"`},
		{"cluster.zones", `["1", "2"]`, `zones = ["1", "2"]`},
		{"cluster.limits.vcpus", "64", "[cluster.limits]\nvcpus = 64"},
		{"timing.node_create", "3m", "[timing]\nnode_create = \"3m\""},
		{"timing.node_create", `{ p50 = "1m", p95 = "2m" }`, "[timing]\nnode_create = { p50 = \"1m\", p95 = \"2m\" }"},
		{"node_pool.nodes.timing.node_delete", "1m", "[node_pool.timing]\nnode_delete = \"1m\""},
		{"strategy.by hand.operation.control plane.to", "1.30.6", `to = "1.30.6"`},
		{"run.seed", "7", "[run]\nseed = 7"},
		{"gate.0.value", "3h", `value = "3h"`},
		{"gate.0.value", "9", `value = 9`},
		{"title", "true", `title = "true"`},
	} {
		s := mustLoad(t, setBase)
		if err := s.Set(x.key, x.value); err != nil {
			t.Error(err)
			continue
		}
		d := s.decode()
		if len(d.findings) > 0 {
			t.Errorf("%s=%s: %v", x.key, x.value, d.findings)
			continue
		}
		got := aligned.ReplaceAllString(string(encode(t, &d.spec)), " =")
		if !strings.Contains(got, x.want+"\n") {
			t.Errorf("%s=%s: no line %q in\n%s", x.key, x.value, x.want, got)
		}
	}
}

// TestSetWrongValue has the finding at the option instead of the file.
func TestSetWrongValue(t *testing.T) {
	for _, x := range []struct{ key, value, want string }{
		{"node_pool.nodes.max_surge", "150%",
			`--set node_pool.nodes.max_surge: node_pool[0].max_surge: "150%" is out of range; write "0%" to "100%"`},
		{"node_pool.nodes.max_srge", "1",
			`--set node_pool.nodes.max_srge: node_pool[0].max_srge: this key is unknown; did you mean max_surge?`},
		{"run.seed", "-1", `--set run.seed: run.seed: -1 is negative; write 0 or more`},
		{"timing.node_create", `{ p50 = "3m", p95 = "1m" }`,
			`--set timing.node_create: timing.node_create: p95 1m is below p50 3m; p95 is at least p50`},
		{"strategy.by hand.operation.control plane.to", "1.30",
			`--set strategy.by hand.operation.control plane.to: strategy[0].operation[0].to: "1.30" is short for the newest patch of that minor version, and cluster.offered_versions has none; list one, or write all three parts`},
		{"clustr.rules", "x", `--set clustr.rules: clustr: this key is unknown; did you mean cluster?`},
	} {
		s := mustLoad(t, setBase)
		if err := s.Set(x.key, x.value); err != nil {
			t.Error(err)
			continue
		}
		_, _, err := s.Model()
		if err == nil {
			t.Errorf("%s=%s: no error", x.key, x.value)
			continue
		}
		if diff := cmp.Diff(x.want, err.Error()); diff != "" {
			t.Errorf("%s=%s (-want +got):\n%s", x.key, x.value, diff)
		}
	}
}

// TestSetRepairs holds that a value of the file that was replaced is not
// complained about.
func TestSetRepairs(t *testing.T) {
	s := mustLoad(t, strings.Replace(setBase, "count   = 3", "count   = { x = 3 }", 1))
	if _, _, err := s.Model(); err == nil {
		t.Fatal("no error before Set")
	}
	if err := s.Set("node_pool.nodes.count", "3"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Model(); err != nil {
		t.Error(err)
	}
}

func TestSetNowhere(t *testing.T) {
	for key, want := range map[string]string{
		"":                           `--set : this is not a key; write one such as node_pool.web.max_surge`,
		"a..b":                       `--set a..b: this is not a key; write one such as node_pool.web.max_surge`,
		`workload."web`:              `--set workload."web: this is not a key; write one such as node_pool.web.max_surge`,
		"node_pool.wbe.count":        `--set node_pool.wbe.count: no node_pool is called "wbe"; there is "nodes"`,
		"node_pool.nodes":            `--set node_pool.nodes: this is a whole table; add the key to set`,
		"pdb.web.max_unavailable":    `--set pdb.web.max_unavailable: the scenario has no [[pdb]]`,
		"schema.x":                   `--set schema.x: schema is not a table, so there is no x in it`,
		"gate.1.value":               `--set gate.1.value: gate has no "1"; write a number below 1`,
		"strategy.by hand.operation": ``,
	} {
		err := mustLoad(t, setBase).Set(key, "1")
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("Set(%s): %s\nwant %s", key, got, want)
		}
	}
}

func mustLoad(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Load("f.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
