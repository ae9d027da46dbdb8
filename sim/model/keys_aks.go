package model

import (
	"strconv"

	"rollsim/sim/random"
)

var failureKeys = []key[Failures]{
	{name: "node_create", is: aTable, source: "Azure/AKS#4553: 20 min until the error shows",
		means: "machines that are ordered, billed, and never become nodes; by default none",
		value: func(f *Failures) string { return f.NodeCreate.String() }},
	{name: "allocation", is: aTable, source: assumption,
		means: "machines that Azure has no capacity for; by default none",
		value: func(f *Failures) string { return f.Allocation.String() }},
	{name: "addon_reconcile", is: aNumber, least: "0.0", most: "1.0", source: assumption,
		means: "share of the PUTs on pools that meet AKS reconciling an add-on and are refused",
		value: func(f *Failures) string { return formatProbability(f.AddonReconcile) }},
}

var crashKeys = []key[NodeCrash]{
	{name: "node_pool", is: aText, required: true,
		means: "pool of the machine that dies",
		value: func(c *NodeCrash) string { return quoted(c.NodePool) }},
	{name: "node", is: aText, source: byScenario,
		otherwise: "any of the pool's that work at that time", means: "node at the start, by its name",
		value: func(c *NodeCrash) string { return quoted(c.Node) }},
	{name: "at", is: aDist, required: true,
		means: "when, since the run began; a node that boots, is reimaged or is being deleted then doesn't crash",
		value: func(c *NodeCrash) string { return c.At.String() }},
	{name: "back_after", is: aDist, source: assumption + ": AKS reboots a node that is NotReady for 5 minutes, and says nothing of success",
		otherwise: "never, until it is reimaged or deleted", means: "from the crash until the machine runs again, on the same disk",
		value: func(c *NodeCrash) string {
			if (c.BackAfter == random.Dist{}) {
				return ""
			}
			return c.BackAfter.String()
		}},
}

// String spells f as a scenario does.
func (f Failure) String() string {
	text := "{ probability = " + formatProbability(f.Probability) + ", detect_after = " + quotedDuration(f.DetectAfter) +
		", retries = " + strconv.Itoa(f.Retries)
	if f.Code != "" {
		text += ", code = " + strconv.Quote(f.Code)
	}
	return text + " }"
}

// formatProbability spells p as TOML has numbers with a fraction.
func formatProbability(p float64) string {
	s := strconv.FormatFloat(p, 'g', -1, 64)
	if s == "0" || s == "1" {
		s += ".0"
	}
	return s
}

var blueGreenKeys = []key[BlueGreenSettings]{
	{name: "drain_batch_size", is: anAmount, least: "1", most: "1000", leastShare: "\"1%\"", mostShare: "\"100%\"", unit: "nodes", source: blueGreenSource,
		means: "nodes of the old set that are drained at a time",
		value: func(b *BlueGreenSettings) string { return intOrPercent(b.DrainBatchSize) }},
	{name: "drain_timeout", is: aDuration, least: "\"1s\"", most: "\"24h\"", source: blueGreenSource,
		means: "how long the drain of one node may take",
		value: func(b *BlueGreenSettings) string { return quotedDuration(b.DrainTimeout) }},
	{name: "batch_soak", is: aDuration, least: "\"0s\"", most: "\"24h\"", source: blueGreenSource,
		means: "wait after each batch",
		value: func(b *BlueGreenSettings) string { return quotedDuration(b.BatchSoak) }},
	{name: "final_soak", is: aDuration, least: "\"0s\"", most: "\"168h\"", source: blueGreenSource,
		means: "wait after the last batch, before the old nodes are deleted",
		value: func(b *BlueGreenSettings) string { return quotedDuration(b.FinalSoak) }},
}

const blueGreenSource = "ARM, AgentPoolBlueGreenUpgradeSettings"
