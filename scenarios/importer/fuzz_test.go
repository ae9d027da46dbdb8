package importer_test

import (
	"testing"

	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

// Whatever the files hold, Import gives an error or a scenario that New can be
// asked about; nothing panics.
func FuzzImport(f *testing.F) {
	small, pools, cluster := read(f, "small.json").Data, read(f, "nodepools-flat.json").Data, read(f, "cluster-flat.json").Data
	f.Add(small, pools, cluster, false)
	f.Add(small, read(f, "nodepools-nested.json").Data, read(f, "cluster-nested.json").Data, true)
	f.Add(read(f, "s06.json.gz").Data, []byte(nil), []byte(nil), true)
	f.Add([]byte(`{"nodes": [{"metadata": {"name": "n"}}]}`), []byte(`{}`), []byte(`null`), false)
	f.Fuzz(func(t *testing.T, kubectl, pools, cluster []byte, anonymize bool) {
		in := importer.Input{Kubectl: importer.File{Data: kubectl}, Anonymize: anonymize}
		if len(pools) > 0 {
			in.NodePools.Data = pools
		}
		if len(cluster) > 0 {
			in.Cluster.Data = cluster
		}
		r, err := importer.Import(in)
		if err != nil {
			return
		}
		model.New(*r.Spec)
		for _, n := range r.Notes {
			if n.Count < 1 || n.Message == "" {
				t.Errorf("empty note %+v", n)
			}
		}
	})
}
