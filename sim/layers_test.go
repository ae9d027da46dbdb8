package sim_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms says what each room may import beside the standard library: rooms of
// the house, and libraries. A room may also import what the rooms it imports
// may. The map is DESIGN's "Imports go one way".
var rooms = map[string][]string{
	"sim/des":            {},
	"sim/spelling":       {"github.com/agnivade/levenshtein"},
	"sim/random":         {"sim/spelling", "gonum.org/v1/gonum/stat/distuv"},
	"sim/model":          {"sim/random"},
	"sim/trace":          {"sim/des", "sim/spelling"},
	"sim/rules":          {"sim/model"},
	"sim/kube":           {"sim/des", "sim/random", "sim/model", "sim/trace"},
	"sim/autoscaler":     {"sim/kube"},
	"sim/aks":            {"sim/autoscaler", "sim/kube", "sim/rules"},
	"sim/strategy":       {"sim/aks", "sim/rules", "sim/kube"},
	"sim/metrics":        {"sim/des", "sim/model", "sim/trace", "gonum.org/v1/gonum/stat", "gonum.org/v1/gonum/stat/distuv"},
	"sim":                {"sim/strategy", "sim/metrics"},
	"sim/simtest":        {"sim", "scenarios"}, // for tests
	"scenarios":          {"sim/model", "sim/rules", "github.com/BurntSushi/toml", "github.com/pelletier/go-toml/v2/unstable", "k8s.io/apimachinery/pkg/api/resource"},
	"scenarios/importer": {"sim/model", "k8s.io/api", "k8s.io/apimachinery"},
	"report":             {"sim/metrics", "sim/model", "sim/trace"},
	"report/chart":       {"sim/metrics", "sim/model", "sim/trace", "gonum.org/v1/plot", "codeberg.org/go-fonts/liberation", "golang.org/x/image"},
	"report/explain":     {"report", "sim/kube", "sim/metrics", "sim/trace"}, // kube for what the scheduler thinks, which is in no trace
	"cmd/rollsim":        {"*"},
	"benchmarks":         {"*"},
}

// TestLayers reads every Go file that isn't a test and holds its imports
// against the map. It opens the files itself, so that a cached result is never
// stale.
func TestLayers(t *testing.T) {
	root := os.DirFS("..")
	seen := map[string]bool{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "testdata" || d.Name() == "out"):
			return fs.SkipDir
		case d.IsDir() && name != "." && hasGoMod(root, name): // a module of its own
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		room := path.Dir(name)
		seen[room] = true
		allowed, ok := rooms[room]
		if !ok {
			t.Errorf("%s: %s is a room that the map of layers doesn't have", name, room)
			return nil
		}
		if slices.Contains(allowed, "*") {
			return nil
		}
		checkImports(t, root, name, room)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range rooms {
		if !seen[room] {
			t.Errorf("the map of layers has %s, which has no Go file", room)
		}
	}
}

func hasGoMod(root fs.FS, dir string) bool {
	_, err := fs.Stat(root, path.Join(dir, "go.mod"))
	return err == nil
}

func checkImports(t *testing.T, root fs.FS, name, room string) {
	t.Helper()
	text, err := fs.ReadFile(root, name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	allowed := reach(room)
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if problem := forbidden(room, imported, allowed); problem != "" {
			t.Errorf("%s: %s imports %s: %s", name, room, imported, problem)
		}
	}
}

// forbidden says why room may not import a package; "" when it may.
func forbidden(room, imported string, allowed map[string]bool) string {
	underSim := room == "sim" || strings.HasPrefix(room, "sim/")
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case first == "rollsim":
		if !allowed[strings.TrimPrefix(imported, "rollsim/")] {
			return "not a room below it"
		}
	case strings.Contains(first, "."):
		for lib := range allowed {
			if imported == lib || strings.HasPrefix(imported, lib+"/") {
				return ""
			}
		}
		return "a library that this room doesn't use"
	case underSim && slices.Contains([]string{"os", "net/http", "log", "log/slog", "math/rand", "io/ioutil", "os/exec", "unsafe"}, imported):
		return "nothing under sim reads files, prints, or draws from global randomness"
	}
	return ""
}

// reach is everything that a room may import: its own list and, room by room,
// the lists of those on it.
func reach(room string) map[string]bool {
	out := map[string]bool{}
	var visit func(string)
	visit = func(r string) {
		for _, next := range rooms[r] {
			if !out[next] {
				out[next] = true
				visit(next)
			}
		}
	}
	visit(room)
	return out
}

// TestLayersCanFail shows that the check sees what it is there to see.
func TestLayersCanFail(t *testing.T) {
	for _, c := range []struct{ room, imported string }{
		{"sim/des", "rollsim/sim/model"},
		{"sim/kube", "rollsim/sim/aks"},
		{"sim/metrics", "rollsim/sim/kube"},
		{"sim/aks", "github.com/BurntSushi/toml"},
		{"sim/kube", "os"},
		{"report", "rollsim/scenarios"},
	} {
		if forbidden(c.room, c.imported, reach(c.room)) == "" {
			t.Errorf("%s may import %s", c.room, c.imported)
		}
	}
	if why := forbidden("sim/aks", "rollsim/sim/model", reach("sim/aks")); why != "" {
		t.Errorf("sim/aks may not import sim/model: %s", why)
	}
}

// TestOnlyReplicateIsConcurrent holds the promise that a replication is played
// by one goroutine and never looks at the wall clock.
func TestOnlyReplicateIsConcurrent(t *testing.T) {
	root := os.DirFS(".")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		for _, word := range []string{"\tgo func", "\tgo s.", "wg.Go(", "time.Now(", "time.Sleep(", "time.Since(", "fmt.Print"} {
			if strings.Contains(string(text), word) && name != "replicate.go" {
				t.Errorf("sim/%s has %q", name, strings.TrimSpace(word))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
