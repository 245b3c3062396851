package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sigsync/sigsync/internal/report"
)

// listFindings prints the findings of a JSON report, one a line, with names in
// the place of digests: findings FILE. The report is held to its contract.
func listFindings(ts *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 1, 1, "findings FILE"); err != nil {
		return err
	}
	content := []byte(ts.ReadFile(args[0]))
	if err := checkContract(content); err != nil {
		return err
	}
	var r report.Report
	if err := json.Unmarshal(content, &r); err != nil {
		return err
	}
	out := ts.Stdout()
	for _, p := range r.Pairs {
		for _, f := range p.Findings {
			line := fmt.Sprintf("%s: %s %s %s %s@%s", p.Name, f.State, f.Outcome, f.Family, reference(f), f.Subject)
			if f.Reason != "" {
				line += ": " + f.Reason
			}
			_, _ = fmt.Fprintln(out, strings.ReplaceAll(w.names.show(line), w.url, "$SIGSYNC_URL"))
		}
	}
	return nil
}

func reference(f report.Finding) string {
	if len(f.Tags) == 0 {
		return f.Image
	}
	return f.Image + ":" + strings.Join(f.Tags, ",")
}

// checkJSON holds one value of a JSON file to what is expected, both as JSON
// without the quotes of a string: json FILE KEY.KEY.0.KEY VALUE.
func checkJSON(ts *testscript.TestScript, _ *world, args []string) error {
	if err := arguments(args, 3, 3, "json FILE KEY.KEY.0.KEY VALUE"); err != nil {
		return err
	}
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &v); err != nil {
		return err
	}
	for key := range strings.SplitSeq(args[1], ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[key]
		case []any:
			n, err := strconv.Atoi(key)
			if err != nil || n >= len(at) {
				return fmt.Errorf("%s: a list of %d has no %s", args[1], len(at), key)
			}
			v = at[n]
		default:
			return fmt.Errorf("%s: %v has no %s", args[1], at, key)
		}
	}
	got, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if text := strings.Trim(string(got), `"`); text != args[2] {
		return fmt.Errorf("%s = %s, want %s", args[1], text, args[2])
	}
	return nil
}
