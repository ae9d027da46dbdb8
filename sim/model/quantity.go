package model

import (
	"fmt"
	"maps"
	"math"
	"slices"
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

// ExtendedResource is an amount of a resource beside cpu and memory: of an
// extended one such as nvidia.com/gpu, of ephemeral-storage (bytes) or of huge
// pages (bytes). The scheduler fits pods by it and doesn't score by it.
type ExtendedResource struct {
	Name   string
	Amount int64
}

// ExtendedResources are sorted by name, names unique. What isn't listed is 0.
type ExtendedResources []ExtendedResource

// NewExtendedResources returns the resources of a map in the order that
// ExtendedResources needs.
func NewExtendedResources(m map[string]int64) ExtendedResources {
	var list ExtendedResources
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, ExtendedResource{name, m[name]})
	}
	return list
}

// Get returns the amount of a resource, 0 for one that isn't listed.
func (r ExtendedResources) Get(name string) int64 {
	for _, x := range r {
		if x.Name == name {
			return x.Amount
		}
	}
	return 0
}

// Fits reports whether r is no larger than free in each resource.
func (r ExtendedResources) Fits(free ExtendedResources) bool {
	for _, x := range r {
		if x.Amount > free.Get(x.Name) {
			return false
		}
	}
	return true
}

// EphemeralStorage is the resource of that name, in bytes.
const EphemeralStorage = "ephemeral-storage"

// CountsBytes reports whether amounts of an extended resource are bytes, not
// pieces.
func CountsBytes(resource string) bool {
	return resource == EphemeralStorage || strings.HasPrefix(resource, "hugepages-")
}

// Spelled returns the amount as a scenario has it: 2, or "10Gi" for bytes.
func (x ExtendedResource) Spelled() string {
	if CountsBytes(x.Name) {
		return quotedMemory(x.Amount)
	}
	return strconv.FormatInt(x.Amount, 10)
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
