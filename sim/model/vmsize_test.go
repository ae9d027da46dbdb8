package model

import (
	"strings"
	"testing"
)

func TestLookupVMSize(t *testing.T) {
	for _, row := range []struct {
		name   string
		vcpus  int
		gib    float64
		family string
		price  float64
		arm    bool
		disks  int
	}{
		{"Standard_D4s_v5", 4, 16, "standardDSv5Family", 0.23, false, 8},
		{"standard_d4S_V5", 4, 16, "standardDSv5Family", 0.23, false, 8},
		{"Standard_D2as_v5", 2, 8, "standardDASv5Family", 0.104, false, 4},
		{"Standard_D16ads_v5", 16, 64, "standardDADSv5Family", 1, false, 32},
		{"Standard_D4ps_v5", 4, 16, "standardDPSv5Family", 0.184, true, 8},
		{"Standard_D64pds_v5", 64, 208, "standardDPDSv5Family", 3.488, true, 32},
		{"Standard_DS2_v2", 2, 7, "standardDSv2Family", 0.136, false, 8},
		{"Standard_D64s_v3", 64, 256, "standardDSv3Family", 3.84, false, 32},
		{"Standard_E8s_v5", 8, 64, "standardESv5Family", 0.608, false, 16},
		{"Standard_F72s_v2", 72, 144, "standardFSv2Family", 3.492, false, 32},
		{"Standard_B2s", 2, 4, "standardBSFamily", 0.048, false, 4},
		{"Standard_B4ms", 4, 16, "standardBSFamily", 0.192, false, 8},
		{"Standard_L8s_v3", 8, 64, "standardLSv3Family", 0.832, false, 16},
		{"Standard_NC6s_v3", 0, 0, "", 0, false, 0},
		{"Standard_NC24ads_A100_v4", 24, 220, "StandardNCADSA100v4Family", 4.775, false, 8},
		{"Standard_D4as_v6", 4, 16, "standardDav6Family", 0, false, 8},
		{"Standard_D32s_v6", 32, 128, "StandardDsv6Family", 0, false, 64},
		{"Standard_DS5_v2", 16, 56, "standardDSv2Family", 1.087, false, 64},
		{"Standard_D4ds_v6", 4, 16, "StandardDdsv6Family", 0, false, 12},
	} {
		got, ok := LookupVMSize(row.name)
		want := VMSize{Name: got.Name, VCPUs: row.vcpus, Memory: int64(row.gib * gibibyte), Family: row.family, PricePerHour: row.price, MaxDataDisks: row.disks}
		if ok != (row.vcpus > 0) || got != want || !strings.EqualFold(got.Name, row.name) && ok {
			t.Errorf("%s: %+v, %v; want %+v", row.name, got, ok, want)
		}
		if got.Arm() != row.arm {
			t.Errorf("%s is Arm: %v", row.name, got.Arm())
		}
	}
}

func TestVMSizesAreSane(t *testing.T) {
	sizes := VMSizes()
	if len(sizes) < 60 {
		t.Errorf("the catalogue has %d sizes", len(sizes))
	}
	for i, s := range sizes {
		perCore := float64(s.Memory) / gibibyte / float64(s.VCPUs)
		if !strings.HasPrefix(s.Name, "Standard_") || s.VCPUs < 1 || perCore < 1.9 || perCore > 10 || s.PricePerHour < 0 || s.PricePerHour > 20 || s.Family == "" {
			t.Errorf("%+v", s)
		}
		if i > 0 && s.Family == sizes[i-1].Family && s.VCPUs == sizes[i-1].VCPUs && s.Name <= sizes[i-1].Name {
			t.Errorf("%s comes after %s", s.Name, sizes[i-1].Name)
		}
	}
}

func TestSimilarVMSize(t *testing.T) {
	for name, want := range map[string]string{
		"Standard_D4_v5":           "Standard_D4s_v5",
		"D4s_v5":                   "Standard_D4s_v5",
		"Standard_D4sv5":           "Standard_D4s_v5",
		"Standart_D4s_v5":          "Standard_D4s_v5",
		"standard-d4s-v5":          "Standard_D4s_v5",
		"Standard_D4s":             "Standard_D4s_v5",
		"Standard_D4s_v9":          "Standard_D4s_v5",
		"Standard_DS2v2":           "Standard_DS2_v2",
		"Standard_E8_s_v5":         "Standard_E8s_v5", // not E8as_v5
		"Standard_E8-4s_v5":        "Standard_E8s_v5",
		"Standard_F8s_v3":          "Standard_F8s_v2", // not D8s_v3
		"Standard_D44s_v5":         "Standard_D48s_v5",
		"Standard_D3s_v5":          "Standard_D4s_v5",
		"Standard_NC6s_v3":         "",
		"Standard_A2_v2":           "",
		"Standard_D99999999999_v5": "",
		"t3.large":                 "",
		"":                         "",
		strings.Repeat("x", 9999):  "",
	} {
		if got, ok := SimilarVMSize(name); got != want || ok != (want != "") {
			t.Errorf("%.20s is like %q, %v; want %q", name, got, ok, want)
		}
	}
}
