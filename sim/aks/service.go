package aks

import (
	"fmt"
	"time"

	"rollsim/sim/autoscaler"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// OperationID names a submitted request, refused ones included, in order of
// submission. It is the index of the trace subject.
type OperationID int32

// none is the OperationID that names nothing.
const none OperationID = -1

// Observer learns how operations end. It is called from within events, never from
// within Submit.
type Observer interface {
	OperationEnded(op OperationID, r OperationResult)
}

// OperationResult is how an accepted operation ended.
type OperationResult struct {
	Result        trace.OperationResult
	Code, Message string   // AKS's error; empty when Succeeded
	Record        trace.ID // the OperationEnded record

	// Blocked reports that a drain couldn't end; the rest says which and why.
	Blocked bool
	Node    kube.NodeID
	Pod     kube.PodID // -1: none
	Budget  int        // index into Model.Budgets; -1: no budget stood in the way
}

// Service is one managed cluster. It keeps its memory over Reset.
type Service struct {
	eng   *des.Engine
	actor des.Actor
	m     *model.Model
	k     *kube.Cluster
	rec   *trace.Recorder
	src   random.Source
	obs   Observer

	scaler *autoscaler.Autoscaler

	cluster managedCluster
	pools   []pool
	base    *rules.State // as it is before anything was requested
	ops     []operation
	work    []work // by NodeID; nodes that were never worked on may lie beyond its end
	marks   []mark // by NodeID, as work

	submitting bool          // within Submit: an operation that is over at once ends in an event of its own
	scratch    []kube.NodeID // for a moment's list of nodes
}

// managedCluster is the cluster resource with its control plane.
type managedCluster struct {
	version int // that the control plane runs; index into Model.Versions
	target  int // that was last asked for; it may be an alias
	state   trace.State
	op      OperationID // in progress on the cluster; none: none is
	draws   draws

	forcedUntil des.Time // until then budgets aren't asked
	writes      writes
	waiting     bool // op is an automatic upgrade that waits for its window
}

// The service's own events.
const (
	evControlPlane des.Kind = iota // Subject: operation; the control plane is on its target
	evSoaked                       // Subject: node; its soak is over
	evOver                         // Subject: operation; it had nothing to do
	evCleanUp                      // Subject: pool; remove the surge nodes of a failed upgrade
	evNoRoom                       // Subject: pool; AKS learns that a machine can't be had
	evPoolSoaked                   // Subject: pool; a soak of its blue-green upgrade is over
	evNoNode                       // Subject: node; AKS learns that the machine never becomes one
	evReconciled                   // Subject: operation; AKS has looked at what it was told
	evWindow                       // Subject: operation; the maintenance window opens
	evAborted                      // Subject: operation; what it aborts ends
	evCrash                        // Subject: crash of the scenario; its machine dies
	evNoMachine                    // Subject: pool; AKS learns that a machine which the autoscaler has ordered can't be had
)

// New returns the service of m's cluster, with k as the cluster's inside. It
// registers with eng and as k's observer. Call Reset before use.
func New(eng *des.Engine, m *model.Model, k *kube.Cluster, rec *trace.Recorder) *Service {
	s := &Service{eng: eng, m: m, k: k, rec: rec, pools: make([]pool, len(m.NodePools)), base: rules.FromModel(m)}
	s.actor = eng.Register(s)
	s.cluster.draws = clusterDraws(m.Cluster.Name)
	for i := range s.pools {
		s.pools[i] = newPool(m, i)
	}
	s.scaler = autoscaler.New(eng, m, k, cloud{s}, rec)
	k.SetObserver(s)
	return s
}

// Reset goes back to time zero, after the engine, the recorder and the cluster
// did. It records the states and versions that the cluster starts with.
func (s *Service) Reset(src random.Source) {
	s.src = src
	s.ops = s.ops[:0]
	s.work = s.work[:0]
	s.marks = s.marks[:0]
	s.submitting = false
	version := s.versionIndex(s.m.Cluster.KubernetesVersion)
	s.scheduleCrashes()
	s.cluster = managedCluster{version: version, target: version, state: trace.StateSucceeded, op: none, draws: s.cluster.draws.reset(), forcedUntil: des.Time(s.m.Cluster.ForceUntil)}
	s.rec.Add(trace.ProvisioningState, clusterRef, trace.Ref{}, int64(trace.StateSucceeded), 0)
	if asked := s.m.Cluster.Requested; !asked.IsZero() {
		s.cluster.target = s.versionIndex(asked)
	}
	s.rec.Add(trace.TargetVersion, clusterRef, versionRef(s.cluster.target), 0, 0)
	s.rec.Add(trace.CurrentVersion, clusterRef, versionRef(version), 0, 0)
	for i := range s.pools {
		s.resetPool(&s.pools[i])
	}
	s.scaler.Reset(src)
}

// SetObserver sets who learns how operations fare; nil: nobody.
func (s *Service) SetObserver(o Observer) { s.obs = o }

// Submit hands in a request, as with --no-wait, and returns AKS's answer: no
// refusals when it is accepted. Expected is the error code that the scenario
// wants to see, empty for acceptance; it only marks the record of a refusal.
func (s *Service) Submit(r rules.Request, expected string, cause trace.ID) (OperationID, []rules.Refusal) {
	id := OperationID(len(s.ops))
	r = rules.Arriving(s.m, r)
	state := s.stateFor(r, cause)
	target := rules.Target(state, r)
	subject := clusterRef
	if r.Pool >= 0 && r.Pool < len(s.pools) {
		subject = poolRef(r.Pool)
	}
	submitted := s.rec.AddText(trace.RequestSubmitted, operationRef(id), subject, int64(verbs[r.Do]), cause, r.Name)
	refusals := rules.Check(state, r)
	s.count(r, refusals)
	if len(refusals) > 0 {
		refused := s.rec.AddText(trace.RequestRefused, operationRef(id), trace.Ref{}, flag(refusals[0].Code == expected), submitted, refusals[0].String())
		s.ops = append(s.ops, operation{request: r, subject: subject, record: refused, over: true})
		return id, refusals
	}
	op := operation{request: r, subject: subject, target: s.versionIndex(target), began: s.eng.Now(), aborts: none}
	op.asked, op.request.To = op.target, target // it means the same until it is over
	if r.To.IsAlias() {
		op.asked = s.versionIndex(r.To)
	}
	value := int64(op.target)
	if r.Do == model.Scale {
		value = int64(r.Count)
	}
	op.record = s.rec.Add(trace.OperationStarted, operationRef(id), subject, value, submitted)
	s.ops = append(s.ops, op)
	unchanged := rules.Unchanged(state, r)
	if !unchanged {
		s.written(r, op.record)
	}
	s.submitting = true
	s.begin(id, unchanged)
	s.submitting = false
	return id, nil
}

// Number gives a request that goes elsewhere, to Kubernetes, its number in the
// row of all submissions.
func (s *Service) Number() OperationID {
	s.ops = append(s.ops, operation{over: true})
	return OperationID(len(s.ops) - 1)
}

// Record returns AKS's answer to a request: its OperationStarted or
// RequestRefused record.
func (s *Service) Record(id OperationID) trace.ID { return s.ops[id].record }

// InFlight names the operations that were accepted and are not over, in order of
// submission: `2 (upgrade-pool of web, "web")`.
func (s *Service) InFlight() []string {
	var list []string
	for i := range s.ops {
		op := &s.ops[i]
		if op.over {
			continue
		}
		what := string(op.request.Do)
		if op.request.Pool >= 0 {
			what += " of " + s.m.NodePools[op.request.Pool].Name
		}
		list = append(list, fmt.Sprintf("%d (%s, %q)", i+1, what, op.request.Name))
	}
	return list
}

// Settled reports whether nothing is going on any more: no operation, and
// nothing that a failed one left, neither nodes being reimaged nor surge nodes
// on their way out.
func (s *Service) Settled() bool {
	for i := range s.ops {
		if !s.ops[i].over {
			return false
		}
	}
	for i := range s.pools {
		if s.pools[i].busy > 0 || s.pools[i].leaving > 0 || s.pools[i].strays > 0 || s.pools[i].cleanUp {
			return false
		}
	}
	return !s.scaler.Busy()
}

// Handle executes the service's own events.
func (s *Service) Handle(ev des.Event) {
	switch ev.Kind {
	case evControlPlane:
		s.controlPlaneDone(OperationID(ev.Subject))
	case evSoaked:
		s.soaked(kube.NodeID(ev.Subject))
	case evOver:
		s.over(OperationID(ev.Subject))
	case evCleanUp:
		s.cleanUp(&s.pools[ev.Subject])
	case evNoRoom:
		s.noRoom(&s.pools[ev.Subject])
	case evReconciled:
		s.reconciled(OperationID(ev.Subject))
	case evWindow:
		s.nextPool(OperationID(ev.Subject), s.ops[ev.Subject].record)
	case evCrash:
		s.crash(int(ev.Subject))
	case evAborted:
		s.aborted(OperationID(ev.Subject))
	case evPoolSoaked:
		s.poolSoaked(&s.pools[ev.Subject])
	case evNoNode:
		s.noNode(kube.NodeID(ev.Subject))
	case evNoMachine:
		s.noMachine(&s.pools[ev.Subject])
	default:
		panic(fmt.Sprintf("aks: event kind %d (t=%v)", ev.Kind, s.eng.Now()))
	}
}

// now schedules one of the service's own events for the present instant, after
// what is being executed.
func (s *Service) now(kind des.Kind, subject int32) {
	s.eng.After(0, max(des.ClassControl, s.eng.Class()), des.Event{Actor: s.actor, Kind: kind, Subject: subject})
}

// versionIndex returns the index of v, which the model knows.
func (s *Service) versionIndex(v model.Version) int {
	i, ok := s.m.VersionIndex(v)
	if !ok {
		panic(fmt.Sprintf("aks: version %s is not one of the model's (t=%v)", v, s.eng.Now()))
	}
	return i
}

var verbs = map[model.Verb]trace.Verb{
	model.Upgrade:             trace.VerbUpgrade,
	model.UpgradeControlPlane: trace.VerbUpgradeControlPlane,
	model.UpgradePool:         trace.VerbUpgradePool,
	model.Scale:               trace.VerbScale,
	model.UpgradeNodeImage:    trace.VerbUpgradeNodeImage,
	model.UpdatePool:          trace.VerbUpdatePool,
	model.AddPool:             trace.VerbAddPool,
	model.DeletePool:          trace.VerbDeletePool,
	model.StopPool:            trace.VerbStopPool,
	model.StartPool:           trace.VerbStartPool,
	model.RollbackPool:        trace.VerbRollbackPool,
	model.Abort:               trace.VerbAbort,
	model.DeleteMachines:      trace.VerbDeleteMachines,
}

var clusterRef = trace.Ref{Kind: trace.ControlPlane}

func poolRef(i int) trace.Ref         { return trace.Ref{Kind: trace.Pool, Index: int32(i)} }
func nodeRef(n kube.NodeID) trace.Ref { return trace.Ref{Kind: trace.Node, Index: int32(n)} }
func versionRef(i int) trace.Ref      { return trace.Ref{Kind: trace.Version, Index: int32(i)} }
func operationRef(id OperationID) trace.Ref {
	return trace.Ref{Kind: trace.Operation, Index: int32(id)}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// seconds returns d in whole seconds, as records have it.
func seconds(d time.Duration) int64 { return int64(d / time.Second) }
