package sim_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rollsim/scenarios/importer"
	"rollsim/sim"
	"rollsim/sim/metrics"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// The recorded cases are upgrades that a real control plane (v1.34.4, fake
// kubelets) went through under a driver that does what an AKS pool upgrade
// does. Each repeat is simulated from its own initial placement.
//
// groundTruthEnv names a folder with further recordings of the same form; they
// are judged by the same rule beside those in testdata.
const groundTruthEnv = "ROLLSIM_GROUNDTRUTH"

// groundTruthSeeds is how many replications stand for "what can happen".
const groundTruthSeeds = 1000

// recordedScenario is scenario.json of a recorded case.
type recordedScenario struct {
	Name       string
	Kubernetes struct{ ControlPlane, OldKubelet, NewKubelet string }
	Delays     struct {
		PodRunningAfterBind, PodReadyAfterBind, PodTermination, NodeProvision, NodeReimage, EvictionRetry float64
	} `json:"delaysSeconds"`
	Pools []struct {
		Name                string
		Count               int
		Surge               string
		SurgeZones          []string
		Labels              map[string]string
		MaxUnavailable      int
		DrainTimeoutSeconds float64
	}
	UpgradeOrder []string
	// ControlPlaneFlags are what a case set beside the defaults.
	ControlPlaneFlags struct{ KCM, Scheduler string }
	Workloads         []struct {
		Kind, Name        string
		ReadyDelaySeconds *float64
		NeverReady        bool
	}
}

// recordedResult is result.json of one repeat.
type recordedResult struct {
	DurationSeconds float64
	OK              bool
	Workloads       map[string]struct {
		Desired, MinReady, Evictions, Evict429, Evict500 int
		ReadySecondsLost                                 float64
	}
	EvictionTotals map[string]int
}

type recordedRepeat struct {
	name   string
	model  *model.Model
	result recordedResult
}

// quantity is one recorded number of a repeat and what the simulation gives.
type quantity struct {
	name      string
	recorded  float64
	simulated []float64
	isTime    bool // widened by recording noise: 2 % + 1 s
}

func TestGroundTruth(t *testing.T) {
	for _, dir := range groundTruthCases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			var recorded []float64
			var simulated []float64
			for _, repeat := range loadRepeats(t, dir) {
				quantities := simulateRepeat(t, repeat)
				for _, q := range quantities {
					judgeRange(t, repeat.name, q)
				}
				recorded = append(recorded, quantities[0].recorded)
				simulated = append(simulated, quantities[0].simulated...)
			}
			judgeMean(t, recorded, simulated)
		})
	}
}

// judgeRange holds a recorded quantity against the simulated 0.5-99.5 % range.
func judgeRange(t *testing.T, repeat string, q quantity) {
	t.Helper()
	slices.Sort(q.simulated)
	low, high := inner(q.simulated, 0.005), inner(q.simulated, 0.995)
	noise := 0.0
	if q.isTime {
		noise = 0.02*q.recorded + 1
	}
	verdict := "holds"
	if q.recorded < low-noise || q.recorded > high+noise {
		verdict = "DOES NOT HOLD"
		t.Errorf("%s: %s: recorded %.2f, simulated %.2f to %.2f", repeat, q.name, q.recorded, low, high)
	}
	t.Logf("%-5s %-28s recorded %9.2f  simulated %9.2f [%9.2f, %9.2f]  %s",
		repeat, q.name, q.recorded, inner(q.simulated, 0.5), low, high, verdict)
}

// judgeMean holds the simulated mean duration against the recorded one. The
// standard error is that of a mean of so many repeats.
func judgeMean(t *testing.T, recorded, simulated []float64) {
	t.Helper()
	rm, _ := meanAndSpread(recorded)
	sm, spread := meanAndSpread(simulated)
	tolerance := max(0.02*rm+1, 2.6*spread/math.Sqrt(float64(len(recorded))))
	t.Logf("mean  duration                     recorded %9.2f  simulated %9.2f  tolerance %.2f", rm, sm, tolerance)
	if math.Abs(rm-sm) > tolerance {
		t.Errorf("mean duration: recorded %.2f s over %d repeats, simulated %.2f s, further apart than %.2f s", rm, len(recorded), sm, tolerance)
	}
}

// inner is the p-quantile of sorted values by the inverse of the empirical
// distribution function.
func inner(sorted []float64, p float64) float64 {
	return sorted[max(0, int(math.Ceil(p*float64(len(sorted))))-1)]
}

func meanAndSpread(xs []float64) (mean, spread float64) {
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		spread += (x - mean) * (x - mean) / float64(len(xs)-1)
	}
	return mean, math.Sqrt(spread)
}

// simulateRepeat plays a repeat under many seeds. The first quantity is the duration.
func simulateRepeat(t *testing.T, repeat recordedRepeat) []quantity {
	t.Helper()
	duration := quantity{name: "duration", recorded: repeat.result.DurationSeconds, isTime: true}
	granted := quantity{name: "evictions granted", recorded: float64(repeat.result.EvictionTotals["201"])}
	refused := quantity{name: "evictions refused", recorded: float64(repeat.result.EvictionTotals["429"] + repeat.result.EvictionTotals["500"])}
	perWorkload := map[string]int{} // index of the workload's first quantity
	var workloads []quantity
	for _, name := range sortedKeys(repeat.result.Workloads) {
		w := repeat.result.Workloads[name]
		perWorkload[name] = len(workloads)
		workloads = append(workloads,
			quantity{name: name + " granted", recorded: float64(w.Evictions)},
			quantity{name: name + " refused", recorded: float64(w.Evict429 + w.Evict500)},
			quantity{name: name + " min ready", recorded: float64(w.MinReady)},
			quantity{name: name + " ready-seconds lost", recorded: w.ReadySecondsLost, isTime: true})
	}
	wantOutcome := trace.Completed
	if !repeat.result.OK {
		wantOutcome = trace.Blocked
	}
	s := sim.New(repeat.model)
	for seed := range groundTruthSeeds {
		run := s.Run(0, seed, sim.Options{}).Run
		if run.Outcome != wantOutcome {
			t.Fatalf("%s: replication %d ended %v: %s", repeat.name, seed, run.Outcome, run.Reason)
		}
		total := [2]int{}
		for _, w := range run.Workloads {
			total[0] += w.EvictionsGranted
			total[1] += w.EvictionsRefused
			if i, ok := perWorkload[w.Name]; ok {
				addWorkload(workloads[i:i+4], w)
			}
		}
		duration.simulated = append(duration.simulated, run.Duration.Seconds())
		granted.simulated = append(granted.simulated, float64(total[0]))
		refused.simulated = append(refused.simulated, float64(total[1]))
	}
	return append([]quantity{duration, granted, refused}, workloads...)
}

func addWorkload(q []quantity, w metrics.WorkloadRun) {
	for i, x := range []float64{float64(w.EvictionsGranted), float64(w.EvictionsRefused), float64(w.MinReady), w.ReadySecondsLost} {
		q[i].simulated = append(q[i].simulated, x)
	}
}

func groundTruthCases(t *testing.T) []string {
	t.Helper()
	patterns := []string{filepath.Join("testdata", "groundtruth", "*", "scenario.json")}
	if further := os.Getenv(groundTruthEnv); further != "" {
		patterns = append(patterns, filepath.Join(further, "*", "scenario.json"))
	}
	var dirs []string
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		if err != nil || len(files) == 0 {
			t.Fatalf("no recorded case matches %s (%v)", p, err)
		}
		for _, f := range files {
			dirs = append(dirs, filepath.Dir(f))
		}
	}
	return dirs
}

func loadRepeats(t *testing.T, dir string) []recordedRepeat {
	t.Helper()
	var scenario recordedScenario
	readJSON(t, filepath.Join(dir, "scenario.json"), &scenario)
	files, err := filepath.Glob(filepath.Join(dir, "rep*", "result.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no repeats (%v)", dir, err)
	}
	var repeats []recordedRepeat
	for _, f := range files {
		repeat := recordedRepeat{name: filepath.Base(filepath.Dir(f))}
		readJSON(t, f, &repeat.result)
		initial := filepath.Join(filepath.Dir(f), "initial.json.gz")
		if _, err := os.Stat(initial); errors.Is(err, fs.ErrNotExist) {
			t.Logf("%s was recorded without its initial placement", repeat.name)
			continue
		}
		repeat.model = convert(t, scenario, readGzip(t, initial))
		repeats = append(repeats, repeat)
	}
	return repeats
}

// convert makes a recorded case a model: the cluster is imported as recorded,
// the driver's fixed delays and settings are put over the defaults. Latencies
// of the control plane stay at their defaults; nothing is tuned for a case.
func convert(t *testing.T, scenario recordedScenario, initial []byte) *model.Model {
	t.Helper()
	imported, err := importer.Import(importer.Input{Kubectl: importer.File{Name: "initial.json", Data: initial}})
	if err != nil {
		t.Fatal(err)
	}
	spec := imported.Spec
	spec.Title = scenario.Name
	spec.Run.Horizon = 24 * time.Hour
	spec.Cluster.KubernetesVersion = version(t, scenario.Kubernetes.ControlPlane)
	spec.Timing = recordedTiming(spec.Timing, scenario)
	convertFlags(t, spec, scenario)
	convertPools(t, spec, scenario)
	convertWorkloads(spec, scenario)
	spec.Strategies = []model.Strategy{recordedStrategy(t, scenario)}
	spec.Gates = nil
	m, findings := model.New(*spec)
	for _, f := range findings {
		if f.Severity == model.Error {
			t.Errorf("%s: %s: %s", scenario.Name, f.Path, f.Message)
		}
	}
	if m == nil {
		t.FailNow()
	}
	return m
}

func recordedTiming(timing model.Timing, scenario recordedScenario) model.Timing {
	d := scenario.Delays
	timing.NodeCreate = constant(d.NodeProvision)
	timing.NodeReimage = constant(d.NodeReimage)
	timing.NodeDelete = constant(0)
	timing.EvictionRetry = constant(d.EvictionRetry)
	return timing
}

// convertFlags reads the flags that a case gave to the control plane.
func convertFlags(t *testing.T, spec *model.Spec, scenario recordedScenario) {
	t.Helper()
	c, s := &spec.Controllers, &spec.Scheduler
	for flags, known := range map[string]map[string]*int{
		scenario.ControlPlaneFlags.KCM: {
			"--kube-api-qps": &c.ClientQPS, "--kube-api-burst": &c.ClientBurst, "--concurrent-replicaset-syncs": &c.Workers,
			"--concurrent-deployment-syncs": nil, // Deployments don't change in an upgrade
		},
		scenario.ControlPlaneFlags.Scheduler: {"--kube-api-qps": &s.ClientQPS, "--kube-api-burst": &s.ClientBurst},
	} {
		for _, flag := range strings.Fields(flags) {
			name, text, _ := strings.Cut(flag, "=")
			value, err := strconv.Atoi(text)
			into, ok := known[name]
			if err != nil || !ok {
				t.Fatalf("%s: flag %s is unknown", scenario.Name, flag)
			}
			if into != nil {
				*into = value
			}
		}
	}
}

func convertPools(t *testing.T, spec *model.Spec, scenario recordedScenario) {
	t.Helper()
	for _, recorded := range scenario.Pools {
		i := slices.IndexFunc(spec.NodePools, func(p model.NodePool) bool { return p.Name == recorded.Name })
		if i < 0 {
			t.Fatalf("pool %s was not imported", recorded.Name)
		}
		p := &spec.NodePools[i]
		surge, err := model.ParseIntOrPercent(recorded.Surge)
		if err != nil {
			t.Fatal(err)
		}
		p.KubernetesVersion = version(t, scenario.Kubernetes.OldKubelet)
		p.VersionSet = true
		p.Timing = spec.Timing
		p.Mode = model.ModeUser // unless its nodes say otherwise: only user pools are upgraded in place
		if recorded.Labels[model.LabelMode] == string(model.ModeSystem) {
			p.Mode = model.ModeSystem
		}
		p.SurgeZones = recorded.SurgeZones
		p.Upgrade.MaxSurge = surge
		p.Upgrade.MaxUnavailable = model.Count(recorded.MaxUnavailable)
		p.Upgrade.DrainTimeout = seconds(recorded.DrainTimeoutSeconds)
		p.Upgrade.NodeSoak = 0
		p.Upgrade.Batching = model.Batch
	}
}

func convertWorkloads(spec *model.Spec, scenario recordedScenario) {
	d := scenario.Delays
	for i := range spec.Workloads {
		w := &spec.Workloads[i]
		ready := d.PodReadyAfterBind - d.PodRunningAfterBind
		for _, recorded := range scenario.Workloads {
			if recorded.Name != w.Name {
				continue
			}
			w.NeverReady = recorded.NeverReady
			if recorded.ReadyDelaySeconds != nil {
				ready = *recorded.ReadyDelaySeconds
			}
		}
		w.Start, w.Ready, w.Termination = constant(d.PodRunningAfterBind), constant(ready), constant(d.PodTermination)
		w.Image = model.Image{} // the recorded kubelets pull nothing
	}
}

func recordedStrategy(t *testing.T, scenario recordedScenario) model.Strategy {
	t.Helper()
	s := model.NewStrategy("recorded", model.Operations)
	for i, pool := range scenario.UpgradeOrder {
		op := model.NewOperation(pool)
		op.Do, op.Pool, op.To = model.UpgradePool, pool, version(t, scenario.Kubernetes.NewKubelet)
		if i > 0 {
			op.After = scenario.UpgradeOrder[i-1]
		}
		s.Operations = append(s.Operations, op)
	}
	return s
}

func constant(s float64) random.Dist { return random.Constant(seconds(s)) }

func seconds(s float64) time.Duration { return time.Duration(math.Round(s * 1e9)) }

func version(t *testing.T, s string) model.Version {
	t.Helper()
	v, err := model.ParseVersion(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func readGzip(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return text
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
