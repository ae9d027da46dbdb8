package importer

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"rollsim/sim/model"
)

// quantity is a Kubernetes quantity as written, a string or a number. It
// decodes from anything; what it means is checked where it is used.
type quantity string

func (q *quantity) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(q))
	}
	*q = quantity(data)
	return nil
}

// The most that one node can have, by a wide margin. What is more is a mistake,
// and sums of it could overflow.
const (
	mostCPU    = 100_000_000 // millicores
	mostMemory = 1 << 50     // bytes
)

// parse returns the quantity in units of ten to the given power, rounded up.
func (q quantity) parse(scale resource.Scale, most int64) (int64, error) {
	if q == "" || q == "null" {
		return 0, nil
	}
	if len(q) > 40 || longExponent(string(q)) {
		return 0, fmt.Errorf("%q is too long for a quantity; write \"500m\" or \"2Gi\"", clipText(string(q)))
	}
	v, err := resource.ParseQuantity(string(q))
	if err != nil {
		return 0, fmt.Errorf("%q is not a quantity; write \"500m\" or \"2Gi\"", string(q))
	}
	if v.Sign() < 0 {
		return 0, fmt.Errorf("%q is negative; want at least 0", string(q))
	}
	if v.Cmp(*resource.NewScaledQuantity(most, scale)) > 0 {
		return 0, fmt.Errorf("%q is more than any node has", string(q))
	}
	return v.ScaledValue(scale), nil
}

// longExponent reports whether s has an exponent of three digits or more, which
// ParseQuantity would spell out.
func longExponent(s string) bool {
	i := strings.LastIndexAny(s, "eE")
	if i < 0 {
		return false
	}
	_, err := strconv.Atoi(s[i+1:])
	return err == nil && len(strings.TrimLeft(s[i+1:], "+-")) > 2
}

// amount returns CPU and memory of a resource list. The error names the key.
func amount(list map[string]quantity) (model.Resources, error) {
	cpu, err := list["cpu"].parse(resource.Milli, mostCPU)
	if err != nil {
		return model.Resources{}, fmt.Errorf("cpu: %w", err)
	}
	memory, err := list["memory"].parse(0, mostMemory)
	if err != nil {
		return model.Resources{}, fmt.Errorf("memory: %w", err)
	}
	return model.Resources{CPU: cpu, Memory: memory}, nil
}

func itoa(n int) string { return strconv.Itoa(n) }
