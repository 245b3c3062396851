package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// onTerminal tells whether somebody looks at what is written.
func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// widthOf returns what tells how many columns a terminal has, 0 where it does not
// know. They change while somebody looks.
func widthOf(w io.Writer) func() int {
	return func() int {
		f, ok := w.(*os.File)
		if !ok {
			return 0
		}
		columns, _, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 0
		}
		return columns
	}
}

// dumb tells of a terminal that shows escape sequences instead of obeying them.
func dumb(env environment) bool {
	kind, _ := env.lookup("TERM")
	return kind == "dumb"
}

// colourful tells whether standard output wants colours (see no-color.org).
func colourful(env environment) bool {
	none, set := env.lookup("NO_COLOR")
	return onTerminal(env.stdout) && (!set || none == "") && !dumb(env)
}
