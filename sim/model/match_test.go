package model

import "testing"

func TestSelectorMatches(t *testing.T) {
	web := NewLabels(map[string]string{"tier": "web", "app": "shop", "cores": "8"})
	for _, row := range []struct {
		selector Selector
		spelling string
		want     bool
	}{
		{nil, "", false},
		{Selector{}, "", true},
		{SelectorOf(web), "app=shop,cores=8,tier=web", true},
		{Selector{{"tier", In, []string{"db", "web"}}}, "tier in (db,web)", true},
		{Selector{{"tier", In, []string{"db"}}}, "tier=db", false},
		{Selector{{"zone", In, []string{""}}}, "zone=", false},
		{Selector{{"tier", NotIn, []string{"db"}}}, "tier notin (db)", true},
		{Selector{{"tier", NotIn, []string{"web"}}}, "tier notin (web)", false},
		{Selector{{"gpu", NotIn, []string{"yes"}}}, "gpu notin (yes)", true},
		{Selector{{"tier", Exists, nil}, {"gpu", DoesNotExist, nil}}, "tier,!gpu", true},
		{Selector{{"gpu", Exists, nil}}, "gpu", false},
		{Selector{{"tier", DoesNotExist, nil}}, "!tier", false},
		{Selector{{"cores", Gt, []string{"7"}}, {"cores", Lt, []string{"9"}}}, "cores > 7,cores < 9", true},
		{Selector{{"cores", Gt, []string{"8"}}}, "cores > 8", false},
		{Selector{{"tier", Gt, []string{"8"}}}, "tier > 8", false},
		{Selector{{"gpu", Lt, []string{"8"}}}, "gpu < 8", false},
		{Selector{{"tier", "Is", []string{"web"}}}, "tier Is (web)", false},
	} {
		if got := row.selector.Matches(web); got != row.want {
			t.Errorf("%q matches %v: %v, want %v", row.selector, web, got, row.want)
		}
		if got := row.selector.String(); got != row.spelling {
			t.Errorf("String() = %q, want %q", got, row.spelling)
		}
	}
}

func TestNodeSelectorTermMatches(t *testing.T) {
	if (NodeSelectorTerm{}).Matches(Labels{{"a", "b"}}) {
		t.Error("a term without requirements matches")
	}
	if !(NodeSelectorTerm{{"a", In, []string{"b"}}}).Matches(Labels{{"a", "b"}}) {
		t.Error("a in (b) does not match a=b")
	}
}

func TestTolerates(t *testing.T) {
	taint := Taint{"spot", "yes", NoSchedule}
	for spelling, want := range map[string]bool{
		"*":                                true,
		"*:NoSchedule":                     true,
		"*:NoExecute":                      false,
		"spot":                             true,
		"spot:NoSchedule":                  true,
		"spot:PreferNoSchedule":            false,
		"spot=yes":                         true,
		"spot=yes:NoSchedule":              true,
		"spot=yes:NoExecute":               false,
		"spot=":                            false,
		"spot=no":                          false,
		"gpu":                              false,
		"CriticalAddonsOnly=a=b:NoExecute": false,
	} {
		tol, err := ParseToleration(spelling)
		if err != nil {
			t.Fatal(err)
		}
		if got := tol.Tolerates(taint); got != want {
			t.Errorf("%s tolerates %s: %v, want %v", spelling, taint, got, want)
		}
		if tol.String() != spelling {
			t.Errorf("%q is spelled %q", spelling, tol)
		}
	}
	if (Toleration{}).Tolerates(taint) {
		t.Error("the zero toleration tolerates something")
	}
}

func TestParseTaint(t *testing.T) {
	for _, s := range []string{"a=b:NoSchedule", "a:NoExecute", "example.com/a=b:PreferNoSchedule"} {
		if taint, err := ParseTaint(s); err != nil || taint.String() != s {
			t.Errorf("%q is read as %q, %v", s, taint, err)
		}
	}
	for s, want := range map[string]string{
		"a=b":          `"a=b" is not a taint; write "key=value:NoSchedule" or "key:NoSchedule"`,
		"":             `"" is not a taint; write "key=value:NoSchedule" or "key:NoSchedule"`,
		"=b:NoExecute": `"=b:NoExecute" is not a taint; write "key=value:NoSchedule" or "key:NoSchedule"`,
		"a=b:Never":    `"a=b:Never" has no known effect after the colon; use NoSchedule, PreferNoSchedule or NoExecute`,
	} {
		if _, err := ParseTaint(s); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", s, err, want)
		}
	}
	for _, s := range []string{"", "=a", "*=a", "a:", "a:never"} {
		if _, err := ParseToleration(s); err == nil {
			t.Errorf("toleration %q is taken", s)
		}
	}
}

func TestMatchesNode(t *testing.T) {
	s := shop()
	m := mustNew(t, s)
	system, web := m.NodePools[0], m.NodePools[1]
	w := NewWorkload("x")
	webNode := web.NodeLabels("westeurope", web.Nodes[0])
	systemNode := system.NodeLabels("westeurope", system.Nodes[0])
	check := func(what string, got, want bool) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	check("plain pods on web", w.MatchesNode(webNode, web.Taints), true)
	check("plain pods on the tainted pool", w.MatchesNode(systemNode, system.Taints), false)
	w.Tolerations = []Toleration{{Key: "CriticalAddonsOnly", Exists: true}}
	check("tolerating pods on the tainted pool", w.MatchesNode(systemNode, system.Taints), true)
	w.NodePool = "web"
	check("pods of web on the system pool", w.MatchesNode(systemNode, system.Taints), false)
	check("pods of web on web", w.MatchesNode(webNode, web.Taints), true)
	w.NodeAffinity = []NodeSelectorTerm{{{LabelZone, In, []string{"westeurope-2"}}}, {{"gpu", Exists, nil}}}
	check("pods of zone 2 in zone 1", w.MatchesNode(webNode, web.Taints), false)
	w.NodeAffinity = append(w.NodeAffinity, NodeSelectorTerm{{LabelZone, In, []string{"westeurope-1"}}})
	check("pods of zone 2 or 1 in zone 1", w.MatchesNode(webNode, web.Taints), true)
	check("pods on a node that would rather not", w.MatchesNode(webNode, []Taint{{"a", "b", PreferNoSchedule}}), true)
}

func TestNodeLabels(t *testing.T) {
	m := mustNew(t, shop())
	web := m.NodePools[1]
	got := web.NodeLabels("westeurope", web.Nodes[1]).String()
	want := "agentpool=web,kubernetes.azure.com/agentpool=web,kubernetes.azure.com/mode=user,kubernetes.io/arch=amd64," +
		"kubernetes.io/hostname=aks-web-vmss000001,kubernetes.io/os=linux,node.kubernetes.io/instance-type=Standard_D4s_v5," +
		"tier=web,topology.kubernetes.io/region=westeurope,topology.kubernetes.io/zone=westeurope-2"
	if got != want {
		t.Errorf("labels\n%s\nwant\n%s", got, want)
	}
}

func TestLabelsWith(t *testing.T) {
	l := Labels{{"b", "1"}, {"d", "2"}}
	for want, got := range map[string]Labels{
		"a=0,b=1,d=2": l.With("a", "0"),
		"b=0,d=2":     l.With("b", "0"),
		"b=1,c=0,d=2": l.With("c", "0"),
		"b=1,d=2":     l,
	} {
		if got.String() != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
