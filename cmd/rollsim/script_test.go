package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"rollsim/sim/model"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// TestMain makes this test binary answer to the name rollsim, so that tests run
// the whole command as a process of its own; and to rollsim-with-a-bug, which
// plays a model that no scenario can give it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rollsim": main, "rollsim-with-a-bug": func() {
		loaded = func(m *model.Model) { m.Versions = m.Versions[:1] }
		main()
	}})
}

// TestScripts runs every testdata/*.txtar. Beside testscript's own commands
// there is
//
//	exits CODE rollsim ARGUMENT...
//
// which runs a command and wants that exit code. IMPORT is the folder with the
// importer's input files, and CUT one of them of which the end is missing.
func TestScripts(t *testing.T) {
	input, err := filepath.Abs("../../scenarios/importer/testdata")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(input, "s13.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.json.gz")
	if err := os.WriteFile(cut, whole[:len(whole)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("IMPORT", input)
			e.Setenv("CUT", cut)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

func exits(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGUMENT...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := exitCode(ts.Exec(args[1], args[2:]...)); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}

// shell runs commands in a folder as a reader who copies them would.
func shell(t *testing.T, dir, commands string) {
	t.Helper()
	c := exec.Command("sh", "-euc", commands)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%s\n%v\n%s", commands, err, out)
	}
}

// TestReadmeCommands runs the blocks of the README that stand under the comment
// "run".
func TestReadmeCommands(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(readme), "<!-- run -->\n```sh\n")[1:]
	if len(blocks) == 0 {
		t.Fatal("README.md has no block that is marked to be run")
	}
	for _, block := range blocks {
		commands, _, closed := strings.Cut(block, "\n```")
		if !closed {
			t.Fatalf("a block of README.md has no end:\n%s", block)
		}
		shell(t, t.TempDir(), commands)
	}
}

// TestHelpExamples runs the examples of every verb's help. Those that read from
// kubectl through a pipe are left out.
func TestHelpExamples(t *testing.T) {
	dir := t.TempDir()
	for name, from := range map[string]string{
		"cluster.json": "../../scenarios/importer/testdata/small.json",
		"pools.json":   "../../scenarios/importer/testdata/nodepools-flat.json",
		"aks.json":     "../../scenarios/importer/testdata/cluster-flat.json",
		"mine.toml":    "../../scenarios/library/quickstart.toml",
	} {
		data, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ran := 0
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		for line := range strings.Lines(c.Example) {
			command, _, _ := strings.Cut(strings.TrimSpace(line), "   ") // what it does stands beside it
			if !strings.HasPrefix(command, "rollsim ") {
				continue
			}
			shell(t, dir, command)
			ran++
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(rootCommand())
	if ran < 10 {
		t.Errorf("only %d examples ran", ran)
	}
}

// TestEveryVerbHasHelp holds every verb to a short and a long text and, where
// it takes anything, an example.
func TestEveryVerbHasHelp(t *testing.T) {
	for _, c := range rootCommand().Commands() {
		if c.Short == "" || c.Name() != "version" && (c.Long == "" || c.Example == "") {
			t.Errorf("%s: short text %q, long text %q, example %q", c.Name(), c.Short, c.Long, c.Example)
		}
		if strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: the short text ends in a full stop", c.Name())
		}
	}
}
