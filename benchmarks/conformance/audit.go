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
	"rollsim/sim/trace"
)

// audit is a game whose evictions and budgets are held against the real API server
// and the real disruption controller. Who is Ready and who terminates the mirror
// tells them; what they make of it, each budget's status with all that was evicted
// since, is their own from beginning to end.
type audit struct {
	*game
	ctx    context.Context
	server *evictionServer
	pods   map[kube.PodID]mirrored
	writes []int // by budget
	asked  bool  // this event had an eviction
	now    bool  // a step asks, which sees the whole answer itself
}

// mirrored is a pod as the server knows it.
type mirrored struct {
	*v1.Pod
	state kube.Pod
}

// evictionCase returns case number seed with many evictions, budgets that
// overlap or are made while it is played, and a slow controller now and then.
func evictionCase(seed uint64) *Case {
	c := generate(seed, false)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0x65766963746f72)), spec: c.Spec}
	s := &c.Spec
	answeredAtOnce(s)
	s.Timing.BudgetUpdate = random.Constant(pick(g, time.Millisecond, time.Millisecond, 20*time.Millisecond, 3*time.Second, 40*time.Second))
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
		if g.one(2) {
			x.Do = Evict
		}
		if g.one(2) {
			x.Then = time.Duration(g.ExpFloat64() * 1e9)
		}
		c.Steps = append(c.Steps, x)
	}
	return c
}

// answeredAtOnce has every request answered in the instant in which it is made, as
// the real handler and the real controller are here: nobody sees a budget that is
// debited for a pod whose deletion isn't written yet, and no status is written
// that was worked out before.
func answeredAtOnce(s *model.Spec) {
	s.Timing.EvictionRequest, s.Timing.ObjectWrite, s.Timing.CacheProgress = random.Constant(0), random.Constant(0), 0
	s.Controllers.ClientQPS = 0
}

// auditCase plays a case until an answer or a status differs.
func auditCase(ctx context.Context, c *Case) (*audit, error) {
	g, rec, err := newGame(c)
	if err != nil {
		return nil, err
	}
	a := &audit{game: g, ctx: ctx, server: newEvictionServer(ctx), pods: map[kube.PodID]mirrored{}, writes: make([]int, len(g.model.Budgets))}
	for i := range g.model.Workloads {
		a.err = errors.Join(a.err, a.server.add(controllersOf("", &g.model.Workloads[i])...))
	}
	rec.Reset(a)
	g.cluster.Reset(random.NewSource(random.Seed(c.Seed), 0))
	a.look()
	for _, s := range c.Steps {
		if a.over() {
			break
		}
		a.do(s)
		a.look()
		a.until(g.engine.Now().Add(s.Then), a.look)
		a.missed()
	}
	return a, a.err
}

// do takes a step.
func (a *audit) do(s Step) {
	p := a.some(s.N)
	if s.Do != Evict || p < 0 {
		a.game.do(s)
		return
	}
	if a.mirror(); a.err != nil {
		return
	}
	want := a.ask(p)
	a.now = true
	got := a.cluster.API().Evict(p, 0)
	a.now = false
	a.judge(p, answer{got.Code, got.Retry}, want)
}

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

// Record asks the server for the evictions that drains ask for.
func (a *audit) Record(_ trace.ID, r trace.Record, _ string) {
	if r.Kind != trace.EvictionGranted && r.Kind != trace.EvictionRefused || a.now || a.over() {
		return
	}
	p := kube.PodID(r.Subject.Index)
	if a.mirror(); a.err != nil {
		return
	}
	want := a.ask(p)
	want.retry = 0 // a record says nothing of it
	a.judge(p, answer{code: int(r.Value)}, want)
}

// ask has the server evict a pod.
func (a *audit) ask(p kube.PodID) answer {
	a.decisions++
	a.asked = true
	w := &a.model.Workloads[a.cluster.Pod(p).Workload]
	pod := podOf(w, int32(p), "", nil)
	left := 0
	for i := range a.model.Budgets {
		left += a.cluster.WrittenBudget(i).Allowed
	}
	x := a.server.evict(a.ctx, pod.Namespace, pod.Name)
	how := fmt.Sprint(x.code)
	if x.retry > 0 {
		how += " with Retry-After"
	}
	for _, b := range a.server.budgets {
		left -= int(b.Status.DisruptionsAllowed)
	}
	if left > 0 {
		how += " by a budget"
	}
	a.met[fmt.Sprintf("%s, %v", how, a.cluster.Pod(p).Phase)]++
	return x
}

func (a *audit) judge(p kube.PodID, got, want answer) {
	if a.found == nil && got != want {
		d := &disagreement{state: a.describe(p)}
		d.differ("answer", "the eviction of pod %d gets %+v in rollsim, %+v from the real API", p, got, want)
		a.found = d
	}
	leaves := a.server.leaves(a.model.Workloads[a.cluster.Pod(p).Workload].Namespace, podOf(&a.model.Workloads[a.cluster.Pod(p).Workload], int32(p), "", nil).Name)
	if a.found == nil && (want.code == 201) != leaves && want.code != 404 {
		a.err = fmt.Errorf("the real API answers %d, and that pod %d leaves is %v", want.code, p, leaves)
	}
}

// mirror tells the server of all pods as they are.
func (a *audit) mirror() {
	for p := range kube.PodID(a.cluster.Pods()) {
		x := a.cluster.Pod(p)
		old, known := a.pods[p]
		switch {
		case known && old.state == x && !(x.Phase < kube.PodTerminating && a.server.leaves(old.Namespace, old.Name)):
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
}

// look has the controller write what rollsim's has written since the last look,
// and compares all statuses when one may have changed.
func (a *audit) look() {
	changed := a.asked
	a.asked = false
	for i := range a.model.Budgets {
		b := &a.model.Budgets[i]
		key := b.Namespace + "/" + b.Name
		s := a.cluster.WrittenBudget(i)
		if s.Exists && a.server.budgets[key] == nil {
			a.err = errors.Join(a.err, a.server.add(budgetOf("", b)))
		}
		if s.Writes == a.writes[i] || a.over() {
			continue
		}
		a.writes[i] = s.Writes
		changed = true
		a.mirror()
		a.err = errors.Join(a.err, a.server.sync(a.ctx, key))
		a.met["status"]++
	}
	if changed && !a.over() {
		a.compare()
	}
}

// missed has the controller look at all budgets that rollsim's is not about to
// look at: it must find nothing to do.
func (a *audit) missed() {
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
			d.differ("status", "budget %s, %s: rollsim has %+v, the real control plane %+v", b.Name, spellBudget(&a.model.Budgets[i]), got, want)
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
