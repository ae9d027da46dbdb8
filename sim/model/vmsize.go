package model

// VMSize is an Azure VM size as the catalogue lists it.
type VMSize struct {
	Name         string // Standard_D4s_v5
	VCPUs        int
	Memory       int64   // bytes
	Family       string  // quota family, standardDSv5Family
	PricePerHour float64 // USD, pay as you go, Linux, West Europe, list price; 0: not in the catalogue
}
