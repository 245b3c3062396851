package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker when a release is built (-X main.version=v1.2.3).
var version string

func newVersion(env environment) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Show the version, and what it was built with and for", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return printed(fmt.Fprintf(env.stdout, "sigsync %s%s %s %s/%s\n",
				currentVersion(), revision(), runtime.Version(), runtime.GOOS, runtime.GOARCH))
		},
	}
}

// currentVersion is the release's version, or the module's where it was
// installed with go install, or devel.
func currentVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return " (" + s.Value[:min(len(s.Value), 12)] + ")"
		}
	}
	return ""
}
