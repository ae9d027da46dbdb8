package model

import (
	"fmt"
	"math"
	"strings"
)

func (c *checker) checkGates() {
	strategies := index(c.m.Strategies, func(s Strategy) string { return s.Name })
	for i := range c.m.Gates {
		g := &c.m.Gates[i]
		path := fmt.Sprintf("gate[%d]", i)
		if _, ok := strategies[g.Strategy]; g.Strategy != "" && !ok {
			c.errorf(path+".strategy", "no strategy is named %q", g.Strategy)
		}
		c.checkMetric(path+".metric", g.Metric)
		oneOf(c, path+".stat", g.Stat, Stats)
		oneOf(c, path+".op", g.Op, Comparisons)
		if math.IsNaN(g.Value) || math.IsInf(g.Value, 0) {
			c.errorf(path+".value", "%v is not a number to compare with", g.Value)
		}
	}
}

// checkMetric checks the form of a metric's name and the workload or pool that
// it is of. Which metrics there are is for package metrics to say.
func (c *checker) checkMetric(path, metric string) {
	if metric == "" {
		c.errorf(path, "no metric is given; write one such as \"duration\"")
		return
	}
	subject, name, ok := MetricSubject(metric)
	switch {
	case !ok:
		c.errorf(path, "%q is not the name of a metric; write \"duration\", \"workload.NAME.min_ready\" or \"pool.NAME.duration\"", metric)
	case subject == "pool":
		c.checkPoolName(path, name)
	case subject == "workload":
		switch found := c.m.WorkloadsNamed(name); len(found) {
		case 0:
			c.errorf(path, "no workload is named %q", name)
		case 1:
		default:
			w := &c.m.Workloads[found[0]]
			c.errorf(path, "%q is the name of %d workloads; write \"workload.%s/%s.%s\"", name, len(found), w.Namespace, w.Name, metric[strings.LastIndexByte(metric, '.')+1:])
		}
	}
}

// MetricSubject takes a metric's name apart: workload.NAME.METRIC and
// pool.NAME.METRIC have a subject and its name, every other has neither. It is
// ok when the metric has the form of one.
func MetricSubject(metric string) (subject, name string, ok bool) {
	first, rest, dotted := strings.Cut(metric, ".")
	if first != "workload" && first != "pool" {
		return "", "", metric != "" && strings.Trim(metric, "abcdefghijklmnopqrstuvwxyz0123456789_.") == ""
	}
	last := strings.LastIndexByte(rest, '.')
	if !dotted || last < 1 || last == len(rest)-1 {
		return "", "", false
	}
	return first, rest[:last], true
}

// WorkloadsNamed returns the workloads that a name stands for, which is NAME or,
// where namespaces share one, NAMESPACE/NAME.
func (s *Spec) WorkloadsNamed(name string) []int {
	namespace, plain, qualified := strings.Cut(name, "/")
	var found []int
	for i := range s.Workloads {
		w := &s.Workloads[i]
		if qualified && w.Namespace == namespace && w.Name == plain || !qualified && w.Name == name {
			found = append(found, i)
		}
	}
	return found
}
