package strategy

import (
	"fmt"
	"strings"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/spelling"
)

// answerHand fills in what comes of a step that goes to kubectl. Nothing refuses
// it. Its minimum counts the pauses alone, for an empty node drains at once; the
// estimate counts the longest median termination of the pods that may be there.
func (p *planner) answerHand(s *step, x *PlannedRequest) {
	h := s.hand
	x.Command = kubectlCommand(p.m, s)
	nodes := len(h.nodes)
	if nodes == 0 {
		nodes = p.state.Pools[h.pool].Machines
	}
	if s.request.Do != model.DrainNodes || nodes == 0 {
		return
	}
	rounds := (nodes + h.pace.NodesAtATime - 1) / h.pace.NodesAtATime
	drain := span{}
	for i := range p.m.NodePools {
		if h.pool < 0 || h.pool == i {
			drain = longest(drain, p.drain(i))
		}
	}
	x.set(drain.times(rounds).plus(fixed(h.pace.NodePause).times(rounds-1)), "drains")
	x.Blockers = p.handBlockers(h)
	if len(h.nodes) == 0 {
		emptied := make([]bool, len(p.m.NodePools))
		emptied[h.pool] = true
		p.strand(x, emptied, false, !h.flags.DisableEviction)
	}
}

// handBlockers names what keeps a drain by hand from its end: pods that must move
// and that kubectl may not or can't evict. Pods of a named node's pool may be on
// other nodes, so nothing is said of these.
func (p *planner) handBlockers(h *byHand) []string {
	if len(h.nodes) > 0 || p.m.NodePools[h.pool].Absent {
		return nil
	}
	var list []string
	leaves := make([]bool, len(p.m.NodePools))
	leaves[h.pool] = true
	for i := range p.m.Workloads {
		w := &p.m.Workloads[i]
		where := fmt.Sprintf("pods of %s/%s", w.Namespace, w.Name)
		switch {
		case w.Kind == model.DaemonSet && !h.flags.IgnoreDaemonSets && p.mayBeOn(w, h.pool):
			list = append(list, where+" belong to a DaemonSet, and ignore_daemonsets is false: kubectl drains no node that has one")
		case w.Kind == model.BarePod && !h.flags.Force && p.mustLeave(w, leaves):
			list = append(list, where+" have no controller, and force is false: kubectl doesn't drain their node")
		case !h.flags.DisableEviction && p.mustLeave(w, leaves):
			list = append(list, p.blocker(i)...)
		}
	}
	return list
}

// mustLeave is mustMove at the start, before pools were added.
func (p *planner) mustLeave(w *model.Workload, leaves []bool) bool {
	if w.Kind == model.DaemonSet || w.Replicas == 0 {
		return false
	}
	somewhere := false
	for i := range leaves {
		from := &p.m.NodePools[i]
		if from.Absent || from.Count == 0 || !p.mayBeOn(w, i) {
			continue
		}
		if !leaves[i] {
			return false
		}
		somewhere = true
	}
	return somewhere
}

// selectorOf is how kubectl names the nodes of a pool.
func selectorOf(pool string) string { return "--selector " + model.LabelPoolOld + "=" + pool }

// kubectlCommand returns the command that makes a request to Kubernetes. What one
// kubectl can't do, pauses and several nodes at a time, is a line of shell.
func kubectlCommand(m *model.Model, s *step) string {
	h := s.hand
	which := strings.Join(h.nodes, " ")
	if len(h.nodes) == 0 {
		which = selectorOf(m.NodePools[h.pool].Name)
	}
	if s.request.Do != model.DrainNodes {
		return fmt.Sprintf("kubectl %s %s", s.request.Do, which)
	}
	flags := drainFlags(h)
	if len(h.nodes) == 1 || h.pace.NodesAtATime == 1 && h.pace.NodePause == 0 && h.pace.OnFailure == model.GoOn {
		return fmt.Sprintf("kubectl drain %s%s", which, flags)
	}
	names := "$(kubectl get nodes " + which + " --output name)"
	if len(h.nodes) > 0 {
		names = which
	}
	stop, pause := " || break", ""
	if h.pace.OnFailure == model.GoOn {
		stop = ""
	}
	if h.pace.NodePause > 0 {
		pause = fmt.Sprintf("; sleep %d", seconds(h.pace.NodePause))
	}
	if h.pace.NodesAtATime > 1 {
		if stop != "" {
			stop = " || exit 255" // which has xargs take no further one
		}
		return fmt.Sprintf("printf '%%s\\n' %s | xargs --max-procs %d --replace sh -c 'kubectl drain {}%s%s%s'", names, h.pace.NodesAtATime, flags, stop, pause)
	}
	return fmt.Sprintf("for n in %s; do kubectl drain $n%s%s%s; done", names, flags, stop, pause)
}

func drainFlags(h *byHand) string {
	var flags strings.Builder
	if h.flags.IgnoreDaemonSets {
		flags.WriteString(" --ignore-daemonsets")
	}
	flags.WriteString(" --delete-emptydir-data")
	if h.flags.Force {
		flags.WriteString(" --force")
	}
	if h.flags.DisableEviction {
		flags.WriteString(" --disable-eviction")
	}
	if h.flags.GracePeriod >= 0 {
		fmt.Fprintf(&flags, " --grace-period %d", seconds(h.flags.GracePeriod))
	}
	if h.pace.Timeout > 0 {
		flags.WriteString(" --timeout " + spelling.Duration(h.pace.Timeout))
	}
	return flags.String()
}

// seconds returns d in seconds, rounded up.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
