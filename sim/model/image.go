package model

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// NodeImageOf returns the name of a node image of a version's time for a pool. The
// form is AKS's for Linux, for Windows but for the release, which has a build number
// there. The date is made up; it rises with the version, four months for a minor and
// a day for a patch.
func NodeImageOf(v Version, os OSType) string {
	months := max(4*(v.Minor-24)+4, 0) // 1.24 is of May 2022
	return fmt.Sprintf("%s%04d%02d.%02d.0", imageFamily(os), 2022+months/12, 1+months%12, 1+min(max(v.Patch, 0), 27))
}

// imageFamily is what the made-up names of a pool's node images begin with.
func imageFamily(os OSType) string {
	if os == Windows {
		return "AKSWindows-2022-containerd-"
	}
	return "AKSUbuntu-2204gen2containerd-"
}

// releasePattern is what the name of a node image ends in: 202604.08.0, or with
// a date behind it for a security patch, or 20348.3207.250214 for Windows.
var releasePattern = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$`)

// IsImageRelease reports whether s is the release of a node image, such as
// 202604.08.0.
func IsImageRelease(s string) bool { return releasePattern.MatchString(s) }

// SplitNodeImage takes the name of a node image apart: what it is an image of,
// and its release. It is not ok where the name doesn't end in a release.
func SplitNodeImage(name string) (family, release string, ok bool) {
	i := strings.LastIndexByte(name, '-')
	if i < 1 || !IsImageRelease(name[i+1:]) {
		return "", "", false
	}
	return name[:i], name[i+1:], true
}

// CompareReleases orders releases of node images by their numbers.
func CompareReleases(a, b string) int {
	x, y := releaseOf(a), releaseOf(b)
	return Version{x[0], x[1], x[2]}.Compare(Version{y[0], y[1], y[2]})
}

func releaseOf(s string) (n [3]int) {
	for i, part := range strings.SplitN(s, ".", 3) {
		n[i], _ = strconv.Atoi(part)
	}
	return n
}

// fillImages gives pools an image of their version's time, and the cluster a
// newest release after all of them.
func (m *Model) fillImages() {
	newest := ""
	take := func(name string) {
		if _, release, ok := SplitNodeImage(name); ok && CompareReleases(newest, release) < 0 {
			newest = release
		}
	}
	for _, v := range m.versions() {
		take(NodeImageOf(v, Linux))
	}
	for _, x := range m.Snapshots {
		take(imageFamily(Linux) + x.NodeImage)
	}
	for i := range m.NodePools {
		p := &m.NodePools[i]
		if p.NodeImageVersion == "" {
			p.NodeImageVersion = NodeImageOf(p.KubernetesVersion, p.OSType)
		}
		take(p.NodeImageVersion)
	}
	if m.Cluster.LatestNodeImage == "" && newest != "" {
		n := releaseOf(newest)
		parts := strings.SplitN(newest, ".", 3)
		m.Cluster.LatestNodeImage = fmt.Sprintf("%s.%s.%d", parts[0], parts[1], n[2]+1)
	}
}

// checkImages checks the names of node images, and that none is newer than the
// newest.
func (c *checker) checkImages() {
	latest := c.m.Cluster.LatestNodeImage
	if latest != "" && !IsImageRelease(latest) {
		c.errorf("cluster.latest_node_image", "%q is not the release of a node image; write one such as \"202604.08.0\"", latest)
		latest = ""
	}
	for i := range c.m.NodePools {
		p := &c.m.NodePools[i]
		path := fmt.Sprintf("node_pool[%d].node_image_version", i)
		_, release, ok := SplitNodeImage(p.NodeImageVersion)
		if !ok {
			c.errorf(path, "%q is not a node image; write one such as %q", p.NodeImageVersion, NodeImageOf(c.m.Cluster.KubernetesVersion, p.OSType))
		} else if latest != "" && CompareReleases(latest, release) < 0 {
			c.errorf(path, "%q is newer than the newest release, cluster.latest_node_image %q; raise that", p.NodeImageVersion, latest)
		}
	}
}

// fillVersions puts what an alias means in its place: the newest offered patch
// of the minor that is no preview. The alias is kept as what was requested.
func (m *Model) fillVersions() {
	c := &m.Cluster
	c.Requested, c.KubernetesVersion = m.requested(c.KubernetesVersion)
	for i := range m.NodePools {
		p := &m.NodePools[i]
		p.Requested, p.KubernetesVersion = m.requested(p.KubernetesVersion)
	}
}

func (m *Model) requested(v Version) (alias, means Version) {
	if !v.IsAlias() {
		return Version{}, v
	}
	if newest, ok := m.Cluster.NewestPatch(v); ok {
		return v, newest
	}
	return Version{}, v // reported by checkAliases
}

// NewestPatch returns what an alias means: the newest offered patch of its minor
// that is no preview.
func (c *Cluster) NewestPatch(alias Version) (newest Version, ok bool) {
	offered := c.OfferedVersions
	if c.SupportPlan == LongTermSupport {
		offered = append(offered[:len(offered):len(offered)], c.LTSVersions...)
	}
	for _, v := range offered {
		if v.SameMinor(alias) && !c.isPreview(v) && (!ok || newest.Less(v)) {
			newest, ok = v, true
		}
	}
	return newest, ok
}

func (c *Cluster) isPreview(v Version) bool {
	for _, p := range c.PreviewVersions {
		if p == v {
			return true
		}
	}
	return false
}

// checkAliases reports aliases that mean nothing.
func (c *checker) checkAliases() {
	check := func(path string, v Version) {
		if _, ok := c.m.Cluster.NewestPatch(v); v.IsAlias() && !ok {
			c.errorf(path, "%q is short for the newest patch of that minor version, and cluster.offered_versions has none; list one, or write all three parts", v)
		}
	}
	check("cluster.kubernetes_version", c.m.Cluster.KubernetesVersion)
	for i := range c.m.NodePools {
		if p := &c.m.NodePools[i]; p.KubernetesVersion != c.m.Cluster.KubernetesVersion {
			check(fmt.Sprintf("node_pool[%d].kubernetes_version", i), p.KubernetesVersion)
		}
	}
	for i := range c.m.Strategies {
		s := &c.m.Strategies[i]
		check(fmt.Sprintf("strategy[%d].to", i), s.To)
		for j := range s.Operations {
			check(fmt.Sprintf("strategy[%d].operation[%d].to", i, j), s.Operations[j].To)
		}
	}
}
