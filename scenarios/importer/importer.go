package importer

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"rollsim/sim/model"
)

// A File is a file's content and the name that messages call it by.
type File struct {
	Name string
	Data []byte // nil: no such file
}

// Input is what Import reads and how.
type Input struct {
	Kubectl   File // required: kubectl get nodes,pods,pdb,deploy,sts,ds,rs,jobs -A -o json
	NodePools File // az aks nodepool list -o json
	Cluster   File // az aks show -o json

	Maintenance File // az aks maintenanceconfiguration list -o json

	Title string        // of the scenario; empty: made from the cluster
	To    model.Version // target of the strategies; zero: chosen, with a note

	Anonymize bool
	// Key makes the hashes of Anonymize the same over several imports. Without
	// one it is derived from the input: the same files give the same names, and
	// who doesn't have them can't try names out.
	Key []byte
}

// Result is an imported scenario.
type Result struct {
	Spec  *model.Spec // complete with defaults, unchecked: model.New checks it
	Notes []Note      // what to look at first comes first
}

// A Note says what of the input isn't in the scenario as it was.
type Note struct {
	Subject string // whom it concerns: "workload shop/web", "12 pods (shop/a-1, shop/a-2, ...)"
	Count   int    // how many that is, at least 1
	Key     string // the field of the input: spec.priority, enableAutoScaling
	Message string // what has become of it, and what can be done
	Weight  Weight // how much it matters
}

// String returns the note as one line of text.
func (n Note) String() string { return n.Subject + ": " + n.Key + ": " + n.Message }

// Import makes a scenario of what kubectl and az print. Its error joins
// everything that is wrong with the input, each with file and place.
func Import(in Input) (*Result, error) {
	in.nameFiles()
	im := &importing{in: in, spec: model.NewSpec()}
	im.read()
	if err := im.problems.err(); err != nil {
		return nil, err
	}
	im.addCluster()
	im.addMaintenance()
	im.addPools()
	im.addRules()
	im.addAutoscaler()
	im.addWorkloads()
	im.addBudgets()
	im.unplace()
	im.addStrategies()
	if err := im.problems.err(); err != nil {
		return nil, err
	}
	rename := plain
	if in.Anonymize {
		a := newAnonymizer(in.key())
		a.spec(&im.spec)
		rename = a.subject
	}
	im.spec.Title = in.Title
	if in.Title == "" {
		im.spec.Title = title(&im.spec)
	}
	im.spec.Question = im.question()
	return &Result{Spec: &im.spec, Notes: im.notes.list(rename)}, nil
}

// importing is one import under way.
type importing struct {
	in        Input
	objects   objects
	azPools   []azPool
	azWindows []azWindow
	az        *azCluster // nil: no output of az aks show
	spec      model.Spec
	notes     notes
	problems  problems

	nodes    map[string]*node                   // the imported ones, by name
	work     []*workload                        // parallel to spec.Workloads
	offered  map[string]model.ExtendedResources // that are left of each node's, while pods are unplaced
	extended map[string]bool                    // resources beside cpu and memory that pods ask for
	selected map[string]bool                    // keys of node labels that pods select by
	pools    map[string]string                  // names of pools, by what the nodes' label says
}

// nameFiles gives files without a name one for messages.
func (in *Input) nameFiles() {
	for _, f := range []struct {
		file *File
		name string
	}{{&in.Kubectl, "kubectl output"}, {&in.NodePools, "az aks nodepool list"}, {&in.Cluster, "az aks show"}, {&in.Maintenance, "az aks maintenanceconfiguration list"}} {
		if f.file.Name == "" {
			f.file.Name = f.name
		}
	}
}

// key is what the hashes of names depend on.
func (in *Input) key() []byte {
	if len(in.Key) > 0 {
		return in.Key
	}
	h := sha256.New()
	for _, f := range []File{in.Kubectl, in.NodePools, in.Cluster, in.Maintenance} {
		fmt.Fprintf(h, "%d:", len(f.Data))
		h.Write(f.Data)
	}
	return h.Sum(nil)
}

// read decodes the files.
func (im *importing) read() {
	if im.in.Kubectl.Data == nil {
		im.problems.list = append(im.problems.list, errors.New("no output of kubectl to import; give that of "+kubectlCommand))
		return
	}
	im.objects = readKubectl(im.in.Kubectl, &im.notes, &im.problems)
	if im.in.Cluster.Data != nil {
		if im.az = readCluster(im.in.Cluster, &im.problems); im.az != nil {
			im.azPools = im.az.AgentPoolProfiles
		}
	}
	if im.in.NodePools.Data != nil {
		im.azPools = readPools(im.in.NodePools, &im.problems)
	}
	if im.in.Maintenance.Data != nil {
		im.azWindows = readMaintenance(im.in.Maintenance, &im.problems)
	}
	if len(im.objects.nodes) == 0 && len(im.problems.list) == 0 {
		im.problems.add("%s: no nodes in it; want the output of "+kubectlCommand, im.in.Kubectl.Name)
	}
	if len(im.objects.pods) == 0 {
		im.notes.add(decisive, clusterSubject, "pods", "none in the input: no pod is where it really is, and what has no controller in the input is missing; import the output of "+kubectlCommand)
	}
}

// clusterSubject is the subject of notes on the cluster itself.
var clusterSubject = subject{kind: "cluster"}

// title describes a cluster in a line.
func title(s *model.Spec) string {
	nodes := 0
	for _, p := range s.NodePools {
		nodes += p.Count
	}
	return fmt.Sprintf("%s: %s, %s and %s, imported", s.Cluster.Name,
		plural(len(s.NodePools), "pool"), plural(nodes, "node"), plural(len(s.Workloads), "workload"))
}

func (im *importing) question() string {
	from, to := im.spec.Cluster.KubernetesVersion, im.target()
	if from == to {
		return fmt.Sprintf("What does bringing every node pool to %s do to the workloads of this cluster?", to)
	}
	return fmt.Sprintf("What does the upgrade from %s to %s do to the workloads of this cluster?", from, to)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return itoa(n) + " " + noun + "s"
}
