package rules

import "rollsim/sim/model"

// scaled gives pool web, of 9 nodes, the autoscaler.
func scaled(least, most int) func(*State) {
	return web(func(p *Pool) { p.Scaling = model.Autoscaling{Enabled: true, MinCount: least, MaxCount: most} })
}

func byARM(r Request) Request { r.Client = model.ARM; return r }
func byCLI(r Request) Request { r.Client = model.CLI; return r }

// limits is an update of pool web that gives it the autoscaler's limits.
func limits(enable bool, least, most int) Request {
	r := request(model.UpdatePool, 0)
	if enable {
		r.EnableAutoScaling = &enable
	}
	r.MinCount, r.MaxCount = &least, &most
	return r
}

// scalingCases are ruleCases of the rules in autoscaler.go.
var scalingCases = []ruleCase{
	{"autoscaled-pool-not-by-hand", "without the autoscaler", shop(), byCLI(scaleWeb(10)), ""},
	{"autoscaled-pool-not-by-hand", "by the API", shop(scaled(1, 12)), byARM(scaleWeb(10)), ""},
	{"autoscaled-pool-not-by-hand", "by the CLI", shop(scaled(1, 12)), byCLI(scaleWeb(10)), "between 1 and 12 nodes"},

	{"count-between-limits", "within", shop(scaled(1, 12)), byARM(scaleWeb(12)), ""},
	{"count-between-limits", "beyond", shop(scaled(1, 12)), byARM(scaleWeb(13)), "would have 13 nodes, and the cluster autoscaler has 1 to 12 for it"},
	{"count-between-limits", "below", shop(scaled(5, 12)), byARM(scaleWeb(4)), "would have 4 nodes"},
	{"count-between-limits", "limits around the count", shop(), limits(true, 1, 9), ""},
	{"count-between-limits", "a minimum above the count is taken", shop(scaled(1, 12)), limits(false, 10, 12), ""},
	{"count-between-limits", "a maximum below the count", shop(), limits(true, 1, 8), "would have 9 nodes, and the cluster autoscaler has 1 to 8 for it"},
	{"count-between-limits", "a pool that is added", shop(web(absent), scaled(10, 12)), request(model.AddPool, 0), "would have 9 nodes"},

	{"autoscaler-there", "limits of a pool that has it", shop(scaled(1, 12)), limits(false, 2, 12), ""},
	{"autoscaler-there", "enabled with them", shop(), limits(true, 1, 12), ""},
	{"autoscaler-there", "limits of a pool without", shop(), limits(false, 1, 12), "does not have the cluster autoscaler"},
}
