package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rollsim/report"
	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// Subject is what a question is about: a pod, a workload or a node.
type Subject struct {
	kind  trace.SubjectKind
	index int32   // of a workload or node
	pods  []int32 // of a pod: all that had the name, one after the other
	name  string  // as reports have it
	full  string  // with the namespace
}

// Find returns the pod, workload or node of that name: of exactly that name,
// with or without its namespace, else the only one that has it in its name. With
// a time it has to exist then. An error says what comes near.
func (h *History) Find(name string, at *des.Time) (Subject, error) {
	all := h.subjects()
	found := match(all, func(s Subject) bool { return s.name == name || s.full == name || s.short() == name })
	if len(found) == 0 {
		found = match(all, func(s Subject) bool { return strings.Contains(s.full, name) })
		found = h.withoutOwnPods(found, name)
	}
	if len(found) > 1 && at != nil {
		if there := match(found, func(s Subject) bool { return h.absent(s, *at) == "" }); len(there) > 0 {
			found = there
		}
	}
	switch len(found) {
	case 0:
		return Subject{}, fmt.Errorf("%q: there is no such pod, workload or node; %s", name, h.instead(all, name, at))
	case 1:
		if at != nil {
			if why := h.absent(found[0], *at); why != "" {
				return Subject{}, fmt.Errorf("%s: %s; %s", found[0], why, h.instead(all, name, at))
			}
		}
		return found[0], nil
	}
	return Subject{}, fmt.Errorf("%q: which one? it may be %s", name, few(found, report.Alternatives))
}

// String returns kind and name, such as "pod web-2k4f9".
func (s Subject) String() string { return s.kind.String() + " " + s.name }

// short returns the name without its namespace.
func (s Subject) short() string { return s.full[strings.LastIndex(s.full, "/")+1:] }

// subjects lists all workloads, nodes and pods that there ever are. A bare pod
// is a pod, not a workload.
func (h *History) subjects() []Subject {
	var list []Subject
	for i, w := range h.trace.Header.Workloads {
		if w.Kind != "Pod" {
			list = append(list, h.subject(trace.Ref{Kind: trace.Workload, Index: int32(i)}, h.names.Workload(int32(i))))
		}
	}
	for i := range h.nodes {
		list = append(list, h.subject(trace.Ref{Kind: trace.Node, Index: int32(i)}, h.names.Node(int32(i))))
	}
	at := map[string]int{}
	for i := range h.pods {
		s := h.subject(trace.Ref{Kind: trace.Pod, Index: int32(i)}, h.names.Pod(int32(i)))
		if j, ok := at[s.full]; ok {
			list[j].pods = append(list[j].pods, int32(i))
			continue
		}
		s.pods = []int32{int32(i)}
		at[s.full] = len(list)
		list = append(list, s)
	}
	return list
}

func (h *History) subject(r trace.Ref, name string) Subject {
	return Subject{kind: r.Kind, index: r.Index, name: name, full: h.names.Of(r)}
}

func match(all []Subject, fits func(Subject) bool) []Subject {
	var found []Subject
	for _, s := range all {
		if fits(s) {
			found = append(found, s)
		}
	}
	return found
}

// withoutOwnPods drops pods whose workload has the name in its own: "store"
// means the workload storefront, not each of its pods.
func (h *History) withoutOwnPods(found []Subject, name string) []Subject {
	return match(found, func(s Subject) bool {
		if s.kind != trace.Pod {
			return true
		}
		w := h.pods[s.pods[0]].workload
		return h.trace.Header.Workloads[w].Kind == "Pod" || !strings.Contains(h.names.Of(trace.Ref{Kind: trace.Workload, Index: w}), name)
	})
}

// absent says why a subject doesn't exist at t; "" when it does.
func (h *History) absent(s Subject, t des.Time) string {
	now := h.until(t)
	switch s.kind {
	case trace.Pod:
		for _, p := range s.pods {
			if h.podAt(p, now).exists() {
				return ""
			}
		}
		return h.lifetime(h.pods[s.pods[0]].records, trace.PodDeleted, t)
	case trace.Node:
		list := h.nodes[s.index].records
		if gone := h.first(list, trace.NodeDeleted); list[0] <= now && (gone == 0 || gone > now) {
			return ""
		}
		return h.lifetime(list, trace.NodeDeleted, t)
	}
	return ""
}

// lifetime says from when to when something existed that doesn't at t.
func (h *History) lifetime(list []trace.ID, end trace.Kind, t des.Time) string {
	from := h.time(list[0])
	if gone := h.first(list, end); gone != 0 && h.at(gone).At <= t {
		return fmt.Sprintf("gone at %s; it was there from %s to %s", Clock(t), from, h.time(gone))
	}
	return fmt.Sprintf("not there yet at %s; it comes at %s", Clock(t), from)
}

// instead says what comes near a name: names that share at least half of it, else
// the workloads.
func (h *History) instead(all []Subject, name string, at *des.Time) string {
	if at != nil {
		all = match(all, func(s Subject) bool { return h.absent(s, *at) == "" })
	}
	base := name[strings.LastIndex(name, "/")+1:]
	shared := func(s Subject) int { return common(s.short(), base) }
	near := match(all, func(s Subject) bool { return shared(s) >= max(3, len(base)/2) })
	slices.SortStableFunc(near, func(a, b Subject) int { return cmp.Compare(shared(b), shared(a)) })
	if len(near) == 0 {
		var words []string
		for i := range h.trace.Header.Workloads {
			words = append(words, h.names.Workload(int32(i)))
		}
		return "workloads are " + report.List(firsts(words))
	}
	when := ""
	if at != nil {
		when = " at " + Clock(*at).String()
	}
	return "near it" + when + " are " + few(near, report.List)
}

// common is the length of the longest text that two names have in common.
func common(a, b string) int {
	longest := 0
	ending := make([]int, len(b)+1) // at each letter of b
	for i := range len(a) {
		for j := len(b); j > 0; j-- {
			if ending[j] = 0; a[i] == b[j-1] {
				ending[j] = ending[j-1] + 1
				longest = max(longest, ending[j])
			}
		}
	}
	return longest
}

// few joins the first of many subjects.
func few(list []Subject, join func([]string) string) string {
	var words []string
	for _, s := range list {
		words = append(words, s.String())
	}
	return join(firsts(words))
}

// firsts cuts a long list short.
func firsts(words []string) []string {
	const some = 8
	if n := len(words); n > some+1 {
		return append(slices.Clone(words[:some]), fmt.Sprintf("%d more", n-some))
	}
	return words
}
