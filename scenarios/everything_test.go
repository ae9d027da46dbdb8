package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rollsim/sim/model"
)

// TestEveryKeyIsReadBack: every key that a scenario may have, every verb and every
// kind of strategy is in a file of testdata/valid, where TestValid reads it, writes
// it and reads it again. Who adds a key adds it there: a round trip that drops it
// goes unseen otherwise.
func TestEveryKeyIsReadBack(t *testing.T) {
	given := map[string]bool{}
	verbs, kinds := map[model.Verb]bool{}, map[model.StrategyKind]bool{}
	files, err := filepath.Glob("testdata/valid/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Load(file, data)
		if err != nil {
			t.Fatal(err)
		}
		spec := &s.decode().spec
		for path := range spec.Written {
			given[withoutIndices(path)] = true
		}
		for _, x := range spec.Strategies {
			kinds[x.Kind] = true
			for _, o := range x.Operations {
				verbs[o.Do] = true
			}
		}
	}
	const add = "give it in testdata/valid/operations.toml, everything.toml or autoscaler.toml, with a value that isn't its default, then run go test ./scenarios -update and read the golden file"
	for _, d := range model.Keys() {
		if !given[d.Path] {
			t.Errorf("key %s is in no file of testdata/valid: %s", d.Path, add)
		}
	}
	for _, do := range model.Verbs {
		if !verbs[do] {
			t.Errorf("do = %q is in no file of testdata/valid: %s", do, add)
		}
	}
	for _, kind := range model.StrategyKinds {
		if !kinds[kind] {
			t.Errorf("kind = %q is in no file of testdata/valid: %s", kind, add)
		}
	}
}

// withoutIndices returns a key path as the table of keys has it. A budget inside a
// workload has the keys of a budget.
func withoutIndices(path string) string {
	parts := strings.Split(path, ".")
	for i, p := range parts {
		parts[i], _, _ = strings.Cut(p, "[")
	}
	if i := slices.Index(parts, "pdb"); i > 0 && i < len(parts)-1 {
		parts = parts[i:]
	}
	return strings.Join(parts, ".")
}
