package model

import (
	"fmt"
	"slices"
)

// Snapshot is a node pool snapshot: a version and a node image that pools can be
// put on, now and later.
// Source: AKS node pool snapshot page.
type Snapshot struct {
	Name              string
	KubernetesVersion Version
	NodeImage         string // release, such as 202604.08.0
}

// FindSnapshot returns the index of the snapshot of that name.
func (s *Spec) FindSnapshot(name string) (i int, ok bool) {
	i = slices.IndexFunc(s.Snapshots, func(x Snapshot) bool { return x.Name == name })
	return i, i >= 0
}

// fillSnapshots gives pools that are pinned to a snapshot its version and image,
// where the scenario doesn't.
func (m *Model) fillSnapshots() {
	for i := range m.NodePools {
		p := &m.NodePools[i]
		x, ok := m.FindSnapshot(p.Snapshot)
		if !ok {
			continue
		}
		if p.KubernetesVersion.IsZero() {
			p.KubernetesVersion, p.VersionSet = m.Snapshots[x].KubernetesVersion, true
		}
		if p.NodeImageVersion == "" {
			p.NodeImageVersion = imageFamily(p.OSType) + m.Snapshots[x].NodeImage
		}
	}
}

func (c *checker) checkSnapshots() {
	for i, x := range c.m.Snapshots {
		path := fmt.Sprintf("snapshot[%d]", i)
		if x.Name == "" {
			c.errorf(path+".name", "no name is given; name the snapshot")
		}
		if x.KubernetesVersion.IsZero() {
			c.errorf(path+".kubernetes_version", "no version is given; write one such as \"1.30.5\"")
		}
		if !IsImageRelease(x.NodeImage) {
			c.errorf(path+".node_image", "%q is not the release of a node image; write one such as \"202604.08.0\"", x.NodeImage)
		}
	}
	duplicates(c.m.Snapshots, func(x Snapshot) string { return x.Name }, func(i, first int) {
		c.errorf(fmt.Sprintf("snapshot[%d].name", i), "%q is the name of snapshot[%d] too; names are unique", c.m.Snapshots[i].Name, first)
	})
	for i := range c.m.NodePools {
		c.checkSnapshotName(fmt.Sprintf("node_pool[%d].snapshot", i), c.m.NodePools[i].Snapshot)
	}
}

func (c *checker) checkSnapshotName(path, name string) {
	if _, ok := c.m.FindSnapshot(name); name != "" && !ok {
		c.errorf(path, "no snapshot is named %q; add [[snapshot]]", name)
	}
}

// checkSnapshot checks the snapshot that a request names.
func (c *checker) checkSnapshot(path string, o *Operation) {
	switch {
	case o.Snapshot == "":
	case o.Do != UpgradePool && o.Do != UpgradeNodeImage:
		c.errorf(path+".snapshot", "%q is given, and %q takes no snapshot; leave the key out", o.Snapshot, o.Do)
	case !o.To.IsZero() || o.Image != "":
		c.errorf(path+".snapshot", "%q is given beside a version or an image; the snapshot has its own", o.Snapshot)
	default:
		c.checkSnapshotName(path+".snapshot", o.Snapshot)
	}
}

var snapshotKeys = []key[Snapshot]{
	{name: "name", is: aText, required: true,
		means: "name of a node pool snapshot that pools and requests refer to",
		value: func(s *Snapshot) string { return quoted(s.Name) }},
	{name: "kubernetes_version", is: aVersion, required: true,
		means: "version that it has",
		value: func(s *Snapshot) string { return quotedVersion(s.KubernetesVersion) }},
	{name: "node_image", is: aText, required: true,
		means: "release of the node image that it has, such as \"202604.08.0\"",
		value: func(s *Snapshot) string { return quoted(s.NodeImage) }},
}
