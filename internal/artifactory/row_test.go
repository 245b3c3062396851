package artifactory

import (
	"strings"
	"testing"

	"github.com/sigsync/sigsync/internal/intake"
)

func TestIsFolder(t *testing.T) {
	longest := strings.Repeat("a", intake.PathBytes)
	for path, want := range map[string]bool{
		".": true, "a": true, "a/b": true, "team/app/1.0": true, ".a": true, "a/.b": true, "..a/b": true, "a/...": true, "a./b..": true,
		longest: true, "." + longest[1:]: true,
		"": false, "/": false, "/a": false, "a/": false, "a//b": false, "..": false, "./a": false, "a/.": false, "a/..": false,
		"../a": false, "a/./b": false, "a/../b": false, longest + "a": false, "." + longest: false, "a/" + longest: false,
	} {
		if got := isFolder(path); got != want {
			t.Errorf("isFolder(%.20q) = %t, want %t", path, got, want)
		}
	}
}
