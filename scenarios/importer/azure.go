package importer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// An azPool is an agent pool as az prints it. ARM nests all but the name under
// properties, az is flat; keys differ in case between versions, which
// encoding/json ignores. Null is the same as absent.
type azPool struct {
	Name       *string
	Properties *azPoolProperties
	azPoolProperties
}

type azPoolProperties struct {
	Type, TypePropertiesType   *string // of ARM's resource, and of the pool; or where there is one, of the pool
	Mode                       *string
	Count                      *int
	MinCount, MaxCount         *int
	EnableAutoScaling          *bool
	VMSize                     *string
	OSType                     *string
	MaxPods                    *int
	AvailabilityZones          []string
	OrchestratorVersion        *string
	CurrentOrchestratorVersion *string
	NodeImageVersion           *string
	CreationData               *struct{ SourceResourceID *string }
	ProvisioningState          *string
	PowerState                 *struct{ Code string }
	ScaleSetPriority           *string
	NodeLabels                 map[string]*string
	NodeTaints                 []string
	UpgradeStrategy            *string
	UpgradeSettingsBlueGreen   json.RawMessage
	UpgradeSettings            *azUpgradeSettings
}

// machines says what a pool's machines are: VirtualMachineScaleSets as a rule.
func (p *azPool) machines() string {
	if p.Properties != nil && p.Properties.Type != nil {
		return *p.Properties.Type
	}
	return value(cmp.Or(p.TypePropertiesType, p.Type))
}

// known reports whether az has told of the pool.
func (p *azPool) known() bool { return p.Name != nil }

type azUpgradeSettings struct {
	MaxSurge, MaxUnavailable  *intOrString
	MaxBlockedNodes           *intOrString
	DrainTimeoutInMinutes     *int
	NodeSoakDurationInMinutes *int
	UndrainableNodeBehavior   *string
}

// azBlueGreen is a pool's upgradeSettingsBlueGreen.
type azBlueGreen struct {
	DrainBatchSize             *intOrString
	DrainTimeoutInMinutes      *int
	BatchSoakDurationInMinutes *int
	FinalSoakDurationInMinutes *int
}

// An azCluster is a managed cluster as az prints it.
type azCluster struct {
	Name, Location *string
	SKU            *struct{ Name, Tier string }
	Properties     *azClusterProperties
	azClusterProperties
}

type azClusterProperties struct {
	KubernetesVersion        *string
	CurrentKubernetesVersion *string
	ProvisioningState        *string
	SupportPlan              *string
	AgentPoolProfiles        []azPool
	NetworkProfile           *struct{ NetworkPlugin, NetworkPluginMode, NetworkPolicy *string }
	AutoUpgradeProfile       *struct{ UpgradeChannel, NodeOSUpgradeChannel *string }
	UpgradeSettings          *struct {
		OverrideSettings *struct{ ForceUpgrade *bool }
	}
	NodeProvisioningProfile *struct{ Mode *string }
	AutoScalerProfile       map[string]json.RawMessage
}

// coalesce sets the fields of dst that are unset to those of src.
func coalesce[T any](dst, src *T) {
	if src == nil {
		return
	}
	d, s := reflect.ValueOf(dst).Elem(), reflect.ValueOf(src).Elem()
	for i := range d.NumField() {
		if d.Field(i).IsZero() {
			d.Field(i).Set(s.Field(i))
		}
	}
}

// elements returns what a document of az holds: the values of an array, of
// ARM's {"value": [...]}, or the document itself.
func elements(doc json.RawMessage) ([]json.RawMessage, error) {
	if firstByte(doc) == 'n' {
		return nil, nil
	}
	if firstByte(doc) == '{' {
		var arm struct{ Value json.RawMessage }
		if err := json.Unmarshal(doc, &arm); err != nil {
			return nil, err
		}
		if firstByte(arm.Value) != '[' {
			return []json.RawMessage{doc}, nil
		}
		doc = arm.Value
	}
	var list []json.RawMessage
	err := json.Unmarshal(doc, &list)
	return list, err
}

// readPools reads the output of az aks nodepool list.
func readPools(f File, p *problems) []azPool {
	docs, err := documents(f)
	if err != nil {
		p.add("%w", err)
		return nil
	}
	var pools []azPool
	for _, doc := range docs {
		list, err := elements(doc)
		if err != nil {
			p.add("%s: %s; want the array that az aks nodepool list -o json prints", f.Name, problem(err))
			continue
		}
		for i, raw := range list {
			place := fmt.Sprintf("%s: [%d]%s", f.Name, i, nameOf(raw))
			if p.misplaced(place, raw, "--az-nodepools", "az aks nodepool list -o json") {
				continue
			}
			var pool azPool
			if err := json.Unmarshal(raw, &pool); err != nil {
				p.add("%s: %s", place, problem(err))
				continue
			}
			pools = append(pools, pool)
		}
	}
	return flatten(f.Name, pools, p)
}

// flatten merges nested properties into the pools and drops those without a name.
func flatten(file string, pools []azPool, p *problems) []azPool {
	var kept []azPool
	seen := map[string]bool{}
	for i, pool := range pools {
		coalesce(&pool.azPoolProperties, pool.Properties)
		switch name := value(pool.Name); {
		case name == "":
			p.add("%s: pool %d has no name; want the array that az aks nodepool list -o json prints", file, i)
			continue
		case seen[name]:
			p.add("%s: pool %q is there twice; want one cluster's pools", file, name)
			continue
		default:
			seen[name] = true
		}
		kept = append(kept, pool)
	}
	return kept
}

// nameOf finds an element's name for a message, " (web)".
func nameOf(raw json.RawMessage) string {
	var head struct{ Name string }
	if json.Unmarshal(raw, &head) != nil || head.Name == "" {
		return ""
	}
	return " (" + head.Name + ")"
}

// readCluster reads the output of az aks show.
func readCluster(f File, p *problems) *azCluster {
	docs, err := documents(f)
	if err != nil {
		p.add("%w", err)
		return nil
	}
	var list []json.RawMessage
	for _, doc := range docs {
		more, err := elements(doc)
		if err != nil {
			p.add("%s: %s; want the object that az aks show -o json prints", f.Name, problem(err))
			return nil
		}
		list = append(list, more...)
	}
	if len(list) > 0 && p.misplaced(f.Name+nameOf(list[0]), list[0], "--az-cluster", "az aks show -o json") {
		return nil
	}
	if len(list) != 1 {
		p.add("%s: %d clusters; want the one that az aks show -o json prints", f.Name, len(list))
		return nil
	}
	if _, flag := printedBy(list[0]); flag == "" {
		p.add("%s%s: neither kubernetesVersion nor agentPoolProfiles; want the object that az aks show -o json prints", f.Name, nameOf(list[0]))
		return nil
	}
	c := new(azCluster)
	if err := json.Unmarshal(list[0], c); err != nil {
		p.add("%s%s: %s", f.Name, nameOf(list[0]), problem(err))
		return nil
	}
	coalesce(&c.azClusterProperties, c.Properties)
	c.AgentPoolProfiles = flatten(f.Name+": agentPoolProfiles", c.AgentPoolProfiles, p)
	return c
}

// value returns what x points to, or the zero value.
func value[T any](x *T) T {
	if x == nil {
		var zero T
		return zero
	}
	return *x
}

// same reports whether an enumeration of az has the value want.
func same(x *string, want string) bool { return strings.EqualFold(value(x), want) }

// minutes checks a setting that az gives in minutes.
func minutes(x *int, most int) (int, error) {
	if n := *x; n < 0 || n > most {
		return 0, fmt.Errorf("%d is not a number of minutes from 0 to %d", n, most)
	}
	return *x, nil
}
