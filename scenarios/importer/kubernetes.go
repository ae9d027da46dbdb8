package importer

import (
	"bytes"
	"encoding/json"
	"strings"
)

// The types are Kubernetes' own, reduced to what an import looks at. Fields of
// type json.RawMessage are looked at only for being there.

type meta struct {
	Name, Namespace   string
	Labels            map[string]string
	Annotations       map[string]string
	OwnerReferences   []owner
	DeletionTimestamp *string
}

type owner struct {
	Kind, Name string
	Controller *bool
}

type node struct {
	Metadata meta
	Spec     struct {
		Taints        []taint
		Unschedulable bool
	}
	Status struct {
		Capacity, Allocatable map[string]quantity
		NodeInfo              struct{ KubeletVersion, OperatingSystem string }
		Conditions            []condition
		Images                []struct {
			Names     []string
			SizeBytes int64
		}
	}
}

type taint struct{ Key, Value, Effect string }

type condition struct{ Type, Status, LastTransitionTime string }

type pod struct {
	Metadata meta
	Spec     podSpec
	Status   struct {
		Phase             string
		Conditions        []condition
		ContainerStatuses []struct {
			RestartCount int
			State        struct {
				Running *struct{ StartedAt string }
				Waiting *struct{ Reason string }
			}
		}
	}
}

type podSpec struct {
	Containers, InitContainers    []container
	Resources                     *resources
	Overhead                      map[string]quantity
	NodeName                      string
	NodeSelector                  map[string]string
	Affinity                      *affinity
	Tolerations                   []toleration
	TopologySpreadConstraints     []spreadConstraint
	TerminationGracePeriodSeconds *int64
	Priority                      *int64
	PriorityClassName             string
	PreemptionPolicy              string
	SchedulerName                 string
	SchedulingGates               []struct{ Name string }
	ResourceClaims                []json.RawMessage
	HostNetwork                   bool
	Volumes                       []volume
	OS                            *struct{ Name string }
}

type container struct {
	Name, Image, RestartPolicy string
	Resources                  resources
	Ports                      []port
	Lifecycle                  *struct{ PreStop json.RawMessage }
}

type port struct {
	HostPort         int
	HostIP, Protocol string
}

type resources struct{ Requests, Limits map[string]quantity }

type toleration struct {
	Key, Operator, Value, Effect string
	TolerationSeconds            *int64
}

type affinity struct {
	NodeAffinity *struct {
		Required *struct {
			NodeSelectorTerms []nodeSelectorTerm
		} `json:"requiredDuringSchedulingIgnoredDuringExecution"`
		Preferred []struct {
			Weight     int
			Preference nodeSelectorTerm
		} `json:"preferredDuringSchedulingIgnoredDuringExecution"`
	}
	PodAffinity     *podAffinity
	PodAntiAffinity *podAffinity
}

type nodeSelectorTerm struct{ MatchExpressions, MatchFields []requirement }

type podAffinity struct {
	Required  []podAffinityTerm `json:"requiredDuringSchedulingIgnoredDuringExecution"`
	Preferred []struct {
		Weight          int
		PodAffinityTerm podAffinityTerm
	} `json:"preferredDuringSchedulingIgnoredDuringExecution"`
}

type podAffinityTerm struct {
	LabelSelector     *labelSelector
	Namespaces        []string
	NamespaceSelector *labelSelector
	TopologyKey       string
	MatchLabelKeys    []string
	MismatchLabelKeys []string
}

type labelSelector struct {
	MatchLabels      map[string]string
	MatchExpressions []requirement
}

type requirement struct {
	Key, Operator string
	Values        []string
}

type spreadConstraint struct {
	MaxSkew            int
	TopologyKey        string
	WhenUnsatisfiable  string
	LabelSelector      *labelSelector
	MinDomains         *int
	NodeAffinityPolicy string
	NodeTaintsPolicy   string
	MatchLabelKeys     []string
}

type volume struct {
	Name                                                        string
	EmptyDir, HostPath, PersistentVolumeClaim, Ephemeral, ISCSI json.RawMessage
	NFS, AzureDisk, AzureFile, CSI, FC                          json.RawMessage
}

// template is what controllers of pods have in common.
type template struct {
	Metadata meta
	Spec     podSpec
}

// controller is a Deployment, StatefulSet, DaemonSet, ReplicaSet,
// ReplicationController or Job.
type controller struct {
	Kind     string `json:"-"`
	Metadata meta
	Spec     struct {
		Replicas             *int64
		Template             template
		MinReadySeconds      int64
		PodManagementPolicy  string
		VolumeClaimTemplates []json.RawMessage
		Ordinals             *struct{ Start int }

		// Of a Job.
		Suspend                                bool
		Completions, Parallelism, BackoffLimit *int64
		PodFailurePolicy                       *struct {
			Rules []struct {
				Action          string
				OnPodConditions []struct{ Type string }
			}
		}
	}
	Status struct {
		Succeeded, Failed int64 // pods of a Job
	}
}

type budget struct {
	APIVersion string
	Metadata   meta
	Spec       struct {
		Selector                     *labelSelector
		MinAvailable, MaxUnavailable *intOrString
		UnhealthyPodEvictionPolicy   string
	}
}

// objects is what kubectl printed, each object once, in the order of the input.
type objects struct {
	nodes       []*node
	pods        []*pod
	budgets     []*budget
	controllers []*controller
}

// kinds maps what a key of an object may be called, in lower case, to the kind
// of its items: the names that kubectl takes.
var kinds = map[string]string{
	"nodes": "Node", "node": "Node", "no": "Node",
	"pods": "Pod", "pod": "Pod", "po": "Pod",
	"poddisruptionbudgets": "PodDisruptionBudget", "poddisruptionbudget": "PodDisruptionBudget",
	"pdb": "PodDisruptionBudget", "pdbs": "PodDisruptionBudget",
	"deployments": "Deployment", "deployment": "Deployment", "deploy": "Deployment",
	"statefulsets": "StatefulSet", "statefulset": "StatefulSet", "sts": "StatefulSet",
	"daemonsets": "DaemonSet", "daemonset": "DaemonSet", "ds": "DaemonSet",
	"replicasets": "ReplicaSet", "replicaset": "ReplicaSet", "rs": "ReplicaSet",
	"replicationcontrollers": "ReplicationController", "rc": "ReplicationController",
	"jobs": "Job", "job": "Job",
}

// A kubectlReader sorts documents into objects.
type kubectlReader struct {
	file     string
	objects  objects
	seen     map[[3]string]bool // kind, namespace, name
	notes    *notes
	problems *problems
}

// readKubectl reads all documents of a file.
func readKubectl(f File, n *notes, p *problems) objects {
	docs, err := documents(f)
	if err != nil {
		p.add("%w", err)
		return objects{}
	}
	r := &kubectlReader{file: f.Name, seen: map[[3]string]bool{}, notes: n, problems: p}
	for i, doc := range docs {
		place := ""
		if len(docs) > 1 {
			place = "document " + itoa(i+1)
		}
		r.value(place, "", doc)
	}
	return r.objects
}

// value reads a list or an object. Items without a kind are of the given one.
func (r *kubectlReader) value(place, kind string, raw json.RawMessage) {
	switch first := firstByte(raw); first {
	case 'n': // null
	case '[':
		r.array(place, kind, raw)
	case '{':
		r.object(place, kind, raw)
	default:
		r.problems.add("%s: want a list of Kubernetes objects; got %s", r.at(place), clip(raw))
	}
}

func (r *kubectlReader) array(place, kind string, raw json.RawMessage) {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		r.problems.add("%s: %s", r.at(place), problem(err))
		return
	}
	for i, item := range items {
		itemPlace := place + "[" + itoa(i) + "]"
		if firstByte(item) == 'n' {
			continue
		}
		if firstByte(item) != '{' {
			r.problems.add("%s: want a Kubernetes object; got %s", r.at(itemPlace), clip(item))
			continue
		}
		r.object(itemPlace, kind, item)
	}
}

func (r *kubectlReader) object(place, kind string, raw json.RawMessage) {
	var head struct {
		Kind     string
		Items    json.RawMessage
		Metadata json.RawMessage
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		r.problems.add("%s: %s", r.at(place), problem(err))
		return
	}
	if head.Kind == "" {
		head.Kind = kind
	}
	list, isList := strings.CutSuffix(head.Kind, "List")
	switch {
	case head.Items != nil || isList:
		r.value(join(place, "items"), list, head.Items)
	case head.Kind != "":
		r.item(place, head.Kind, raw)
	default:
		if !r.problems.misplaced(r.at(place)+nameOf(raw), raw, "--kubectl", kubectlCommand) {
			r.byKey(place, raw)
		}
	}
}

// kubectlCommand prints what the import wants.
const kubectlCommand = "kubectl get nodes,pods,pdb,deploy,sts,ds,rs,jobs -A -o json"

// byKey reads an object whose keys name kinds and whose values are their lists.
func (r *kubectlReader) byKey(place string, raw json.RawMessage) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	_, _ = dec.Token() // the brace
	known := false
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return // raw has been parsed before
		}
		key, _ := token.(string)
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return
		}
		if kind, ok := kinds[strings.ToLower(key)]; ok {
			known = true
			r.value(join(place, key), kind, value)
		} else if firstByte(value) == '[' {
			r.notes.add(ignored, subject{kind: "file", name: r.file}, "unknown list", "a key of the file that names no kind which the import reads; left out")
		}
	}
	if !known {
		r.problems.add("%s: no kind, no items and no key such as nodes or pods; want the output of "+kubectlCommand, r.at(place))
	}
}

// item reads one object.
func (r *kubectlReader) item(place, kind string, raw json.RawMessage) {
	var head struct {
		Metadata struct{ Name, Namespace string }
	}
	_ = json.Unmarshal(raw, &head) // what is wrong shows below
	id := [3]string{kind, head.Metadata.Namespace, head.Metadata.Name}
	if r.seen[id] && head.Metadata.Name != "" {
		r.notes.add(ignored, subject{strings.ToLower(kind), id[1], id[2]}, "metadata.name", "in the input more than once; the first one counts")
		return
	}
	r.seen[id] = true
	o := &r.objects
	switch kind {
	case "Node":
		o.nodes = decodeTo(r, place, id, raw, o.nodes)
	case "Pod":
		o.pods = decodeTo(r, place, id, raw, o.pods)
	case "PodDisruptionBudget":
		o.budgets = decodeTo(r, place, id, raw, o.budgets)
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job":
		before := len(o.controllers)
		o.controllers = decodeTo(r, place, id, raw, o.controllers)
		if len(o.controllers) > before {
			o.controllers[before].Kind = kind
		}
	case "HorizontalPodAutoscaler":
		r.notes.add(decisive, subject{"autoscaler", id[1], id[2]}, "kind "+kind, "replicas stay as they are in the simulation")
	default:
		r.notes.add(ignored, subject{"object", id[1], id[2]}, "kind "+clipText(kind), "not a kind that the import reads; left out")
	}
}

// decodeTo appends the object that raw is to list, or adds a problem.
func decodeTo[T any](r *kubectlReader, place string, id [3]string, raw json.RawMessage, list []*T) []*T {
	object := new(T)
	err := json.Unmarshal(raw, object)
	switch {
	case err != nil:
		r.problems.add("%s: %s %s: %s", r.at(place), id[0], plain(subject{namespace: id[1], name: id[2]}), problem(err))
		return list
	case id[2] == "":
		r.problems.add("%s: %s without metadata.name; want an object as kubectl prints it", r.at(place), id[0])
		return list
	}
	return append(list, object)
}

// at is file and place.
func (r *kubectlReader) at(place string) string {
	if place == "" {
		return r.file
	}
	return r.file + ": " + place
}

func join(place, key string) string {
	if place == "" {
		return key
	}
	return place + "." + key
}

func firstByte(raw json.RawMessage) byte {
	trimmed := bytes.TrimLeft(raw, " \t\r\n")
	if len(trimmed) == 0 {
		return 'n'
	}
	return trimmed[0]
}

// clip shortens JSON for a message.
func clip(raw json.RawMessage) string { return clipText(string(raw)) }

func clipText(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}
