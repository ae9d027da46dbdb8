package trace

import (
	"bufio"
	"io"
	"strconv"
)

// WriteText tells the trace as a story: one line for each record with its
// number, time, subject, what happened, and the record that led to it.
//
//	#57  8m12.5s  pod shop/web-2k4f9: eviction refused by pdb shop/web (429) (because #51)
func (t *Trace) WriteText(w io.Writer) error {
	out := bufio.NewWriter(w)
	n := NewNames(&t.Header)
	h := &t.Header
	b := append([]byte("# "), h.Title...)
	b = append(append(b, "; cluster "...), h.Cluster...)
	b = append(append(b, ", strategy "...), h.Strategy...)
	b = strconv.AppendUint(append(b, ", seed "...), h.Seed, 10)
	b = strconv.AppendInt(append(b, ", replication "...), int64(h.Replication), 10)
	out.Write(append(b, '\n'))
	wide := len(strconv.Itoa(len(t.Records))) + 1
	for i, r := range t.Records {
		n.Learn(r)
		number := "#" + strconv.Itoa(i+1)
		b = pad(append(b[:0], number...), wide+2)
		b = pad(append(b, r.At.String()...), wide+2+16)
		b = n.appendStory(b, r, t.Text(r.Text))
		if r.Cause != 0 {
			b = strconv.AppendInt(append(b, " (because #"...), int64(r.Cause), 10)
			b = append(b, ')')
		}
		out.Write(append(b, '\n'))
	}
	return out.Flush()
}

// pad appends spaces to b until it is wide, and one at least.
func pad(b []byte, wide int) []byte {
	for b = append(b, ' '); len(b) < wide; {
		b = append(b, ' ')
	}
	return b
}

// Story returns one record in words, such as "node aks-web-1-vmss000004:
// drained". The names must have learnt the record.
func (n *Names) Story(r Record, text string) string { return string(n.appendStory(nil, r, text)) }

func (n *Names) appendStory(b []byte, r Record, text string) []byte {
	switch k := r.Subject.Kind; k {
	case RunSubject, ControlPlane, Operation:
	default:
		b = append(append(b, k.String()...), ' ')
	}
	b = append(n.appendName(b, r.Subject, true), ": "...)
	b = n.appendWords(b, r)
	if text != "" {
		b = append(append(b, ": "...), text...)
	}
	return b
}

// appendWords appends what happened, without the subject.
func (n *Names) appendWords(b []byte, r Record) []byte {
	var (
		object = func() string { return n.Of(r.Object) }
		number = strconv.FormatInt(r.Value, 10)
		on     = func(before string) string { // the node, where the record has one
			if r.Object.Kind == None {
				return ""
			}
			return before + n.Of(r.Object)
		}
		word = func() string { return nameOf(r.Kind.valueNames(), r.Value, 1, "value") }
		pick = func(is bool, yes, no string) string {
			if is {
				return yes
			}
			return no
		}
	)
	switch r.Kind {
	case RunStarted:
		return append(b, "started"...)
	case RunEnded:
		return append(b, word()...)
	case RunSettled:
		return append(b, pick(r.Value == 1, "every workload has its replicas ready again", "not every workload has its replicas ready again")...)
	case RequestSubmitted:
		return append(b, word()+" of "+object()+" submitted"...)
	case RequestRefused:
		return append(b, pick(r.Value == 1, "refused, as expected", "refused")...)
	case OperationStarted:
		return append(b, "accepted"...)
	case OperationEnded:
		return append(b, word()...)
	case ProvisioningState:
		return append(b, "provisioning state "+word()...)
	case TargetVersion:
		return append(b, "asked for version "+object()...)
	case CurrentVersion:
		return append(b, "runs version "+object()...)
	case SurgePlanned:
		return append(b, "surge of "+number+" nodes planned"...)
	case SlotsPlanned:
		return append(b, number+" nodes at a time"...)
	case BatchStarted:
		return append(b, "batch "+number+" started"...)
	case PoolPhase:
		return append(b, "upgrade is "+word()...)
	}
	return append(b, n.nodeOrPodWords(r, object, on, number, word)...)
}

func (n *Names) nodeOrPodWords(r Record, object func() string, on func(string) string, number string, word func() string) string {
	switch r.Kind {
	case NodeRequested:
		kind := "node"
		if r.Value&1 == 1 {
			kind = "surge node"
		}
		return kind + " ordered" + on(" for pool ")
	case NodeZone:
		return "in zone " + object()
	case NodeReady:
		return "ready" + on(" on version ")
	case NodeUsable:
		return "usable"
	case NodeCordoned:
		return "cordoned"
	case NodeUncordoned:
		return "uncordoned"
	case DrainStarted:
		return "drain started, " + number + " pods to evict"
	case DrainEnded:
		return "drain ended, " + word()
	case SoakStarted:
		return "soaking for " + number + "s"
	case ReimageStarted:
		return "reimage started" + on(", to version ")
	case NodeDeleting:
		return "deletion started"
	case NodeDeleted:
		return "deleted"
	case AllocationFailed:
		return "allocation failed"
	case PodCreated:
		return "created"
	case PodBound:
		return "scheduled" + on(" to ")
	case PodUnschedulable:
		return "no node fits (" + number + " refused)"
	case PodPulling:
		return "pulling " + number + " bytes" + on(" on ")
	case PodRunning:
		return "running" + on(" on ")
	case PodReady:
		return "ready" + on(" on ")
	case PodAvailable:
		return "available" + on(" on ")
	case PodUnready:
		return "unready" + on(" on ")
	case PodTerminating:
		return "terminating" + on(" on ") + ", " + word()
	case PodDeleted:
		return "gone" + on(" from ")
	case EvictionGranted:
		return "eviction granted" + on(" by pdb ")
	case EvictionRefused:
		return "eviction refused" + on(" by pdb ") + " (" + number + ")"
	case BudgetStatus:
		return "wants " + strconv.FormatInt(r.Value>>32, 10) + " healthy pods, allows " + strconv.FormatInt(r.Value&0xffffffff, 10) + " disruptions"
	case DiskMoving:
		return "waits for its disk" + on(" to move to ")
	}
	return r.Kind.String()
}
