package main

import (
	"fmt"
	"io"
	"strings"

	"rollsim/report"
	"rollsim/sim/metrics"
	"rollsim/sim/model"
)

// What keys choose from, where a list is too long to stand in a key's range.
const (
	metricsList = "metrics"  // what gate.metric names
	sizesList   = "vm_sizes" // what node_pool.vm_size finds in the catalogue
)

// allMetrics are those of a cluster with a pool and a workload called NAME.
func allMetrics() []metrics.Metric {
	return metrics.CatalogueOf(&metrics.Run{Pools: []metrics.PoolRun{{Name: "NAME"}}, Workloads: []metrics.WorkloadRun{{Name: "NAME"}}}).Metrics
}

// chooseMetrics returns the metrics whose names begin with a prefix, or all of
// them for the name of the list. The name of a pool or workload fits NAME.
func chooseMetrics(prefix string) []metrics.Metric {
	var chosen []metrics.Metric
	asked := strings.Split(prefix, ".")
	for _, x := range allMetrics() {
		name := strings.Split(x.Name, ".")
		named := len(asked) == 3 && len(name) == 3 && asked[0] == name[0] && strings.HasPrefix(name[2], asked[2])
		if prefix == metricsList || strings.HasPrefix(x.Name, prefix) || named {
			chosen = append(chosen, x)
		}
	}
	return chosen
}

// chooseSizes returns the VM sizes whose names begin with a prefix, whatever the
// case and with or without Standard, or all of them for the name of the list.
func chooseSizes(prefix string) []model.VMSize {
	var chosen []model.VMSize
	prefix = strings.ToLower(prefix)
	for _, x := range model.VMSizes() {
		name := strings.ToLower(x.Name)
		if prefix == sizesList || strings.HasPrefix(name, prefix) || strings.HasPrefix(strings.TrimPrefix(name, "standard_"), prefix) {
			chosen = append(chosen, x)
		}
	}
	return chosen
}

func metricsText(list []metrics.Metric) func(io.Writer) error {
	t := report.Table{Head: []string{"METRIC", "UNIT", "IS"}}
	for _, x := range list {
		t.Rows = append(t.Rows, []string{x.Name, string(x.Unit), x.Doc})
	}
	return t.Text
}

// metricJSON is a metric for programs.
type metricJSON struct {
	Metric string `json:"metric"`
	Unit   string `json:"unit"`
	Means  string `json:"means"`
}

func metricsJSON(list []metrics.Metric) func(io.Writer) error {
	out := []metricJSON{}
	for _, x := range list {
		out = append(out, metricJSON{x.Name, string(x.Unit), x.Doc})
	}
	return func(w io.Writer) error { return writeJSON(w, out) }
}

// sizeJSON is a VM size for programs.
type sizeJSON struct {
	Size   string `json:"vm_size"`
	VCPUs  int    `json:"vcpus"`
	Memory string `json:"memory"` // as Kubernetes spells it
	Family string `json:"family"`
}

func sizesText(list []model.VMSize) func(io.Writer) error {
	t := report.Table{Head: []string{"VM SIZE", "VCPUS", "MEMORY", "FAMILY"}, Right: []bool{false, true, true}}
	for _, x := range list {
		t.Rows = append(t.Rows, []string{x.Name, fmt.Sprint(x.VCPUs), model.FormatMemory(x.Memory), x.Family})
	}
	return t.Text
}

func sizesJSON(list []model.VMSize) func(io.Writer) error {
	out := []sizeJSON{}
	for _, x := range list {
		out = append(out, sizeJSON{x.Name, x.VCPUs, model.FormatMemory(x.Memory), x.Family})
	}
	return func(w io.Writer) error { return writeJSON(w, out) }
}
