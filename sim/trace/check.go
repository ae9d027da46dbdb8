package trace

import (
	"errors"
	"fmt"
	"math"

	"rollsim/sim/des"
)

// check reports the first thing in h that refers to nothing.
func (h *Header) check() error {
	for i, n := range h.Nodes {
		switch {
		case uint(n.Pool) >= uint(len(h.Pools)):
			return fmt.Errorf("node %d: there is no pool %d", i, n.Pool)
		case n.Zone != -1 && uint(n.Zone) >= uint(len(h.Zones)):
			return fmt.Errorf("node %d: there is no zone %d", i, n.Zone)
		case uint(n.Version) >= uint(len(h.Versions)):
			return fmt.Errorf("node %d: there is no version %d", i, n.Version)
		}
	}
	for i, p := range h.Pools {
		if p.VCPUs < 0 || p.Addresses < 0 || !(p.PricePerHour >= 0) || math.IsInf(p.PricePerHour, 0) {
			return fmt.Errorf("pool %d: vCPUs, addresses and price can't be negative or infinite", i)
		}
	}
	for i, w := range h.Workloads {
		if w.Desired < 0 || w.Desired > math.MaxInt32 || !(w.Target >= 0 && w.Target <= 1) {
			return fmt.Errorf("workload %d: desired replicas or target out of range", i)
		}
		if err := checkAll("budget", w.Budgets, len(h.Budgets)); err != nil {
			return fmt.Errorf("workload %d: %w", i, err)
		}
	}
	for i, b := range h.Budgets {
		if err := checkAll("workload", b.Workloads, len(h.Workloads)); err != nil {
			return fmt.Errorf("budget %d: %w", i, err)
		}
	}
	return nil
}

func checkAll(what string, indices []int32, n int) error {
	for _, i := range indices {
		if uint(i) >= uint(n) {
			return fmt.Errorf("there is no %s %d", what, i)
		}
	}
	return nil
}

// checker checks the records of a trace one after the other. It knows how many
// nodes, pods and operations have appeared, so that no index can make a reader
// of the trace reserve memory for more.
type checker struct {
	header *Header
	count  [Zone + 1]int // of subjects that exist by now
	last   des.Time
	id     ID
}

func newChecker(h *Header) *checker {
	c := &checker{header: h}
	c.count[RunSubject] = 1
	c.count[ControlPlane] = 1
	c.count[Pool] = len(h.Pools)
	c.count[Node] = len(h.Nodes)
	c.count[Workload] = len(h.Workloads)
	c.count[Budget] = len(h.Budgets)
	c.count[Version] = len(h.Versions)
	c.count[Zone] = len(h.Zones)
	return c
}

// check reports what is wrong with the next record.
func (c *checker) check(r Record) error {
	c.id++
	if r.Kind == 0 || r.Kind >= kindEnd {
		return fmt.Errorf("%v is unknown", r.Kind)
	}
	info := &kindTable[r.Kind]
	switch {
	case r.At < c.last:
		return fmt.Errorf("its time, %v, is before %v, that of the record before it", r.At, c.last)
	case r.At > des.MaxTime:
		return fmt.Errorf("its time, %v, is beyond %v", r.At, des.MaxTime)
	case r.Cause < 0 || r.Cause >= c.id:
		return fmt.Errorf("its cause, %d, is not an earlier record", r.Cause)
	case !info.subject.has(r.Subject.Kind):
		return fmt.Errorf("%v can't be about a %v", r.Kind, r.Subject.Kind)
	case r.Object.Kind != None && !info.object.has(r.Object.Kind):
		return fmt.Errorf("%v can't have a %v as its object", r.Kind, r.Object.Kind)
	case r.Object.Kind == None && r.Object.Index != 0:
		return errors.New("it has no object but an object's index")
	}
	c.last = r.At
	c.appear(r)
	for _, ref := range [...]Ref{r.Subject, r.Object} {
		if ref.Kind != None && uint(ref.Index) >= uint(c.count[ref.Kind]) {
			return fmt.Errorf("there is no %v %d", ref.Kind, ref.Index)
		}
	}
	return c.checkValue(r, info.value)
}

// appear counts the subjects that begin with this record.
func (c *checker) appear(r Record) {
	switch r.Kind {
	case NodeRequested, PodCreated, RequestSubmitted:
		if k := r.Subject.Kind; int(r.Subject.Index) == c.count[k] {
			c.count[k]++
		}
	}
}

func (c *checker) checkValue(r Record, f form) error {
	switch f {
	case nameValue:
		if names := r.Kind.valueNames(); r.Value < 1 || r.Value >= int64(len(names)) {
			return fmt.Errorf("%v has no value %d", r.Kind, r.Value)
		}
	case instance, levels:
		if r.Value < 0 {
			return fmt.Errorf("the value of %v can't be negative, got %d", r.Kind, r.Value)
		}
	}
	if r.Kind == NodeRequested && r.Object.Kind == None || r.Kind == PodCreated && r.Object.Kind == None {
		return fmt.Errorf("%v needs an object", r.Kind)
	}
	return nil
}
