package inspect

import (
	"strings"

	"github.com/sigsync/sigsync/internal/printable"
)

// node is a line of a tree with what hangs on it.
type node struct {
	line  string
	nodes []node
}

// add hangs a line on a node. It is what the text has of others' words that makes
// them printable; colours come after.
func (n *node) add(line string) { n.nodes = append(n.nodes, node{line: line}) }

// draw writes what hangs on a node, each line below its own.
func (n *node) draw(to *strings.Builder, before string) {
	for i, m := range n.nodes {
		stem, below := "├─ ", "│  "
		if i == len(n.nodes)-1 {
			stem, below = "└─ ", "   "
		}
		to.WriteString(before + stem + m.line + "\n")
		m.draw(to, before+below)
	}
}

// line is text from outside on one line.
func line(text string) string { return printable.Line(text) }
