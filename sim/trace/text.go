package trace

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"time"

	"rollsim/sim/spelling"
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
		n.Learn(&r)
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
	switch {
	case r.Kind == NodeRequested && r.Value&1 == 1:
		b = append(b, "surge "...)
	case r.Kind == RunSettled && r.Value != 1:
		b = append(b, "not "...)
	case r.Kind == RequestRefused && r.Value == 1:
		b = append(b, "as expected, "...)
	case r.Kind == CurrentVersion && r.Object.Kind == None:
		b = append(b, "is gone"...)
	case r.Kind == ScaleHalted && r.Value == 0:
		return append(b, "the autoscaler goes on"...)
	}
	words := words[r.Kind]
	for i := 0; i < len(words); i++ {
		switch c := words[i]; {
		case c == '{' && r.Object.Kind == None:
			for words[i] != '}' {
				i++
			}
		case c == '{' || c == '}':
		case c == '%':
			i++
			b = n.appendPart(b, r, words[i])
		default:
			b = append(b, c)
		}
	}
	return b
}

// appendPart appends what a letter in a record's words stands for.
func (n *Names) appendPart(b []byte, r Record, letter byte) []byte {
	switch letter {
	case 'o':
		return n.appendName(b, r.Object, true)
	case 'w':
		return append(b, nameOf(r.Kind.valueNames(), r.Value, 1, "value")...)
	case 'd':
		return append(b, spelling.Span(time.Duration(r.Value)*time.Second)...)
	case 'h':
		return strconv.AppendInt(b, r.Value>>32, 10)
	case 'i':
		return appendPlural(b, r.Value>>32)
	case 'm':
		return appendPlural(b, r.Value&math.MaxUint32)
	case 's':
		return appendPlural(b, r.Value)
	case 'p':
		return strconv.AppendFloat(b, float64(r.Value)/10, 'f', -1, 64)
	case '%':
		return append(b, '%')
	case 'l':
		return strconv.AppendInt(b, r.Value&math.MaxUint32, 10)
	}
	return strconv.AppendInt(b, r.Value, 10)
}

// appendPlural appends the s of n things.
func appendPlural(b []byte, n int64) []byte {
	if n == 1 {
		return b
	}
	return append(b, 's')
}

// words says what happened, by kind. %o is the object, %n the value, %d the value
// as seconds, %p as per mille in per cent, %w its name, %h and %l its high and low
// half, %s, %i and %m the s of a plural of the value, the high and the low half; what is in braces is left out when the record has no
// object.
var words = [kindEnd]string{
	RunStarted: "started",
	RunEnded:   "%w",
	RunSettled: "every workload has its replicas ready again",

	RequestSubmitted:  "%w{ of %o} submitted",
	RequestRefused:    "refused",
	OperationStarted:  "accepted",
	OperationEnded:    "%w",
	ProvisioningState: "provisioning state %w",
	TargetVersion:     "asked for version %o",
	CurrentVersion:    "{runs version %o}",

	SurgePlanned: "surge of %n node%s planned",
	SlotsPlanned: "%n node%s at a time",
	BatchStarted: "batch %n started",
	PoolPhase:    "upgrade is %w",
	PoolSoaking:  "soaking for %d",

	NodeRequested:    "node ordered for pool %o",
	NodeZone:         "in zone %o",
	NodeReady:        "ready{ on version %o}",
	NodeUsable:       "usable",
	NodeCordoned:     "cordoned",
	NodeUncordoned:   "uncordoned",
	DrainStarted:     "drain started, %n pod%s to evict",
	DrainEnded:       "drain ended, %w",
	SoakStarted:      "soaking for %d",
	ReimageStarted:   "reimage started{, to version %o}",
	NodeDeleting:     "deletion started",
	NodeDeleted:      "deleted",
	AllocationFailed: "allocation failed",
	NodeQuarantined:  "quarantined",
	NodeCrashed:      "crashed",
	NodeLost:         "lost: not ready, tainted unreachable",
	NodeKept:         "stays as a replacement",
	NodeTainted:      "tainted %w",
	NodeUntainted:    "no longer tainted %w",

	ScaledUp:     "the autoscaler orders %n node%s",
	ScaleBackoff: "the autoscaler orders no more for %ns",
	ScaleHalted:  "the autoscaler halts",
	NodeUnneeded: "unneeded, %p%% requested",
	NodeNeeded:   "needed again, %p%% requested",

	PodCreated:       "created",
	PodBound:         "scheduled{ to %o}",
	PodUnschedulable: "no node fits (%n refused)",
	PodNominated:     "nominated{ to %o}, victims: %n",
	PodPulling:       "pulling %n bytes{ on %o}",
	PodRunning:       "running{ on %o}",
	PodReady:         "ready{ on %o}",
	PodAvailable:     "available{ on %o}",
	PodUnready:       "unready{ on %o}",
	PodLost:          "lost with the machine{ of %o}",
	PodTerminating:   "terminating{ on %o}, %w",
	PodDeleted:       "gone{ from %o}",

	EvictionGranted: "eviction granted{ by pdb %o}",
	EvictionRefused: "eviction refused{ by pdb %o} (%n)",
	BudgetStatus:    "wants %h healthy pod%i, allows %l disruption%m",
	DiskMoving:      "waits for its disk{ to move to %o}",
}
