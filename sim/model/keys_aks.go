package model

import (
	"strconv"

	"rollsim/sim/random"
)

var failureKeys = []key[Failures]{
	{name: "node_create", source: "Azure/AKS#4553: 20 min until the error shows", note: "nothing fails", value: func(f *Failures) string { return f.NodeCreate.String() }},
	{name: "allocation", source: assumption, note: "nothing fails", value: func(f *Failures) string { return f.Allocation.String() }},
	{name: "addon_reconcile", source: assumption, note: "nothing fails", value: func(f *Failures) string { return formatProbability(f.AddonReconcile) }},
}

var crashKeys = []key[NodeCrash]{
	{name: "node_pool", required: true, value: func(c *NodeCrash) string { return quoted(c.NodePool) }},
	{name: "node", source: byScenario, note: "any of the pool's that work at that time", value: func(c *NodeCrash) string { return quoted(c.Node) }},
	{name: "at", unit: "duration", required: true, note: "since the start of the run", value: func(c *NodeCrash) string { return c.At.String() }},
	{name: "back_after", unit: "duration", source: assumption + ": AKS reboots a node that is NotReady for 5 minutes, and says nothing of success",
		note: "never, until it is reimaged or deleted", value: func(c *NodeCrash) string {
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
	{name: "drain_batch_size", unit: "nodes", source: blueGreenSource, value: func(b *BlueGreenSettings) string { return intOrPercent(b.DrainBatchSize) }},
	{name: "drain_timeout", unit: "duration", source: blueGreenSource, value: func(b *BlueGreenSettings) string { return quotedDuration(b.DrainTimeout) }},
	{name: "batch_soak", unit: "duration", source: blueGreenSource, value: func(b *BlueGreenSettings) string { return quotedDuration(b.BatchSoak) }},
	{name: "final_soak", unit: "duration", source: blueGreenSource, value: func(b *BlueGreenSettings) string { return quotedDuration(b.FinalSoak) }},
}

const blueGreenSource = "ARM, AgentPoolBlueGreenUpgradeSettings"
