package metrics

import "rollsim/sim/model"

// Better is which way a metric is good.
type Better int8

// The directions.
const (
	Lower  Better = -1
	Higher Better = 1
)

// Metric is one number of a Run.
type Metric struct {
	Name     string // as a gate spells it: duration, workload.web.min_ready
	Unit     Unit
	Better   Better
	Doc      string                     // one phrase: what it is
	Headline bool                       // of the whole run: strategies are compared on it
	Of       func(*Run) (float64, bool) // false: this run has no such number
}

// Catalogue is all metrics of a cluster, in order.
type Catalogue struct {
	Metrics []Metric
	index   map[string]int
}

// NewCatalogue returns the metrics that runs of m have.
func NewCatalogue(m *model.Model) *Catalogue { return &Catalogue{} }

// CatalogueOf returns the metrics that run has.
func CatalogueOf(run *Run) *Catalogue { return &Catalogue{} }

// Lookup returns the metric that a gate calls name. The error of an unknown
// name offers those that are spelled alike.
func (c *Catalogue) Lookup(name string) (Metric, error) { return Metric{}, nil }

// ParseValue reads a gate's limit for a metric in unit u: "4h" for seconds,
// "80%" or 0.8 for a ratio, a number for everything else. Written is what the
// scenario has: a string, an int64 or a float64.
func ParseValue(u Unit, written any) (float64, error) { return 0, nil }

// CheckGates reports gates whose metric doesn't exist or whose value doesn't
// fit it; the path of a finding is gate[i].metric or gate[i].value.
func CheckGates(m *model.Model) []model.Finding { return nil }
