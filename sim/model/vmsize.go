package model

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"rollsim/sim/spelling"
)

// VMSize is an Azure VM size as the catalogue lists it.
type VMSize struct {
	Name         string // Standard_D4s_v5
	VCPUs        int
	Memory       int64   // bytes
	Family       string  // quota family, standardDSv5Family; Azure's spelling varies in case
	PricePerHour float64 // USD, what PriceBasis says; 0: unknown
	MaxDataDisks int     // that a VM can have attached; 0: unknown
}

// unknownDataDisks is how many disks a VM of an unknown size can have attached.
// Source: azuredisk-csi-driver, which assumes so.
const unknownDataDisks = 16

// DataDisks returns how many disks a VM can have attached, or what is assumed
// where that is unknown.
func (s VMSize) DataDisks() int { return cmp.Or(s.MaxDataDisks, unknownDataDisks) }

// PriceBasis says what the prices of the catalogue are. They age: a cost made of
// them is an estimate, good for comparing strategies. They agree with the list
// that karpenter-provider-azure generated from Azure's retail price API that day.
const PriceBasis = "list price, pay as you go, Linux, West Europe, USD an hour, 2023-12-18"

// Arm reports whether the size has Arm processors: Azure names these with a p
// after the cores.
func (s VMSize) Arm() bool {
	name := strings.TrimPrefix(strings.ToLower(s.Name), "standard_")
	i := strings.IndexAny(name, "0123456789")
	if i < 0 {
		return false
	}
	features, _, _ := strings.Cut(strings.TrimLeft(name[i:], "0123456789-"), "_")
	return strings.Contains(features, "p")
}

// LookupVMSize returns the catalogue's entry of a size, whatever the case of
// its name. The name of the result is spelled as Azure does.
func LookupVMSize(name string) (VMSize, bool) {
	size, ok := vmSizes[strings.ToLower(name)]
	return size, ok
}

// VMSizes returns the catalogue, sorted by family, cores and name.
func VMSizes() []VMSize {
	return slices.SortedFunc(maps.Values(vmSizes), func(a, b VMSize) int {
		return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(a.VCPUs, b.VCPUs), cmp.Compare(a.Name, b.Name))
	})
}

// SimilarVMSize returns the catalogue's name nearest to name, for a message
// that suggests it; ok is false when none is near. Another series or another
// generation is a slip for, but not another family of machines, and other cores
// only where the series has none of so many.
func SimilarVMSize(name string) (similar string, ok bool) {
	letters, cores, rest := sizeParts(name)
	if letters == "" || cores == 0 {
		return "", false
	}
	const far = 3                  // changed letters, the fewest that no longer count as near
	least := [2]int{math.MaxInt32} // cores that differ, letters that differ
	for _, s := range VMSizes() {
		itsLetters, itsCores, itsRest := sizeParts(s.Name)
		off := [2]int{max(itsCores-cores, 2*(cores-itsCores)), spelling.Distance(rest, itsRest)} // rather more cores than fewer
		nearer := off[0] < least[0] || off[0] == least[0] && off[1] < least[1]
		usual := off == least && s.PricePerHour > 0
		if itsLetters == letters && off[1] < far && (nearer || usual) {
			least, similar, ok = off, s.Name, true
		}
	}
	return similar, ok
}

// sizeParts takes the name of a VM size apart, in lower case and without
// separators: Standard_D4s_v5 is d, 4 and sv5.
func sizeParts(name string) (letters string, cores int, rest string) {
	const separators, digits = "_- ", "0123456789"
	name = strings.ToLower(name)
	if i := strings.IndexAny(name, separators); i >= 0 && !strings.ContainsAny(name[:i], digits) {
		name = name[i+1:] // what is in front of D4s_v5 is Standard, well spelled or not
	}
	i := strings.IndexAny(name, digits)
	if i < 0 {
		return "", 0, ""
	}
	after := strings.TrimLeft(name[i:], digits)
	cores, err := strconv.Atoi(name[i : len(name)-len(after)])
	if err != nil || cores > 10_000 {
		return "", 0, ""
	}
	return name[:i], cores, strings.NewReplacer("_", "", "-", "", " ", "").Replace(after)
}

// A vmSeries is a row of sizes that grow by the same pattern.
type vmSeries struct {
	pattern string // with the cores as %d
	family  string
	gib     float64 // memory for each core
	price   float64 // for each core; 0: unknown
	cores   []int
}

func (s vmSeries) size(cores int) VMSize {
	return VMSize{
		Name:         fmt.Sprintf(s.pattern, cores),
		VCPUs:        cores,
		Memory:       int64(s.gib * float64(cores) * gibibyte),
		Family:       s.family,
		PricePerHour: math.Round(s.price*float64(cores)*1e4) / 1e4,
	}
}
