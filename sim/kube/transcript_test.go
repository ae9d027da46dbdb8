package kube

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// TestTranscripts plays the stories in testdata/*.txt. Each is a cluster and
// what is done to it; what happens is printed as the trace tells it. Rewrite
// them with -rewrite, and read the difference like code.
//
// Delays are constant: 15 s to boot a machine, 20 s to reimage one, 10 s to
// delete one, 50 s until a dead one is noticed, 50 s until the objects of pods
// follow that of their node, 200 ms until the not-ready taint goes, 30 s to move a disk, 30 ms
// for each request that the eviction API answers, or makes to itself to use a budget, 5 s until the next, 17 ms until
// a controller replaces a pod, 5 ms to place it; pods run 4 s after their image
// is there, are Ready 8 s later, and take 5 s to stop. After every event all
// invariants are checked.
//
//	pool NAME count=N [zones=1,2] [cpu=MILLICORES] [taint=key:Effect] [gpu=N] [disks=N]
//	   N nodes of 4 cores (unless cpu says otherwise) named NAME0, NAME1, ...
//	workload NAME [kind=StatefulSet] [replicas=N] [cpu=M] [on=a0,a1] [toleration=KEY] [spread=KEY] [hard=KEY]
//	   [image=MiB] [min_ready=D] [ready=D] [stop=D] [grace=D] [unready=0,2] [disks=N] [completions=N] [parallelism=N] [duration=D] [backoff_limit=N] [flags: anti zonal parallel tolerates_all never_ready ignore_disruptions]
//	   [priority=N] [never] (preempts) [near=APP,KEY] [apart=APP,KEY] (required affinity and anti-affinity to the pods of APP)
//	   [likes=APP,KEY] [dislikes=APP,KEY] (preferred, weight 100) [min_domains=N] [taints=Honor] [affinity=Ignore] (of the hard constraint before)
//	   [stays=D] (on a lost node) [port=N] [gpu=N] [gate=NAME] [selects=KEY=VALUE] [prefers=KEY=VALUE] (node labels; weight 100)
//	pdb NAME workload=W min_available=N|P% or max_unavailable=... [always_allow] [created=D]
//	timing [image_pull_parallel=N] [disk_move_parallel=N] [budget_update=D] [eviction_retry=D] [orphan_delete=D] [server_request=D]; timing keep_nodes has node objects stay while machines are reimaged
//	scheduler [flush=D] [client_qps=N] [client_burst=N]
//	controllers [client_qps=N] [client_burst=N] [workers=N]
//	by_hand NODE [label=KEY=VALUE] [taint=KEY:Effect] [cordoned]   what was set on one node; "by_hand kept" has a reimaged node keep it
//	start                   ends the set-up and prints where pods are
//	cordon|uncordon|stop NODE;  drain NODE [timeout=D] [after=D] (cordons first);  reimage|delete NODE;  crash NODE [down=D]
//	kubectl NODE [timeout=D] [daemonsets=no] [force] [disable_eviction] [grace=D]: cordons and drains by hand;  stopkubectl NODE
//	boot POOL [zone=N]
//	evict WORKLOAD ORDINAL  evicts the replica's pod and prints the answer
//	run D                   plays D and prints what happened
//	skip D                  plays D and prints nothing
//	where                   prints where pods are, and their phases
//	explain WORKLOAD ORDINAL prints why the replica's pod fits nowhere
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata/transcripts", func(t *testing.T, path string) {
		s := &story{t: t, spec: testSpec()}
		s.spec.Cluster.Zones = []string{"1", "2", "3"}
		datadriven.RunTest(t, path, s.command)
	})
}

type story struct {
	t     *testing.T
	spec  model.Spec
	w     *world
	names *trace.Names
	told  int // records printed so far
}

func (s *story) command(t *testing.T, d *datadriven.TestData) string {
	s.t = t
	switch d.Cmd {
	case "pool":
		s.pool(d)
		return ""
	case "workload":
		s.workload(d)
		return ""
	case "pdb":
		s.pdb(d)
		return ""
	case "by_hand":
		s.byHand(d)
		return ""
	case "scheduler":
		s.scheduler(d)
		return ""
	case "timing", "controllers":
		s.configure(d)
		return ""
	case "start":
		s.start()
		return s.where()
	case "where":
		return s.where()
	case "run":
		s.play(s.duration(d.CmdArgs[0].Key))
		return s.tell()
	case "skip":
		s.play(s.duration(d.CmdArgs[0].Key))
		s.tell()
		return ""
	case "boot":
		zone := -1
		d.MaybeScanArgs(t, "zone", &zone)
		if zone > 0 {
			zone--
		}
		n := s.w.c.Machines().Boot(Boot{Pool: 0, Version: 1, Zone: zone, Surge: true}, 0)
		return s.w.c.NodeName(n) + "\n"
	case "evict":
		return s.evict(d)
	case "explain":
		w := s.w.c.workloadNamed(d.CmdArgs[0].Key)
		p := s.w.c.slots[w.firstSlot+int32(s.number(d.CmdArgs[1].Key))].pod
		return s.w.c.Explain(p).Message() + "\n"
	}
	s.node(d)
	return ""
}

// node does something to a node.
func (s *story) node(d *datadriven.TestData) {
	n := s.w.c.nodeNamed(d.CmdArgs[0].Key)
	api, cloud := s.w.c.API(), s.w.c.Machines()
	switch d.Cmd {
	case "cordon":
		api.Cordon(n, 0)
	case "uncordon":
		api.Uncordon(n, 0)
	case "stop":
		api.StopDrain(n, 0)
	case "drain":
		timeout, after := "0s", "0s"
		d.MaybeScanArgs(s.t, "timeout", &timeout)
		d.MaybeScanArgs(s.t, "after", &after)
		o := DrainOptions{Timeout: s.duration(timeout), After: s.duration(after)}
		api.Drain(n, o, api.Cordon(n, 0))
	case "kubectl":
		s.kubectl(d, n)
	case "stopkubectl":
		s.w.c.Kubectl().StopDrain(n, 0)
	case "reimage":
		cloud.Reimage(n, 1, 0)
	case "delete":
		cloud.Delete(n, 0)
	case "crash":
		down := "0s"
		d.MaybeScanArgs(s.t, "down", &down)
		cloud.Crash(n, s.duration(down), 0)
	default:
		d.Fatalf(s.t, "unknown command %s", d.Cmd)
	}
}

// kubectl drains a node by hand.
func (s *story) kubectl(d *datadriven.TestData, n NodeID) {
	o := DrainOptions{Kubectl: &Kubectl{IgnoreDaemonSets: true, GracePeriod: -1}}
	for _, a := range d.CmdArgs[1:] {
		switch a.Key {
		case "timeout":
			o.Timeout = s.duration(a.Vals[0])
		case "daemonsets":
			o.Kubectl.IgnoreDaemonSets = false
		case "force":
			o.Kubectl.Force = true
		case "disable_eviction":
			o.Kubectl.DisableEviction = true
		case "grace":
			o.Kubectl.GracePeriod = s.duration(a.Vals[0])
		}
	}
	k := s.w.c.Kubectl()
	k.Drain(n, o, k.Cordon(n, 0))
}

func (s *story) evict(d *datadriven.TestData) string {
	w := s.w.c.workloadNamed(d.CmdArgs[0].Key)
	ordinal, err := strconv.Atoi(d.CmdArgs[1].Key)
	if err != nil {
		d.Fatalf(s.t, "%v", err)
	}
	p := s.w.c.slots[w.firstSlot+int32(ordinal)].pod
	if p == none {
		return "no pod\n"
	}
	e := s.w.c.API().Evict(p, 0)
	return fmt.Sprintf("%d\n%s", e.Code, s.tell())
}

func (s *story) pool(d *datadriven.TestData) {
	name, count, cpu := d.CmdArgs[0].Key, 1, 4000
	d.MaybeScanArgs(s.t, "count", &count)
	d.MaybeScanArgs(s.t, "cpu", &cpu)
	p := testPool(name, count, int64(cpu), 16<<30)
	for _, a := range d.CmdArgs {
		switch a.Key {
		case "zones":
			p.Zones = strings.Split(strings.Join(a.Vals, ","), ",")
		case "taint":
			key, effect, _ := strings.Cut(a.Vals[0], ":")
			p.Taints = []model.Taint{{Key: key, Effect: model.TaintEffect(effect)}}
		case "gpu":
			p.Extended = gpus(s.number(a.Vals[0]))
		case "disks":
			p.MaxDataDisks = s.number(a.Vals[0])
		}
	}
	for i := range count {
		n := model.Node{Name: name + strconv.Itoa(i)}
		if len(p.Zones) > 0 {
			n.Zone = p.Zones[i%len(p.Zones)]
		}
		p.Nodes = append(p.Nodes, n)
	}
	s.spec.NodePools = append(s.spec.NodePools, p)
}

// byHand sets something on one node of the last pool.
func (s *story) byHand(d *datadriven.TestData) {
	if d.CmdArgs[0].Key == "kept" {
		s.spec.Options.SetByHand = model.HandKept
		return
	}
	nodes := s.spec.NodePools[len(s.spec.NodePools)-1].Nodes
	n := &nodes[slices.IndexFunc(nodes, func(n model.Node) bool { return n.Name == d.CmdArgs[0].Key })]
	for _, a := range d.CmdArgs[1:] {
		switch a.Key {
		case "label":
			key, value, _ := strings.Cut(a.Vals[0], "=")
			n.Labels = n.Labels.With(key, value)
		case "cordoned":
			n.Cordoned = true
		case "taint":
			key, effect, _ := strings.Cut(a.Vals[0], ":")
			n.Taints = append(n.Taints, model.Taint{Key: key, Effect: model.TaintEffect(effect)})
		}
	}
}

func (s *story) workload(d *datadriven.TestData) {
	w := model.NewWorkload(d.CmdArgs[0].Key)
	w.Requests = model.Resources{CPU: 500, Memory: 512 << 20}
	w.Start, w.Ready, w.Termination = random.Constant(4*time.Second), random.Constant(8*time.Second), random.Constant(5*time.Second)
	for _, a := range d.CmdArgs[1:] {
		s.setting(&w, a.Key, strings.Join(a.Vals, ","))
	}
	if w.Kind == model.DaemonSet {
		w.Replicas = 0
	}
	s.spec.Workloads = append(s.spec.Workloads, w)
}

func (s *story) setting(w *model.Workload, key, value string) {
	switch key {
	case "kind":
		w.Kind = model.WorkloadKind(value)
	case "replicas":
		w.Replicas = s.number(value)
	case "cpu":
		w.Requests.CPU = int64(s.number(value))
	case "on":
		w.Placement = strings.Split(value, ",")
	case "toleration":
		w.Tolerations = append(w.Tolerations, model.Toleration{Key: value, Exists: true})
	case "tolerates_all":
		w.Tolerations = append(w.Tolerations, model.Toleration{Exists: true})
	case "spread":
		w.TopologySpread = append(w.TopologySpread, model.SpreadConstraint{MaxSkew: 1, TopologyKey: value, WhenUnsatisfiable: model.ScheduleAnyway})
	case "hard":
		w.TopologySpread = append(w.TopologySpread, model.SpreadConstraint{MaxSkew: 1, TopologyKey: value, WhenUnsatisfiable: model.DoNotSchedule})
	case "image":
		w.Image = model.Image{Name: "image-" + w.Name, Size: int64(s.number(value)) << 20}
	case "unready":
		for _, r := range strings.Split(value, ",") {
			w.Unready = append(w.Unready, s.number(r))
		}
	case "completions":
		w.Job.Completions = s.number(value)
	case "parallelism":
		w.Job.Parallelism = s.number(value)
	case "duration":
		w.Job.Duration = random.Constant(s.duration(value))
	case "backoff_limit":
		w.Job.BackoffLimit = s.number(value)
	case "ignore_disruptions":
		w.Job.IgnoreDisruptions = true
	case "never_ready":
		w.NeverReady = true
	case "disks":
		w.Disks = s.number(value)
	case "min_ready":
		w.MinReady = s.duration(value)
	case "ready":
		w.Ready = random.Constant(s.duration(value))
	case "stays":
		w.NotReadyToleration = s.duration(value)
	case "stop":
		w.Termination = random.Constant(s.duration(value))
	case "grace":
		w.TerminationGrace = s.duration(value)
	case "anti":
		w.HostAntiAffinity = true
	case "zonal":
		w.ZonalVolume = true
	case "parallel":
		w.PodManagement = model.Parallel
	default:
		s.schedulerSetting(w, key, value)
	}
}

func (s *story) schedulerSetting(w *model.Workload, key, value string) {
	app, topology, _ := strings.Cut(value, ",")
	term := model.PodAffinityTerm{TopologyKey: topology, Selector: model.SelectorOf(model.Labels{{Key: "app", Value: app}})}
	term.Required = key == "near" || key == "apart"
	if !term.Required {
		term.Weight = 100
	}
	switch key {
	case "priority":
		w.Priority = int32(s.number(value))
	case "never":
		w.PreemptionPolicy = model.PreemptNever
	case "near", "likes":
		w.PodAffinity = append(w.PodAffinity, term)
	case "apart", "dislikes":
		w.PodAntiAffinity = append(w.PodAntiAffinity, term)
	case "min_domains":
		w.TopologySpread[len(w.TopologySpread)-1].MinDomains = s.number(value)
	case "taints":
		w.TopologySpread[len(w.TopologySpread)-1].NodeTaintsPolicy = model.InclusionPolicy(value)
	case "affinity":
		w.TopologySpread[len(w.TopologySpread)-1].NodeAffinityPolicy = model.InclusionPolicy(value)
	case "port":
		w.HostPorts = append(w.HostPorts, model.HostPort{Port: s.number(value), Protocol: "TCP"})
	case "gpu":
		w.Extended = gpus(s.number(value))
	case "gate":
		w.SchedulingGates = append(w.SchedulingGates, value)
	case "selects":
		label, v, _ := strings.Cut(value, "=")
		w.NodeSelector = w.NodeSelector.With(label, v)
	case "prefers":
		label, v, _ := strings.Cut(value, "=")
		w.PreferredNodeAffinity = append(w.PreferredNodeAffinity, model.PreferredNodeTerm{
			Weight: 100, Match: model.NodeSelectorTerm{{Key: label, Operator: model.In, Values: []string{v}}},
		})
	default:
		s.t.Fatalf("unknown setting %s", key)
	}
}

func gpus(n int) model.ExtendedResources {
	return model.NewExtendedResources(map[string]int64{"nvidia.com/gpu": int64(n)})
}

// configure sets what the cluster and its controllers are like.
func (s *story) scheduler(d *datadriven.TestData) {
	x := &s.spec.Scheduler
	for _, a := range d.CmdArgs {
		switch a.Key {
		case "flush":
			x.Flush = s.duration(a.Vals[0])
		case "client_qps":
			x.ClientQPS = s.number(a.Vals[0])
		case "client_burst":
			x.ClientBurst = s.number(a.Vals[0])
		default:
			d.Fatalf(s.t, "unknown key %s", a.Key)
		}
	}
}

func (s *story) configure(d *datadriven.TestData) {
	t, c := &s.spec.Timing, &s.spec.Controllers
	numbers := map[string]*int{
		"image_pull_parallel": &t.ImagePullParallel, "disk_move_parallel": &t.DiskMoveParallel,
		"client_qps": &c.ClientQPS, "client_burst": &c.ClientBurst, "workers": &c.Workers,
	}
	if d.HasArg("keep_nodes") {
		s.spec.Options.ReimagedNode = model.NodeKept
		return
	}
	durations := map[string]*random.Dist{"budget_update": &t.BudgetUpdate, "eviction_retry": &t.EvictionRetry, "server_request": &t.ServerRequest, "orphan_delete": &t.OrphanDelete}
	for _, a := range d.CmdArgs {
		switch {
		case numbers[a.Key] != nil:
			*numbers[a.Key] = s.number(a.Vals[0])
		case durations[a.Key] != nil:
			*durations[a.Key] = random.Constant(s.duration(a.Vals[0]))
		default:
			d.Fatalf(s.t, "unknown key %s", a.Key)
		}
	}
}

func (s *story) pdb(d *datadriven.TestData) {
	b := model.NewBudget(d.CmdArgs[0].Key)
	for _, a := range d.CmdArgs[1:] {
		switch a.Key {
		case "workload":
			b.Selector = model.SelectorOf(model.Labels{{Key: "app", Value: a.Vals[0]}})
		case "created":
			at := s.duration(a.Vals[0])
			b.Created = &at
		case "always_allow":
			b.UnhealthyPods = model.AlwaysAllow
		default:
			x, err := model.ParseIntOrPercent(a.Vals[0])
			if err != nil {
				s.t.Fatal(err)
			}
			if a.Key == "min_available" {
				b.MinAvailable = &x
			} else {
				b.MaxUnavailable = &x
			}
		}
	}
	s.spec.Budgets = append(s.spec.Budgets, b)
}

func (s *story) start() {
	m := testModel(s.t, s.spec)
	s.w = newWorld(s.t, m)
	s.w.witness.check = true
	h := &trace.Header{Zones: m.Cluster.Zones}
	for _, v := range m.Versions {
		h.Versions = append(h.Versions, v.String())
	}
	for i, p := range m.NodePools {
		h.Pools = append(h.Pools, trace.PoolName{Name: p.Name, NodePrefix: p.NodePrefix})
		for _, n := range p.Nodes {
			h.Nodes = append(h.Nodes, trace.NodeName{Name: n.Name, Pool: int32(i)})
		}
	}
	for _, w := range m.Workloads {
		h.Workloads = append(h.Workloads, trace.WorkloadName{Name: w.Name, Namespace: w.Namespace, Kind: string(w.Kind)})
	}
	for _, b := range m.Budgets {
		h.Budgets = append(h.Budgets, trace.BudgetName{Namespace: b.Namespace, Name: b.Name})
	}
	s.names = trace.NewNames(h)
	s.w.reset(1, 0)
	s.tell()
}

// play lets d pass and checks the cluster after every event.
func (s *story) play(d time.Duration) {
	m := monkey{world: s.w}
	m.t = s.t
	m.step(des.Time(d))
}

// tell returns what was written since the last time.
func (s *story) tell() string {
	var b strings.Builder
	tr := s.w.trace
	for _, r := range tr.Records[s.told:] {
		s.names.Learn(&r)
		fmt.Fprintf(&b, "%-9v %s\n", r.At, s.names.Story(r, tr.Text(r.Text)))
	}
	s.told = len(tr.Records)
	return b.String()
}

// where returns where pods are, and their phases.
func (s *story) where() string {
	var b strings.Builder
	c := s.w.c
	for n := range c.nodes {
		if c.nodes[n].phase == nodeDeleted && len(c.nodes[n].pods) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s:", c.NodeName(NodeID(n)))
		for _, p := range c.nodes[n].pods {
			s.pod(&b, p)
		}
		b.WriteByte('\n')
	}
	pending := false
	for p := range c.pods {
		if c.pods[p].phase == PodPending {
			if !pending {
				b.WriteString("pending:")
			}
			pending = true
			s.pod(&b, PodID(p))
		}
	}
	if pending {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "settled: %v\n", c.Settled())
	return b.String()
}

func (s *story) pod(b *strings.Builder, p PodID) {
	b.WriteByte(' ')
	b.WriteString(strings.TrimPrefix(s.w.c.PodName(p), "default/"))
	switch x := &s.w.c.pods[p]; {
	case x.halted:
		fmt.Fprintf(b, " (%v, lost)", x.phase)
	case x.phase != PodReady && x.phase != PodPending:
		fmt.Fprintf(b, " (%v)", x.phase)
	}
}

func (s *story) duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func (s *story) number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}
