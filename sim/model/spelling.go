package model

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
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

// protocols are those that a host port can have.
var protocols = []string{"TCP", "UDP", "SCTP"}

// ParseHostPort reads 8080, 53/UDP, 10.0.0.4:8080 or [fd00::1]:53/UDP.
func ParseHostPort(s string) (HostPort, error) {
	const example = `write 8080, "53/UDP" or "127.0.0.1:9090/TCP"`
	port, protocol, hasProtocol := strings.Cut(s, "/")
	if !hasProtocol {
		protocol = "TCP"
	}
	p := HostPort{Protocol: protocol}
	if i := strings.LastIndexByte(port, ':'); i >= 0 {
		ip, err := netip.ParseAddr(strings.Trim(port[:i], "[]"))
		if err != nil {
			return HostPort{}, fmt.Errorf("%q has no IP address before the colon; %s", s, example)
		}
		if port = port[i+1:]; !ip.IsUnspecified() {
			p.IP = ip.String()
		}
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 || strconv.Itoa(n) != port {
		return HostPort{}, fmt.Errorf("%q is not a port from 1 to 65535; %s", s, example)
	}
	if !slices.Contains(protocols, protocol) {
		return HostPort{}, fmt.Errorf("%q has no known protocol behind the slash; %s", s, example)
	}
	p.Port = n
	return p, nil
}

// String spells p as ParseHostPort reads it.
func (p HostPort) String() string {
	s := strconv.Itoa(p.Port)
	switch {
	case strings.Contains(p.IP, ":"):
		s = "[" + p.IP + "]:" + s
	case p.IP != "":
		s = p.IP + ":" + s
	}
	if p.Protocol != "TCP" {
		s += "/" + p.Protocol
	}
	return s
}

// ClashesWith reports whether two pods of one node can't have p and q. Source:
// kubernetes pkg/scheduler/framework, HostPortInfo.
func (p HostPort) ClashesWith(q HostPort) bool {
	return p.Port == q.Port && p.Protocol == q.Protocol && (p.IP == q.IP || p.IP == "" || q.IP == "")
}

// String spells t in a line: "weight 10: disk=ssd".
func (t PreferredNodeTerm) String() string {
	return "weight " + strconv.Itoa(t.Weight) + ": " + t.Match.String()
}

// String spells t in a line: "required by kubernetes.io/hostname: app=web".
func (t PodAffinityTerm) String() string {
	s := "weight " + strconv.Itoa(t.Weight)
	if t.Required {
		s = "required"
	}
	s += " by " + t.TopologyKey + ": " + t.Selector.String()
	if len(t.Namespaces) > 0 {
		s += " in " + strings.Join(t.Namespaces, ", ")
	}
	return s
}

// String spells c in a line, without what is as usual.
func (c SpreadConstraint) String() string {
	s := c.TopologyKey + " max_skew " + strconv.Itoa(c.MaxSkew) + " " + string(c.WhenUnsatisfiable)
	if c.MinDomains > 1 {
		s += " min_domains " + strconv.Itoa(c.MinDomains)
	}
	if c.NodeAffinityPolicy == Ignore {
		s += " node_affinity_policy Ignore"
	}
	if c.NodeTaintsPolicy == Honor {
		s += " node_taints_policy Honor"
	}
	if len(c.MatchLabelKeys) > 0 {
		s += " match_label_keys " + strings.Join(c.MatchLabelKeys, ",")
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
