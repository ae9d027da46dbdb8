package model

import (
	"net/netip"
	"testing"
)

// TestAllocatableOf holds figures computed by hand from the AKS page.
func TestAllocatableOf(t *testing.T) {
	const mi = mebibyte
	now, before := Version{1, 29, 0}, Version{1, 28, 9}
	for _, row := range []struct {
		size    VMSize
		maxPods int
		version Version
		cpu     int64
		memory  int64
	}{
		// The page's own examples: 8 GB and 30 pods, 650 MB reserved; 4 GB and 70 pods, a quarter.
		{VMSize{VCPUs: 2, Memory: 8192 * mi}, 30, now, 1900, (8192 - 650 - 100) * mi},
		{VMSize{VCPUs: 2, Memory: 4096 * mi}, 70, now, 1900, (4096 - 1024 - 100) * mi},
		// Standard_D4s_v5: 16 GiB, 4 cores.
		{lookup("Standard_D4s_v5"), 110, now, 3860, (16384 - 2250 - 100) * mi},
		{lookup("Standard_D4s_v5"), 30, now, 3860, (16384 - 650 - 100) * mi},
		{lookup("Standard_D4s_v5"), 250, now, 3860, (16384 - 4096 - 100) * mi},
		// Before 1.29: 1 GiB, 819.2, 819.2 MiB and 750 MiB.
		{lookup("Standard_D4s_v5"), 110, before, 3860, 16384*mi - 2*1717986918/2 - 1024*mi - 750*mi},
		// Standard_DS2_v2: 7 GiB; 1024 + 614.4 MiB and 750 MiB.
		{lookup("Standard_DS2_v2"), 30, before, 1900, 7168*mi - 1024*mi - 644245094 - 750*mi},
		// Standard_E8s_v5: 64 GiB, 8 cores.
		{lookup("Standard_E8s_v5"), 110, now, 7820, (65536 - 2250 - 100) * mi},
		// 256 GiB before 1.29: 1024 + 819.2 + 819.2 + 6881.28 + 2621.44 MiB and 750 MiB.
		{lookup("Standard_D64s_v5"), 110, before, 63260, 262144*mi - 1024*mi - 858993459 - 858993459 - 7215545057 - 2748779069 - 750*mi},
		{VMSize{VCPUs: 1, Memory: 100 * mi}, 30, now, 940, 0},
	} {
		got := AllocatableOf(row.size, row.maxPods, row.version)
		near := got.Memory-row.memory > -64 && got.Memory-row.memory < 64 // bytes, from rounding shares
		if got.CPU != row.cpu || !near || got.Pods != row.maxPods {
			t.Errorf("%s with %d pods at %s: cpu %d, memory %d, pods %d; want %d, %d", row.size.Name, row.maxPods, row.version, got.CPU, got.Memory, got.Pods, row.cpu, row.memory)
		}
	}
}

func lookup(name string) VMSize {
	size, ok := LookupVMSize(name)
	if !ok {
		panic(name)
	}
	return size
}

func TestReservedCPU(t *testing.T) {
	for cores, want := range map[int]int64{-1: 0, 0: 0, 1: 60, 2: 100, 3: 120, 4: 140, 6: 160, 8: 180, 16: 260, 20: 300, 32: 420, 48: 580, 64: 740, 72: 820, 96: 1060} {
		if got := reservedCPU(cores); got != want {
			t.Errorf("%d cores reserve %d, want %d", cores, got, want)
		}
	}
}

// TestAddresses holds the worked examples of the AKS IP address planning page
// and of the issue that counts 279 addresses for a subnet with 251.
func TestAddresses(t *testing.T) {
	for _, row := range []struct {
		network        Network
		nodes, maxPods int
		want           int
	}{
		{NetworkAzure, 50 + 1, 30, 1581},
		{NetworkAzure, 60 + 1, 30, 1891},
		{NetworkAzure, 8 + 1, 30, 279},
		{NetworkAzure, 7 + 1, 30, 248},
		{NetworkAzure, 1, 100, 101},
		{NetworkAzure, 5, 100, 505},
		{NetworkAzureOverlay, 9, 250, 9},
		{NetworkKubenet, 9, 110, 9},
	} {
		if got := row.nodes * AddressesPerNode(row.network, row.maxPods); got != row.want {
			t.Errorf("%d nodes of %d pods on %s take %d addresses, want %d", row.nodes, row.maxPods, row.network, got, row.want)
		}
	}
	for prefix, want := range map[string]int{"10.0.0.0/24": 251, "10.0.0.0/16": 65531, "10.0.0.0/29": 3, "10.0.0.0/30": 0, "10.0.0.0/32": 0, "0.0.0.0/0": 1 << 30, "fd00::/64": 1 << 30} {
		if got := UsableAddresses(netip.MustParsePrefix(prefix)); got != want {
			t.Errorf("%s has %d usable addresses, want %d", prefix, got, want)
		}
	}
	if got := UsableAddresses(netip.Prefix{}); got != 0 {
		t.Errorf("no prefix has %d usable addresses", got)
	}
	if got := Percent(10).RoundUp(8); got != 1 {
		t.Errorf("10%% of 8 nodes is %d surge nodes, want 1", got)
	}
}
