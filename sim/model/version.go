package model

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is a Kubernetes version, major.minor.patch. The zero Version means
// that none is given, and one with Patch -1 is an alias: the newest patch of its
// minor version.
type Version struct {
	Major, Minor, Patch int
}

// ParseVersion reads "1.30.5" or "v1.30.5". An alias such as "1.30" is refused,
// because which patch it means depends on the day.
func ParseVersion(s string) (Version, error) {
	parts := strings.Split(strings.TrimPrefix(s, "v"), ".")
	if len(parts) != 3 {
		return Version{}, fmt.Errorf("%q is not a version; write all three parts, such as \"1.30.5\"", s)
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 || v > 1_000_000 || strconv.Itoa(v) != p {
			return Version{}, fmt.Errorf("%q is not a version; write three whole numbers, such as \"1.30.5\"", s)
		}
		n[i] = v
	}
	return Version{n[0], n[1], n[2]}, nil
}

// ParseTarget reads a version as ParseVersion does, or an alias such as "1.30".
func ParseTarget(s string) (Version, error) {
	if v, err := ParseVersion(s + ".0"); err == nil {
		v.Patch = alias
		return v, nil
	}
	return ParseVersion(s)
}

// alias is the Patch of a version that names its minor only.
const alias = -1

// IsAlias reports whether v names a minor version only.
func (v Version) IsAlias() bool { return v.Patch == alias }

// Alias returns the alias of v's minor version.
func (v Version) Alias() Version { return Version{v.Major, v.Minor, alias} }

// IsZero reports whether no version is given.
func (v Version) IsZero() bool { return v == Version{} }

// Compare orders versions by major, minor, then patch.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Patch, w.Patch))
}

// Less reports whether v is older than w.
func (v Version) Less(w Version) bool { return v.Compare(w) < 0 }

// SameMinor reports whether v and w differ in the patch at most.
func (v Version) SameMinor(w Version) bool { return v.Major == w.Major && v.Minor == w.Minor }

// String spells the version as Azure does, without a leading v.
func (v Version) String() string {
	if v.IsAlias() {
		return fmt.Sprintf("%d.%d", v.Major, v.Minor)
	}
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
}
