package sim

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"rollsim/sim/aks"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/metrics"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/spelling"
	"rollsim/sim/strategy"
	"rollsim/sim/trace"
)

// Simulator plays replications of one model, one after another. It keeps its
// memory between them, so that the second and later ones hardly allocate. It
// is for one goroutine.
type Simulator struct {
	model    *model.Model
	engine   des.Engine
	actor    des.Actor
	recorder *trace.Recorder
	kube     *kube.Cluster
	aks      *aks.Service
	operator *strategy.Operator
	header   trace.Header
	meter    *metrics.Meter

	ended   bool         // RunEnded is written
	horizon bool         // the horizon struck
	check   func() error // after every event; nil outside of tests
	last    des.Time     // instant of the last check
}

// New returns a simulator of m.
func New(m *model.Model) *Simulator {
	s := &Simulator{model: m, header: Header(m)}
	s.actor = s.engine.Register(s)
	s.recorder = trace.NewRecorder(s.engine.Now)
	s.kube = kube.New(&s.engine, m, s.recorder)
	s.aks = aks.New(&s.engine, m, s.kube, s.recorder)
	s.operator = strategy.New(&s.engine, m, s.aks, s.kube, s.recorder)
	s.meter = metrics.NewMeter(&s.header)
	return s
}

// Options says what a run leaves behind beside its numbers.
type Options struct {
	Timeline bool // build the Timeline that pictures are drawn from
	Trace    bool // keep every record

	// Placements are pods of which every decision of the scheduler is kept. The
	// same run again tells their numbers: it has the same pods.
	Placements []kube.PodID
}

// Result is one replication.
type Result struct {
	Run      *metrics.Run
	Timeline *metrics.Timeline // nil unless asked for
	Trace    *trace.Trace      // nil unless asked for

	Placements []*kube.Placement // of the pods asked for, as they were made
}

// Run plays one replication of the strategy with that index. The same model,
// strategy and replication give the same records, whatever was played before.
// It panics on a broken invariant, which is a bug of rollsim; the panic says
// how to reproduce it.
func (s *Simulator) Run(strategyIndex, replication int, o Options) Result {
	defer s.explainPanic(strategyIndex, replication)
	name := s.model.Strategies[strategyIndex].Name
	s.header.Strategy, s.header.Replication = name, replication

	s.meter.Reset(name, uint64(s.model.Run.Seed), replication)
	sinks := []trace.Sink{s.meter}
	var kept *trace.Trace
	var timeline *metrics.TimelineBuilder
	if o.Trace {
		kept = &trace.Trace{Header: s.header}
		sinks = append(sinks, kept)
	}
	if o.Timeline {
		header := s.header
		timeline = metrics.NewTimeline(&header, s.meter)
		sinks = append(sinks, timeline)
	}
	result := Result{Trace: kept}
	if len(o.Placements) > 0 {
		s.kube.SetWitness(func(p *kube.Placement) { result.Placements = append(result.Placements, p) }, o.Placements...)
		defer s.kube.SetWitness(nil)
	}
	s.reset(strategyIndex, replication, sinks)
	s.play()

	run := s.meter.Run()
	run.Events = s.engine.Dispatched()
	result.Run = run
	if timeline != nil {
		result.Timeline = timeline.Timeline(run)
	}
	return result
}

// reset puts every room back to time zero and schedules the first requests.
func (s *Simulator) reset(strategyIndex, replication int, sinks []trace.Sink) {
	s.ended, s.horizon, s.last = false, false, 0
	source := random.NewSource(s.model.Run.Seed, replication)
	s.engine.Reset()
	s.recorder.Reset(sinks...)
	s.recorder.Add(trace.RunStarted, trace.Ref{Kind: trace.RunSubject}, trace.Ref{}, 0, 0)
	s.kube.Reset(source)
	s.aks.Reset(source)
	s.operator.Reset(strategyIndex)
	s.engine.At(des.Time(s.model.Run.Horizon), des.ClassEnd, des.Event{Actor: s.actor})
}

// play dispatches events until the operator is done, every workload has its
// replicas ready again and AKS has removed what a stopped upgrade left, or until
// nothing more can happen, or the horizon.
func (s *Simulator) play() {
	for !s.horizon {
		if !s.ended && s.operator.Done() {
			outcome, reason, cause := s.operator.Outcome()
			s.end(outcome, reason, cause)
		}
		if s.ended && s.kube.Settled() && s.aks.Settled() {
			s.settle(true)
			return
		}
		if s.ended && s.engine.Pending() == 1 { // only the horizon is left
			s.settle(false)
			return
		}
		if s.engine.Pending() == 1 {
			panic(fmt.Errorf("sim: nothing more can happen, and the strategy isn't done; accepted and not over: %s",
				cmp.Or(strings.Join(s.aks.InFlight(), ", "), "nothing")))
		}
		if !s.engine.Step() {
			panic(errors.New("sim: no event is left before the horizon"))
		}
		if s.check != nil {
			if err := s.check(); err != nil {
				panic(err)
			}
		}
	}
	s.settle(false)
}

// Handle strikes the horizon.
func (s *Simulator) Handle(des.Event) {
	s.horizon = true
	if !s.ended {
		reason := fmt.Sprintf("not over after %s, the horizon", spelling.Span(s.model.Run.Horizon))
		if open := s.operator.InProgress(); len(open) > 0 {
			reason += "; in progress: " + strings.Join(open, ", ")
		}
		s.end(trace.Horizon, reason, 0)
	}
}

func (s *Simulator) end(outcome trace.Outcome, reason string, cause trace.ID) {
	s.ended = true
	s.recorder.AddText(trace.RunEnded, trace.Ref{Kind: trace.RunSubject}, trace.Ref{}, int64(outcome), cause, reason)
}

func (s *Simulator) settle(settled bool) {
	value := int64(0)
	if settled {
		value = 1
	}
	s.recorder.Add(trace.RunSettled, trace.Ref{Kind: trace.RunSubject}, trace.Ref{}, value, 0)
}

// explainPanic adds to a panic what is needed to see it again.
func (s *Simulator) explainPanic(strategyIndex, replication int) {
	if p := recover(); p != nil {
		panic(fmt.Sprintf("scenario %q, strategy %q, seed %d, replication %d, t=%v: %v",
			s.model.Title, s.model.Strategies[strategyIndex].Name, s.model.Run.Seed, replication, s.engine.Now(), p))
	}
}

// AgentPoolsAt plays a replication until t and returns the pools and the
// cluster as az would show them then.
func (s *Simulator) AgentPoolsAt(strategyIndex, replication int, t des.Time) ([]aks.AgentPool, aks.ManagedCluster) {
	defer s.explainPanic(strategyIndex, replication)
	s.reset(strategyIndex, replication, nil)
	s.engine.RunUntil(t)
	return s.aks.AgentPools(), s.aks.ManagedCluster()
}

// PlacementsAt plays a replication until t and returns what the scheduler would
// think of each of some pods then.
func (s *Simulator) PlacementsAt(strategyIndex, replication int, t des.Time, pods ...kube.PodID) []*kube.Placement {
	defer s.explainPanic(strategyIndex, replication)
	s.reset(strategyIndex, replication, nil)
	s.engine.RunUntil(t)
	var list []*kube.Placement
	for _, p := range pods {
		list = append(list, s.kube.Explain(p))
	}
	return list
}

// CheckInvariants makes the simulator check, after every event, all invariants
// that its rooms know of, and panic when one is broken. It is slow; tests use it.
func (s *Simulator) CheckInvariants() {
	s.check = func() error {
		now := s.engine.Now()
		if now < s.last {
			return fmt.Errorf("the clock went back from %v to %v", s.last, now)
		}
		s.last = now
		return errors.Join(s.kube.CheckInvariants(), s.aks.CheckInvariants())
	}
}
