package model

import (
	"slices"
	"strings"
)

// pending are the keys of a scenario that are spelled, checked and carried
// through already, and that no behaviour is behind yet. A key that is accepted
// has an effect; so the loader refuses these as not supported yet, and neither
// Defaults nor Knobs lists them. New takes them, for tests of the behaviour to
// come. What is pending the importer must not set.
//
// Each line is a feature. Who brings its behaviour deletes the line, or a key of
// it: nothing else enables it. A key path has no indices; key=value is one value
// of a key.
var pending = [][]string{}

// Pending reports whether a key, or with key=value one value of it, is not
// supported yet. The path may have indices; what a pool's timing overrides is
// the cluster's key, a workload's pdb is a budget.
func Pending(path string) bool {
	path = withoutIndices(path)
	if p, ok := strings.CutPrefix(path, "node_pool.timing."); ok {
		path = "timing." + p
	}
	if p, ok := strings.CutPrefix(path, "workload.pdb."); ok {
		path = "pdb." + p
	}
	for _, feature := range pending {
		if slices.Contains(feature, path) {
			return true
		}
	}
	return false
}

// withoutIndices returns a key path without its numbers in brackets.
func withoutIndices(path string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(path, "[")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if _, path, ok = strings.Cut(after, "]"); !ok {
			return b.String()
		}
	}
}
