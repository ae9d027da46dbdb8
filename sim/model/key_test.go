package model

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// TestKeysAreComplete holds Keys and the types of a Spec together: every field
// that a scenario gives is a key there, once, and no key is without field.
func TestKeysAreComplete(t *testing.T) {
	var fields []string
	for prefix, of := range map[string]any{
		"": Spec{}, "run.": Run{}, "cluster.": Cluster{}, "cluster.limits.": Limits{}, "maintenance_configuration.": MaintenanceConfiguration{}, "aks.": Options{}, "timing.": Timing{},
		"snapshot.": Snapshot{}, "scheduler.": Scheduler{}, "failures.": Failures{}, "failures.node_crash.": NodeCrash{}, "node_pool.blue_green.": BlueGreenSettings{}, "controllers.": Controllers{}, "autoscaler.": Autoscaler{}, "node_pool.  ": Autoscaling{}, "workload.  ": JobSettings{},
		"node_pool.": NodePool{}, "node_pool. ": UpgradeSettings{}, "workload.": Workload{}, "workload. ": Resources{},
		"pdb.": Budget{}, "strategy.": Strategy{}, "strategy.operation.": Operation{}, "strategy. ": ByHand{}, "strategy.operation. ": ByHand{}, "gate.": Gate{},
	} {
		typ := reflect.TypeOf(of)
		for i := range typ.NumField() {
			path := strings.TrimSpace(prefix) + snake(typ.Field(i).Name)
			if known, ok := notByItsName[path]; ok {
				path = known
			}
			if path != "" {
				fields = append(fields, path)
			}
		}
	}
	var keys []string
	for _, k := range Keys() {
		if !k.Part {
			keys = append(keys, k.Path)
		}
	}
	slices.Sort(fields)
	slices.Sort(keys)
	if !slices.Equal(fields, keys) {
		t.Errorf("fields without key: %v; keys without field or twice: %v", without(fields, keys), without(keys, fields))
	}
}

// TestKeysAreDescribed: a reader finds with every key what to write, what happens
// without it, and what it means, and meets no kind of value that isn't explained.
func TestKeysAreDescribed(t *testing.T) {
	used := make(map[Kind]bool)
	for _, k := range Keys() {
		used[k.Kind] = true
		if !slices.ContainsFunc(Kinds, func(i KindInfo) bool { return i.Kind == k.Kind }) {
			t.Errorf("%s: kind %q isn't explained in Kinds", k.Path, k.Kind)
		}
		if (k.Kind == aChoice) != (len(k.Values) > 0) {
			t.Errorf("%s is %q and has %d values to choose from", k.Path, k.Kind, len(k.Values))
		}
		if k.Required && (k.Value != "" || k.Source != "") {
			t.Errorf("%s is required and has a default", k.Path)
		}
		if !k.Required && k.Source == "" {
			t.Errorf("%s has no source", k.Path)
		}
		if !k.Required && k.Value == "" && k.Otherwise == "" {
			t.Errorf("%s has neither a default nor a word on what its absence means", k.Path)
		}
		if k.Means == "" || strings.HasSuffix(k.Means, ".") {
			t.Errorf("%s means %q; want a phrase without a full stop", k.Path, k.Means)
		}
	}
	for _, i := range Kinds {
		if !used[i.Kind] {
			t.Errorf("no key has kind %q", i.Kind)
		}
	}
	for _, p := range partSections {
		if !slices.ContainsFunc(Keys(), func(k Key) bool { return k.Path == p.of }) {
			t.Errorf("%s: part of %s, which is no key", p.path, p.of)
		}
	}
}

// notByItsName are the fields that a scenario spells in another way, or, with
// "", that it doesn't spell: sections, and what New or a loader derives.
var notByItsName = map[string]string{
	"question": "", "run": "", "cluster": "", "timing": "", "failures": "", "scheduler": "", "controllers": "", "autoscaler": "", "node_pool.autoscaling": "", "node_pool.enabled": "node_pool.enable_auto_scaling", "node_pools": "", "snapshots": "", "workloads": "", "budgets": "",
	"strategies": "", "gates": "", "written": "", "cluster.limits": "", "maintenance": "", "options": "", "cluster.requested": "", "node_pool.requested": "",
	"node_pool.upgrade": "", "node_pool.blue_green": "", "node_pool.version_set": "", "node_pool.allocatable_set": "", "node_pool.node_prefix": "",
	"node_pool.next_instance": "", "workload.requests": "", "workload.job": "", "failures.node_crashes": "",
	"node_pool.extended": "node_pool.resources", "workload.extended": "workload.resources",
	"node_pool.replaces": "", "node_pool.made": "", "strategy.by_hand": "", "strategy.operation.by_hand": "",
	"workload.never_ready": "", "workload.disks": "",
	"workload.host_anti_affinity": "workload.anti_affinity", "workload.zonal_volume": "workload.volume",
	"pdb.unhealthy_pods": "pdb.unhealthy_pod_eviction_policy", "pdb.workload": "workload.pdb",
	"strategy.operations": "strategy.operation", "gate.written": "",
}

// snake spells a field's name as a scenario does: MaxPods is max_pods.
func snake(name string) string {
	name = strings.NewReplacer("VCPUs", "Vcpus", "CPU", "Cpu", "VMSize", "VmSize", "OSType", "OsType", "LTS", "Lts", "NodeOSU", "NodeOsU", "UTC", "Utc", "CLI", "Cli", "ARM", "Arm", "APIs", "Apis", "QPS", "Qps", "OKTotal", "OkTotal", "DaemonSets", "Daemonsets").Replace(name)
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func TestDefaultValues(t *testing.T) {
	byPath := make(map[string]Key)
	for _, k := range Keys() {
		byPath[k.Path] = k
	}
	for path, want := range map[string]string{
		"run.horizon":                       `"48h"`,
		"cluster.rules":                     `"aks-2023-07"`,
		"cluster.limits.network":            `"azure-overlay"`,
		"timing.node_create":                `{ p50 = "2m30s", p95 = "6m" }`,
		"timing.node_delete":                `"1m30s"`,
		"timing.image_pull":                 `"50MB/s"`,
		"node_pool.mode":                    `"user"`,
		"node_pool.max_pods":                `250`,
		"node_pool.max_surge":               `"10%"`,
		"node_pool.max_unavailable":         `0`,
		"node_pool.drain_timeout":           `"30m"`,
		"workload.kind":                     `"Deployment"`,
		"workload.labels":                   ``,
		"workload.termination_grace":        `"30s"`,
		"workload.pod_management":           `"OrderedReady"`,
		"pdb.unhealthy_pod_eviction_policy": `"IfHealthyBudget"`,
		"strategy.parallel":                 `1`,
		"strategy.operation.client":         `"cli"`,
		"strategy.operation.when":           `"finished"`,
		"gate.stat":                         `"median"`,
	} {
		if got := byPath[path].Value; got != want {
			t.Errorf("%s is %s by default, want %s", path, got, want)
		}
	}
}

func TestKnobs(t *testing.T) {
	s := shop()
	s.Written = map[string]bool{"node_pool[1].max_surge": true, "strategy[2].operation[2].count": true, "workload[1].pdb.max_unavailable": true}
	m := mustNew(t, s)
	byPath := make(map[string]Knob)
	for _, k := range Knobs(&m.Spec) {
		if _, ok := byPath[k.Path]; ok {
			t.Errorf("%s is there twice", k.Path)
		}
		byPath[k.Path] = k
	}
	for _, want := range []struct {
		path, value string
		byDefault   bool
	}{
		{"run.horizon", `"48h"`, true},
		{"node_pool.web.max_surge", `"10%"`, false},
		{"node_pool.system.max_surge", `"10%"`, true},
		{"node_pool.web.labels", `{ tier = "web" }`, true},
		{"node_pool.web.allocatable", `{ cpu = "3860m", memory = "12188Mi", pods = 250 }`, true},
		{"workload.front.cpu", `"500m"`, true},
		{"workload.db.pdb.max_unavailable", `1`, false},
		{"pdb.front.max_unavailable", `"25%"`, true},
		{"pdb.front.selector", `"app=front"`, true},
		{"strategy.pools.order", `["system", "web"]`, true},
		{"strategy.hand.operation.scale.count", `5`, false},
		{"gate[0].metric", `"duration"`, true},
	} {
		got := byPath[want.path]
		if got != (Knob{want.path, want.value, want.byDefault, got.Source}) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if got, want := byPath["node_pool.web.batching"].Source, assumption; got != want {
		t.Errorf("batching is from %q, want %q", got, want)
	}
	if k, ok := byPath["node_pool.web.timing.node_create"]; ok {
		t.Errorf("the pool has the cluster's timing, and still %+v", k)
	}
}

func TestKnobsQuoteNames(t *testing.T) {
	s := shop()
	s.Strategies[0].Name, s.Gates = "pool by pool", nil
	m := mustNew(t, s)
	for _, k := range Knobs(&m.Spec) {
		if k.Path == `strategy."pool by pool".kind` && !k.Default {
			return
		}
	}
	t.Error(`there is no strategy."pool by pool".kind, or it is taken for a default though nobody knows`)
}

func TestFormat(t *testing.T) {
	for got, want := range map[string]string{
		FormatCPU(0): "0", FormatCPU(500): "500m", FormatCPU(2000): "2", FormatCPU(-1): "-1m",
		FormatMemory(0): "0", FormatMemory(1500): "1500", FormatMemory(512 * mebibyte): "512Mi", FormatMemory(13 * gibibyte): "13Gi", FormatMemory(1 << 62): "4096Pi",
		FormatRate(50_000_000): "50MB/s", FormatRate(1500): "1500B/s", FormatRate(0): "0B/s",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
