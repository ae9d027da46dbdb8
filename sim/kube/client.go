package kube

import (
	"math"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
)

// client is the client of one controller of kube-controller-manager, or of the
// scheduler. Each has its own, and each client limits itself by a token bucket: so
// many requests at once, so many a second in the long run. Requests that must
// wait go first come, first served. In large clusters this is what delays
// replacements. Sources: kubernetes cmd/kube-controller-manager (ClientOrDie
// of each controller), client-go util/flowcontrol.
type client struct {
	qps, burst float64 // qps 0: no limit
	tokens     float64 // at the moment at; below 0: requests that wait
	at         des.Time
}

// reset fills the bucket.
func (x *client) reset(qps, burst int) {
	x.qps, x.burst = float64(qps), float64(burst)
	x.tokens, x.at = x.burst, 0
}

// take takes a token and returns how long the request must wait for it.
func (x *client) take(now des.Time) time.Duration {
	if x.qps == 0 {
		return 0
	}
	x.tokens = min(x.burst, x.tokens+now.Sub(x.at).Seconds()*x.qps) - 1
	x.at = now
	if x.tokens >= 0 {
		return 0
	}
	return time.Duration(math.Round(-x.tokens / x.qps * float64(time.Second)))
}

// wait returns how long a request would have to wait for its token.
func (x *client) wait(now des.Time) time.Duration {
	missing := 1 - min(x.burst, x.tokens+now.Sub(x.at).Seconds()*x.qps)
	if missing <= 0 {
		return 0
	}
	return time.Duration(math.Ceil(missing / x.qps * float64(time.Second)))
}

// controllers are the controllers of kube-controller-manager.
type controllers struct {
	replicaSet, statefulSet, daemonSet, job, disruption client

	syncs   line // ReplicaSets that the controller looks after or that wait for it
	budgets line // the same of budgets
	events  eventSender

	conflicts client // what holds back budgets after conflicts
}

func (x *controllers) reset(c model.Controllers) {
	for _, y := range [...]*client{&x.replicaSet, &x.statefulSet, &x.daemonSet, &x.job, &x.disruption} {
		y.reset(c.ClientQPS, c.ClientBurst)
	}
	x.syncs.reset()
	x.budgets.reset()
	x.events = eventSender{}
	x.conflicts.reset(conflictQPS, conflictBurst)
}
