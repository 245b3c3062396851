package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// onTerminal tells whether somebody looks at what is written.
func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) //nolint:gosec // a file descriptor fits
}

// colourful tells whether standard output wants colours (see no-color.org).
func colourful(env environment) bool {
	none, set := env.lookup("NO_COLOR")
	dumb, _ := env.lookup("TERM")
	return onTerminal(env.stdout) && (!set || none == "") && dumb != "dumb"
}
