package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/sigsync/sigsync/internal/"

// layers says which packages of this module a package may import, and which of
// the standard library's doors to the outside it may open. It is the table in
// CONTRIBUTING.md. Imports are parsed here, in this process: the test cache does
// not see files that another process reads.
var layers = map[string]struct {
	imports []string
	doors   []string
}{
	"oci":         {},
	"repository":  {},
	"intake":      {},
	"printable":   {},
	"cosign":      {imports: []string{"oci"}},
	"verify":      {imports: []string{"oci", "cosign"}},
	"claim":       {imports: []string{"oci", "cosign"}, doors: []string{"time"}},
	"shard":       {},
	"plan":        {imports: []string{"oci", "cosign"}},
	"planfile":    {imports: []string{"oci", "cosign", "plan"}, doors: []string{"io", "net/url", "time"}},
	"report":      {imports: []string{"oci", "cosign", "plan"}, doors: []string{"io", "time"}},
	"config":      {imports: []string{"plan"}, doors: []string{"io", "os", "time", "net", "net/url"}},
	"scan":        {imports: []string{"oci", "cosign", "plan", "repository"}, doors: []string{"context"}},
	"outbound":    {imports: []string{"oci"}, doors: []string{"context", "io", "os", "time", "net", "net/http", "net/url"}},
	"artifactory": {imports: []string{"oci", "outbound", "repository", "plan", "scan"}, doors: []string{"context", "io", "time", "net", "net/http", "net/url"}},
	"registry":    {imports: []string{"oci", "outbound", "repository"}, doors: []string{"context", "io", "net/http", "net/url", "time"}},
	"reconcile":   {imports: []string{"oci", "cosign", "verify", "plan", "report", "repository", "scan", "shard"}, doors: []string{"context", "io", "time"}},
	"inspect":     {imports: []string{"oci", "cosign", "claim", "verify", "plan", "report", "repository"}, doors: []string{"context", "io", "net/url", "time"}},
	"cache":       {imports: []string{"oci"}, doors: []string{"os"}},
	"notify":      {imports: []string{"report", "plan", "outbound"}, doors: []string{"context", "io", "net/http", "net/url", "os", "time"}},
	"metrics":     {imports: []string{"cosign", "plan", "report"}, doors: []string{"context", "io", "net/http", "net/url", "os", "time"}},
	"schedule":    {doors: []string{"context", "time"}},
	"progress":    {doors: []string{"io", "time"}},
	"watch":       {doors: []string{"context", "io", "os", "time"}},
	"tracing":     {doors: []string{"context", "net/http", "net/url"}},
	"page":        {imports: []string{"cosign", "oci", "plan", "report"}, doors: []string{"io", "time"}},
	"web":         {imports: []string{"page", "plan", "report"}, doors: []string{"context", "io", "log", "time", "net", "net/http"}},
	"webhook":     {imports: []string{"oci", "cosign"}, doors: []string{"context", "io", "net/http", "time"}},
	"doctor":      {imports: []string{"oci", "outbound", "repository", "scan"}, doors: []string{"context", "io", "net", "net/http", "net/url", "time"}},
	"docs":        {},
	"demo":        {imports: []string{"oci", "cosign"}, doors: []string{"context", "io", "net/http"}},
}

// everywhere may be imported by every package of the table: how much is taken
// in, and what may be shown, concerns all that takes in and shows.
func everywhere() []string { return []string{"intake", "printable"} }

// doors are packages that reach outside a pure function.
func doors() []string {
	return []string{"context", "io", "io/fs", "log", "net", "net/http", "net/url", "os", "os/exec", "syscall", "time"}
}

func TestLayers(t *testing.T) {
	for name, layer := range layers {
		for file, imported := range importsOf(t, name) {
			for _, p := range imported {
				if ours, ok := strings.CutPrefix(p, module); ok && !slices.Contains(slices.Concat(layer.imports, everywhere()), ours) {
					t.Errorf("%s imports %s, which its layer may not", file, ours)
				}
				if slices.Contains(doors(), p) && !slices.Contains(layer.doors, p) {
					t.Errorf("%s imports %s, which its layer may not", file, p)
				}
			}
		}
	}
}

func TestEveryPackageHasALayer(t *testing.T) {
	folders, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if _, ok := layers[f.Name()]; f.IsDir() && !ok && f.Name() != "emulator" {
			t.Errorf("package %s has no layer", f.Name())
		}
	}
}

// The emulator stands for a server that knows nothing of sigsync.
func TestTheEmulatorImportsNothingOfSigsync(t *testing.T) {
	for file, imported := range importsOf(t, "emulator") {
		for _, p := range imported {
			ours, ok := strings.CutPrefix(p, module)
			if ok && ours != "emulator" && !strings.HasPrefix(ours, "emulator/") {
				t.Errorf("%s imports %s", file, ours)
			}
		}
	}
}

// importsOf maps the files of a package and those below it, tests left out, to
// what they import.
func importsOf(t *testing.T, folder string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(folder, func(file string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		found[file] = []string{}
		for _, i := range parsed.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			found[file] = append(found[file], p)
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("imports of %s: %v, %d files", folder, err, len(found))
	}
	return found
}
