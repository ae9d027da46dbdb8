package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// VMSize is an Azure VM size as the catalogue lists it.
type VMSize struct {
	Name         string // Standard_D4s_v5
	VCPUs        int
	Memory       int64   // bytes
	Family       string  // quota family, standardDSv5Family
	PricePerHour float64 // USD, list price as PriceBasis says; 0: not in the catalogue
}

// arch returns the value of LabelArch: sizes with a p after the cores are Arm.
func (s VMSize) arch() string {
	if strings.Contains(s.Family, "PSv") || strings.Contains(s.Family, "PLSv") || strings.Contains(s.Family, "PDSv") || strings.Contains(s.Family, "PLDSv") {
		return "arm64"
	}
	return "amd64"
}

// PriceBasis says what the prices of the catalogue are. They are from memory of
// the published list and move slowly; a cost made of them is an estimate.
const PriceBasis = "list price, pay as you go, Linux, East US, USD an hour, about 2024"

// LookupVMSize returns the catalogue's entry of a size, whatever the case of
// its name. The name of the result is spelled as Azure does.
func LookupVMSize(name string) (VMSize, bool) {
	size, ok := vmSizes[strings.ToLower(name)]
	return size, ok
}

// VMSizes returns the catalogue, sorted by name.
func VMSizes() []VMSize {
	sizes := make([]VMSize, 0, len(vmSizes))
	for _, s := range series {
		for _, cores := range s.cores {
			sizes = append(sizes, s.size(cores))
		}
	}
	slices.SortFunc(sizes, func(a, b VMSize) int { return cmp.Compare(a.Name, b.Name) })
	return sizes
}

// SimilarVMSize returns the catalogue's name nearest to name, for a message
// that suggests it; ok is false when none is near.
func SimilarVMSize(name string) (similar string, ok bool) {
	low := strings.ToLower(name)
	if !strings.HasPrefix(low, "standard_") {
		low = "standard_" + low
	}
	best := 4 // changed letters that still count as near
	for _, s := range VMSizes() {
		if d := editDistance(low, strings.ToLower(s.Name)); d < best {
			best, similar, ok = d, s.Name, true
		}
	}
	return similar, ok
}

// editDistance returns how many letters to insert, delete or change to make a of b.
func editDistance(a, b string) int {
	if len(a) > 60 { // longer than any name, so near none
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
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
		Memory:       int64(s.gib * float64(cores) * 1024 * mebibyte),
		Family:       s.family,
		PricePerHour: roundPrice(s.price * float64(cores)),
	}
}

// roundPrice removes what multiplying left behind the fifth digit.
func roundPrice(usd float64) float64 { return float64(int64(usd*1e5+0.5)) / 1e5 }
