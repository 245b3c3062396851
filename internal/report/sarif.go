package report

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/printable"
)

// SARIF writes the report for code scanning and security tools (SARIF 2.1.0): a
// rule for each state, a result for each finding, a notification for each pair
// that could not be done.
func SARIF(w io.Writer, r *Report) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	err := e.Encode(sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{sarifRunOf(r)},
	})
	if err == nil {
		_, err = w.Write(printable.JSON(b.Bytes()))
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Automation  sarifAutomation   `json:"automationDetails"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	ColumnKind  string            `json:"columnKind"`
	Properties  sarifCoverage     `json:"properties"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID            string             `json:"id"`
	Name          string             `json:"name"`
	Short         sarifMessage       `json:"shortDescription"`
	Help          sarifMessage       `json:"help"`
	Configuration sarifConfiguration `json:"defaultConfiguration"`
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifAutomation struct {
	ID string `json:"id"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	ExitCode      int                 `json:"exitCode"`
	Description   string              `json:"exitCodeDescription,omitempty"`
	Started       string              `json:"startTimeUtc"`
	Ended         string              `json:"endTimeUtc"`
	Notifications []sarifNotification `json:"toolExecutionNotifications"`
}

type sarifNotification struct {
	Level   string       `json:"level"`
	Message sarifMessage `json:"message"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Kind         string            `json:"kind"`
	Level        string            `json:"level"`
	Message      sarifMessage      `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Properties   sarifFinding      `json:"properties"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations"`
}

// sarifPhysical is there because GitHub shows no result without it.
type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogical struct {
	Name          string `json:"name"`
	QualifiedName string `json:"fullyQualifiedName"`
	Kind          string `json:"kind"`
}

// sarifFinding is what SARIF has no place for.
type sarifFinding struct {
	Pair       string      `json:"pair"`
	Tags       []string    `json:"imageTags"`
	Family     string      `json:"family"`
	Outcome    Outcome     `json:"outcome"`
	Attachment *Attachment `json:"attachment,omitempty"`
	Verify     string      `json:"verify,omitempty"`
}

type sarifCoverage struct {
	// Part is Run.Part.
	Part     string              `json:"part,omitempty"`
	Narrowed string              `json:"narrowed,omitempty"`
	Coverage Coverage            `json:"coverage,omitzero"`
	Pairs    []sarifPairCoverage `json:"pairs"`
}

type sarifPairCoverage struct {
	Pair     string           `json:"pair"`
	Coverage *Coverage        `json:"coverage,omitempty"`
	Prefixes []PrefixCoverage `json:"prefixes"`
}

func sarifRunOf(r *Report) sarifRun {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "sigsync", Version: r.Run.Version, Rules: sarifRules(r.Run.FailOn)}},
		Automation: sarifAutomation{"sigsync/" + string(r.Run.Mode) + "/" + r.Run.ID},
		Results:    []sarifResult{}, ColumnKind: "unicodeCodePoints",
		Properties: sarifCoverage{r.Run.Part(), r.Run.Narrowed(), r.Totals.Coverage, []sarifPairCoverage{}},
	}
	invocation := sarifInvocation{
		Successful: r.Run.ExitCode == ExitOK || r.Run.ExitCode == ExitLeft, ExitCode: r.Run.ExitCode, Description: r.Verdict(),
		Started: sarifTime(r.Run.Started), Ended: sarifTime(r.Run.Finished), Notifications: []sarifNotification{},
	}
	for i := range r.Pairs {
		p := &r.Pairs[i]
		if p.Error != "" {
			invocation.Notifications = append(invocation.Notifications, sarifNotification{"error", sarifText(p.Name + ": " + p.Error)})
		}
		if whose := r.Elsewhere(p); whose != "" {
			invocation.Notifications = append(invocation.Notifications, sarifNotification{"note", sarifText(p.Name + ": " + whose)})
		}
		for j := range p.Findings {
			run.Results = append(run.Results, sarifResultOf(r, p, &p.Findings[j]))
		}
		run.Properties.Pairs = append(run.Properties.Pairs, sarifPairCoverage{p.Name, r.Covered(p), orEmpty(p.Prefixes)})
	}
	run.Invocations = []sarifInvocation{invocation}
	return run
}

func sarifTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func sarifRules(failOn []plan.State) []sarifRule {
	var rules []sarifRule
	for _, s := range plan.States() {
		rule := sarifRule{ID: s.String(), Name: s.String(), Short: sarifMessage{Meaning(s)}, Help: sarifMessage{sarifHelp(s)}}
		rule.Configuration.Level = "note"
		if slices.Contains(failOn, s) {
			rule.Configuration.Level = "error"
		}
		rules = append(rules, rule)
	}
	return rules
}

// sarifHelp says what there is to do about a state.
func sarifHelp(s plan.State) string {
	switch s {
	case plan.Missing, plan.Partial:
		return "sigsync sync copies what is missing and completes what is there in part."
	case plan.Stale:
		return "With on_difference: update, sigsync sync replaces it by the source's."
	case plan.Diverged:
		return "With on_difference: merge, sigsync sync writes the union of both."
	case plan.Unsigned:
		return "Sign the image, or find out why nobody did."
	case plan.Orphan:
		return "Find out where its image went; sigsync deletes nothing."
	case plan.Suspect:
		return "Find out who stored it, and what it signs."
	case plan.Unknown:
		return "Mend what the reason tells of, and look again."
	default:
		return "There is nothing to do."
	}
}

func sarifResultOf(r *Report, p *Pair, f *Finding) sarifResult {
	result := sarifResult{
		RuleID: f.State.String(), RuleIndex: int(f.State), Kind: "fail", Level: "note",
		Message:      sarifText(r.full(p, f) + ": " + sentence(f)),
		Fingerprints: map[string]string{"sigsync/v1": fingerprint(p, f)},
		Locations: []sarifLocation{{
			Physical: sarifPhysical{sarifArtifact{sarifURI(p.Target.Repository + "/" + f.Image)}, sarifRegion{1}},
			Logical:  []sarifLogical{{Name: f.Image, QualifiedName: r.full(p, f), Kind: "resource"}},
		}},
		Properties: sarifFinding{p.Name, orEmpty(f.Tags), familyOf(f), f.Outcome, f.Attachment, r.Verification(p, f)},
	}
	switch {
	case r.Counts(f):
		result.Level = "error"
	case !f.Open():
		result.Kind, result.Level = "pass", "none"
	}
	return result
}

// fingerprint knows a finding again in another run.
func fingerprint(p *Pair, f *Finding) string {
	sum := oci.FromBytes([]byte(strings.Join([]string{p.Name, f.Image, f.Subject.String(), caseName(f)}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// sarifText is a message without embedded links and placeholders (SARIF 2.1.0,
// 3.11.5 and 3.11.6).
func sarifText(text string) sarifMessage {
	text = printable.Line(strings.ReplaceAll(text, "\n", "; "))
	return sarifMessage{strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(text)}
}

// sarifURI is a relative reference (RFC 3986) that leads nowhere above.
func sarifURI(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = percentEncoded(s, strings.Trim(s, ".") == "")
	}
	return strings.Join(segments, "/")
}

// percentEncoded keeps what is unreserved (RFC 3986, section 2.3), or nothing.
func percentEncoded(segment string, all bool) string {
	var b strings.Builder
	for _, c := range []byte(segment) {
		plain := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
		if plain && !all {
			b.WriteByte(c)
		} else {
			_, _ = fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
