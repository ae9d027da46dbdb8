package conformance

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	v1 "k8s.io/api/core/v1"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
)

// audit is a game whose evictions and budgets are held against the real API server
// and the real disruption controller, step by step (lanes.go). Who is Ready and who
// terminates the mirror tells them; what they make of it, each budget's status with
// all that was evicted since, is their own from beginning to end.
type audit struct {
	*game
	ctx      context.Context
	server   *evictionServer
	pods     map[kube.PodID]mirrored
	asked    bool            // this event had a step
	requests map[int32]*lane // under way
	asks     map[kube.PodID]int
	looking  *lane // the controller's latest look at a budget
	byHand   map[kube.NodeID]bool
}

// mirrored is a pod as the server knows it.
type mirrored struct {
	*v1.Pod
	state kube.Pod
}

// evictionCase returns case number seed with many evictions, budgets that
// overlap or are made while it is played, two clients that drain, and now and then a
// controller or a server that is slow.
func evictionCase(seed uint64) *Case {
	c := generate(seed, false)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0x65766963746f72)), spec: c.Spec}
	s := &c.Spec
	answeredAtOnce(s)
	if !g.one(4) {
		g.answeredSlowly(s)
	}
	s.Timing.BudgetUpdate = random.Constant(pick(g, time.Millisecond, time.Millisecond, 20*time.Millisecond, 3*time.Second, 40*time.Second))
	for i := range s.Workloads {
		s.Workloads[i].Start = random.Constant(pick(g, time.Second, 5*time.Second, 30*time.Second))
	}
	g.spec.Budgets = nil
	g.budgets(&g.spec)
	for _, b := range g.spec.Budgets {
		if b.Name += "-too"; g.one(4) {
			s.Budgets = append(s.Budgets, b)
		}
	}
	for i := range s.Budgets {
		if g.one(4) {
			at := time.Duration(g.IntN(20)) * time.Second
			s.Budgets[i].Created = &at
		}
	}
	if _, findings := model.New(*s); broken(findings) {
		return generate(seed, false)
	}
	for range 10 + g.IntN(40) {
		x := g.step()
		switch g.IntN(4) {
		case 0, 1:
			x.Do = Evict
		case 2:
			x.Do = ByHand
		}
		if g.one(2) {
			x.Then = time.Duration(g.ExpFloat64() * 1e9)
		}
		c.Steps = append(c.Steps, x)
	}
	return c
}

// answeredAtOnce has every request answered in the instant in which it is made:
// nothing comes between the steps of one, and no status is written that was worked
// out before.
func answeredAtOnce(s *model.Spec) {
	s.Timing.ServerRequest, s.Timing.ObjectWrite, s.Timing.CacheProgress = random.Constant(0), random.Constant(0), 0
	s.Controllers.ClientQPS = 0
}

// answeredSlowly has reads and writes take so long that anything may come between
// them.
func (g *generator) answeredSlowly(s *model.Spec) {
	upTo := func(most time.Duration) random.Dist {
		d, err := random.Uniform(most/1000, most)
		if err != nil {
			panic(err)
		}
		return d
	}
	s.Timing.ServerRequest = upTo(pick(g, 50*time.Millisecond, time.Second, 8*time.Second))
	s.Timing.ObjectWrite = upTo(pick(g, 50*time.Millisecond, time.Second, 8*time.Second))
	s.Timing.CacheProgress = pick(g, 0, 10*time.Millisecond, time.Second)
}

// auditCase plays a case until an answer or a status differs.
func auditCase(ctx context.Context, c *Case) (*audit, error) {
	g, _, err := newGame(c)
	if err != nil {
		return nil, err
	}
	a := &audit{
		game: g, ctx: ctx, server: newEvictionServer(ctx), pods: map[kube.PodID]mirrored{},
		requests: map[int32]*lane{}, asks: map[kube.PodID]int{}, byHand: map[kube.NodeID]bool{},
	}
	defer a.end()
	for i := range g.model.Workloads {
		a.err = errors.Join(a.err, a.server.add(controllersOf("", &g.model.Workloads[i])...))
	}
	g.cluster.SetPerson(a)
	g.cluster.Reset(random.NewSource(random.Seed(c.Seed), 0))
	g.cluster.SetServerWitness(a.witness)
	a.settled() // the first statuses take no time
	for _, s := range c.Steps {
		if a.over() {
			break
		}
		a.do(s)
		a.look()
		a.until(g.engine.Now().Add(s.Then), a.look)
		a.settled()
	}
	return a, a.err
}

// do takes a step.
func (a *audit) do(s Step) {
	switch s.Do {
	case Evict:
		a.evict(s)
	case ByHand:
		a.drainByHand(s)
	case Uncordon:
		if usable := a.usable(); len(usable) > 0 {
			a.cluster.Kubectl().StopDrain(usable[s.N%len(usable)], 0)
		}
		a.game.do(s)
	default:
		a.game.do(s)
	}
}

// evict has a pod evicted at once, by rollsim and by the real one.
func (a *audit) evict(s Step) {
	p := a.some(s.N)
	if p < 0 {
		return
	}
	if a.mirror(); a.err != nil {
		return
	}
	want := a.ask(p)
	got := a.cluster.API().Evict(p, 0)
	a.judge(p, answer{got.Code, got.Retry}, want)
}

// drainByHand drains a node as a person does with kubectl, which asks for all pods
// at the same time.
func (a *audit) drainByHand(s Step) {
	usable := a.usable()
	if len(usable) == 0 || a.byHand[usable[s.N%len(usable)]] {
		return
	}
	n := usable[s.N%len(usable)]
	a.byHand[n] = true
	k := &kube.Kubectl{IgnoreDaemonSets: true, Force: true, GracePeriod: -1}
	a.cluster.Kubectl().Drain(n, kube.DrainOptions{Kubectl: k, Timeout: time.Duration(s.N) * 100 * time.Millisecond}, 0)
}

// DrainEnded learns that a drain by hand is over.
func (a *audit) DrainEnded(n kube.NodeID, _ kube.DrainResult) { delete(a.byHand, n) }

// some returns a pod, most times one that is not gone; -1: there is none.
func (a *audit) some(n int) kube.PodID {
	var list []kube.PodID
	for p := range kube.PodID(a.cluster.Pods()) {
		if n%10 == 0 || a.cluster.Pod(p).Phase != kube.PodGone {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return -1
	}
	return list[n/10%len(list)]
}

// ask has the server evict a pod.
func (a *audit) ask(p kube.PodID) answer {
	a.decisions++
	a.asked = true
	pod := podOf(&a.model.Workloads[a.cluster.Pod(p).Workload], int32(p), "", nil)
	left := a.allowed()
	x := a.server.evict(a.ctx, pod.Namespace, pod.Name)
	how := ""
	if a.allowed() < left {
		how = " by a budget"
	}
	a.meetAnswer(x, how, p)
	return x
}

// allowed is what all budgets allow together.
func (a *audit) allowed() (sum int32) {
	for _, b := range a.server.budgets {
		sum += b.Status.DisruptionsAllowed
	}
	return sum
}

// meetAnswer counts an answer.
func (a *audit) meetAnswer(x answer, how string, p kube.PodID) {
	if x.retry > 0 {
		how += " with Retry-After"
	}
	a.met[fmt.Sprintf("%d%s, %v", x.code, how, a.cluster.Pod(p).Phase)]++
}

func (a *audit) judge(p kube.PodID, got, want answer) {
	if a.found == nil && got != want {
		d := &disagreement{state: a.describe(p)}
		d.differ("answer", "the eviction of pod %d gets %+v in rollsim, %+v from the real API", p, got, want)
		a.found = d
	}
	pod := podOf(&a.model.Workloads[a.cluster.Pod(p).Workload], int32(p), "", nil)
	leaves := a.server.leaves(pod.Namespace, pod.Name)
	if a.found == nil && (want.code == 201) != leaves && want.code != 404 {
		a.err = fmt.Errorf("the real API answers %d, and that pod %d leaves is %v", want.code, p, leaves)
	}
}

// mirror tells the server of all pods that were written since the last time, and of
// new budgets.
func (a *audit) mirror() {
	for p := range kube.PodID(a.cluster.Pods()) {
		x := a.cluster.Pod(p)
		old, known := a.pods[p]
		switch {
		case known && old.state.Writes == x.Writes:
		case x.Phase == kube.PodGone:
			if known {
				a.err = errors.Join(a.err, a.server.remove(old.Pod))
				delete(a.pods, p)
			}
		default:
			pod := livePod("", a.model, a.cluster, p)
			a.pods[p] = mirrored{pod, x}
			a.err = errors.Join(a.err, a.server.put(pod))
		}
	}
	for i := range a.model.Budgets {
		b := &a.model.Budgets[i]
		if a.cluster.WrittenBudget(i).Exists && a.server.budgets[b.Namespace+"/"+b.Name] == nil {
			a.err = errors.Join(a.err, a.server.add(budgetOf("", b)))
		}
	}
}

// look compares all statuses when one may have changed.
func (a *audit) look() {
	if a.asked && !a.over() {
		a.compare()
	}
	a.asked = false
}

// settled has the controller look at all budgets that rollsim's is not about to
// look at: it must find nothing to do.
func (a *audit) settled() {
	if a.over() {
		return
	}
	a.mirror()
	for i := range a.model.Budgets {
		b := &a.model.Budgets[i]
		if s := a.cluster.WrittenBudget(i); s.Exists && !s.Due {
			a.err = errors.Join(a.err, a.server.sync(a.ctx, b.Namespace+"/"+b.Name))
		}
	}
	a.compare()
}

func (a *audit) compare() {
	d := &disagreement{}
	for i := range a.model.Budgets {
		got := a.cluster.WrittenBudget(i)
		b := a.server.budgets[a.model.Budgets[i].Namespace+"/"+a.model.Budgets[i].Name]
		if b == nil {
			continue
		}
		want := kube.WrittenStatus{
			BudgetStatus: kube.BudgetStatus{
				Expected: int(b.Status.ExpectedPods), Desired: int(b.Status.DesiredHealthy),
				Healthy: int(b.Status.CurrentHealthy), Allowed: int(b.Status.DisruptionsAllowed),
			},
			Exists: true, Observed: b.Status.ObservedGeneration == b.Generation, Disrupted: len(b.Status.DisruptedPods), Writes: got.Writes, Due: got.Due,
		}
		if got != want {
			d.differ("status", "budget %s, %s: rollsim has %+v, the real control plane %+v with %v", b.Name, spellBudget(&a.model.Budgets[i]), got, want, b.Status.DisruptedPods)
		}
		if failed(&b.Status) {
			a.met["status of a broken budget"]++
		}
	}
	if len(d.lines) > 0 {
		d.state = a.describe(-1)
		a.found = d
	}
}

// describe tells the pods and budgets at a disagreement.
func (a *audit) describe(p kube.PodID) []string {
	list := []string{fmt.Sprintf("t=%v, pod %d", a.engine.Now(), p)}
	for _, id := range slices.Sorted(maps.Keys(a.pods)) {
		x := a.cluster.Pod(id)
		list = append(list, fmt.Sprintf("pod %d of %s: %v", id, a.model.Workloads[x.Workload].Name, x.Phase))
	}
	for i := range a.model.Budgets {
		list = append(list, fmt.Sprintf("budget %s: %+v", a.model.Budgets[i].Name, a.cluster.WrittenBudget(i)))
	}
	return list
}
