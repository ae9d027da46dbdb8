package model

import "strings"

// The core counts that series have in common.
var (
	to16 = []int{2, 4, 8, 16}
	to64 = []int{2, 4, 8, 16, 32, 48, 64}
	to96 = []int{2, 4, 8, 16, 32, 48, 64, 96}
)

// series is the catalogue: the sizes that AKS clusters commonly use.
// Sources: Azure VM size pages for cores, memory and names; quota family names
// as az vm list-usage prints them.
var series = []vmSeries{
	{"Standard_D%ds_v3", "standardDSv3Family", 4, 0.048, to64},
	{"Standard_D%ds_v4", "standardDSv4Family", 4, 0.048, to64},
	{"Standard_D%dds_v4", "standardDDSv4Family", 4, 0.0565, to64},
	{"Standard_D%das_v4", "standardDASv4Family", 4, 0.048, to96},
	{"Standard_D%ds_v5", "standardDSv5Family", 4, 0.048, to96},
	{"Standard_D%dds_v5", "standardDDSv5Family", 4, 0.0565, to96},
	{"Standard_D%das_v5", "standardDASv5Family", 4, 0.043, to96},
	{"Standard_D%dads_v5", "standardDADSv5Family", 4, 0.0515, to96},
}

// vmSizes finds a size by its name in lower case.
var vmSizes = func() map[string]VMSize {
	byName := make(map[string]VMSize)
	for _, s := range series {
		for _, cores := range s.cores {
			size := s.size(cores)
			byName[strings.ToLower(size.Name)] = size
		}
	}
	return byName
}()
