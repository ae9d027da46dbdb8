package importer

import (
	"errors"

	"rollsim/sim/model"
)

// A File is a file's content and the name that messages call it by.
type File struct {
	Name string
	Data []byte // nil: no such file
}

// Input is what Import reads and how.
type Input struct {
	Kubectl   File // required: kubectl get nodes,pods,pdb,deploy,sts,ds,rs -A -o json
	NodePools File // az aks nodepool list -o json
	Cluster   File // az aks show -o json

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
}

// String returns the note as one line of text.
func (n Note) String() string { return n.Subject + ": " + n.Key + ": " + n.Message }

// Import makes a scenario of what kubectl and az print. Its error joins
// everything that is wrong with the input, each with file and place.
func Import(in Input) (*Result, error) {
	return nil, errors.New("import isn't built yet")
}
