package model

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Resources is an amount of the resources that the scheduler fits pods by.
type Resources struct {
	CPU    int64 // millicores: 1000 is one core
	Memory int64 // bytes
}

// Add returns r + s.
func (r Resources) Add(s Resources) Resources {
	return Resources{r.CPU + s.CPU, r.Memory + s.Memory}
}

// Sub returns r - s.
func (r Resources) Sub(s Resources) Resources {
	return Resources{r.CPU - s.CPU, r.Memory - s.Memory}
}

// Fits reports whether r is no larger than free in each resource.
func (r Resources) Fits(free Resources) bool {
	return r.CPU <= free.CPU && r.Memory <= free.Memory
}

// Allocatable is what pods can use on a node.
type Allocatable struct {
	Resources
	Pods int // the most pods on the node, DaemonSet pods included
}

// IntOrPercent is a count of nodes or pods, given as such or as a percentage
// of a total that is known later. Source: Kubernetes intstr, AKS maxSurge.
type IntOrPercent struct {
	Value   int // a count >= 0, or a percentage >= 0
	Percent bool
}

// Count is the IntOrPercent of a plain count.
func Count(n int) IntOrPercent { return IntOrPercent{Value: n} }

// Percent is the IntOrPercent of a percentage.
func Percent(p int) IntOrPercent { return IntOrPercent{Value: p, Percent: true} }

// ParseIntOrPercent reads "3" or "33%".
func ParseIntOrPercent(s string) (IntOrPercent, error) {
	digits, percent := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n > math.MaxInt32 || strconv.Itoa(n) != digits {
		return IntOrPercent{}, fmt.Errorf("%q is neither a count nor a percentage; write 2 or \"33%%\"", s)
	}
	return IntOrPercent{Value: n, Percent: percent}, nil
}

// IsZero reports whether the value is 0 or 0%.
func (x IntOrPercent) IsZero() bool { return x.Value == 0 }

// RoundUp resolves x against total, rounding a percentage up. AKS rounds max
// surge and max unavailable so, Kubernetes rounds both kinds of budget so.
// Sources: AKS, rolling upgrade page; kubernetes pkg/controller/disruption.
func (x IntOrPercent) RoundUp(total int) int {
	if !x.Percent {
		return x.Value
	}
	return int((int64(x.Value)*int64(total) + 99) / 100)
}

// String spells x as a scenario does: 3 or 33%.
func (x IntOrPercent) String() string {
	if x.Percent {
		return strconv.Itoa(x.Value) + "%"
	}
	return strconv.Itoa(x.Value)
}
