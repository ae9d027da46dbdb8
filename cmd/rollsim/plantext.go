package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"rollsim/report"
)

// text writes the plan for a terminal: strategies first, settings last, for
// they are long.
func (p planDocument) text(w io.Writer) error {
	var b strings.Builder
	for _, x := range p.Plans {
		if err := x.text(&b); err != nil {
			return err
		}
	}
	if err := p.settingsText(&b); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (p planJSON) text(b *strings.Builder) error {
	fmt.Fprintf(b, "strategy %q %stakes %s\n", p.Strategy, p.stops(), atLeast(p.Minimum, p.Estimate, p.Binds))
	for i, r := range p.Requests {
		fmt.Fprintf(b, "\n  %d. %s, %s\n     %s\n", i+1, r.Name, r.When, r.Command)
		if err := r.text(b); err != nil {
			return err
		}
	}
	for i, r := range p.Otherwise {
		if i == 0 {
			b.WriteString("\n  Only when something fails:\n")
		}
		fmt.Fprintf(b, "  - %s, %s\n    %s\n", r.Name, r.When, r.Command)
	}
	b.WriteString("\n")
	return nil
}

// stops says that the strategy won't come to its end, where that is known.
func (p planJSON) stops() string {
	for _, r := range p.Requests {
		if len(r.Blockers) > 0 {
			return "is stopped by a budget; without that it "
		}
		if len(r.Answers) > 0 && !strings.HasPrefix(r.Answers[0], r.Expect+":") {
			return "is refused by AKS; what is accepted "
		}
	}
	return ""
}

// atLeast says a lower bound and an estimate.
func atLeast(minimum, estimate float64, binds string) string {
	text := fmt.Sprintf("at least %s, about %s", seconds(minimum), seconds(estimate))
	if binds != "" {
		text += "; decided by " + binds
	}
	return text
}

func (r requestJSON) text(b *strings.Builder) error {
	expected := ""
	for _, answer := range r.Answers {
		if expected = ""; strings.HasPrefix(answer, r.Expect+":") {
			expected = " as expected"
		}
		fmt.Fprintf(b, "     refused%s: %s\n", expected, answer)
	}
	if r.AllowedBy != "" && expected == "" {
		fmt.Fprintf(b, "     %s\n", allowedBy(r.AllowedBy))
	}
	switch {
	case len(r.Answers) > 0:
		return nil
	case r.Unchanged:
		b.WriteString("     nothing to do: it is there already\n")
		return nil
	}
	fmt.Fprintf(b, "     %s\n", atLeast(r.Minimum, r.Estimate, r.Binds))
	for _, blocker := range r.Blockers {
		fmt.Fprintf(b, "     blocked: %s\n", blocker)
	}
	for _, stranded := range r.Stranded {
		fmt.Fprintf(b, "     hurts: %s\n", stranded)
	}
	if len(r.Pools) == 0 {
		return nil
	}
	b.WriteString("\n")
	if err := indented(b, "     ", r.poolTable()); err != nil {
		return err
	}
	b.WriteString("\n")
	return indented(b, "     ", r.boundTable())
}

// poolTable is how settings resolve, pool by pool.
func (r requestJSON) poolTable() *report.Table {
	t := &report.Table{
		Head:  []string{"NODE POOL", "UPGRADES", "RESOLVED", "SURGE", "AT A TIME", "ROUNDS"},
		Right: []bool{false, true, false, true, true, true},
	}
	for _, p := range r.Pools {
		t.Rows = append(t.Rows, []string{p.Name, fmt.Sprintf("%d of %s", p.Old, report.Count(p.Nodes, "node")), p.Resolved,
			strconv.Itoa(p.Surge), strconv.Itoa(p.Slots), strconv.Itoa(p.Rounds)})
	}
	return t
}

// boundTable is what each pool can't be faster than. A formula is spelled out
// once.
func (r requestJSON) boundTable() *report.Table {
	t := &report.Table{
		Head:  []string{"NODE POOL", "BOUND", "AT LEAST", "ABOUT", "FORMULA"},
		Right: []bool{false, false, true, true},
	}
	said := map[string]bool{}
	for _, p := range r.Pools {
		name := p.Name
		for _, x := range p.Bounds {
			formula := x.Formula
			if said[x.Name+formula] {
				formula = "as above"
			}
			said[x.Name+formula] = true
			t.Rows = append(t.Rows, []string{name, x.Name, seconds(x.Minimum), seconds(x.Estimate), formula})
			name = ""
		}
	}
	return t
}

func indented(b *strings.Builder, indent string, t *report.Table) error {
	var text strings.Builder
	if err := t.Text(&text); err != nil {
		return err
	}
	for line := range strings.Lines(text.String()) {
		b.WriteString(indent + line)
	}
	return nil
}

// settingsText lists the settings by table of the scenario. Sources of defaults
// are numbered, for many share one.
func (p planDocument) settingsText(b *strings.Builder) error {
	t := &report.Table{Head: []string{"SETTING", "VALUE", "FROM"}}
	numbers := map[string]int{}
	var sources []string
	section := ""
	for _, s := range p.Settings {
		table, key := splitPath(s.Path)
		if table != section {
			section = table
			t.Rows = append(t.Rows, []string{}, []string{table})
		}
		if key == "name" && table != "cluster" {
			continue // the heading has it
		}
		from := s.From
		if s.Source != "" {
			if numbers[s.Source] == 0 {
				sources = append(sources, s.Source)
				numbers[s.Source] = len(sources)
			}
			from += fmt.Sprintf(" [%d]", numbers[s.Source])
		}
		t.Rows = append(t.Rows, []string{"  " + key, s.Value, from})
	}
	if err := t.Text(b); err != nil {
		return err
	}
	b.WriteString("\nwhere defaults come from\n")
	for i, source := range sources {
		fmt.Fprintf(b, "%4s %s\n", fmt.Sprintf("[%d]", i+1), source)
	}
	return nil
}

// splitPath takes the path of a setting apart: the table of the scenario, with
// the name of its element, and the key in it.
func splitPath(path string) (table, key string) {
	head, rest, ok := strings.Cut(path, ".")
	if !ok {
		return "", path
	}
	switch head {
	case "node_pool", "workload", "pdb", "strategy":
	default:
		return head, rest
	}
	name, after := rest, ""
	if quoted, err := strconv.QuotedPrefix(rest); err == nil {
		name, after = quoted, rest[len(quoted):]
	} else if i := strings.IndexByte(rest, '.'); i >= 0 {
		name, after = rest[:i], rest[i:]
	}
	return head + "." + name, strings.TrimPrefix(after, ".")
}
