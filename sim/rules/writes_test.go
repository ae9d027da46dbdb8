package rules

import (
	"testing"
	"time"

	"rollsim/sim/model"
)

// written gives pool web, or the cluster, what it knows of writes.
func written(pool bool, w Writes) func(*State) {
	return func(s *State) {
		if pool {
			s.Pools[0].Writes = w
		} else {
			s.Writes = w
		}
	}
}

func ifMatch(r Request, age time.Duration) Request {
	r.IfMatch = &age
	return r
}

func ifNoneMatch(r Request, value string) Request {
	r.IfNoneMatch = value
	return r
}

var writeCases = []ruleCase{
	{"throttle", "the bucket is empty", shop(written(true, Writes{RetryAfter: 1500 * time.Millisecond})), scaleWeb(3), "too many requests; retry after 2 s"},
	{"throttle", "that of another resource", shop(written(true, Writes{RetryAfter: time.Minute})), upgradeControlPlane("1.30.5"), ""},
	{"throttle", "a POST isn't counted", shop(written(true, Writes{RetryAfter: time.Minute})), request(model.UpgradeNodeImage, 0), ""},
	{"if-none-match", "another value than *", shop(), ifNoneMatch(scaleWeb(3), "abc"), `If-None-Match is "abc"; only "*" is allowed`},
	{"if-none-match", "*", shop(), ifNoneMatch(scaleWeb(3), "*"), ""},
	{"if-match", "written since", shop(written(true, Writes{Written: true, Since: time.Minute})), ifMatch(scaleWeb(3), 2*time.Minute), "the eTag of agent pool web is out of date: it was written 1m ago, after the client had read it 2m ago"},
	{"if-match", "written before", shop(written(true, Writes{Written: true, Since: 3 * time.Minute})), ifMatch(scaleWeb(3), 2*time.Minute), ""},
	{"if-match", "a write to the cluster is one to its pools", shop(written(false, Writes{Written: true, Since: time.Minute}), written(true, Writes{Written: true, Since: 5 * time.Minute})), ifMatch(scaleWeb(3), 2*time.Minute), "it was written 1m ago"},
	{"if-match", "a write to a pool is none to the cluster", shop(written(true, Writes{Written: true, Since: time.Minute})), ifMatch(upgradeControlPlane("1.30.5"), 2*time.Minute), ""},
	{"if-match", "never written", shop(), ifMatch(scaleWeb(3), 2*time.Minute), ""},
	{"if-match", "the pool is there", shop(), ifNoneMatch(scaleWeb(3), "*"), "agent pool web is there already"},
	{"no-write-race", "another write at this instant", shop(written(true, Writes{Written: true, Racing: true})), scaleWeb(3), "another operation is in progress"},
	{"no-write-race", "to the cluster", shop(written(false, Writes{Written: true, Racing: true})), scaleWeb(3), "another operation is in progress"},
	{"no-write-race", "to another pool", shop(func(s *State) { s.Pools[1].Writes.Racing = true }), scaleWeb(3), ""},
	{"no-write-race", "an abort writes nothing", shop(written(true, Writes{Racing: true})), request(model.Abort, 0), ""},
	{"no-addon-reconcile", "a PUT meets it", shop(func(s *State) { s.Reconciling = true }), scaleWeb(3), "an add-on is being reconciled"},
	{"no-addon-reconcile", "a POST doesn't", shop(func(s *State) { s.Reconciling = true }), request(model.UpgradeNodeImage, 0), ""},
}

// hours gives a point in time, for states and models.
func hours(h int) *time.Duration {
	d := time.Duration(h) * time.Hour
	return &d
}

var accessCases = []ruleCase{
	{"no-resource-locks", "a lock", shop(func(s *State) { s.ResourceLocks = []string{"CanNotDelete"} }), scaleWeb(3), "the node resource group is locked (CanNotDelete)"},
	{"no-resource-locks", "no lock", shop(), scaleWeb(3), ""},
	{"service-principal-valid", "expired", shop(func(s *State) { s.ServicePrincipalExpires, s.Now = hours(1), time.Hour }), upgradeWeb("1.30.3"), "has expired"},
	{"service-principal-valid", "not yet", shop(func(s *State) { s.ServicePrincipalExpires = hours(1) }), upgradeWeb("1.30.3"), ""},
	{"service-principal-valid", "scaling goes on", shop(func(s *State) { s.ServicePrincipalExpires = hours(0) }), scaleWeb(3), ""},
	{"certificates-valid", "expired", shop(on(model.Profile202608), func(s *State) { s.CertificatesExpire = hours(0) }), upgradeWeb("1.30.3"), "rotate them first"},
	{"certificates-valid", "not yet", shop(on(model.Profile202608), func(s *State) { s.CertificatesExpire = hours(1) }), upgradeWeb("1.30.3"), ""},
}

// together is an upgrade of the cluster with versions for web and system.
func together(to, web, system string) Request {
	r := Request{Do: model.Upgrade, Pool: -1, Client: model.ARM, To: v(to), PoolVersions: make([]model.Version, 2)}
	for i, x := range []string{web, system} {
		if x != "" {
			r.PoolVersions[i] = v(x)
		}
	}
	return r
}

var togetherCases = []ruleCase{
	{"pool-versions-together", "none", shop(), together("1.30.5", "", ""), ""},
	{"pool-versions-together", "all unchanged", shop(), together("1.30.5", "1.29.7", "1.30.3"), ""},
	{"pool-versions-together", "all to the control plane's", shop(), together("1.30.5", "1.30.5", "1.30.5"), ""},
	{"pool-versions-together", "one goes along, one stays", shop(), together("1.30.5", "1.30.5", "1.30.3"), ""},
	{"pool-versions-together", "one is missing", shop(), together("1.30.5", "1.30.5", ""), "versions are given for agent pool web, but not for system"},
	{"pool-versions-together", "one is neither", shop(), together("1.30.5", "1.29.9", "1.30.5"), "version 1.29.9 is given for agent pool web, which is neither its own, 1.29.7, nor the control plane's, 1.30.5"},
	{"pool-versions-together", "a pool that isn't there", shop(func(s *State) { s.Pools[1].Absent = true }), together("1.30.5", "1.30.5", ""), ""},
	{"pools-stay-within-two-minors", "what a request leaves", shop(webOn("1.28.12")), together("1.31.2", "1.28.12", "1.31.2"), "web (1.28.12)"},
	{"pools-stay-within-two-minors", "what it takes along", shop(webOn("1.28.12")), together("1.31.2", "1.31.2", "1.31.2"), ""},
	{"control-plane-may-go-alone", "all pools stay", shop(on(model.Profile202608), func(s *State) { s.Channel = model.ChannelPatch }), together("1.30.5", "", ""), "auto-upgrade channel patch"},
}

// TestLedger is the throttle by hand: 20 at once, then one a minute.
func TestLedger(t *testing.T) {
	var l Ledger
	for i := range 20 {
		if wait := l.At(0).RetryAfter; wait != 0 {
			t.Fatalf("request %d waits %v", i+1, wait)
		}
		l.Put(0)
	}
	for _, c := range []struct{ at, wait time.Duration }{
		{0, time.Minute}, {45 * time.Second, 15 * time.Second}, {time.Minute, 0}, {time.Hour, 0},
	} {
		if wait := l.At(c.at).RetryAfter; wait != c.wait {
			t.Errorf("at %v the 21st waits %v, want %v", c.at, wait, c.wait)
		}
	}
	if w := l.At(time.Minute); w.Written {
		t.Errorf("a resource that nobody has written: %+v", w)
	}
	l.Write(time.Minute)
	if w := l.At(3 * time.Minute); !w.Written || w.Since != 2*time.Minute {
		t.Errorf("written 2m ago: %+v", w)
	}
}
