package doctor

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/sigsync/sigsync/internal/printable"
)

// Terraform writes permission targets as resources of the provider jfrog/platform.
func Terraform(w io.Writer, permissions []Permission) error {
	var b strings.Builder
	taken := map[string]bool{}
	for i, p := range permissions {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(resource(p, label(p, taken)))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write Terraform: %w", err)
	}
	return nil
}

func resource(p Permission, label string) string {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) } // a Builder takes everything
	line("# Server %s: %s", printable.Line(p.Server), printable.Line(p.URL))
	if !p.Known {
		line("# The configuration does not tell whose the credentials are: write the account's name.")
	}
	line("resource \"platform_permission\" %s {", quoted(label))
	line("  name = %s", quoted(p.Name))
	line("")
	line("  artifact = {")
	line("    actions = {")
	line("      users = [")
	line("        { name = %s, permissions = [%s] },", quoted(p.Account), spelled(p.rights))
	line("      ]")
	line("    }")
	line("    targets = [")
	for _, repository := range p.Repositories {
		line("      { name = %s, include_patterns = [\"**\"] },", quoted(repository))
	}
	line("    ]")
	line("  }")
	line("}")
	return b.String()
}

// spelled are rights as the provider has them: in capitals.
func spelled(rights []right) string {
	var all []string
	for _, r := range rights {
		all = append(all, quoted(strings.ToUpper(string(r))))
	}
	return strings.Join(all, ", ")
}

// label is a name that no resource before has.
func label(p Permission, taken map[string]bool) string {
	name := strings.Map(func(r rune) rune {
		if r == '_' || r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '_'
	}, p.Name+"_"+p.Server)
	for unique, n := name, 2; ; n++ {
		if !taken[unique] {
			taken[unique] = true
			return unique
		}
		unique = fmt.Sprintf("%s_%d", name, n)
	}
}

// quoted is a string of HCL. What it is given is printable.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", "$${", "%{", "%%{").Replace(text) + `"`
}
