package scenarios

import (
	"strconv"

	"rollsim/sim/model"
)

// failures reads what goes wrong with machines.
func failures(t *table, into *model.Failures) {
	read(t, "node_create", failure(into.NodeCreate), &into.NodeCreate)
	read(t, "allocation", failure(into.Allocation), &into.Allocation)
	t.end(nil)
}

// failure reads one way to fail; was has what the scenario leaves out.
func failure(was model.Failure) func(value) (model.Failure, bool) {
	return func(x value) (model.Failure, bool) {
		f := was
		t, ok := newTable(x)
		if !ok {
			return f, false
		}
		ok = required(t, "probability", number, &f.Probability)
		ok = optional(t, "detect_after", duration, &f.DetectAfter) && ok
		ok = optional(t, "retries", count, &f.Retries) && ok
		return f, t.end(nil) && ok
	}
}

// failures writes what goes wrong with machines, where something does.
func (e *encoder) failures() {
	is, was := e.spec.Failures, model.NewFailures()
	b := &block{e: e, path: "failures"}
	b.keep("node_create", is.NodeCreate == was.NodeCreate, spellFailure(is.NodeCreate))
	b.keep("allocation", is.Allocation == was.Allocation, spellFailure(is.Allocation))
	b.writeIfAny("[failures]")
}

func spellFailure(f model.Failure) string {
	p := formatFloat(f.Probability)
	return inlineTable("probability", p, "detect_after", spellSpan(f.DetectAfter), "retries", strconv.Itoa(f.Retries))
}
