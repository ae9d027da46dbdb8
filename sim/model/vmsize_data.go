package model

import "strings"

// The core counts that series have in common.
var (
	to16 = []int{2, 4, 8, 16}
	to32 = []int{2, 4, 8, 16, 32}
	to64 = []int{2, 4, 8, 16, 32, 48, 64}
	to96 = []int{2, 4, 8, 16, 32, 48, 64, 96}
)

// series is the catalogue: the sizes that AKS clusters commonly use. Sources:
// Azure VM size pages for cores, memory and names; quota families as Azure and
// the OpenShift installer's list of tested instance types spell them; prices as
// PriceBasis says, one for each core, which holds for all sizes of these series
// within a tenth of a per cent. No price stands where that list has none or
// contradicts itself.
var series = []vmSeries{
	// General purpose: 4 GiB a core.
	{"Standard_D%ds_v3", "standardDSv3Family", 4, 0.06, to64},
	{"Standard_D%ds_v4", "standardDSv4Family", 4, 0.0575, to64},
	{"Standard_D%dds_v4", "standardDDSv4Family", 4, 0.068, to64},
	{"Standard_D%das_v4", "standardDASv4Family", 4, 0.0575, to96},
	{"Standard_D%ds_v5", "standardDSv5Family", 4, 0.0575, to96},
	{"Standard_D%dds_v5", "standardDDSv5Family", 4, 0.068, to96},
	{"Standard_D%das_v5", "standardDASv5Family", 4, 0.052, to96},
	{"Standard_D%dads_v5", "standardDADSv5Family", 4, 0.0625, to96},
	{"Standard_D%dps_v5", "standardDPSv5Family", 4, 0.046, to64},
	{"Standard_D%dpds_v5", "standardDPDSv5Family", 4, 0.0545, to64},
	{"Standard_D%dls_v5", "standardDLSv5Family", 2, 0.0485, to96},
	{"Standard_D%ds_v6", "StandardDsv6Family", 4, 0, to96},
	{"Standard_D%dds_v6", "StandardDdsv6Family", 4, 0, to96},
	{"Standard_D%das_v6", "standardDav6Family", 4, 0, to96},
	{"Standard_D%dads_v6", "standardDadv6Family", 4, 0, to96},
	{"Standard_D%dps_v6", "StandardDpsv6Family", 4, 0, to96},
	{"Standard_D%dpds_v6", "StandardDpdsv6Family", 4, 0, to96},

	// Memory optimised: 8 GiB a core.
	{"Standard_E%ds_v3", "standardESv3Family", 8, 0.08, to32},
	{"Standard_E%ds_v4", "standardESv4Family", 8, 0.076, to32},
	{"Standard_E%das_v4", "standardEASv4Family", 8, 0.076, to32},
	{"Standard_E%ds_v5", "standardESv5Family", 8, 0.076, to32},
	{"Standard_E%dds_v5", "standardEDSv5Family", 8, 0.0865, to32},
	{"Standard_E%das_v5", "standardEASv5Family", 8, 0.0685, to32},
	{"Standard_E%dads_v5", "standardEADSv5Family", 8, 0.079, to32},
	{"Standard_E%dps_v5", "standardEPSv5Family", 8, 0.0608, to16},
	{"Standard_E%ds_v6", "StandardEsv6Family", 8, 0, to32},
	{"Standard_E%dds_v6", "StandardEdsv6Family", 8, 0, to32},
	{"Standard_E%das_v6", "standardEav6Family", 8, 0, to32},

	// Compute optimised: 2 GiB a core.
	{"Standard_F%ds_v2", "standardFSv2Family", 2, 0.0485, []int{2, 4, 8, 16, 32, 48, 64, 72}},

	// Burstable.
	{"Standard_B%dms", "standardBSFamily", 4, 0.048, []int{2, 4, 8}},
	{"Standard_B%ds_v2", "standardBsv2Family", 4, 0, to32},
	{"Standard_B%das_v2", "standardBasv2Family", 4, 0, to32},
	{"Standard_B%dps_v2", "standardBpsv2Family", 4, 0, to16},

	// Local disks, and GPUs.
	{"Standard_L%ds_v3", "standardLSv3Family", 8, 0.104, []int{8, 16, 32, 48, 64, 80}},
	{"Standard_L%das_v3", "standardLASv3Family", 8, 0.093, []int{8, 16, 32, 48, 64, 80}},
}

// oddSizes are those that fit no series.
var oddSizes = []VMSize{
	oddSize("Standard_B2s", 2, 4, "standardBSFamily", 0.048),
	oddSize("Standard_DS1_v2", 1, 3.5, "standardDSv2Family", 0.0679),
	oddSize("Standard_DS2_v2", 2, 7, "standardDSv2Family", 0.136),
	oddSize("Standard_DS3_v2", 4, 14, "standardDSv2Family", 0.272),
	oddSize("Standard_DS4_v2", 8, 28, "standardDSv2Family", 0.544),
	oddSize("Standard_DS5_v2", 16, 56, "standardDSv2Family", 1.087),
	oddSize("Standard_E48s_v5", 48, 384, "standardESv5Family", 3.648),
	oddSize("Standard_E64s_v5", 64, 512, "standardESv5Family", 4.864),
	oddSize("Standard_NC4as_T4_v3", 4, 28, "Standard NCASv3_T4 Family", 0.658),
	oddSize("Standard_NC8as_T4_v3", 8, 56, "Standard NCASv3_T4 Family", 0.94),
	oddSize("Standard_NC16as_T4_v3", 16, 110, "Standard NCASv3_T4 Family", 1.505),
	oddSize("Standard_NC64as_T4_v3", 64, 440, "Standard NCASv3_T4 Family", 5.44),
	oddSize("Standard_NC24ads_A100_v4", 24, 220, "StandardNCADSA100v4Family", 4.775),
	oddSize("Standard_NC48ads_A100_v4", 48, 440, "StandardNCADSA100v4Family", 9.55),
	oddSize("Standard_NC96ads_A100_v4", 96, 880, "StandardNCADSA100v4Family", 19.1),
}

func oddSize(name string, cores int, gib float64, family string, price float64) VMSize {
	return VMSize{Name: name, VCPUs: cores, Memory: int64(gib * gibibyte), Family: family, PricePerHour: price}
}

// memoryOf is the memory, in GiB, of the sizes that have less than their series
// promises.
var memoryOf = map[string]float64{"Standard_D64ps_v5": 208, "Standard_D64pds_v5": 208}

// dataDisks is how many disks a VM can have attached. Source: Azure VM size
// pages, as azuredisk-csi-driver lists them: as a rule two for each core up to
// 32, and more with the Intel and Arm processors of the sixth generation.
func dataDisks(name string, cores int) int {
	sixth := strings.HasSuffix(name, "_v6") && !strings.HasSuffix(name, "as_v6") && !strings.HasSuffix(name, "ads_v6")
	switch {
	case strings.HasPrefix(name, "Standard_DS"):
		return min(4*cores, 64)
	case strings.HasSuffix(name, "_A100_v4"):
		return cores / 3
	case !sixth || cores < 2:
		return min(2*cores, 32)
	case cores < 16:
		return map[int]int{2: 8, 4: 12, 8: 24}[cores]
	default:
		return min(3*cores, 64)
	}
}

// vmSizes finds a size by its name in lower case.
var vmSizes = func() map[string]VMSize {
	byName := make(map[string]VMSize)
	for _, s := range series {
		for _, cores := range s.cores {
			size := s.size(cores)
			if gib, ok := memoryOf[size.Name]; ok {
				size.Memory = int64(gib * gibibyte)
			}
			byName[strings.ToLower(size.Name)] = size
		}
	}
	for _, size := range oddSizes {
		byName[strings.ToLower(size.Name)] = size
	}
	for key, size := range byName {
		size.MaxDataDisks = dataDisks(size.Name, size.VCPUs)
		byName[key] = size
	}
	return byName
}()
