package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// What the linker sets where Go does not see the repository that it builds from,
// as in a Dockerfile: -X main.version=v1.2.3 -X main.commit=... -X main.date=...
var (
	version string
	commit  string //nolint:gochecknoglobals // the linker sets nothing else
	date    string //nolint:gochecknoglobals // the linker sets nothing else
)

// build is what this program was built from, with and for.
type build struct {
	Schema  string `json:"schema"`
	Version string `json:"version"`
	// Commit and Date (RFC 3339, UTC) are those of the commit, empty where not known.
	Commit string `json:"commit,omitempty"`
	Date   string `json:"date,omitempty"`
	// Modified is true if there were changes that are not in Commit.
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func newVersion(env environment) *cobra.Command {
	form := "text"
	c := &cobra.Command{
		Use: "version", Short: "Show the version, and what it was built from, with and for", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch form {
			case "text":
				return printed(fmt.Fprintln(env.stdout, thisBuild()))
			case "json":
				return thisBuild().encode(env.stdout)
			}
			return usage(fmt.Errorf("--output %q: expected text or json", form))
		},
	}
	c.Flags().StringVarP(&form, "output", "o", form, "`form` of the answer: text or json")
	// The flag is there, and has none yet.
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func currentVersion() string { return thisBuild().Version }

func thisBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return linked(builtFrom(info), version, commit, date)
}

// builtFrom reads what Go notes down in a program: the module's version where it
// was installed with go install, one made of the commit where it was built in a
// git repository, and devel elsewhere.
func builtFrom(info *debug.BuildInfo) build {
	b := build{
		Schema: "sigsync.version/v1", Version: info.Main.Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	if b.Version == "" || b.Version == "(devel)" {
		b.Version = "devel"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	b.Commit, b.Date = settings["vcs.revision"], settings["vcs.time"]
	b.Modified = settings["vcs.modified"] == "true"
	return b
}

// linked is a build with what the linker was told of it, which is more than Go saw.
func linked(b build, version, commit, date string) build {
	if version != "" {
		b.Version = version
	}
	if commit != "" {
		b.Commit, b.Date, b.Modified = commit, date, false
	}
	return b
}

// String is the one line of sigsync version.
func (b build) String() string {
	var from []string
	if b.Commit != "" {
		from = append(from, b.Commit[:min(len(b.Commit), 12)])
	}
	if b.Date != "" {
		from = append(from, b.Date)
	}
	if b.Modified {
		from = append(from, "modified")
	}
	words := []string{"sigsync", b.Version, b.Go, b.Platform}
	if len(from) > 0 {
		words = []string{"sigsync", b.Version, "(" + strings.Join(from, ", ") + ")", b.Go, b.Platform}
	}
	return strings.Join(words, " ")
}

func (b build) encode(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return printed(0, e.Encode(b))
}
