package model

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"rollsim/sim/random"
)

// FuzzNew spoils the shop in random places: New and Knobs never panic, a model
// comes exactly without an error, and every finding has a message.
func FuzzNew(f *testing.F) {
	for seed := range uint64(500) {
		f.Add(seed, uint8(1+seed%12))
	}
	f.Add(uint64(368), uint8(2)) // a pool that isn't there has no nodes
	f.Fuzz(func(t *testing.T, seed uint64, changes uint8) {
		r := rand.New(rand.NewPCG(seed, uint64(changes)))
		s := shop()
		for range changes {
			spoil(r, reflect.ValueOf(&s).Elem())
		}
		m, findings := New(s)
		failed := false
		for _, x := range findings {
			failed = failed || x.Severity == Error
			if x.Message == "" || x.Severity != Error && x.Severity != Warning {
				t.Errorf("finding %+v", x)
			}
		}
		if failed == (m != nil) {
			t.Errorf("model %v with\n%s", m != nil, describe(findings))
		}
		Knobs(&s)
		if m == nil {
			return
		}
		Knobs(&m.Spec)
		names := make(map[string]bool)
		for _, p := range m.NodePools {
			want := p.Count
			if p.Absent {
				want = 0 // it has its count once it is added
			}
			if len(p.Nodes) != want {
				t.Errorf("pool %s of %d has %d nodes, absent: %v", p.Name, p.Count, len(p.Nodes), p.Absent)
			}
			for i := range p.Nodes {
				names[p.Nodes[i].Name] = true
			}
		}
		for _, p := range m.NodePools {
			if names[p.NodeName(p.NextInstance)] {
				t.Errorf("the next node of %s has a name that is taken, %s", p.Name, p.NodeName(p.NextInstance))
			}
		}
	})
}

// spoil walks down to a random field of v and gives it a random value.
func spoil(r *rand.Rand, v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *random.Dist:
		*x = random.Constant(pick(r, time.Duration(0), 1, time.Hour))
		return
	case *netip.Prefix:
		*x = pick(r, netip.Prefix{}, netip.MustParsePrefix("10.0.0.1/32"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("0.0.0.0/0"))
		return
	case *map[string]bool:
		*x = pick(r, map[string]bool{}, map[string]bool{"node_pool[1].max_surge": true, "workload[0].target": true})
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		spoil(r, v.Field(r.IntN(v.NumField())))
	case reflect.Slice:
		spoilSlice(r, v)
	case reflect.Pointer:
		if v.IsNil() || r.IntN(3) == 0 {
			v.Set(pick(r, reflect.Zero(v.Type()), reflect.New(v.Type().Elem())))
			return
		}
		copied := reflect.New(v.Type().Elem())
		copied.Elem().Set(v.Elem())
		v.Set(copied)
		spoil(r, copied.Elem())
	case reflect.String:
		v.SetString(pick(r, "", "a", "web", "front", "db", "*", "%", "aks-web-vmss000001", "aks-web-vmsszzzzzz", "Cordon", "Parallel", "scale", "Gt", "DaemonSet", "Pod", "started", "per-pool", "operations", "\x00"))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Float64:
		v.SetFloat(pick(r, 0, -1, 0.5, math.NaN(), math.Inf(1), math.MaxFloat64))
	case reflect.Int, reflect.Int64:
		v.SetInt(pick[int64](r, 0, 1, -1, 2, 100, 1000, 200_000, int64(time.Hour), math.MaxInt64, math.MinInt64))
	case reflect.Int32:
		v.SetInt(pick[int64](r, 0, 1, -1, 1_000_000_000, 2_000_000_000, math.MaxInt32, math.MinInt32))
	case reflect.Uint64:
		v.SetUint(pick[uint64](r, 0, 1, math.MaxUint64))
	default:
		panic(fmt.Sprintf("a Spec has a %s, which nobody spoils", v.Type()))
	}
}

// spoilSlice changes, removes, repeats or adds an element.
func spoilSlice(r *rand.Rand, v reflect.Value) {
	n := v.Len()
	copied := reflect.MakeSlice(v.Type(), n, n+1)
	reflect.Copy(copied, v)
	switch k := r.IntN(8); {
	case k == 0:
		v.Set(reflect.Zero(v.Type()))
	case k == 1 || n == 0:
		v.Set(reflect.Append(copied, reflect.Zero(v.Type().Elem())))
	case k == 2:
		v.Set(reflect.Append(copied, copied.Index(r.IntN(n))))
	case k == 3:
		v.Set(copied.Slice(0, n-1))
	default:
		v.Set(copied)
		spoil(r, copied.Index(r.IntN(n)))
	}
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }
