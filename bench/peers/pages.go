package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The page of the documentation keeps what is written here between these marks.
const (
	beginMark = "<!-- what make bench-peers wrote: begin -->"
	endMark   = "<!-- what make bench-peers wrote: end -->"
)

// pages writes the fragment, the chart and the table of all figures to the folder
// of the records and, where there is one, to that of the documentation.
func (b *bench) pages() error {
	records := slices.DeleteFunc(slices.Clone(b.records), func(r record) bool { return r.Cell.Mount != b.mount })
	if len(records) == 0 {
		return errors.New("render pages: nothing is recorded")
	}
	fragment, picture, table := page(records, left(records)), chart(summarise(records)), spreadsheet(summarise(records))
	for name, content := range map[string]string{"peers.md": fragment, "peers.svg": picture, "peers.csv": table} {
		if err := write(filepath.Join(b.out, name), content); err != nil {
			return err
		}
	}
	if b.docs == "" {
		return nil
	}
	name := filepath.Join(b.docs, "performance.md")
	old, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	renewed, err := between(string(old), fragment)
	if err != nil {
		return fmt.Errorf("renew %s: %w", name, err)
	}
	return errors.Join(write(name, renewed), write(filepath.Join(b.docs, "images", "peers.svg"), picture),
		write(filepath.Join(b.docs, "peers.csv"), table))
}

// left are the titles of the peers that none of the records is of.
func left(records []record) []string {
	var names []string
	for _, p := range allPeers() {
		if !slices.ContainsFunc(records, func(r record) bool { return r.Peer == p.name }) {
			names = append(names, p.title)
		}
	}
	return names
}

// between puts a fragment between the marks of a page.
func between(page, fragment string) (string, error) {
	before, rest, begins := strings.Cut(page, beginMark)
	_, after, ends := strings.Cut(rest, endMark)
	if !begins || !ends {
		return "", fmt.Errorf("it has no %s and %s", beginMark, endMark)
	}
	return before + beginMark + "\n" + fragment + endMark + after, nil
}

func write(name, content string) error { return os.WriteFile(name, []byte(content), 0o600) }
