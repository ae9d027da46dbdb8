package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/sim/model"
	"rollsim/sim/spelling"
)

func keysCommand() *cobra.Command {
	var output outputFlag
	c := &cobra.Command{
		Use:   "keys [PREFIX]",
		Short: "Describe the keys of a scenario",
		Long: `Describe what a scenario may say. Without PREFIX the tables of a scenario are
listed; with one, the keys that begin with it are described, or those that are
called so whatever the table: what is written, the range, the default with its
source, and the meaning. A table may be written with its brackets, and a key with
the name of an element as --set has it. The metrics that a gate judges and the VM
sizes of the catalogue are listed, too.

scenarios/keys.md has all of them on one page.`,
		Example: `  rollsim keys
  rollsim keys node_pool
  rollsim keys strategy.operation.max
  rollsim keys max_surge
  rollsim keys node_pool.web.max_surge
  rollsim keys metrics`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError("keys takes at most one PREFIX; got %s", strings.Join(args, ", "))
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return append(keyPaths(), metricsList, sizesList), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && output == "table" {
				return printResult(c, output, sectionsText, nil)
			}
			asked := strings.Join(args, "")
			prefix := plainPath(asked)
			if sections := chooseKeys(prefix); len(sections) > 0 {
				return printResult(c, output, keysText(sections), keysJSON(sections))
			}
			if list := chooseMetrics(prefix); len(list) > 0 {
				return printResult(c, output, metricsText(list), metricsJSON(list))
			}
			if list := chooseSizes(prefix); len(list) > 0 {
				return printResult(c, output, sizesText(list), sizesJSON(list))
			}
			return noKeys(asked, prefix)
		},
	}
	output.register(c)
	return c
}

// indices are the numbers of elements in a path, as diagnostics have them.
var indices = regexp.MustCompile(`\[[0-9]*\]`)

// plainPath is a path without the brackets of a heading and the numbers of elements.
func plainPath(asked string) string {
	return strings.Trim(indices.ReplaceAllString(asked, ""), "[]")
}

// chooseKeys returns the sections with the keys that begin with a prefix or, where
// none does, that are called so in any of them or, where none is, that it names
// with the names of elements in between.
func chooseKeys(prefix string) []model.Section {
	begins := func(k *model.Key) bool { return strings.HasPrefix(k.Path, prefix) }
	called := func(k *model.Key) bool { return strings.HasSuffix(k.Path, "."+prefix) }
	of := func(k *model.Key) bool { return isOf(k.Path, prefix) }
	for _, fits := range []func(*model.Key) bool{begins, called, of} {
		var chosen []model.Section
		for _, s := range model.Sections() {
			all := s.Keys
			s.Keys = nil
			for i := range all {
				if fits(&all[i]) {
					s.Keys = append(s.Keys, all[i])
				}
			}
			if len(s.Keys) > 0 {
				chosen = append(chosen, s)
			}
		}
		if len(chosen) > 0 {
			return chosen
		}
	}
	return nil
}

// isOf reports whether a path as --set has it, node_pool.web.max_surge, is that of
// a key: without names in between it is the key's.
func isOf(key, path string) bool {
	want, has := strings.Split(key, "."), strings.Split(path, ".")
	if want[0] != has[0] || want[len(want)-1] != has[len(has)-1] {
		return false
	}
	for _, x := range has {
		if len(want) > 0 && x == want[0] {
			want = want[1:]
		}
	}
	return len(want) == 0
}

// noKeys says that no key begins so, and what is meant perhaps: a table before a
// key, and a key before a metric.
func noKeys(asked, prefix string) error {
	best, least := "", len(prefix)/3+1
	offer := func(path string, names ...string) {
		for _, x := range names {
			if d := spelling.Slip(prefix, x); d < least {
				best, least = path, d
			}
		}
	}
	for _, s := range model.Sections() {
		offer(s.Path, s.Path)
	}
	offer(metricsList, metricsList)
	offer(sizesList, sizesList)
	for _, path := range keyPaths() {
		offer(path, path, path[strings.LastIndexByte(path, '.')+1:])
	}
	for _, x := range allMetrics() {
		offer(x.Name, x.Name, x.Name[strings.LastIndexByte(x.Name, '.')+1:])
	}
	if size, ok := model.SimilarVMSize(prefix); best == "" && ok {
		best = size
	}
	if table, _, dotted := strings.Cut(prefix, "."); best == "" && dotted && len(chooseKeys(table)) > 0 {
		best = table
	}
	if best != "" {
		return usageError("%s: no key begins so or is called so; did you mean %s?", asked, best)
	}
	return usageError("%s: no key begins so or is called so; \"rollsim keys\" lists the tables that have keys", asked)
}

// keyPaths are the paths of all keys.
func keyPaths() []string {
	var paths []string
	for _, k := range model.Keys() {
		paths = append(paths, k.Path)
	}
	return paths
}

// sectionsText lists the tables of a scenario, and what its keys choose from.
func sectionsText(w io.Writer) error {
	t := report.Table{Head: []string{"TABLE", "KEYS", "IS"}, Right: []bool{false, true, false}}
	for _, s := range model.Sections() {
		t.Rows = append(t.Rows, []string{sectionName(&s), fmt.Sprint(len(s.Keys)), s.Means})
	}
	t.Rows = append(t.Rows,
		[]string{metricsList, "", "what gate.metric names"},
		[]string{sizesList, "", "what node_pool.vm_size finds in the catalogue"})
	return t.Text(w)
}

// sectionName is how a scenario heads a table, or the path of one that is a value.
func sectionName(s *model.Section) string {
	switch {
	case s.Head != "":
		return s.Head
	case s.Path == "":
		return "(top of the file)"
	}
	return s.Path
}

// keysText describes keys for people.
func keysText(sections []model.Section) func(io.Writer) error {
	return func(w io.Writer) error {
		var b strings.Builder
		for i, s := range sections {
			if i > 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "%s: %s\n", sectionName(&s), s.Means)
			for _, k := range s.Keys {
				writeKey(&b, &k)
			}
		}
		_, err := io.WriteString(w, b.String())
		return err
	}
}

func writeKey(b *strings.Builder, k *model.Key) {
	fmt.Fprintf(b, "\n  %s\n", k.Path)
	what := k.Type()
	if r := k.Range(); r != "" {
		what += ": " + r
	}
	otherwise := "default: " + k.Default()
	if k.Required {
		otherwise = "required"
	}
	if k.From() != "" {
		otherwise += " (" + k.From() + ")"
	}
	for _, text := range []string{k.Means, what, otherwise} {
		for _, line := range report.Wrap(text, 92) {
			b.WriteString("      " + line + "\n")
		}
	}
}

// keyJSON is a key for programs.
type keyJSON struct {
	Path     string `json:"path"`
	Type     string `json:"type"`
	Range    string `json:"range"`
	Required bool   `json:"required"`
	Default  string `json:"default"`
	Means    string `json:"means"`
	Source   string `json:"source"`
}

func keysJSON(sections []model.Section) func(io.Writer) error {
	list := []keyJSON{}
	for _, s := range sections {
		for _, k := range s.Keys {
			list = append(list, keyJSON{k.Path, k.Type(), k.Range(), k.Required, k.Default(), k.Means, k.Source})
		}
	}
	return func(w io.Writer) error { return writeJSON(w, list) }
}
