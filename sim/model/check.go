package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/random"
	"rollsim/sim/spelling"
)

// A checker collects what is wrong with a filled-in scenario. Its checks never
// change the scenario and go on after a finding.
type checker struct {
	m        *Model
	pools    map[string]int       // by name; the first of several
	given    []bool               // whether the scenario lists the nodes of each pool
	written  int                  // pools that the scenario has; the others are copies for blue-green
	labels   [][]Labels           // of each pool's nodes; see nodeLabels
	extended map[extendedOf]int64 // what is taken of nodes at the start
	findings []Finding
}

func (c *checker) errorf(path, format string, args ...any) {
	c.findings = append(c.findings, Finding{Error, path, fmt.Sprintf(format, args...)})
}

func (c *checker) warnf(path, format string, args ...any) {
	c.findings = append(c.findings, Finding{Warning, path, fmt.Sprintf(format, args...)})
}

// check runs all checks, in the order of the sections of a scenario file.
func (c *checker) check() {
	c.checkRun()
	c.checkCluster()
	c.checkOptions()
	c.checkAliases()
	c.checkTiming("timing", &c.m.Timing)
	c.checkControl()
	c.checkAutoscaler()
	c.checkFailures()
	c.checkPools()
	c.checkImages()
	c.checkSnapshots()
	c.checkWorkloads()
	c.checkBudgets()
	c.checkStrategies()
	c.checkGates()
	c.checkCapacity()
}

// maxReplications is far beyond what an interval gains from more.
const maxReplications = 1_000_000

func (c *checker) checkRun() {
	if c.m.Schema != Schema {
		c.errorf("schema", "%d is not a version of the scenario format; write %d", c.m.Schema, Schema)
	}
	r := &c.m.Run
	if r.Replications < 1 || r.Replications > maxReplications {
		c.errorf("run.replications", "%d is not from 1 to %d", r.Replications, maxReplications)
	}
	if r.Horizon <= 0 || r.Horizon > random.MaxDuration {
		c.errorf("run.horizon", "%s is not a time after which to give up; use \"48h\"", spelling.Duration(r.Horizon))
	}
}

// checkDuration reports a duration that is negative or beyond every run.
func (c *checker) checkDuration(path string, d time.Duration) {
	if d < 0 || d > random.MaxDuration {
		c.errorf(path, "%s is not from 0s to %s", spelling.Duration(d), spelling.Duration(random.MaxDuration))
	}
}

// oneOf reports a value that isn't among the known ones. What a later version
// will know is named as such.
func oneOf[S ~string](c *checker, path string, value S, known []S, later ...S) bool {
	if slices.Contains(known, value) {
		return true
	}
	if slices.Contains(later, value) {
		c.errorf(path, "%q is not supported yet; use %s", value, alternatives(known))
		return false
	}
	c.errorf(path, "%q is not known; use %s", value, alternatives(known))
	return false
}

// alternatives spells a choice: "a", "b" or "c".
func alternatives[S ~string](list []S) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = strconv.Quote(string(s))
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " or " + parts[len(parts)-1]
}

// duplicates calls report for each element whose key an earlier one has.
func duplicates[T any, K comparable](list []T, key func(T) K, report func(i, first int)) {
	seen := make(map[K]int, len(list))
	for i, x := range list {
		k := key(x)
		if first, ok := seen[k]; ok {
			report(i, first)
			continue
		}
		seen[k] = i
	}
}

// plural spells a count with its noun: 1 node, 2 nodes.
func plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "s"):
		return strconv.Itoa(n) + " " + noun + "es"
	default:
		return strconv.Itoa(n) + " " + noun + "s"
	}
}

// poolNames lists the pools for a message.
func (c *checker) poolNames() string {
	if len(c.m.NodePools) == 0 {
		return "there is none"
	}
	names := make([]string, c.written)
	for i := range names {
		names[i] = c.m.NodePools[i].Name
	}
	return "the pools are " + strings.Join(names, ", ")
}

// checkPoolName reports a reference to a pool that doesn't exist.
func (c *checker) checkPoolName(path, name string) {
	if _, ok := c.pools[name]; !ok {
		c.errorf(path, "no pool is named %q; %s", name, c.poolNames())
	}
}

// checkSlash reports a name with a slash, which stands between a namespace and a
// name wherever both are told. Kubernetes has no such names.
// Source: Kubernetes, object names and IDs page.
func (c *checker) checkSlash(path, name string) {
	if strings.Contains(name, "/") {
		c.errorf(path, "%q has a slash, and no name in Kubernetes does; leave it out", name)
	}
}

// checkLabels reports labels without a key and keys given twice.
func (c *checker) checkLabels(path string, labels Labels) {
	for _, l := range labels {
		if l.Key == "" {
			c.errorf(path, "a label has no key; write key = %q", l.Value)
		}
	}
	duplicates(labels, func(l Label) string { return l.Key }, func(i, _ int) {
		c.errorf(path+"."+bareKey(labels[i].Key), "%q is given twice; give a label one value", labels[i].Key)
	})
}

// checkRequirement reports a condition on labels that can't be evaluated.
func (c *checker) checkRequirement(path string, r Requirement, operators []Operator) {
	if r.Key == "" {
		c.errorf(path, "the requirement has no key; name the label that it compares")
	}
	if !oneOf(c, path, r.Operator, operators) {
		return
	}
	switch r.Operator {
	case In, NotIn:
		if len(r.Values) == 0 {
			c.errorf(path, "%s %s has no values; give at least one", r.Key, r.Operator)
		}
	case Exists, DoesNotExist:
		if len(r.Values) > 0 {
			c.errorf(path, "%s %s has %s; it compares with none", r.Key, r.Operator, plural(len(r.Values), "value"))
		}
	case Gt, Lt:
		if len(r.Values) != 1 {
			c.errorf(path, "%s %s has %s; it compares with one whole number", r.Key, r.Operator, plural(len(r.Values), "value"))
		} else if _, err := strconv.ParseInt(r.Values[0], 10, 64); err != nil {
			c.errorf(path, "%s %s %q: not a whole number", r.Key, r.Operator, r.Values[0])
		}
	}
}
