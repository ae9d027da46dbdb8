package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"rollsim/report"
	"rollsim/scenarios"
)

// call runs the program in this process.
func call(args ...string) (code int, stdout, stderr string) {
	var out, messages bytes.Buffer
	code = run(args, strings.NewReader(""), &out, &messages)
	return code, out.String(), messages.String()
}

// expectedRuns is what each strategy of the library comes to under the
// scenario's own seed, and why that answers the scenario's question.
var expectedRuns = map[string]map[string]string{
	"abort-and-resume": {
		"in one go":         "completed",
		"in two evenings":   "completed", // with the refusal that it expects, and the end that the abort brings
		"in three evenings": "completed",
	},
	"aks-store-demo": {
		"full": "completed", "control plane only": "completed", "per pool": "completed",
	},
	"autoscaled-night": {
		"autoscaler on": "completed", "autoscaler off": "completed",
	},
	"blocked-drain": {
		"full":             "blocked", // the budget of the team that wants everything
		"system pool only": "completed",
	},
	"control-plane-first": {
		"control plane only": "completed",
		"two steps at once":  "completed", // with the refusal that it expects
		"pools in between":   "completed",
	},
	"lost-node": {
		"right away":                 "blocked", // by the budget, of which the dead machine has taken all there is to spare
		"when the machines are back": "completed",
	},
	"max-surge": {
		"surge 1": "completed", "surge 33%": "completed", "surge 50%": "completed",
	},
	"maintenance-window": {"channel patch": "completed"}, // a week later
	"node-images": {
		"all at once": "completed", "in turn": "completed",
	},
	"online-boutique": {
		"full": "completed", "control plane, then the pool": "completed",
	},
	"blue-green": {"rolling": "completed", "blue-green": "completed"},
	"by-hand": {
		"rolling": "completed", "managed": "completed", "by hand": "completed", "careful": "completed", "in a hurry": "completed",
	},
	"cordon-or-schedule": {"schedule": "blocked", "cordon": "blocked"},
	"scarce-capacity": {
		"surge to 1.34": "completed", "surge, then in place, to 1.34": "completed", "surge to 1.35": "completed", // with seed 1
	},
	"three-minors": {"hops": "completed", "hops pool by pool": "completed", "every minor": "completed"},
	"quickstart":   {"full": "completed"},
	"shop": {
		"full": "completed", "control plane only": "completed", "pool by pool": "completed",
		"by hand": "completed", // with the refusal that it expects
	},
	"tight-in-place": {
		"one at a time": "completed", "two at a time": "completed", "surge of one": "completed",
	},
}

// variants are the changes that comments of library scenarios offer, and what
// they come to.
var variants = []struct {
	scenario, strategy string
	set                []string
	outcome            string
}{
	{"aks-store-demo", "full", []string{"workload.rabbitmq.pdb={ min_available = 1 }"}, "blocked"},
	{"autoscaled-night", "autoscaler on", []string{"aks.scale_down_during_upgrade=disabled"}, "completed"},
	{"online-boutique", "full", []string{"workload.frontend.replicas=2", "workload.frontend.pdb={ max_unavailable = 1 }"}, "completed"},
	{"scarce-capacity", "surge to 1.34", []string{"failures.allocation={ probability = 1.0 }"}, "failed"},
	{"scarce-capacity", "surge, then in place, to 1.34", []string{"failures.allocation={ probability = 1.0 }"}, "completed"},
	{"tight-in-place", "surge of one", []string{"cluster.limits.vcpus=32"}, "refused"},
}

func TestLibraryRuns(t *testing.T) {
	for _, entry := range scenarios.Library() {
		want := expectedRuns[entry.Name]
		if len(want) == 0 {
			t.Errorf("%s: this test doesn't say what it comes to", entry.Name)
		}
		for _, strategy := range strategiesOf(t, entry) {
			t.Run(entry.Name+"/"+strategy, func(t *testing.T) {
				checkOutcome(t, want[strategy], "run", entry.Name, "--strategy", strategy)
			})
		}
	}
	for _, v := range variants {
		t.Run(v.scenario+"/"+v.strategy+"/"+strings.Join(v.set, ","), func(t *testing.T) {
			args := []string{"run", v.scenario, "--strategy", v.strategy}
			for _, s := range v.set {
				args = append(args, "--set", s)
			}
			checkOutcome(t, v.outcome, args...)
		})
	}
}

func strategiesOf(t *testing.T, entry scenarios.Entry) []string {
	t.Helper()
	file, err := scenarios.Load(entry.Name, entry.Data)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := file.Model()
	if err != nil {
		t.Fatal(err)
	}
	return strategyNames(m)
}

// checkOutcome runs a strategy and holds outcome and exit code to what is
// wanted.
func checkOutcome(t *testing.T, want string, args ...string) {
	t.Helper()
	code, stdout, stderr := call(append(args, "--output", "json")...)
	var document report.RunDocument
	if err := json.Unmarshal([]byte(stdout), &document); err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	if got := document.Run.Outcome; got != want {
		t.Errorf("outcome %q, want %q: %s", got, want, document.Run.Reason)
	}
	wantCode := exitOK
	if want != "completed" {
		wantCode = exitUpgrade
	}
	if code != wantCode {
		t.Errorf("exit code %d, want %d", code, wantCode)
	}
}

// TestLibraryCompares plays 20 replications of everything, twice and on one and
// two processors: the documents are the same byte for byte.
func TestLibraryCompares(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, entry := range scenarios.Library() {
		t.Run(entry.Name, func(t *testing.T) {
			want := exitOK
			for _, outcome := range expectedRuns[entry.Name] {
				if outcome != "completed" || entry.Name == "scarce-capacity" { // which fails with other seeds
					want = exitUpgrade
				}
			}
			if entry.Name == "abort-and-resume" { // only three evenings keep each within its five hours
				want = exitGate
			}
			var first string
			for _, processors := range []int{2, 1, 2} {
				runtime.GOMAXPROCS(processors)
				code, stdout, stderr := call("compare", entry.Name, "--replications", "20", "--output", "json")
				if code != want {
					t.Fatalf("exit code %d, want %d: %s", code, want, stderr)
				}
				if first == "" {
					first = stdout
				}
				if stdout != first {
					t.Fatalf("another document on %d processors", processors)
				}
			}
		})
	}
}

// TestSameFiles writes everything twice, on one and on two processors: all files
// are the same byte for byte, pictures included.
func TestSameFiles(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, args := range [][]string{
		{"run", "shop", "--strategy", "full"},
		{"compare", "shop", "--replications", "20"},
	} {
		var first map[string]string
		for _, processors := range []int{2, 1, 2} {
			runtime.GOMAXPROCS(processors)
			dir := filepath.Join(t.TempDir(), "out")
			if code, _, stderr := call(append(args, "--out", dir)...); code != exitOK {
				t.Fatalf("%v: exit code %d: %s", args, code, stderr)
			}
			files := readAll(t, dir)
			if first == nil {
				first = files
			}
			for name, data := range first {
				if files[name] != data {
					t.Errorf("%v: another %s on %d processors", args, name, processors)
				}
			}
			if len(files) != len(first) {
				t.Errorf("%v: %d files, then %d", args, len(first), len(files))
			}
		}
	}
}

func readAll(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	return files
}

func TestFileSuffixes(t *testing.T) {
	got := fmt.Sprint(fileSuffixes([]string{"by hand", "By-Hand", "by hand 2", "surge 33%", "surge 50%!", "überall", "%", "!"}))
	if want := "[-by-hand -by-hand-2 -by-hand-2-2 -surge-33 -surge-50 -berall -2 -3]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	long := strings.Repeat("long name ", 30)
	got = fmt.Sprint(fileSuffixes([]string{long + "a", long + "b"}))
	begin := strings.Repeat("-long-name", 6) // of 301 bytes
	if want := "[" + begin + " " + begin + "-2]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
