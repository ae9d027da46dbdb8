package model

import (
	"fmt"
	"strings"
)

// ParseTaint reads key=value:Effect or key:Effect.
func ParseTaint(s string) (Taint, error) {
	pair, effect, ok := strings.Cut(s, ":")
	key, value, _ := strings.Cut(pair, "=")
	if !ok || key == "" {
		return Taint{}, fmt.Errorf("%q is not a taint; write \"key=value:NoSchedule\" or \"key:NoSchedule\"", s)
	}
	if !knownEffect(effect) {
		return Taint{}, fmt.Errorf("%q has no known effect after the colon; use NoSchedule, PreferNoSchedule or NoExecute", s)
	}
	return Taint{Key: key, Value: value, Effect: TaintEffect(effect)}, nil
}

func knownEffect(s string) bool {
	switch TaintEffect(s) {
	case NoSchedule, PreferNoSchedule, NoExecute:
		return true
	}
	return false
}

// String spells t as ParseTaint reads it.
func (t Taint) String() string {
	if t.Value == "" {
		return t.Key + ":" + string(t.Effect)
	}
	return t.Key + "=" + t.Value + ":" + string(t.Effect)
}

// ParseToleration reads key, key:Effect, key=value, key=value:Effect, "*" or
// "*:Effect". A key without a value tolerates every value.
func ParseToleration(s string) (Toleration, error) {
	pair, effect, hasEffect := strings.Cut(s, ":")
	key, value, hasValue := strings.Cut(pair, "=")
	if key == "" || key == "*" && hasValue {
		return Toleration{}, fmt.Errorf("%q is not a toleration; write \"key\", \"key=value\", \"key=value:NoSchedule\" or \"*\"", s)
	}
	if hasEffect && !knownEffect(effect) {
		return Toleration{}, fmt.Errorf("%q has no known effect after the colon; use NoSchedule, PreferNoSchedule or NoExecute", s)
	}
	if key == "*" {
		key = ""
	}
	return Toleration{Key: key, Exists: !hasValue, Value: value, Effect: TaintEffect(effect)}, nil
}

// String spells t as ParseToleration reads it.
func (t Toleration) String() string {
	s := t.Key
	if s == "" {
		s = "*"
	}
	if !t.Exists {
		s += "=" + t.Value
	}
	if t.Effect != "" {
		s += ":" + string(t.Effect)
	}
	return s
}

// String spells r as kubectl does: "app in (web,api)", "gpu", "!spot", "cores > 4".
func (r Requirement) String() string {
	values := strings.Join(r.Values, ",")
	switch r.Operator {
	case In:
		if len(r.Values) == 1 {
			return r.Key + "=" + values
		}
		return fmt.Sprintf("%s in (%s)", r.Key, values)
	case NotIn:
		return fmt.Sprintf("%s notin (%s)", r.Key, values)
	case Exists:
		return r.Key
	case DoesNotExist:
		return "!" + r.Key
	case Gt:
		return r.Key + " > " + values
	case Lt:
		return r.Key + " < " + values
	default:
		return fmt.Sprintf("%s %s (%s)", r.Key, r.Operator, values)
	}
}

// String spells s as kubectl does, its requirements joined by commas.
func (s Selector) String() string { return joinRequirements(s) }

// String spells t as kubectl does, its requirements joined by commas.
func (t NodeSelectorTerm) String() string { return joinRequirements(t) }

func joinRequirements(rs []Requirement) string {
	parts := make([]string, len(rs))
	for i, r := range rs {
		parts[i] = r.String()
	}
	return strings.Join(parts, ",")
}

// String spells l as key=value pairs joined by commas.
func (l Labels) String() string {
	parts := make([]string, len(l))
	for i, x := range l {
		parts[i] = x.Key + "=" + x.Value
	}
	return strings.Join(parts, ",")
}
