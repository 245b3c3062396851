package main

import (
	"path/filepath"
	"strings"
)

// format is a form of the report, and how the names of its files end.
type format struct{ name, ending string }

// formats are all of them, the default first.
func formats() []format {
	return []format{{"text", ".txt"}, {"json", ".json"}}
}

// formatOf is the form of a file by its ending; "" where none has it.
func formatOf(file string) string {
	for _, f := range formats() {
		if f.ending == strings.ToLower(filepath.Ext(file)) {
			return f.name
		}
	}
	return ""
}

func formatNames() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

func endings() []string {
	var endings []string
	for _, f := range formats() {
		endings = append(endings, f.ending)
	}
	return endings
}
