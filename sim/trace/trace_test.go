package trace

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rollsim/sim/des"
)

func testHeader() Header {
	return Header{
		Format: Format, Title: "A shop & <its> pools", Cluster: "shop", Strategy: "full", Seed: 1<<64 - 1, Replication: 3,
		Versions: []string{"1.29.7", "1.30.5"},
		Zones:    []string{"1", "2"},
		Pools:    []PoolName{{Name: "web", Mode: "user", NodePrefix: "aks-web-1-vmss", VMSize: "Standard_D4s_v5", VCPUs: 4, PricePerHour: 0.23, Addresses: 31}},
		Nodes:    []NodeName{{"aks-web-1-vmss000000", 0, 0, 0}, {"aks-web-1-vmss000001", 0, -1, 0}},
		Workloads: []WorkloadName{
			{"shop", "web", "Deployment", 3, 0.8, []int32{0}},
			{"shop", "db", "StatefulSet", 2, 0, nil},
			{"ops", "web", "DaemonSet", 0, 0, nil},
			{"", "once", "Pod", 1, 0, nil},
		},
		Budgets: []BudgetName{{"shop", "web", "max_unavailable 1", []int32{0}}},
		Knobs:   []Knob{{"run.seed", "1", true}},
	}
}

// A node is drained against a budget: the story that the golden text tells.
func story() *Trace {
	t := &Trace{Header: testHeader()}
	at := des.Time(0)
	add := func(k Kind, s, o Ref, v int64, cause ID, text string) {
		t.Record(ID(len(t.Records)+1), &Record{At: at, Kind: k, Subject: s, Object: o, Value: v, Cause: cause}, text)
	}
	run, plane, pool := Ref{RunSubject, 0}, Ref{ControlPlane, 0}, Ref{Pool, 0}
	add(RunStarted, run, Ref{}, 0, 0, "")
	add(NodeRequested, Ref{Node, 0}, pool, 0<<1, 0, "")
	add(NodeReady, Ref{Node, 0}, Ref{Version, 0}, 0, 2, "")
	add(BudgetStatus, Ref{Budget, 0}, Ref{}, 2<<32|1, 0, "")
	add(PodCreated, Ref{Pod, 0}, Ref{Workload, 0}, 27, 0, "")
	add(PodBound, Ref{Pod, 0}, Ref{Node, 0}, 0, 5, "")
	add(PodCreated, Ref{Pod, 1}, Ref{Workload, 1}, 1, 0, "")
	at = 1_500_000_000
	add(RequestSubmitted, Ref{Operation, 0}, plane, int64(VerbUpgrade), 0, "to \"1.30\"")
	add(OperationStarted, Ref{Operation, 0}, plane, 1, 8, "")
	add(NodeRequested, Ref{Node, 2}, pool, 46<<1|1, 9, "")
	at = 3_000_000_001
	add(DrainStarted, Ref{Node, 0}, Ref{}, 1, 9, "")
	add(EvictionRefused, Ref{Pod, 0}, Ref{Budget, 0}, 429, 7, "")
	add(DrainEnded, Ref{Node, 0}, Ref{}, int64(DrainTimedOut), 12, "")
	add(RunEnded, run, Ref{}, int64(Blocked), 13, "the budget web let nothing go")
	return t
}

const storyText = `# A shop & <its> pools; cluster shop, strategy full, seed 18446744073709551615, replication 3
#1   0s              run: started
#2   0s              node aks-web-1-vmss000000: node ordered for pool web
#3   0s              node aks-web-1-vmss000000: ready on version 1.29.7 (because #2)
#4   0s              pdb shop/web: wants 2 healthy pods, allows 1 disruption
#5   0s              pod shop/web-22242: created
#6   0s              pod shop/web-22242: scheduled to aks-web-1-vmss000000 (because #5)
#7   0s              pod shop/db-1: created
#8   1.5s            operation 1: upgrade of control-plane submitted: to "1.30"
#9   1.5s            operation 1: accepted (because #8)
#10  1.5s            node aks-web-1-vmss00001a: surge node ordered for pool web (because #9)
#11  3.000000001s    node aks-web-1-vmss000000: drain started, 1 pod to evict (because #9)
#12  3.000000001s    pod shop/web-22242: eviction refused by pdb shop/web (429) (because #7)
#13  3.000000001s    node aks-web-1-vmss000000: drain ended, timed-out (because #12)
#14  3.000000001s    run: blocked: the budget web let nothing go (because #13)
`

const storyLines = `{"id":2,"t":0,"kind":"node-requested","subject":"node/0","name":"aks-web-1-vmss000000","object":"node-pool/0","object_name":"web","number":0,"surge":false}
{"id":4,"t":0,"kind":"budget-status","subject":"pdb/0","name":"shop/web","desired_healthy":2,"disruptions_allowed":1}
{"id":8,"t":1.5,"kind":"request-submitted","subject":"operation/0","object":"control-plane/0","value":"upgrade","text":"to \"1.30\""}
{"id":12,"t":3.000000001,"kind":"eviction-refused","subject":"pod/0","name":"shop/web-22242","object":"pdb/0","object_name":"shop/web","value":429,"cause":7}
`

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := story().WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(storyText, b.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestJSONLForm(t *testing.T) {
	lines := strings.SplitAfter(string(write(t, story())), "\n")
	if !strings.HasPrefix(lines[0], `{"rollsim_trace":1,"title":"A shop & <its> pools","cluster":"shop",`) {
		t.Errorf("header begins with %.80s", lines[0])
	}
	if got := lines[2] + lines[4] + lines[8] + lines[12]; got != storyLines {
		t.Errorf("-want +got:\n%s", cmp.Diff(storyLines, got))
	}
}

func write(t *testing.T, x *Trace) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := x.WriteJSONL(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every kind has a name that no other has, and so has every value.
func TestEveryKindIsNamed(t *testing.T) {
	seen := map[string]Kind{}
	for k := Kind(1); k < kindEnd; k++ {
		name := kindTable[k].name
		if name == "" || strings.ToLower(name) != name || seen[name] != 0 {
			t.Errorf("kind %d has the name %q, which is empty, not in lower case or taken by kind %d", k, name, seen[name])
		}
		seen[name] = k
		if words[k] == "" {
			t.Errorf("there are no words for %v", k)
		}
		if kindTable[k].subject == 0 {
			t.Errorf("%v has no subject", k)
		}
		if (kindTable[k].value == nameValue) != (k.valueNames() != nil) {
			t.Errorf("%v: the form of its value and the names of its values contradict each other", k)
		}
		for i, name := range k.valueNames() {
			if i > 0 && (name == "" || slices.Index(k.valueNames(), name) != i) {
				t.Errorf("%v: value %d has the name %q, which is empty or taken", k, i, name)
			}
		}
	}
	if got := kindEnd.String(); !strings.HasPrefix(got, "kind ") {
		t.Errorf("a kind that doesn't exist is called %q", got)
	}
	ends := []string{Horizon.String(), Canceled.String(), StateDeleting.String(), PhaseDone.String(), DrainStopped.String(), DeletedByUser.String(), VerbScale.String(), Zone.String()}
	if want := []string{"horizon", "Canceled", "Deleting", "done", "stopped", "deleted-by-user", "scale", "zone"}; !slices.Equal(ends, want) {
		t.Errorf("last names: got %q, want %q", ends, want)
	}
}

func TestSpell(t *testing.T) {
	pod := func(kind, workload string, value int64) string { return string(AppendPod(nil, kind, workload, value)) }
	for _, c := range []struct{ got, want string }{
		{pod("Deployment", "web", 0), "web-22222"},
		{pod("Deployment", "web", Suffixes-1), "web-zzzzz"},
		{pod("DaemonSet", "web", 27), "web-22242"},
		{pod("StatefulSet", "db", 10), "db-10"},
		{pod("Pod", "once", 5), "once"},
		{string(appendNode(nil, "p", 0)), "p000000"},
		{string(appendNode(nil, "p", 36*36)), "p000100"},
		{string(appendNode(nil, "p", 36*36*36*36*36*36)), "p1000000"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	for v := int64(1); v < Suffixes; v = v*5 + 3 {
		if a, b := pod("Deployment", "w", v-1), pod("Deployment", "w", v); a >= b {
			t.Errorf("suffixes %d and %d are spelled %q and %q: not in order", v-1, v, a, b)
		}
	}
}

// What a reader sees of a soak is a duration, and of a deleted pool that it is
// gone, not that it runs no version.
func TestStories(t *testing.T) {
	h := testHeader()
	n := NewNames(&h)
	for _, c := range []struct {
		r    Record
		want string
	}{
		{Record{Kind: SoakStarted, Subject: Ref{Node, 0}, Value: 300}, ": soaking for 5m00s"},
		{Record{Kind: PoolSoaking, Subject: Ref{Pool, 0}, Value: 5400}, ": soaking for 1h30m"},
		{Record{Kind: CurrentVersion, Subject: Ref{Pool, 0}}, ": is gone"},
		{Record{Kind: CurrentVersion, Subject: Ref{Pool, 0}, Object: Ref{Version, 0}}, ": runs version " + h.Versions[0]},
	} {
		if got := n.Story(c.r, ""); !strings.HasSuffix(got, c.want) {
			t.Errorf("got %q, want it to end in %q", got, c.want)
		}
	}
}

func TestShortNamesAreUnique(t *testing.T) {
	h := testHeader()
	n := NewNames(&h)
	n.Learn(&Record{Kind: PodCreated, Subject: Ref{Pod, 0}, Object: Ref{Workload, 0}, Value: 0})
	n.Learn(&Record{Kind: PodCreated, Subject: Ref{Pod, 1}, Object: Ref{Workload, 1}, Value: 0})
	got := []string{n.Workload(0), n.Workload(1), n.Workload(2), n.Budget(0), n.Pod(0), n.Pod(1), n.Pod(7), n.Of(Ref{Pod, 1})}
	want := []string{"shop/web", "db", "ops/web", "web", "shop/web-22222", "db-0", "pod #7", "shop/db-0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhy(t *testing.T) {
	x := story()
	if got, want := x.Why(14), []ID{14, 13, 12, 7}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := x.Why(0); got != nil {
		t.Errorf("why of no record: got %v", got)
	}
	x.Records[0].Cause = 14 // a circle, which Check refuses
	if got := x.Why(14); len(got) > 14 {
		t.Errorf("a circle of causes was walked %d times", len(got))
	}
}

func TestReadGivesBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 25 {
		x := story()
		if i > 0 {
			x = randomTrace(rng, 200)
		}
		written := write(t, x)
		got, err := ReadJSONL(bytes.NewReader(written))
		if err != nil {
			t.Fatalf("trace %d: %v", i, err)
		}
		if diff := cmp.Diff(x, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("trace %d: -want +got:\n%s", i, diff)
		}
		if again := write(t, got); !bytes.Equal(written, again) {
			t.Fatalf("trace %d isn't written the same way twice", i)
		}
	}
}

// randomTrace returns a trace of n records that passes Check, with every kind
// and every form of value, and no sense.
func randomTrace(rng *rand.Rand, n int) *Trace {
	t := &Trace{Header: testHeader()}
	c := newChecker(&t.Header)
	at := des.Time(0)
	for len(t.Records) < n {
		k := Kind(1 + rng.IntN(int(kindEnd)-1))
		info := kindTable[k]
		pick := func(s kinds) Ref {
			var of []SubjectKind
			for k := None; k <= Zone; k++ {
				if s.has(k) {
					of = append(of, k)
				}
			}
			if len(of) == 0 {
				return Ref{}
			}
			k := of[rng.IntN(len(of))]
			return Ref{k, int32(rng.IntN(c.count[k] + 1))}
		}
		r := Record{At: at, Kind: k, Subject: pick(info.subject), Object: pick(info.object), Cause: ID(rng.IntN(len(t.Records) + 1))}
		switch info.value {
		case nameValue:
			r.Value = int64(1 + rng.IntN(len(k.valueNames())-1))
		case plain:
			r.Value = rng.Int64() >> rng.IntN(63)
		case instance, levels:
			r.Value = rng.Int64() >> rng.IntN(62)
		}
		id, before := c.id, c.count
		if c.check(r) != nil {
			c.id, c.count = id, before
			continue
		}
		text := ""
		if rng.IntN(4) == 0 {
			text = "é \"quoted\" \n " + string(rune(rng.IntN(0x3000)))
		}
		t.Record(c.id, &r, text)
		if rng.IntN(2) == 0 {
			at += des.Time(rng.Int64N(1e11) >> rng.IntN(37))
		}
	}
	return t
}

func TestReadRefuses(t *testing.T) {
	good := string(write(t, story()))
	header, records, _ := strings.Cut(good, "\n")
	header += "\n"
	first, _, _ := strings.Cut(records, "\n")
	second := func(rest string) string { return header + first + "\n" + `{"id":2,"t":1,` + rest + "}\n" }
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "line 1: the file is empty"},
		{"no header", records, "line 1: a trace of format 0"},
		{"other format", strings.Replace(good, `"rollsim_trace":1`, `"rollsim_trace":2`, 1), "line 1: a trace of format 2; this rollsim reads format 1"},
		{"header refers to nothing", strings.Replace(good, `"node_pool":0`, `"node_pool":7`, 1), "line 1: node 0: there is no pool 7"},
		{"broken off", good[:len(good)-1], "line 15: the file breaks off here"},
		{"two objects", header + first + first + "\n", "line 2: not a line of a trace: more than one object"},
		{"unknown key", second(`"kind":"node-cordoned","subject":"node/0","colour":"red"`), `line 3: not a line of a trace: json: unknown field "colour"`},
		{"unknown kind", second(`"kind":"node-exploded","subject":"node/0"`), `line 3: kind "node-exploded" is unknown`},
		{"wrong number", header + strings.Replace(first, `"id":1`, `"id":2`, 1) + "\n", "line 2: its id is 2, want 1"},
		{"no such node", second(`"kind":"node-cordoned","subject":"node/2"`), "line 3: there is no node 2"},
		{"node appears out of order", second(`"kind":"node-requested","subject":"node/2000000000","object":"node-pool/0","number":1,"surge":true`), "line 3: there is no node 2000000000"},
		{"negative index", second(`"kind":"node-cordoned","subject":"node/-1"`), `line 3: "node/-1" is not a subject`},
		{"wrong subject", second(`"kind":"node-cordoned","subject":"run/0"`), "line 3: node-cordoned can't be about a run"},
		{"wrong object", second(`"kind":"pod-created","subject":"pod/0","object":"node/0","value":1`), "line 3: pod-created can't have a node as its object"},
		{"no object", second(`"kind":"pod-created","subject":"pod/0","value":1`), "line 3: pod-created needs an object"},
		{"wrong name", second(`"kind":"node-cordoned","subject":"node/0","name":"aks-web-1-vmss000001"`), `line 3: node 0 is "aks-web-1-vmss000000", not "aks-web-1-vmss000001"`},
		{"cause ahead", second(`"kind":"node-cordoned","subject":"node/0","cause":2`), "line 3: its cause, 2, is not an earlier record"},
		{"unknown value", second(`"kind":"run-ended","subject":"run/0","value":"great"`), `line 3: the value of run-ended can't be`},
		{"value of the wrong form", second(`"kind":"run-settled","subject":"run/0","value":1.5`), `line 3: the value of run-settled can't be "1.5"`},
		{"surge missing", second(`"kind":"node-requested","subject":"node/2","object":"node-pool/0","number":1`), "line 3: the value of node-requested isn't given as that kind has it"},
		{"time back", header + strings.Replace(first, `"t":0`, `"t":2`, 1) + "\n" + `{"id":2,"t":1,"kind":"node-cordoned","subject":"node/0"}` + "\n", "line 3: its time, 1s, is before 2s"},
		{"time too fine", header + strings.Replace(first, `"t":0`, `"t":0.0000000001`, 1) + "\n", "t: \"0.0000000001\" is not a time in seconds"},
		{"negative time", header + strings.Replace(first, `"t":0`, `"t":-1`, 1) + "\n", "t: \"-1\" is not a time in seconds"},
		{"time in powers", header + strings.Replace(first, `"t":0`, `"t":1e3`, 1) + "\n", "t: \"1e3\" is not a time in seconds"},
		{"line too long", header + strings.Repeat("x", maxLine+1), "line 2: longer than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadJSONL(strings.NewReader(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestWriteRefusesWhatCouldNotBeRead(t *testing.T) {
	x := story()
	x.Records[3].Subject.Index = 9
	if err := x.WriteJSONL(&bytes.Buffer{}); err == nil || err.Error() != "record 4: there is no pdb 9" {
		t.Errorf("got %v", err)
	}
}

func TestTraceKeepsItsMemory(t *testing.T) {
	x := story()
	records := slices.Clone(x.Records)
	h := x.Header
	allocs := testing.AllocsPerRun(10, func() {
		x.Reset(h)
		for i, r := range records {
			text := ""
			if r.Text != 0 {
				text = "text"
			}
			x.Record(ID(i+1), &r, text)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations to refill a trace, want 0", allocs)
	}
}

// What is accepted is written and read again as the same trace.
func FuzzReadJSONL(f *testing.F) {
	var b bytes.Buffer
	if err := story().WriteJSONL(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	b.Reset()
	if err := randomTrace(rand.New(rand.NewPCG(3, 4)), 60).WriteJSONL(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("{\"rollsim_trace\":1}\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		x, err := ReadJSONL(bytes.NewReader(in))
		if err != nil {
			return
		}
		if err := x.Check(); err != nil {
			t.Fatalf("accepted what fails Check: %v", err)
		}
		if err := x.WriteText(&bytes.Buffer{}); err != nil {
			t.Fatal(err)
		}
		again, err := ReadJSONL(bytes.NewReader(write(t, x)))
		if err != nil {
			t.Fatalf("written, it isn't accepted: %v", err)
		}
		if diff := cmp.Diff(x, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("-first +second:\n%s", diff)
		}
	})
}
