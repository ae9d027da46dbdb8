package rules

import (
	"fmt"
	"time"

	"rollsim/sim/model"
)

const snapshotSource = "AKS node pool snapshot page; the code is assumed, no source shows one"

// longestAge is how old the image of a snapshot may be that a pool is upgraded to.
const longestAge = 90 * 24 * time.Hour

// snapshotOf returns the snapshot that r names.
func (s *State) snapshotOf(r Request) (x model.Snapshot, ok bool) {
	for _, x := range s.Snapshots {
		if r.Snapshot != "" && x.Name == r.Snapshot {
			return x, true
		}
	}
	return model.Snapshot{}, false
}

var snapshotExists = Rule{
	ID:     "snapshot-exists",
	Code:   NotFound,
	Checks: "The snapshot that a pool is upgraded to is there.",
	Source: "ARM; the code is assumed, no source shows one for snapshots",
	check: func(s *State, r Request) string {
		if _, ok := s.snapshotOf(r); ok || r.Snapshot == "" {
			return ""
		}
		return fmt.Sprintf("there is no snapshot %s", r.Snapshot)
	},
}

var snapshotNewer = Rule{
	ID:     "snapshot-newer",
	Code:   OperationNotAllowed,
	Checks: "A snapshot that a pool is upgraded to has a newer image than the pool, and a newer version. With the pool's own version it takes an upgrade of the node image only, and with another one an upgrade of the version.",
	Source: snapshotSource,
	check: func(s *State, r Request) string {
		x, ok := s.snapshotOf(r)
		if !ok || r.Pool < 0 {
			return ""
		}
		p := &s.Pools[r.Pool]
		same := x.KubernetesVersion == p.Version
		switch {
		case x.KubernetesVersion.Less(p.Version):
			return fmt.Sprintf("snapshot %s has version %s, which is older than %s of agent pool %s", x.Name, x.KubernetesVersion, p.Version, p.Name)
		case model.CompareReleases(p.Image, x.NodeImage) >= 0 && !p.Failed:
			return fmt.Sprintf("snapshot %s has node image %s, which is not newer than %s of agent pool %s", x.Name, x.NodeImage, p.Image, p.Name)
		case same && r.Do == model.UpgradePool && !p.Failed:
			return fmt.Sprintf("snapshot %s has version %s as agent pool %s; upgrade its node image only", x.Name, x.KubernetesVersion, p.Name)
		case !same && r.Do == model.UpgradeNodeImage:
			return fmt.Sprintf("snapshot %s has version %s, and agent pool %s has %s; upgrade the version", x.Name, x.KubernetesVersion, p.Name, p.Version)
		}
		return ""
	},
}

var snapshotFresh = Rule{
	ID:     "snapshot-within-90-days",
	Code:   OperationNotAllowed,
	Checks: "The node image of a snapshot that a pool is upgraded to was published in the last 90 days.",
	Source: snapshotSource,
	check: func(s *State, r Request) string {
		x, ok := s.snapshotOf(r)
		day, dated := model.ReleaseDate(x.NodeImage)
		if !ok || !dated {
			return ""
		}
		if age := s.Start.Add(s.Now).Sub(day); age > longestAge {
			return fmt.Sprintf("node image %s of snapshot %s was published %d days ago, at most 90 are allowed", x.NodeImage, x.Name, int(age/(24*time.Hour)))
		}
		return ""
	},
}
