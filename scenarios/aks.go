package scenarios

import (
	"strconv"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// failures reads what goes wrong with machines.
func failures(t *table, into *model.Failures) {
	read(t, "node_create", failure(into.NodeCreate), &into.NodeCreate)
	read(t, "allocation", failure(into.Allocation), &into.Allocation)
	read(t, "addon_reconcile", number, &into.AddonReconcile)
	for _, x := range t.tables("node_crash") {
		into.NodeCrashes = append(into.NodeCrashes, nodeCrash(x))
	}
	t.end(nil)
}

// nodeCrash reads a machine that dies.
func nodeCrash(t *table) model.NodeCrash {
	x := model.NewNodeCrash("")
	required(t, "node_pool", word, &x.NodePool)
	read(t, "node", word, &x.Node)
	required(t, "at", dist, &x.At)
	read(t, "back_after", dist, &x.BackAfter)
	t.end(nil)
	return x
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
		ok = optional(t, "code", text, &f.Code) && ok
		return f, t.end(nil) && ok
	}
}

// failures writes what goes wrong with machines, where something does.
func (e *encoder) failures() {
	is, was := e.spec.Failures, model.NewFailures()
	b := &block{e: e, path: "failures"}
	b.keep("node_create", is.NodeCreate == was.NodeCreate, spellFailure(is.NodeCreate))
	b.keep("allocation", is.Allocation == was.Allocation, spellFailure(is.Allocation))
	b.keep("addon_reconcile", is.AddonReconcile == 0, formatFloat(is.AddonReconcile))
	b.writeIfAny("[failures]")
	for i := range is.NodeCrashes {
		x := &is.NodeCrashes[i]
		c := &block{e: e, path: element("failures.node_crash", i)}
		c.put("node_pool", str(x.NodePool))
		c.keep("node", x.Node == "", str(x.Node))
		c.put("at", x.At.String())
		c.keep("back_after", x.BackAfter == random.Dist{}, x.BackAfter.String())
		c.write("[[failures.node_crash]]")
	}
}

func spellFailure(f model.Failure) string {
	p := formatFloat(f.Probability)
	pairs := []string{"probability", p, "detect_after", spellSpan(f.DetectAfter), "retries", strconv.Itoa(f.Retries)}
	if f.Code != "" {
		pairs = append(pairs, "code", str(f.Code))
	}
	return inlineTable(pairs...)
}

// blueGreen reads how a pool's blue-green upgrade goes.
func blueGreen(t *table, into *model.BlueGreenSettings) {
	read(t, "drain_batch_size", intOrPercent, &into.DrainBatchSize)
	read(t, "drain_timeout", duration, &into.DrainTimeout)
	read(t, "batch_soak", duration, &into.BatchSoak)
	read(t, "final_soak", duration, &into.FinalSoak)
	t.end(nil)
}

// blueGreen adds what differs from was.
func (b *block) blueGreen(is, was model.BlueGreenSettings) {
	b.keep("drain_batch_size", is.DrainBatchSize == was.DrainBatchSize, spellIntOrPercent(is.DrainBatchSize))
	b.keep("drain_timeout", is.DrainTimeout == was.DrainTimeout, spellSpan(is.DrainTimeout))
	b.keep("batch_soak", is.BatchSoak == was.BatchSoak, spellSpan(is.BatchSoak))
	b.keep("final_soak", is.FinalSoak == was.FinalSoak, spellSpan(is.FinalSoak))
}
