package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// addSyntax reports an error of the YAML library, whose only structure is its
// text.
func (p *problems) addSyntax(err error, data []byte) {
	if errors.Is(err, io.EOF) {
		p.addAt(1, 1, "", "expected a configuration, got an empty file")
		return
	}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if anchor, found := strings.CutPrefix(message, "unknown anchor '"); found {
		anchor = strings.TrimSuffix(anchor, "' referenced")
		// The anchor's text may be a password that begins with an asterisk.
		p.addAt(lineOf(data, "*"+anchor), 1, "", "expected a known anchor after *: put a value that begins with * in quotes")
		return
	}
	line := 1
	if _, scanErr := fmt.Sscanf(message, "line %d:", &line); scanErr == nil {
		_, message, _ = strings.Cut(message, ": ")
		if countsFromZero(message) {
			line++
		}
	}
	p.addAt(line, 1, "", "expected YAML: "+message+flowHint(message, line, data))
}

// countsFromZero reports whether the message is one of those for which the
// library gives the number of the line before.
func countsFromZero(message string) bool {
	return slices.ContainsFunc([]string{
		"did not find expected <",
		"did not find expected node content",
		"did not find expected '-' indicator",
		"did not find expected key",
		"did not find expected ','",
		"found undefined tag handle",
	}, func(prefix string) bool { return strings.HasPrefix(message, prefix) })
}

// flowHint explains the error of a reference between braces or brackets, where
// its own braces end the value.
func flowHint(message string, line int, data []byte) string {
	lines := bytes.Split(data, []byte("\n"))
	if line > len(lines) || !strings.Contains(message, "expected ','") || !bytes.Contains(lines[line-1], []byte("${")) {
		return ""
	}
	return ": put a value with ${NAME} in quotes"
}

// lineOf is the number of the first line that has the text.
func lineOf(data []byte, text string) int {
	before, _, _ := bytes.Cut(data, []byte(text))
	return 1 + bytes.Count(before, []byte("\n"))
}
