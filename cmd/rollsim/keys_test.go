package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"rollsim/sim/model"
)

// keysIntro begins the reference. Its scenario is played by TestKeysReference.
const keysIntro = "# The keys of a scenario\n\n" +
	"Made from the code by `go test ./cmd/rollsim -update`; `rollsim keys` shows it in the terminal.\n\n" +
	"A scenario is a TOML file. This one is complete; `rollsim compare FILE` plays it:\n\n" +
	"```toml\n" + smallest + "```\n\n" +
	"`[cluster]`, a `[[node_pool]]` and a `[[strategy]]` are needed; all else may be left out and has its default then, which\n" +
	"`rollsim plan FILE` prints as it is in effect. A table in double brackets may be there several times. A key that isn't\n" +
	"listed here is an error. Where a key takes a table, `a = { b = 1 }` and a header `[a]` with `b = 1` below it are the same,\n" +
	"and so are `a = [{ b = 1 }]` and a header `[[a]]`. On the command line, `--set node_pool.web.max_surge=50%` names an element\n" +
	"of a list by its name. `rollsim validate FILE` says everything that is wrong with a file at once.\n"

const smallest = `schema = 1

[cluster]
kubernetes_version = "1.29.7"

[[node_pool]]
name    = "nodes"
mode    = "system"
count   = 3
vm_size = "Standard_D4s_v5"

[[workload]]
name     = "web"
replicas = 6
cpu      = "500m"
memory   = "512Mi"
pdb      = { max_unavailable = 2 }

[[strategy]]
name = "full"
kind = "full"
to   = "1.30.5"
`

// TestKeysReference holds scenarios/keys.md to the table of keys, and the scenario
// that it begins with to the simulator.
func TestKeysReference(t *testing.T) {
	const name = "../../scenarios/keys.md"
	var b strings.Builder
	b.WriteString(keysIntro)
	writeContents(&b)
	b.WriteString("\n## How values are written\n\n| Type | For example | |\n|---|---|---|\n")
	for _, k := range model.Kinds {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", k.Kind, code(k.Example), cell(k.Says))
	}
	for _, s := range model.Sections() {
		title := sectionName(&s)
		if title[0] == '[' {
			title = "`" + title + "`"
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n| Key | Type | Range | Default | Meaning | Source of the default |\n|---|---|---|---|---|---|\n", title, strings.ToUpper(s.Means[:1])+s.Means[1:])
		for _, k := range s.Keys {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", strings.TrimPrefix(strings.TrimPrefix(k.Path, s.Path), "."), k.Type(), cell(k.Range()), cell(k.Default()), cell(k.Means), cell(k.From()))
		}
	}
	writeMetrics(&b)
	writeSizes(&b)
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(name); err != nil || string(want) != b.String() {
		t.Errorf("%s is out of date; -update writes it anew (%v)", name, err)
	}
	file := t.TempDir() + "/smallest.toml"
	if err := os.WriteFile(file, []byte(smallest), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, messages := call("run", file); code != exitOK || strings.Contains(messages, "warning") {
		t.Errorf("the scenario of %s ends with %d:\n%s", name, code, messages)
	}
}

// writeContents links the tables that a scenario heads, and what follows them.
func writeContents(b *strings.Builder) {
	var links []string
	for _, s := range model.Sections() {
		if s.Head != "" {
			links = append(links, fmt.Sprintf("[%s](#%s)", s.Path, strings.ReplaceAll(s.Path, ".", "")))
		}
	}
	fmt.Fprintf(b, "\nTables: %s. Then come the [metrics](#metrics) that a gate judges and the [VM sizes](#vm-sizes).\n", strings.Join(links, ", "))
}

// writeMetrics lists what a gate may judge.
func writeMetrics(b *strings.Builder) {
	b.WriteString("\n## Metrics\n\nWhat `gate.metric` names; NAME is a pool's or a workload's.\n\n| Metric | Unit | Meaning |\n|---|---|---|\n")
	for _, x := range allMetrics() {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", x.Name, x.Unit, cell(x.Doc))
	}
}

// writeSizes lists the catalogue of VM sizes, a family a row.
func writeSizes(b *strings.Builder) {
	b.WriteString("\n## VM sizes\n\nWhat `node_pool.vm_size` finds in the catalogue, whatever the case; others need `allocatable`.\n\n| Family | Sizes, with vCPUs and memory |\n|---|---|\n")
	var families []string
	sizes := map[string][]string{}
	for _, s := range model.VMSizes() {
		if len(sizes[s.Family]) == 0 {
			families = append(families, s.Family)
		}
		sizes[s.Family] = append(sizes[s.Family], fmt.Sprintf("%s (%d, %s)", s.Name, s.VCPUs, model.FormatMemory(s.Memory)))
	}
	for _, f := range families {
		fmt.Fprintf(b, "| %s | %s |\n", f, strings.Join(sizes[f], ", "))
	}
}

// code is a text as Markdown has what is typed.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + cell(text) + "`"
}

// cell is a text in a table of Markdown.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`).Replace(text)
}
