package model

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/spelling"
)

// Key is one key of a scenario: the one description of it, which the reference
// of keys, rollsim plan and the tests read.
type Key struct {
	Path      string   // without indices, node_pool.max_surge
	Kind      Kind     // what is written
	Values    []string // what there is to choose from, where Kind is a choice
	Least     string   // the range, as a scenario spells it; "": that of Kind
	Most      string
	Unit      string // of counts; "": none
	Required  bool   // a scenario must give it, so that Value is ""
	Value     string // its default, as a scenario spells it; "": nothing
	Otherwise string // what stands for the key where Value doesn't say it, or not always
	Means     string // one phrase
	Source    string // where the default is from; "assumption" where there is no source
	Part      bool   // of a value that is a table, and so set together with it

	LeastShare, MostShare string // the range of percentages, where Kind has counts beside them
}

// Section is a table of a scenario.
type Section struct {
	Path  string // of its keys, without the dot; "": the file itself
	Head  string // as a scenario heads it: [cluster], [[node_pool]]; "": the file itself, or parts
	Means string
	Keys  []Key
}

// Keys returns every key that a scenario may have, in the order of a scenario
// file, each once, those of tables that are values included. The defaults are what
// the constructors give.
func Keys() []Key {
	var all []Key
	for _, s := range Sections() {
		all = append(all, s.Keys...)
	}
	return all
}

// Knob is the effective value of one scenario key.
type Knob struct {
	Path    string // as --set spells it, node_pool.web.max_surge
	Value   string // as a scenario spells it, never ""
	Default bool   // the scenario doesn't give it; false where Spec.Written is nil
	Source  string // where the key's default is from
}

// Knobs returns the effective value of every key, in the order of a scenario
// file. Give it the Spec inside a Model: only there is everything filled in.
func Knobs(s *Spec) []Knob {
	k := knobs{spec: s}
	add(&k, "", "", specKeys, s)
	add(&k, "run.", "run.", runKeys, &s.Run)
	add(&k, "cluster.", "cluster.", clusterKeys, &s.Cluster)
	add(&k, "cluster.limits.", "cluster.limits.", limitsKeys, &s.Cluster.Limits)
	for i := range s.Maintenance {
		add(&k, fmt.Sprintf("maintenance_configuration[%d].", i), "maintenance_configuration."+segment(string(s.Maintenance[i].Name)), maintenanceKeys, &s.Maintenance[i])
	}
	add(&k, "aks.", "aks.", optionKeys, &s.Options)
	add(&k, "timing.", "timing.", timingKeys, &s.Timing)
	add(&k, "failures.", "failures.", failureKeys, &s.Failures)
	for i := range s.Failures.NodeCrashes {
		add(&k, fmt.Sprintf("failures.node_crash[%d].", i), fmt.Sprintf("failures.node_crash.%d.", i), crashKeys, &s.Failures.NodeCrashes[i])
	}
	add(&k, "scheduler.", "scheduler.", schedulerKeys, &s.Scheduler)
	add(&k, "controllers.", "controllers.", controllersKeys, &s.Controllers)
	for i := range s.Snapshots {
		add(&k, fmt.Sprintf("snapshot[%d].", i), "snapshot."+segment(s.Snapshots[i].Name), snapshotKeys, &s.Snapshots[i])
	}
	if s.Autoscaled() {
		add(&k, "autoscaler.", "autoscaler.", autoscalerKeys, &s.Autoscaler)
	}
	for i := range s.NodePools {
		p := &s.NodePools[i]
		if p.Made {
			continue // it is as the pool that it replaces
		}
		index, name := fmt.Sprintf("node_pool[%d].", i), "node_pool."+segment(p.Name)
		add(&k, index, name, poolKeys, p)
		if p.UpgradeStrategy == BlueGreen {
			add(&k, index+"blue_green.", name+"blue_green.", blueGreenKeys, &p.BlueGreen)
		}
		if p.Timing != s.Timing {
			add(&k, index+"timing.", name+"timing.", timingKeys, &p.Timing)
		}
	}
	for i := range s.Workloads {
		w := &s.Workloads[i]
		add(&k, fmt.Sprintf("workload[%d].", i), "workload."+segment(w.Name), workloadKeys, w)
	}
	for i := range s.Budgets {
		b := &s.Budgets[i]
		name := "pdb." + segment(b.Name)
		if b.Workload != "" {
			name = "workload." + segment(b.Workload) + "pdb."
		}
		add(&k, s.budgetPath(i)+".", name, budgetKeys, b)
	}
	for i := range s.Strategies {
		k.strategy(i)
	}
	for i := range s.Gates {
		prefix := fmt.Sprintf("gate[%d].", i)
		add(&k, prefix, prefix, gateKeys, &s.Gates[i])
	}
	return k.list
}

// knobs collects the list of Knobs.
type knobs struct {
	spec *Spec
	list []Knob
}

func (k *knobs) strategy(i int) {
	s := &k.spec.Strategies[i]
	index, name := fmt.Sprintf("strategy[%d].", i), "strategy."+segment(s.Name)
	add(k, index, name, strategyKeys, s)
	if s.Kind == BlueGreenByHand {
		add(k, index, name, strategyHandKeys, &s.ByHand)
	}
	for j := range s.Operations {
		o := &s.Operations[j]
		add(k, fmt.Sprintf("%soperation[%d].", index, j), name+"operation."+segment(o.Name), operationKeys, o)
		if o.Do == DrainNodes {
			add(k, fmt.Sprintf("%soperation[%d].", index, j), name+"operation."+segment(o.Name), operationHandKeys, &o.ByHand)
		}
	}
}

// add appends the keys of one section. The index prefix is how Spec.Written
// spells the section, the name prefix how --set does.
func add[T any](k *knobs, index, name string, keys []key[T], section *T) {
	for _, x := range keys {
		byDefault := k.spec.Written != nil && !k.spec.Written[index+x.name]
		value := x.value(section)
		if value == "" {
			continue // nothing, or what has keys of its own
		}
		k.list = append(k.list, Knob{Path: name + x.name, Value: value, Default: byDefault, Source: x.source})
	}
}

// segment returns the part of a key path that addresses an element by its name.
func segment(name string) string { return bareKey(name) + "." }

// bareKey spells a key, in quotes where TOML needs them.
func bareKey(key string) string {
	for _, r := range key {
		if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return strconv.Quote(key)
		}
	}
	return key
}

// A key describes one key of the section T; see Key.
type key[T any] struct {
	name        string
	is          Kind
	values      []string
	least, most string
	leastShare  string
	mostShare   string
	unit        string
	required    bool
	source      string
	otherwise   string
	means       string
	value       func(*T) string // as a scenario spells it; "": nothing
}

// keysOf describes the keys of a section whose defaults are those of an example.
func keysOf[T any](section string, keys []key[T], of *T) []Key {
	var list []Key
	for _, x := range keys {
		k := Key{
			Path: joinPath(section, x.name), Kind: x.is, Values: x.values, Least: x.least, Most: x.most, LeastShare: x.leastShare, MostShare: x.mostShare,
			Unit: x.unit, Required: x.required, Otherwise: x.otherwise, Means: x.means, Source: x.source,
		}
		if !x.required && x.value != nil {
			k.Value = x.value(of)
		}
		list = append(list, k)
	}
	return list
}

func joinPath(section, name string) string {
	if section == "" {
		return name
	}
	return section + "." + name
}

// spelled returns the texts of a choice.
func spelled[S ~string](list []S) []string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = string(s)
	}
	return texts
}

// Spellings of values. What is zero and means nothing is spelled "".

func quoted[S ~string](s S) string {
	if s == "" {
		return ""
	}
	return strconv.Quote(string(s))
}

func quotedVersion(v Version) string {
	if v.IsZero() {
		return ""
	}
	return strconv.Quote(v.String())
}

func quotedDuration(d time.Duration) string { return strconv.Quote(spelling.Duration(d)) }

// quotedInstant spells a point in time as RFC 3339 does.
func quotedInstant(t Instant) string {
	if t == 0 {
		return ""
	}
	return strconv.Quote(t.String())
}

func optionalDuration(d *time.Duration) string {
	if d == nil {
		return ""
	}
	return quotedDuration(*d)
}

func someDuration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return quotedDuration(d)
}

func someInt(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func integers(list []int) string {
	if len(list) == 0 {
		return ""
	}
	return strings.ReplaceAll(fmt.Sprint(list), " ", ", ")
}

func intOrPercent(x IntOrPercent) string {
	if x.Percent {
		return strconv.Quote(x.String())
	}
	return x.String()
}

func someIntOrPercent(x *IntOrPercent) string {
	if x == nil {
		return ""
	}
	return intOrPercent(*x)
}

func quotedList[S ~[]E, E any](list S, spell func(E) string) string {
	if len(list) == 0 {
		return ""
	}
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = strconv.Quote(spell(x))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func same(s string) string { return s }

func labelTable(l Labels) string {
	if len(l) == 0 {
		return ""
	}
	parts := make([]string, len(l))
	for i, x := range l {
		parts[i] = bareKey(x.Key) + " = " + strconv.Quote(x.Value)
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

func poolVersions(list []PoolVersion) string {
	if list == nil {
		return ""
	}
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = bareKey(x.Pool) + " = " + quotedVersion(x.Version)
	}
	if len(parts) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

func extendedTable(list ExtendedResources) string {
	if len(list) == 0 {
		return ""
	}
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = bareKey(x.Name) + " = " + x.Spelled()
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// quotedCPU spells millicores as Kubernetes does: "500m", "2".
func quotedCPU(millis int64) string { return strconv.Quote(FormatCPU(millis)) }

// quotedMemory spells bytes as Kubernetes does: "512Mi".
func quotedMemory(bytes int64) string { return strconv.Quote(FormatMemory(bytes)) }

// FormatCPU spells millicores as Kubernetes does: 500m, 2.
func FormatCPU(millis int64) string {
	if millis%1000 == 0 {
		return strconv.FormatInt(millis/1000, 10)
	}
	return strconv.FormatInt(millis, 10) + "m"
}

// FormatMemory spells bytes as Kubernetes does, in the largest binary unit that
// is exact: 512Mi, 1500.
func FormatMemory(bytes int64) string {
	units := []string{"", "Ki", "Mi", "Gi", "Ti", "Pi"}
	u := 0
	for bytes != 0 && bytes%1024 == 0 && u < len(units)-1 {
		bytes /= 1024
		u++
	}
	return strconv.FormatInt(bytes, 10) + units[u]
}

// FormatRate spells bytes a second: 50MB/s.
func FormatRate(bytes int64) string {
	units := []string{"B/s", "kB/s", "MB/s", "GB/s", "TB/s"}
	u := 0
	for bytes != 0 && bytes%1000 == 0 && u < len(units)-1 {
		bytes /= 1000
		u++
	}
	return strconv.FormatInt(bytes, 10) + units[u]
}
