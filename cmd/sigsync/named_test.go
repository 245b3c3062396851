package main

import (
	"net/url"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// showNamed prints a file with names in the place of digests, and $HOST in that of
// the servers: named FILE.
func showNamed(ts *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 1, 1, "named FILE"); err != nil {
		return err
	}
	text := w.names.show(ts.ReadFile(args[0]))
	for name, address := range map[string]string{"$HOST": w.url, "$PLAIN": w.plainURL()} {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			text = strings.ReplaceAll(text, u.Host, name)
		}
	}
	_, err := ts.Stdout().Write([]byte(text))
	return err
}

func (w *world) plainURL() string {
	if w.plain == nil {
		return ""
	}
	return w.plain.url
}
