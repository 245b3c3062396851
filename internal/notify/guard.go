package notify

import (
	"slices"
	"text/template/parse"
)

// guard changes a template so that it can do no harm: what it puts out of a
// value is written as part of a JSON text, so that no name from outside ends that
// text, and each round of a loop is a piece of output, if an empty one, so that
// the output can end it.
func guard(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			inText(n.Pipe)
		case *parse.IfNode:
			guard(n.List)
			guard(n.ElseList)
		case *parse.WithNode:
			guard(n.List)
			guard(n.ElseList)
		case *parse.RangeNode:
			guard(n.List)
			guard(n.ElseList)
		}
	}
	list.Nodes = slices.Insert(list.Nodes, 0, parse.Node(&parse.TextNode{NodeType: parse.NodeText}))
}

// inText has a value written as part of a JSON text, unless nothing is put out or
// the function json has the last word.
func inText(pipe *parse.PipeNode) {
	if len(pipe.Decl) > 0 {
		return
	}
	last := pipe.Cmds[len(pipe.Cmds)-1]
	if name, ok := last.Args[0].(*parse.IdentifierNode); ok && (name.Ident == "json" || name.Ident == textOfJSON) {
		return
	}
	name := parse.NewIdentifier(textOfJSON).SetPos(pipe.Pos)
	pipe.Cmds = append(pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Pos: pipe.Pos, Args: []parse.Node{name}})
}
