package explain

import (
	"fmt"
	"strings"

	"rollsim/sim/trace"
)

// words returns what a record says, without its subject and its text.
func (h *History) words(id trace.ID) string {
	_, words, _ := strings.Cut(h.names.Story(*h.at(id), ""), ": ")
	return words
}

// because says what led to a record: its own text, else what it was caused by,
// if that happened to somebody else than its subject; empty otherwise.
func (h *History) because(id trace.ID) string {
	if text := h.trace.Text(h.at(id).Text); text != "" {
		return text
	}
	cause := h.at(id).Cause
	if cause == 0 || h.at(cause).Subject == h.at(id).Subject {
		return ""
	}
	r := h.at(cause)
	return h.names.Story(*r, h.trace.Text(r.Text))
}

// life tells what happened to a subject, one step for each record. Refusals that
// follow each other are one step.
func (h *History) life(list []trace.ID) []Step {
	var steps []Step
	for i := 0; i < len(list); i++ {
		id := list[i]
		r := h.at(id)
		if r.Kind == trace.NodeZone {
			continue
		}
		s := Step{At: h.time(id), What: h.words(id), Because: h.because(id)}
		n := 1
		for r.Kind == trace.EvictionRefused && i+1 < len(list) && h.at(list[i+1]).Kind == trace.EvictionRefused {
			i++
			n++
		}
		if n > 1 {
			s.What += fmt.Sprintf(", %d times until %s", n, h.time(list[i]))
		}
		steps = append(steps, s)
	}
	return steps
}

// causes walks from a record back along its causes to the request that led to
// it, or to the start. There are none of what led to itself.
func (h *History) causes(id trace.ID) []Step {
	var steps []Step
	var last trace.Record
	others := false
	for _, cause := range h.trace.Why(id) {
		r := *h.at(cause)
		if r.Kind == trace.EvictionRefused && last.Kind == r.Kind && last.Subject == r.Subject {
			continue
		}
		last = r
		others = others || r.Subject != h.at(id).Subject
		steps = append(steps, Step{At: h.time(cause), What: h.names.Story(r, h.trace.Text(r.Text))})
		if r.Kind == trace.RequestSubmitted {
			break
		}
	}
	if !others {
		return nil
	}
	return steps
}
