package trace

import (
	"strconv"
	"strings"
)

// suffixAlphabet is what Kubernetes makes the suffixes of generated names of.
// It is ascending, so that suffixes sort as their numbers do.
// Source: kubernetes apimachinery util/rand.
const suffixAlphabet = "2456789bcdfghjklmnpqrstvwxz"

// Suffixes is how many suffixes a generated pod name can have: 27^5.
const Suffixes = 27 * 27 * 27 * 27 * 27

// AppendPod appends the name of a workload's pod to b, without its namespace:
// the workload's name with the ordinal for a StatefulSet, with a suffix of five
// letters for others, and alone for a bare Pod. Value is a PodCreated record's.
func AppendPod(b []byte, kind, workload string, value int64) []byte {
	b = append(b, workload...)
	switch kind {
	case "Pod":
		return b
	case "StatefulSet":
		return strconv.AppendInt(append(b, '-'), value, 10)
	}
	b = append(b, '-')
	var s [5]byte
	v := uint64(value) % Suffixes
	for i := len(s) - 1; i >= 0; i-- {
		s[i] = suffixAlphabet[v%27]
		v /= 27
	}
	return append(b, s[:]...)
}

// appendNode appends the name of a node that appeared during the run: the pool's
// prefix and the instance number in at least six base-36 digits, as scale sets
// do.
func appendNode(b []byte, prefix string, number int64) []byte {
	b = append(b, prefix...)
	digits := strconv.FormatInt(number, 36)
	for i := len(digits); i < 6; i++ {
		b = append(b, '0')
	}
	return append(b, digits...)
}

// Names renders the names of a trace's subjects. It has to see the records in
// order, because nodes and pods appear along the way: Learn. An index that it
// has not seen renders as its number, "pod #7".
type Names struct {
	header    *Header
	nodes     []nodeRef // those after Header.Nodes
	pods      []podRef
	workloads []string // shortest unique name of each
	budgets   []string
}

type nodeRef struct {
	pool   int32
	number int64
}

type podRef struct {
	workload int32
	value    int64
}

// NewNames returns the names of h's subjects, before any record.
func NewNames(h *Header) *Names {
	n := &Names{header: h}
	n.workloads = shortest(len(h.Workloads), func(i int) (string, string) { return h.Workloads[i].Namespace, h.Workloads[i].Name })
	n.budgets = shortest(len(h.Budgets), func(i int) (string, string) { return h.Budgets[i].Namespace, h.Budgets[i].Name })
	return n
}

// shortest returns for each of n things its name where no other has the same,
// and namespace/name where one has.
func shortest(n int, of func(int) (namespace, name string)) []string {
	count := make(map[string]int, n)
	for i := range n {
		_, name := of(i)
		count[name]++
	}
	short := make([]string, n)
	for i := range short {
		namespace, name := of(i)
		if count[name] > 1 {
			name = qualified(namespace, name)
		}
		short[i] = name
	}
	return short
}

func qualified(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

// Reset forgets the nodes and pods that appeared. Memory is kept.
func (n *Names) Reset() {
	n.nodes = n.nodes[:0]
	n.pods = n.pods[:0]
}

// Learn takes the next record. It ignores subjects that appear out of order.
func (n *Names) Learn(r *Record) {
	switch r.Kind {
	case NodeRequested:
		if int(r.Subject.Index) == len(n.header.Nodes)+len(n.nodes) {
			n.nodes = append(n.nodes, nodeRef{r.Object.Index, r.Value >> 1})
		}
	case PodCreated:
		if int(r.Subject.Index) == len(n.pods) {
			n.pods = append(n.pods, podRef{r.Object.Index, r.Value})
		}
	}
}

// Node returns the name of node i.
func (n *Names) Node(i int32) string { return string(n.appendName(nil, Ref{Node, i}, false)) }

// Pod returns the name of pod i. It has its namespace in front where two
// workloads share a name.
func (n *Names) Pod(i int32) string {
	if uint(i) < uint(len(n.pods)) {
		if w := n.pods[i].workload; uint(w) < uint(len(n.workloads)) && strings.Contains(n.workloads[w], "/") {
			return string(n.appendName(nil, Ref{Pod, i}, true))
		}
	}
	return string(n.appendName(nil, Ref{Pod, i}, false))
}

// Workload returns the name of workload i: namespace/name where the name alone
// isn't unique.
func (n *Names) Workload(i int32) string {
	if uint(i) < uint(len(n.workloads)) {
		return n.workloads[i]
	}
	return string(numbered(nil, Ref{Workload, i}))
}

// Budget returns the name of budget i: namespace/name where the name alone
// isn't unique.
func (n *Names) Budget(i int32) string {
	if uint(i) < uint(len(n.budgets)) {
		return n.budgets[i]
	}
	return string(numbered(nil, Ref{Budget, i}))
}

// Of returns the full name of a subject: what has a namespace begins with it.
// For what has no name of its own it is the kind, such as "control-plane", and
// for an operation the kind and its number from 1.
func (n *Names) Of(r Ref) string { return string(n.appendName(nil, r, true)) }

// appendName appends the name of r to b, with its namespace when full.
func (n *Names) appendName(b []byte, r Ref, full bool) []byte {
	h, i := n.header, uint(uint32(r.Index))
	space := func(b []byte, namespace string) []byte {
		if full && namespace != "" {
			b = append(append(b, namespace...), '/')
		}
		return b
	}
	switch r.Kind {
	case None, RunSubject, ControlPlane:
		return append(b, r.Kind.String()...)
	case Operation:
		return strconv.AppendInt(append(b, "operation "...), int64(r.Index)+1, 10)
	case Pool:
		if i < uint(len(h.Pools)) {
			return append(b, h.Pools[i].Name...)
		}
	case Node:
		if i < uint(len(h.Nodes)) {
			return append(b, h.Nodes[i].Name...)
		}
		if i -= uint(len(h.Nodes)); i < uint(len(n.nodes)) && uint(n.nodes[i].pool) < uint(len(h.Pools)) {
			return appendNode(b, h.Pools[n.nodes[i].pool].NodePrefix, n.nodes[i].number)
		}
	case Pod:
		if i < uint(len(n.pods)) && uint(n.pods[i].workload) < uint(len(h.Workloads)) {
			w := &h.Workloads[n.pods[i].workload]
			return AppendPod(space(b, w.Namespace), w.Kind, w.Name, n.pods[i].value)
		}
	case Workload:
		if i < uint(len(h.Workloads)) {
			return append(space(b, h.Workloads[i].Namespace), h.Workloads[i].Name...)
		}
	case Budget:
		if i < uint(len(h.Budgets)) {
			return append(space(b, h.Budgets[i].Namespace), h.Budgets[i].Name...)
		}
	case Version:
		if i < uint(len(h.Versions)) {
			return append(b, h.Versions[i]...)
		}
	case Zone:
		if i < uint(len(h.Zones)) {
			return append(b, h.Zones[i]...)
		}
	}
	return numbered(b, r)
}

// numbered appends what stands for a subject without a name, "pod #7".
func numbered(b []byte, r Ref) []byte {
	b = append(append(b, r.Kind.String()...), " #"...)
	return strconv.AppendInt(b, int64(r.Index), 10)
}
