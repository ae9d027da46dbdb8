package importer

import (
	"path"

	"rollsim/sim/model"
)

// setSnapshot pins a pool to the snapshot that az names as its source. What the
// snapshot has az doesn't tell with the pool; a pool that is still pinned is as its
// snapshot is, so that is taken.
func (im *importing) setSnapshot(p *model.NodePool, az *azPool, s subject) {
	if az.CreationData == nil || value(az.CreationData.SourceResourceID) == "" {
		return
	}
	_, release, ok := model.SplitNodeImage(p.NodeImageVersion)
	if !ok {
		im.notes.add(rough, s, "creationData", "the pool's node image isn't known, so that of its snapshot isn't: not pinned")
		return
	}
	name := path.Base(*az.CreationData.SourceResourceID)
	p.Snapshot = name
	if _, known := im.spec.FindSnapshot(name); !known {
		im.spec.Snapshots = append(im.spec.Snapshots, model.Snapshot{Name: name, KubernetesVersion: p.KubernetesVersion, NodeImage: release})
		im.notes.add(rough, s, "creationData", "pinned to a snapshot, which is taken to be as the pool is")
	}
}
