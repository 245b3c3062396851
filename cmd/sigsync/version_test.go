package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestBuild(t *testing.T) {
	const revision, at = "e7a78c77022ee93876c4d5a61915f4774d4f9772", "2026-11-25T21:29:27Z"
	repository := func(version, modified string) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: revision}, {Key: "vcs.time", Value: at}, {Key: "vcs.modified", Value: modified},
		}}
	}
	tests := []struct {
		name                  string
		info                  *debug.BuildInfo
		version, commit, date string
		want                  string
	}{
		{name: "nothing known", info: &debug.BuildInfo{}, want: "devel"},
		{name: "no repository", info: &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, want: "devel"},
		{name: "go install", info: &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, want: "v1.2.3"},
		{name: "repository", info: repository("v1.2.3", "false"), want: "v1.2.3 (e7a78c77022e, 2026-11-25T21:29:27Z)"},
		{
			name: "changed repository", info: repository("v1.2.3+dirty", "true"),
			want: "v1.2.3+dirty (e7a78c77022e, 2026-11-25T21:29:27Z, modified)",
		},
		{name: "linker", info: &debug.BuildInfo{}, version: "v2.0.0", commit: "abc", date: at, want: "v2.0.0 (abc, 2026-11-25T21:29:27Z)"},
		{name: "linker, version only", info: &debug.BuildInfo{}, version: "v2.0.0", want: "v2.0.0"},
		{name: "linker and changed repository", info: repository("v1.2.3+dirty", "true"), version: "v2.0.0", commit: "abc", want: "v2.0.0 (abc)"},
		{
			name: "linker's version of a changed repository", info: repository("v1.2.3+dirty", "true"), version: "v2.0.0",
			want: "v2.0.0 (e7a78c77022e, 2026-11-25T21:29:27Z, modified)",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := "sigsync " + tt.want + " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
			if got := linked(builtFrom(tt.info), tt.version, tt.commit, tt.date).String(); got != want {
				t.Errorf("String() = %q, want %q", got, want)
			}
		})
	}
}
