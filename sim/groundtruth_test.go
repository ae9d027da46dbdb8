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
	SettledSeconds  float64 // the end of the recording
	OK              bool
	Workloads       map[string]recordedWorkload
	Drains          []struct{ Seconds float64 }
	EvictionTotals  map[string]int
}

type recordedWorkload struct {
	Desired, MinReady, Evictions, Evict429, Evict500 int
	Preempted, PodsCreated                           int
	ReadySecondsLost, PendingSecondsTotal            float64
}

type recordedRepeat struct {
	name   string
	model  *model.Model
	result recordedResult
}

// A quantity is one recorded number of a repeat and what the simulation gives.
type quantity struct {
	kind      string // duration, evictions granted, ...
	workload  string // empty: of the whole repeat
	recorded  float64
	simulated []float64
	noise     float64 // of the recording; 0 for counts
}

// The kinds of quantities, in the order of the table.
const (
	duration    = "duration, s"
	drains      = "drains"
	drainTime   = "mean drain, s"
	granted     = "evictions granted"
	refused     = "evictions refused"
	preempted   = "preempted"
	minReady    = "fewest ready"
	readyLost   = "ready-seconds lost"
	pendingTime = "pending, pod-s"
)

// timeNoise is the noise of a recorded time.
func timeNoise(recorded float64) float64 { return 0.02*recorded + 1 }

// pendingNoise is what a pod's pending time is uncertain by beside that: the
// watchers saw creation and binding late, and not equally late.
const pendingNoise = 0.3

func TestGroundTruth(t *testing.T) {
	table := newGroundTruthTable()
	t.Cleanup(func() { table.finish(t) })
	for _, dir := range groundTruthCases(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			var lengths, simulated []float64
			var all []quantity
			for _, repeat := range loadRepeats(t, dir) {
				quantities := simulateRepeat(t, repeat)
				for i := range quantities {
					judgeRange(t, repeat.name, &quantities[i])
				}
				lengths = append(lengths, quantities[0].recorded)
				simulated = append(simulated, quantities[0].simulated...)
				all = append(all, quantities...)
			}
			table.add(filepath.Base(dir), all, judgeMean(t, lengths, simulated))
		})
	}
}

// holds reports whether a recorded quantity is in the simulated 0.5-99.5 % range.
func (q *quantity) holds() bool {
	return q.recorded >= inner(q.simulated, 0.005)-q.noise && q.recorded <= inner(q.simulated, 0.995)+q.noise
}

func (q *quantity) name() string {
	if q.workload == "" {
		return q.kind
	}
	return q.workload + " " + q.kind
}

// judgeRange holds a recorded quantity against the simulated range.
func judgeRange(t *testing.T, repeat string, q *quantity) {
	t.Helper()
	slices.Sort(q.simulated)
	low, high := inner(q.simulated, 0.005), inner(q.simulated, 0.995)
	verdict := "holds"
	if !q.holds() {
		verdict = "DOES NOT HOLD"
		t.Errorf("%s: %s: recorded %.2f, simulated %.2f to %.2f", repeat, q.name(), q.recorded, low, high)
	}
	t.Logf("%-5s %-28s recorded %9.2f  simulated %9.2f [%9.2f, %9.2f]  %s",
		repeat, q.name(), q.recorded, inner(q.simulated, 0.5), low, high, verdict)
}

// judgeMean holds the simulated mean duration against the recorded one. The
// standard error is that of a mean of so many repeats.
func judgeMean(t *testing.T, recorded, simulated []float64) bool {
	t.Helper()
	rm, _ := meanAndSpread(recorded)
	sm, spread := meanAndSpread(simulated)
	tolerance := max(0.02*rm+1, 2.6*spread/math.Sqrt(float64(len(recorded))))
	t.Logf("mean  duration                     recorded %9.2f  simulated %9.2f  tolerance %.2f", rm, sm, tolerance)
	if math.Abs(rm-sm) > tolerance {
		t.Errorf("mean duration: recorded %.2f s over %d repeats, simulated %.2f s, further apart than %.2f s", rm, len(recorded), sm, tolerance)
		return false
	}
	return true
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

// simulateRepeat plays a repeat under many seeds. The first quantity is the
// duration, then come those of the whole repeat and those of each workload.
func simulateRepeat(t *testing.T, repeat recordedRepeat) []quantity {
	t.Helper()
	quantities := recordedQuantities(&repeat.result)
	wantOutcome := trace.Completed
	if !repeat.result.OK {
		wantOutcome = trace.Blocked
	}
	s := sim.New(repeat.model)
	for seed := range groundTruthSeeds {
		result := s.Run(0, seed, sim.Options{Trace: !repeat.result.OK})
		run := result.Run
		if run.Outcome != wantOutcome {
			t.Fatalf("%s: replication %d ended %v: %s", repeat.name, seed, run.Outcome, run.Reason)
		}
		if !repeat.result.OK {
			run = untilEnd(result.Trace)
		}
		for i := range quantities {
			q := &quantities[i]
			q.simulated = append(q.simulated, simulatedValue(run, q, &repeat.result))
		}
	}
	return quantities
}

// untilEnd measures a run up to the end of its upgrade. What comes after a
// failed one isn't compared: AKS removes the surge nodes, the recorded driver
// leaves them.
func untilEnd(tr *trace.Trace) *metrics.Run {
	m := metrics.NewMeter(&tr.Header)
	m.Reset(tr.Header.Strategy, tr.Header.Seed, tr.Header.Replication)
	for i, r := range tr.Records {
		m.Record(trace.ID(i+1), &r, tr.Text(r.Text))
		if r.Kind == trace.RunEnded {
			r.Kind, r.Value, r.Text = trace.RunSettled, 0, 0
			m.Record(trace.ID(i+2), &r, "")
			break
		}
	}
	return m.Run()
}

// recordedQuantities are the quantities of a recorded result.
func recordedQuantities(r *recordedResult) []quantity {
	var seconds float64
	for _, d := range r.Drains {
		seconds += d.Seconds / float64(len(r.Drains))
	}
	list := []quantity{
		{kind: duration, recorded: r.DurationSeconds, noise: timeNoise(r.DurationSeconds)},
		{kind: drains, recorded: float64(len(r.Drains))},
		{kind: drainTime, recorded: seconds, noise: timeNoise(seconds)},
		{kind: granted, recorded: float64(r.EvictionTotals["201"])},
		{kind: refused, recorded: float64(r.EvictionTotals["429"] + r.EvictionTotals["500"])},
	}
	for _, name := range sortedKeys(r.Workloads) {
		w := r.Workloads[name]
		list = append(list,
			quantity{kind: granted, workload: name, recorded: float64(w.Evictions)},
			quantity{kind: refused, workload: name, recorded: float64(w.Evict429 + w.Evict500)},
			quantity{kind: preempted, workload: name, recorded: float64(w.Preempted)},
			quantity{kind: minReady, workload: name, recorded: float64(w.MinReady)},
			quantity{kind: readyLost, workload: name, recorded: w.ReadySecondsLost, noise: timeNoise(w.ReadySecondsLost)},
			quantity{kind: pendingTime, workload: name, recorded: w.PendingSecondsTotal,
				noise: timeNoise(w.PendingSecondsTotal) + pendingNoise*float64(w.PodsCreated)})
	}
	return list
}

// simulatedValue is what a run gives for a quantity.
func simulatedValue(run *metrics.Run, q *quantity, recorded *recordedResult) float64 {
	switch q.kind {
	case duration:
		return run.Duration.Seconds()
	case drains, drainTime:
		count, seconds := 0, 0.0
		for _, p := range run.Pools {
			count += p.Drains.Count
			seconds += p.Drains.Mean.Seconds() * float64(p.Drains.Count)
		}
		if q.kind == drainTime {
			return seconds / float64(count)
		}
		return float64(count)
	}
	total := 0.0
	for i := range run.Workloads {
		if w := &run.Workloads[i]; q.workload == "" || q.workload == w.Name {
			total += workloadValue(run, w, q.kind, recorded)
		}
	}
	return total
}

func workloadValue(run *metrics.Run, w *metrics.WorkloadRun, kind string, recorded *recordedResult) float64 {
	switch kind {
	case granted:
		return float64(w.EvictionsGranted)
	case refused:
		return float64(w.EvictionsRefused)
	case preempted:
		return float64(w.Preempted)
	case minReady:
		return float64(w.MinReady)
	case pendingTime:
		return w.PendingSeconds
	}
	lost := w.ReadySecondsLost
	if !run.HasSettled {
		// Somebody stays unready for good: both are told up to as long after
		// the upgrade as the recording went on.
		end := run.Duration.Seconds() + recorded.SettledSeconds - recorded.DurationSeconds
		lost += float64(w.Desired-w.ReadyAtEnd) * (end - run.Settled.Seconds())
	}
	return lost
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
		repeat.model = convert(t, scenario, readGzip(t, initial), observe(t, filepath.Dir(f), scenario))
		repeats = append(repeats, repeat)
	}
	return repeats
}

// convert makes a recorded case a model: the cluster is imported as recorded,
// the driver's fixed delays and settings are put over the defaults. Latencies
// of the control plane stay at their defaults; nothing is tuned for a case.
func convert(t *testing.T, scenario recordedScenario, initial []byte, observed *observation) *model.Model {
	t.Helper()
	imported, err := importer.Import(importer.Input{Kubectl: importer.File{Name: "initial.json", Data: initial}})
	if err != nil {
		t.Fatal(err)
	}
	spec := imported.Spec
	spec.Title = scenario.Name
	spec.Run.Horizon = 24 * time.Hour
	spec.Cluster.KubernetesVersion = version(t, scenario.Kubernetes.ControlPlane)
	spec.Cluster.Rules = model.NewCluster().Rules // the recorded driver has none
	spec.Timing = recordedTiming(spec.Timing, scenario)
	spec.Controllers.FreshPods = true // the recorder fills a cluster and starts
	convertFlags(t, spec, scenario)
	convertPools(t, spec, scenario)
	convertWorkloads(spec, scenario)
	observed.put(t, spec)
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

// driverTick is how often the recorded driver looks for pods whose pause is over,
// in seconds.
const driverTick = 0.05

func recordedTiming(timing model.Timing, scenario recordedScenario) model.Timing {
	d := scenario.Delays
	timing.NodeCreate = constant(d.NodeProvision)
	timing.NodeReimage = constant(d.NodeReimage)
	timing.NodeDelete = constant(0)
	timing.EvictionRetry, _ = random.Uniform(seconds(d.EvictionRetry), seconds(d.EvictionRetry+driverTick))
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
