package conformance

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/kubectl/pkg/drain"
	"rollsim/sim/kube"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// drainGame is a game at whose end nodes are drained by hand, and what the real
// kubectl would have done with each.
type drainGame struct {
	*game
	client *fake.Clientset
	on     v1.PodList // of the node at hand
	ended  *kube.DrainResult
	asked  map[kube.PodID]bool // pods that terminate; true: by rollsim's kubectl
}

// drainCase returns case number seed, in which requests are answered at once.
func drainCase(seed uint64) *Case {
	c := generate(seed, false)
	answeredAtOnce(&c.Spec)
	return c
}

// playDrains plays a case to its end and drains one node after the other, each
// with flags of its own, until the pods that go differ.
func playDrains(ctx context.Context, c *Case) (*game, error) {
	g, rec, err := newGame(c)
	if err != nil {
		return nil, err
	}
	d := &drainGame{game: g, client: fake.NewClientset()}
	d.client.PrependReactor("list", "pods", func(clienttesting.Action) (bool, runtime.Object, error) { return true, &d.on, nil })
	d.client.PrependReactor("get", "daemonsets", func(clienttesting.Action) (bool, runtime.Object, error) { return true, &appsv1.DaemonSet{}, nil })
	rec.Reset(d)
	g.cluster.SetPerson(d)
	g.cluster.Reset(random.NewSource(random.Seed(c.Seed), 0))
	for _, s := range c.Steps {
		g.do(s)
		g.until(g.engine.Now().Add(s.Then), func() {})
	}
	r := rand.New(rand.NewPCG(c.Seed, 0x647261696e))
	for _, n := range slices.Clone(g.usable()) {
		if g.over() {
			break
		}
		d.drain(ctx, n, &drain.Helper{
			Ctx: ctx, Client: d.client, Force: r.IntN(2) == 0, IgnoreAllDaemonSets: r.IntN(4) > 0, DeleteEmptyDirData: r.IntN(2) == 0,
		})
	}
	return g, g.err
}

// drain drains a node and compares who goes with what the real filters say.
func (d *drainGame) drain(ctx context.Context, n kube.NodeID, h *drain.Helper) {
	c := d.cluster
	c.API().StopDrain(n, 0)
	d.on.Items = d.on.Items[:0]
	for _, p := range c.PodsOn(n) {
		d.on.Items = append(d.on.Items, *livePod("", d.model, c, p))
	}
	list, errs := h.GetPodsForDeletion(c.NodeName(n))
	d.ended, d.asked = nil, map[kube.PodID]bool{}
	c.Kubectl().Drain(n, kube.DrainOptions{Kubectl: &kube.Kubectl{
		IgnoreDaemonSets: h.IgnoreAllDaemonSets, Force: h.Force, DisableEviction: true, GracePeriod: -1,
	}}, 0)
	d.until(d.engine.Now(), func() {})
	c.Kubectl().StopDrain(n, 0)
	d.decisions += len(d.on.Items)
	d.met[fmt.Sprintf("force %v, ignore DaemonSets %v: errors %v", h.Force, h.IgnoreAllDaemonSets, len(errs) > 0)]++
	x := &disagreement{state: []string{fmt.Sprintf("t=%v, node %s, force %v, ignore DaemonSets %v", d.engine.Now(), c.NodeName(n), h.Force, h.IgnoreAllDaemonSets)}}
	if len(errs) > 0 {
		d.refused(x, fmt.Sprint(errs))
	} else {
		d.goes(x, list.Pods())
	}
	if len(x.lines) > 0 {
		d.found = x
	}
}

// refused: the real kubectl drains nothing because of some pods, and says which.
func (d *drainGame) refused(x *disagreement, errs string) {
	if slices.Contains(slices.Collect(maps.Values(d.asked)), true) || d.ended == nil || d.ended.Result != trace.DrainFailed {
		x.differ("kubectl", "rollsim's drain asks for %v and ends with %+v, the real one's says %s", d.asked, d.ended, errs)
		return
	}
	words := strings.FieldsFunc(errs, func(r rune) bool { return strings.ContainsRune(" ,[]", r) })
	if name := d.name(d.ended.Pod); !slices.Contains(words, name) {
		x.differ("kubectl", "rollsim's drain fails for %s, the real one's says %s", name, errs)
	}
}

// goes: the real kubectl has these pods go. Those that terminate already it only
// waits for.
func (d *drainGame) goes(x *disagreement, pods []v1.Pod) {
	want := map[string]bool{}
	for i := range pods {
		if pods[i].DeletionTimestamp == nil {
			want[pods[i].Namespace+"/"+pods[i].Name] = true
		}
	}
	for p, byHand := range d.asked {
		if byHand && !want[d.name(p)] {
			x.differ("kubectl", "rollsim has pod %s go, the real kubectl doesn't", d.name(p))
		}
		delete(want, d.name(p))
	}
	for name := range want {
		x.differ("kubectl", "the real kubectl has pod %s go, rollsim doesn't", name)
	}
	d.met["pods that go"] += len(pods)
	d.met["pods that stay"] += len(d.on.Items) - len(pods)
}

// name is a pod's name in the mirror.
func (d *drainGame) name(p kube.PodID) string {
	w := &d.model.Workloads[d.cluster.Pod(p).Workload]
	return w.Namespace + "/" + podOf(w, int32(p), "", nil).Name
}

// Record takes note of the pods that terminate: by hand, or with a Job that fails
// when others of its pods go.
func (d *drainGame) Record(_ trace.ID, r *trace.Record, _ string) {
	if r.Kind == trace.PodTerminating && d.asked != nil {
		d.asked[kube.PodID(r.Subject.Index)] = r.Value == int64(trace.DeletedByUser)
	}
}

// DrainEnded takes note of how a drain by hand ends.
func (d *drainGame) DrainEnded(_ kube.NodeID, r kube.DrainResult) { d.ended = &r }
