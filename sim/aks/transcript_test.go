package aks_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"rollsim/sim/aks"
	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/rules"
	"rollsim/sim/simtest"
	"rollsim/sim/trace"
)

// TestTranscripts plays the scripts of testdata, one behaviour each, against a
// real cluster. After every event all invariants are checked. Commands:
//
//	cluster
//	  A scenario without schema, title and strategies. All timings are those of
//	  simtest.ConstantTiming; pods stop in 20s, start in 5s and are ready 15s later.
//	  The body may begin with others. Prints nothing when it is fine.
//	submit NAME do=VERB [at=T] [pool=P] [to=V] [client=arm] [count=N] [max_surge=X]
//	       [max_unavailable=X] [drain_timeout=D] [node_soak=D] [enable_auto_scaling=B] [min_count=N] [max_count=N]
//	       [image=R] [force=true] [force_until=D] [auto=true]
//	       [snapshot=NAME] [pool_versions=POOL:V,POOL:V] [if_match=D] [if_none_match=X] [race=true] [nodes=(A,B)]
//	  Plays until T (unset: the present), submits, and prints the answer. With race
//	  the client hasn't seen the answers of this instant.
//	run [until=T] [show=operations|nodes|pods]
//	  Plays until T, or until nothing more happens, and prints what happened
//	  since the last run. nodes, the default, has operations and nodes; pods has
//	  the evictions besides.
//	pools
//	  Prints the cluster's state and what az aks nodepool list -o table shows.
//	upgrades
//	  Prints what az aks get-upgrades and nodepool get-upgrades show.
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var x *stage
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "cluster":
				x = newStage(t, d.Input)
				return ""
			case "submit":
				return x.submit(t, d)
			case "run":
				return x.run(t, d)
			case "pools":
				return x.pools()
			case "upgrades":
				return x.upgrades()
			}
			d.Fatalf(t, "no command is called %s", d.Cmd)
			return ""
		})
	})
}

// stage is a cluster with its service, and how far a script has come with it.
type stage struct {
	*simtest.World
	actor des.Actor
	over  bool // advance has reached its time
	names *trace.Names
	shown int // records that run has printed
	held  int // records that checkScaling has looked at

	states map[int32]trace.State // of pools, as it has seen them
	ended  []aks.OperationID
}

func (x *stage) OperationEnded(id aks.OperationID, _ aks.OperationResult) {
	x.ended = append(x.ended, id)
}

func newStage(t *testing.T, body string) *stage {
	t.Helper()
	parts := strings.Split(body, "[[workload]]")
	for i := range parts[1:] {
		for _, line := range []string{`start = "5s"`, `ready = "15s"`, `termination = "20s"`} {
			if key, _, _ := strings.Cut(line, " "); !strings.Contains(parts[i+1], "\n"+key+" ") {
				parts[i+1] = "\n" + line + parts[i+1]
			}
		}
	}
	return play(simtest.Load(t, timingBut(body)+strings.Join(parts, "[[workload]]")), 1)
}

// timingBut returns simtest.ConstantTiming without the keys that a body sets, which
// it does before its first table.
func timingBut(body string) string {
	var b strings.Builder
	head, _, _ := strings.Cut("\n"+body, "\n[")
	for line := range strings.Lines(simtest.ConstantTiming) {
		if key, _, is := strings.Cut(line, " = "); !is || !strings.Contains(head, "\n"+key+" = ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// play returns a stage at time zero.
func play(m *model.Model, seed random.Seed) *stage {
	x := &stage{World: simtest.New(m)}
	x.actor = x.Engine.Register(x)
	x.AKS.SetObserver(x)
	x.names = trace.NewNames(&x.Trace.Header)
	x.reset(seed)
	for _, r := range x.Trace.Records {
		x.names.Learn(&r)
	}
	x.shown = len(x.Trace.Records)
	return x
}

// reset goes back to time zero.
func (x *stage) reset(seed random.Seed) {
	x.held, x.states = 0, map[int32]trace.State{}
	x.World.Reset(seed)
}

// advance plays until t, or to the end where t is negative, checking every
// invariant after every event.
func (x *stage) advance(t testing.TB, until des.Time) {
	t.Helper()
	x.over = false
	if until >= 0 {
		x.Engine.At(until, des.ClassEnd, des.Event{Actor: x.actor})
	}
	for steps := 0; !x.over && x.Engine.Step(); steps++ {
		if steps > 100_000 {
			t.Fatalf("no end after %d events (t=%v)", steps, x.Engine.Now())
		}
		if err := x.Check(); err != nil {
			t.Fatalf("t=%v: %v", x.Engine.Now(), err)
		}
		x.checkScaling(t)
	}
	if until >= 0 {
		x.Engine.RunUntil(until) // opens the instant again to every class
	}
}

// seen is the cause of a request by a client who has seen all answers so far.
func (x *stage) seen() trace.ID { return trace.ID(len(x.Trace.Records)) }

// Handle ends advance.
func (x *stage) Handle(des.Event) { x.over = true }

func (x *stage) submit(t *testing.T, d *datadriven.TestData) string {
	r := rules.Request{Pool: -1, Client: model.CLI}
	race := false
	for _, a := range d.CmdArgs {
		switch {
		case len(a.Vals) == 0:
			r.Name = a.Key
		case a.Key == "at":
			x.advance(t, des.Time(duration(t, a.Vals[0])))
		case a.Key == "race":
			race = a.Vals[0] == "true"
		case x.ask(t, &r, a), setting(t, &r, a.Key, a.Vals[0]):
		default:
			d.Fatalf(t, "submit doesn't know %s", a.Key)
		}
	}
	cause := x.seen()
	if race {
		cause = 0
	}
	id, refusals := x.AKS.Submit(r, "", cause)
	if len(refusals) == 0 {
		return fmt.Sprintf("%v: operation %d accepted\n", x.Engine.Now(), id+1)
	}
	var b strings.Builder
	for _, refusal := range refusals {
		fmt.Fprintf(&b, "%v: %s\n", x.Engine.Now(), refusal)
	}
	return b.String()
}

// ask puts an argument of submit into a request. It reports whether it is one that
// says what is asked, and how.
func (x *stage) ask(t *testing.T, r *rules.Request, a datadriven.CmdArg) bool {
	value := a.Vals[0]
	switch a.Key {
	case "do":
		r.Do = model.Verb(value)
	case "pool":
		r.Pool = x.pool(value)
	case "to":
		r.To = version(t, value)
	case "pool_versions":
		r.PoolVersions = make([]model.Version, len(x.Model.NodePools))
		for _, pair := range strings.FieldsFunc(value, func(c rune) bool { return c == ',' }) {
			pool, v, _ := strings.Cut(pair, ":")
			r.PoolVersions[x.pool(pool)] = version(t, v)
		}
	case "snapshot":
		r.Snapshot = value
	case "nodes":
		r.Nodes = a.Vals
	case "image":
		r.Image = value
	case "auto":
		r.Auto = value == "true"
	case "if_match":
		age := duration(t, value)
		r.IfMatch = &age
	case "if_none_match":
		r.IfNoneMatch = value
	case "force_until":
		r.ForceUntil = duration(t, value)
	case "force":
		r.Force = value == "true"
	case "client":
		r.Client = model.Client(value)
	case "count":
		r.Count = *number(t, value)
	default:
		return false
	}
	return true
}

// setting puts an argument of submit into a request, where it is a setting of the
// pool that the request leaves there.
func setting(t *testing.T, r *rules.Request, key, value string) bool {
	switch key {
	case "enable_auto_scaling":
		enable := value == "true"
		r.EnableAutoScaling = &enable
	case "min_count":
		r.MinCount = number(t, value)
	case "max_count":
		r.MaxCount = number(t, value)
	case "max_surge":
		r.MaxSurge = intOrPercent(t, value)
	case "max_unavailable":
		r.MaxUnavailable = intOrPercent(t, value)
	case "drain_timeout":
		limit := duration(t, value)
		r.DrainTimeout = &limit
	case "node_soak":
		soak := duration(t, value)
		r.NodeSoak = &soak
	default:
		return false
	}
	return true
}

// pool returns the index of a pool; -1: there is none of that name.
func (x *stage) pool(name string) int {
	return slices.IndexFunc(x.Model.NodePools, func(p model.NodePool) bool { return p.Name == name })
}

// shownKinds is what run prints, the first being always there.
var shownKinds = map[string][]trace.Kind{
	"operations": {trace.RequestSubmitted, trace.RequestRefused, trace.OperationStarted, trace.OperationEnded,
		trace.ProvisioningState, trace.TargetVersion, trace.CurrentVersion, trace.SurgePlanned, trace.SlotsPlanned, trace.BatchStarted, trace.PoolPhase},
	"nodes": {trace.NodeRequested, trace.NodeZone, trace.NodeUsable, trace.NodeCordoned, trace.NodeUncordoned, trace.DrainStarted,
		trace.DrainEnded, trace.SoakStarted, trace.ReimageStarted, trace.NodeDeleting, trace.NodeDeleted, trace.NodeCrashed, trace.NodeLost,
		trace.AllocationFailed, trace.NodeQuarantined, trace.NodeKept, trace.NodeTainted, trace.NodeUntainted,
		trace.ScaledUp, trace.ScaleBackoff, trace.ScaleHalted, trace.NodeUnneeded, trace.NodeNeeded},
	"pods": {trace.EvictionGranted, trace.EvictionRefused, trace.PodBound, trace.PodReady, trace.PodLost, trace.PodUnready},
}

func (x *stage) run(t *testing.T, d *datadriven.TestData) string {
	until, show := des.Time(-1), "nodes"
	for _, a := range d.CmdArgs {
		switch a.Key {
		case "until":
			until = des.Time(duration(t, a.Vals[0]))
		case "show":
			show = a.Vals[0]
		}
	}
	x.advance(t, until)
	kinds := shownKinds["operations"]
	if show != "operations" {
		kinds = slices.Concat(kinds, shownKinds["nodes"])
	}
	if show == "pods" {
		kinds = slices.Concat(kinds, shownKinds["pods"])
	}
	var b strings.Builder
	for _, r := range x.Trace.Records[x.shown:] {
		x.names.Learn(&r)
		if slices.Contains(kinds, r.Kind) {
			fmt.Fprintf(&b, "%-9v %s\n", r.At, x.names.Story(r, x.Trace.Text(r.Text)))
		}
	}
	x.shown = len(x.Trace.Records)
	return b.String()
}

func (x *stage) pools() string {
	var b strings.Builder
	c := x.AKS.ManagedCluster()
	fmt.Fprintf(&b, "cluster %s: %s, kubernetesVersion %s, currentKubernetesVersion %s\n", c.Name, c.ProvisioningState, c.KubernetesVersion, c.CurrentKubernetesVersion)
	rows := [][]string{append(aks.AgentPoolColumns, "Current", "NodeImage")}
	for _, p := range x.AKS.AgentPools() {
		rows = append(rows, append(p.Row(), p.CurrentOrchestratorVersion, p.NodeImageVersion))
	}
	b.WriteString(table(rows))
	for _, p := range x.AKS.AgentPools() {
		if p.CreationData != nil {
			fmt.Fprintf(&b, "%s: creationData %s\n", p.Name, p.CreationData.SourceResourceID)
		}
		if p.PowerState.Code != "Running" {
			fmt.Fprintf(&b, "%s: powerState %s\n", p.Name, p.PowerState.Code)
		}
	}
	return b.String()
}

func (x *stage) upgrades() string {
	state := x.AKS.State()
	rows := [][]string{aks.UpgradeColumns, aks.Upgrades(state).Row()}
	for i := range state.Pools {
		rows = append(rows, aks.PoolUpgrades(x.Model, state, i).Row())
	}
	return table(rows)
}

func table(rows [][]string) string {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], len(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += fmt.Sprintf("%-*s  ", width[i], cell)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func duration(t testing.TB, s string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func version(t testing.TB, s string) model.Version {
	t.Helper()
	v, err := model.ParseTarget(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func number(t testing.TB, s string) *int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return &n
}

func intOrPercent(t testing.TB, s string) *model.IntOrPercent {
	t.Helper()
	v, err := model.ParseIntOrPercent(s)
	if err != nil {
		t.Fatal(err)
	}
	return &v
}
