package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Table is a table as a value, before it becomes text or Markdown.
type Table struct {
	Head  []string
	Right []bool     // which columns are set flush right; shorter than Head: the rest are not
	Rows  [][]string // a row of one cell is a heading, a row of none a gap; both for text only
	Rule  bool       // a line of dashes under the head, as az has it; text only
}

func (t *Table) add(cells ...string) { t.Rows = append(t.Rows, cells) }

// dropEmpty removes the column of that head if no row has anything in it.
func (t *Table) dropEmpty(head string) {
	i := slices.Index(t.Head, head)
	for _, row := range t.Rows {
		switch row[i] {
		case "", "0", "–", "0 pod-s", "<1 pod-s":
		default:
			return
		}
	}
	t.drop(head)
}

// drop drops a column.
func (t *Table) drop(head string) {
	i := slices.Index(t.Head, head)
	t.Head = slices.Delete(t.Head, i, i+1)
	if i < len(t.Right) {
		t.Right = slices.Delete(t.Right, i, i+1)
	}
	for r := range t.Rows {
		t.Rows[r] = slices.Delete(t.Rows[r], i, i+1)
	}
}

func (t *Table) right(column int) bool { return column < len(t.Right) && t.Right[column] }

// widths are the columns' widths in characters.
func (t *Table) widths() []int {
	w := make([]int, len(t.Head))
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		if len(row) == 1 {
			continue // a heading within the table runs over its columns
		}
		for i, cell := range row {
			w[i] = max(w[i], utf8.RuneCountInString(cell))
		}
	}
	return w
}

// Text writes the table with aligned columns, two spaces apart.
func (t *Table) Text(w io.Writer) error {
	widths := t.widths()
	rows := [][]string{t.Head}
	if t.Rule {
		rule := make([]string, len(widths))
		for i, n := range widths {
			rule[i] = strings.Repeat("-", n)
		}
		rows = append(rows, rule)
	}
	for _, row := range append(rows, t.Rows...) {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell)))
			if i > 0 {
				line.WriteString("  ")
			}
			if t.right(i) {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// Markdown writes the table as a Markdown table.
func (t *Table) Markdown(w io.Writer) error {
	rule := make([]string, len(t.Head))
	for i := range rule {
		rule[i] = "---"
		if t.right(i) {
			rule[i] = "--:"
		}
	}
	for _, row := range append([][]string{t.Head, rule}, t.Rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = escape(cell)
		}
		if _, err := fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")); err != nil {
			return err
		}
	}
	return nil
}

// escape keeps a text from being read as Markdown, so that a name can't change
// the page.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "&", "&amp;", "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`, "\n", " ").Replace(s)
}

// opening is escape for a text that begins a paragraph, which would else be a
// heading, a quote, a list or a rule when it begins like one.
func opening(s string) string {
	s = escape(strings.TrimSpace(s))
	rest := strings.TrimLeft(s, "0123456789")
	digits := s[:len(s)-len(rest)]
	marks := "#>-+=~"
	if digits != "" {
		marks = ".)"
	}
	if rest != "" && strings.Contains(marks, rest[:1]) {
		return digits + "\\" + rest
	}
	return s
}

// code sets a text as Markdown code.
func code(s string) string {
	return "`" + strings.NewReplacer("`", "'", "\n", " ").Replace(s) + "`"
}
