package main

import (
	"fmt"
	"io"
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
source, and the meaning.

scenarios/keys.md has all of them on one page.`,
		Example: `  rollsim keys
  rollsim keys node_pool
  rollsim keys strategy.operation.max
  rollsim keys max_surge`,
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
			return keyPaths(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && output == "table" {
				return printResult(c, output, sectionsText, nil)
			}
			prefix := strings.Join(args, "")
			sections := chooseKeys(prefix)
			if len(sections) == 0 {
				return noKeys(prefix)
			}
			return printResult(c, output, keysText(sections), keysJSON(sections))
		},
	}
	output.register(c)
	return c
}

// chooseKeys returns the sections with the keys that begin with a prefix or, where
// none does, that are called so in any of them.
func chooseKeys(prefix string) []model.Section {
	begins := func(k *model.Key) bool { return strings.HasPrefix(k.Path, prefix) }
	called := func(k *model.Key) bool { return strings.HasSuffix(k.Path, "."+prefix) }
	for _, fits := range []func(*model.Key) bool{begins, called} {
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

// noKeys says that no key begins so, and what is meant perhaps.
func noKeys(prefix string) error {
	best, least := "", len(prefix)/3+1
	for _, path := range keyPaths() {
		name := path[strings.LastIndexByte(path, '.')+1:]
		for _, x := range []string{path, name} {
			if d := spelling.Distance(prefix, x); d < least {
				best, least = path, d
			}
		}
	}
	if best != "" {
		return usageError("%s: no key begins so or is called so; did you mean %s?", prefix, best)
	}
	return usageError("%s: no key begins so or is called so; \"rollsim keys\" lists the tables that have keys", prefix)
}

// keyPaths are the paths of all keys.
func keyPaths() []string {
	var paths []string
	for _, k := range model.Keys() {
		paths = append(paths, k.Path)
	}
	return paths
}

// sectionsText lists the tables of a scenario.
func sectionsText(w io.Writer) error {
	t := report.Table{Head: []string{"TABLE", "KEYS", "IS"}, Right: []bool{false, true, false}}
	for _, s := range model.Sections() {
		t.Rows = append(t.Rows, []string{sectionName(&s), fmt.Sprint(len(s.Keys)), s.Means})
	}
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
