package scenarios

import (
	"bytes"
	"errors"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rollsim/sim/metrics"
	"rollsim/sim/model"
	"rollsim/sim/random"
)

var update = flag.Bool("update", false, "rewrite what the files in testdata expect")

// sameSpec compares specs by content: what the files wrote out doesn't count.
var sameSpec = cmp.Options{
	cmp.Comparer(func(a, b random.Dist) bool { return a == b }),
	cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
	cmpopts.IgnoreFields(model.Spec{}, "Written"),
	cmpopts.EquateEmpty(),
}

// files returns the files of testdata that match pattern, by base name.
func files(t testing.TB, pattern string) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	all := map[string][]byte{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = data
	}
	return all
}

// messages returns everything that is said of a file, one line each, without
// the file's name.
func messages(t testing.TB, data []byte) []string {
	t.Helper()
	var all []string
	add := func(l []Diagnostic) {
		for _, d := range l {
			kind := "want"
			if d.Severity == model.Warning {
				kind = "warn"
			}
			all = append(all, "# "+kind+": "+strings.TrimPrefix(strings.TrimPrefix(d.String(), "f:"), " "))
		}
	}
	list := func(err error) []Diagnostic {
		var l ErrorList
		if err != nil && !errors.As(err, &l) {
			t.Fatalf("the error is a %T, not an ErrorList: %v", err, err)
		}
		return l
	}
	s, err := Load("f", data)
	if err != nil {
		add(list(err))
		return all
	}
	_, warnings, err := s.Model()
	add(list(err))
	add(warnings)
	return all
}

// TestInvalid reads the files of testdata/invalid. Each shows one kind of
// mistake and ends with comments that hold exactly what is said of it, errors
// ("want") before warnings ("warn").
func TestInvalid(t *testing.T) {
	for name, data := range files(t, "invalid/*.toml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			body, want := string(data), ""
			if i := strings.Index(body, "\n\n# want: "); i >= 0 {
				body, want = body[:i+1], body[i+2:]
			}
			got := strings.Join(messages(t, data), "\n") + "\n"
			if !strings.Contains(got, "# want: ") {
				t.Fatal("nothing is wrong with this file")
			}
			if *update {
				if err := os.WriteFile(name, []byte(body+"\n"+got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("messages (-want +got), go test -update rewrites them:\n%s", diff)
			}
		})
	}
}

// TestValid reads the files of testdata/valid without an error, and compares
// what Encode makes of them with the .golden file beside each, which must stand
// for the same spec.
func TestValid(t *testing.T) {
	for name, data := range files(t, "valid/*.toml") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			encoded := roundTrip(t, data)
			golden := strings.TrimSuffix(name, ".toml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, encoded, 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(encoded)); diff != "" {
				t.Errorf("Encode (-want +got), go test -update rewrites it:\n%s", diff)
			}
		})
	}
}

// roundTrip checks that data has no errors and that Encode keeps its spec, and
// that of its model, where everything is filled in. It returns what Encode made
// of the spec.
func roundTrip(t testing.TB, data []byte) []byte {
	t.Helper()
	s, err := Load("f", data)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := s.Model()
	if err != nil {
		t.Fatal(err)
	}
	first := s.decode().spec
	encoded := encode(t, &first)
	again, err := Load("encoded", encoded)
	if err != nil {
		t.Fatalf("%v\n%s", err, encoded)
	}
	m2, _, err := again.Model()
	if err != nil {
		t.Fatalf("%v\n%s", err, encoded)
	}
	if diff := cmp.Diff(first, again.decode().spec, sameSpec); diff != "" {
		t.Fatalf("spec changed (-before +after):\n%s\n%s", diff, encoded)
	}
	if diff := cmp.Diff(m, m2, sameSpec); diff != "" {
		t.Fatalf("model changed (-before +after):\n%s\n%s", diff, encoded)
	}
	if twice := encode(t, &m2.Spec); len(twice) > 0 {
		third, err := Load("twice", twice)
		if err != nil {
			t.Fatalf("%v\n%s", err, twice)
		}
		m3, _, err := third.Model()
		if err != nil {
			t.Fatalf("%v\n%s", err, twice)
		}
		// What the model filled in is written out now, so a version that was
		// not given still isn't, but everything else is the same.
		if diff := cmp.Diff(m, m3, sameSpec); diff != "" {
			t.Fatalf("model written out changed (-before +after):\n%s\n%s", diff, twice)
		}
	}
	return encoded
}

func encode(t testing.TB, spec *model.Spec) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Encode(&b, spec); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLibrary(t *testing.T) {
	entries := Library()
	if len(entries) < 6 {
		t.Errorf("%d scenarios, want at least 6", len(entries))
	}
	for i, e := range entries {
		t.Run(e.Name, func(t *testing.T) {
			if e.Title == "" || !strings.HasSuffix(e.Question, "?") || !bytes.HasPrefix(e.Data, []byte("# Question: ")) {
				t.Errorf("title %q, question %q; want a title, and a question as the first comment", e.Title, e.Question)
			}
			if i > 0 && entries[i-1].Name >= e.Name {
				t.Errorf("comes after %s", entries[i-1].Name)
			}
			roundTrip(t, e.Data)
			s, err := Open(e.Name)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := s.Model(metrics.CheckGates); err != nil {
				t.Error(err)
			}
		})
	}
	const quickstart = "quickstart"
	for _, e := range entries {
		if lines := bytes.Count(e.Data, []byte("\n")); e.Name == quickstart && lines >= 40 {
			t.Errorf("%s has %d lines, want fewer than 40", e.Name, lines)
		}
	}
	for _, name := range []string{"no-such-scenario", "", "../library/quickstart", "quickstart.toml"} {
		if _, err := Open(name); err == nil {
			t.Errorf("Open(%q): no error", name)
		}
	}
}

// TestSetOfLibrary tries the --set that library comments recommend.
func TestSetOfLibrary(t *testing.T) {
	for name, sets := range map[string][][2]string{
		"blocked-drain":       {{"workload.payments.pdb.max_unavailable", "1"}, {"workload.ledger.pdb.min_available", "1"}},
		"tight-in-place":      {{"cluster.limits.vcpus", "32"}},
		"autoscaled-night":    {{"aks.scale_down_during_upgrade", "disabled"}},
		"control-plane-first": {{"cluster.rules", "aks-2026-08"}},
		"online-boutique":     {{"workload.frontend.replicas", "2"}, {"workload.frontend.pdb", "{ max_unavailable = 1 }"}},
		"aks-store-demo":      {{"workload.rabbitmq.pdb", "{ min_available = 1 }"}},
	} {
		s, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, kv := range sets {
			if err := s.Set(kv[0], kv[1]); err != nil {
				t.Error(err)
			}
		}
		if _, _, err := s.Model(); err != nil {
			t.Error(err)
		}
	}
}

// TestOrder loads a file full of mistakes a hundred times: maps are ranged over
// on the way, and none may show.
func TestOrder(t *testing.T) {
	for name, data := range files(t, "invalid/*.toml") {
		first := messages(t, data)
		for range 100 {
			if diff := cmp.Diff(first, messages(t, data)); diff != "" {
				t.Fatalf("%s: two runs differ:\n%s", name, diff)
			}
		}
	}
}

// TestByteOrderMarkAndCRLF holds that neither moves a position.
func TestByteOrderMarkAndCRLF(t *testing.T) {
	for name, data := range files(t, "*/*.toml") {
		want := messages(t, data)
		for _, form := range [][]byte{
			append([]byte("\ufeff"), data...),
			bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")),
			append([]byte("\ufeff"), bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))...),
		} {
			if strings.Contains(name, "syntax_string") {
				continue // the message quotes the line's end
			}
			if diff := cmp.Diff(want, messages(t, form)); diff != "" {
				t.Errorf("%s: %q...: (-as it is +changed):\n%s", name, form[:4], diff)
			}
		}
	}
}

func TestParent(t *testing.T) {
	for path, want := range map[string]string{
		"":                                "",
		"run":                             "",
		"run.seed":                        "run",
		"node_pool[1].labels":             "node_pool[1]",
		"node_pool[1]":                    "node_pool",
		`node_pool[1].labels."a.b[0]"`:    "node_pool[1].labels",
		`a."x\"y.z".c`:                    `a."x\"y.z"`,
		"workload[2].node_affinity[0][1]": "workload[2].node_affinity[0]",
	} {
		if got := parent(path); got != want {
			t.Errorf("parent(%s) = %s, want %s", path, got, want)
		}
	}
}

func TestLocate(t *testing.T) {
	places, _, err := locate([]byte(`top = 1
a . b = { c = [1, "é", [2, [ 3]], []] }
 [[ t ]]
 x."y z" = """
two lines""" # comment
[t.u]
v = 1
[[t]]
[t.u]
v = [
  # comment
  [
    5], [6]
]
`))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]span{
		"top":            {position{1, 1}, position{1, 7}},
		"a":              {position{2, 1}, position{2, 1}},
		"a.b":            {position{2, 1}, position{2, 9}},
		"a.b.c":          {position{2, 11}, position{2, 15}},
		"a.b.c[1]":       {position{2, 19}, position{2, 19}},
		"a.b.c[2]":       {position{2, 24}, position{2, 24}},
		"a.b.c[2][1]":    {position{2, 28}, position{2, 28}},
		"a.b.c[2][1][0]": {position{2, 30}, position{2, 30}},
		"t":              {position{3, 2}, position{3, 2}},
		"t[0]":           {position{3, 2}, position{3, 2}},
		`t[0].x."y z"`:   {position{4, 2}, position{4, 12}},
		"t[0].u":         {position{6, 1}, position{6, 1}},
		"t[0].u.v":       {position{7, 1}, position{7, 5}},
		"t[1]":           {position{8, 1}, position{8, 1}},
		"t[1].u":         {position{9, 1}, position{9, 1}},
		"t[1].u.v[0]":    {position{12, 3}, position{12, 3}},
		"t[1].u.v[0][0]": {position{13, 5}, position{13, 5}},
		"t[1].u.v[1]":    {position{13, 9}, position{13, 9}},
	} {
		if got := places[path]; got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

func TestShares(t *testing.T) {
	for _, s := range []string{"0%", "1%", "7%", "80%", "99.95%", "100%", "0.1%", "33.333333%"} {
		f, err := parseShare(s)
		if err != nil || spellShare(f) != s {
			t.Errorf("%s is read as %v and spelled %s (%v)", s, f, spellShare(f), err)
		}
	}
	for _, s := range []string{"", "%", "80", "-1%", "1e2%", "100.1%", " 5%"} {
		if f, err := parseShare(s); err == nil {
			t.Errorf("%q is read as %v, want an error", s, f)
		}
	}
}

// TestHostile loads what is made to hurt: it must be refused, or fast.
func TestHostile(t *testing.T) {
	const n = 300_000
	for name, text := range map[string]string{
		"deep list":   "x = " + strings.Repeat("[", n),
		"deep table":  "x = " + strings.Repeat("{a=", n),
		"long key":    strings.Repeat("a.", n) + "a = 1",
		"long header": "[" + strings.Repeat("a.", n) + "a]",
		"long line":   "x = [" + strings.Repeat("'é',", n) + "]",
		"inner key":   "x = {" + strings.Repeat("a.", n) + "a = 1}",
		"lists":       "x = [" + strings.Repeat("[1],", n) + "]",
		"quantity":    "[[workload]]\nmemory = '1e999999999'",
		"mistakes":    "[[node_pool]]\nname = 'a'\n" + strings.Repeat("[[workload]]\nname = 'w'\ncpu = 'x'\nnode_pool = 'b'\n", n/8),
	} {
		start := time.Now()
		messages(t, []byte(text))
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: took %v", name, d)
		}
	}
}

// FuzzLoad: nothing panics, and what is accepted is written as a file that
// stands for the same spec. Run it with -fuzzminimizetime 1x: with the default,
// minimizing stalls on a small machine.
func FuzzLoad(f *testing.F) {
	for _, data := range files(f, "*/*.toml") {
		f.Add(data)
	}
	for _, e := range Library() {
		f.Add(e.Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Load("f", data)
		if err != nil {
			return
		}
		if _, _, err := s.Model(); err == nil {
			roundTrip(t, data)
		}
	})
}
