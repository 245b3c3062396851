package docs_test

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)(?: "[^"]*")?\)`)
	target   = regexp.MustCompile(`(?:href|src)="([^"]+)"`)
	heading  = regexp.MustCompile(`^#{1,6} +(.*?) *#*$`)
	linked   = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	code     = regexp.MustCompile("`[^`]*`")
	noAnchor = regexp.MustCompile(`[^\p{L}\p{N}\p{M}_ -]`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	all := pages(t)
	seen := 0
	for _, p := range all {
		for n, line := range p.prose() {
			for _, to := range linksOf(line) {
				seen++
				if wrong := follow(t, p.name, to); wrong != "" {
					t.Errorf("%s:%d: link to %s: %s", p.name, n+1, to, wrong)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("followed %d links, want all of them", seen)
	}
}

// linksOf are the targets of the links in a line; what is code has none.
func linksOf(line string) []string {
	line = code.ReplaceAllString(line, "")
	var found []string
	for _, pattern := range []*regexp.Regexp{link, target} {
		for _, m := range pattern.FindAllStringSubmatch(line, -1) {
			found = append(found, m[1])
		}
	}
	return found
}

// follow says what is wrong with a link; "" is nothing. Links out of the
// repository are not followed: tests reach nothing but loopback.
func follow(t *testing.T, from, to string) string {
	t.Helper()
	u, err := url.Parse(to)
	switch {
	case err != nil:
		return err.Error()
	case u.Scheme == "https":
		return ""
	case u.Scheme != "":
		return "want https or a path"
	}
	file := from
	if u.Path != "" {
		file = path.Join(path.Dir(from), u.Path)
	}
	if strings.HasPrefix(file, "../") || path.IsAbs(u.Path) {
		return "it leads out of the repository"
	}
	info, err := os.Stat(filepath.Join(root, file))
	if err != nil {
		return "there is no such file"
	}
	if u.Fragment == "" {
		return ""
	}
	if info.IsDir() || path.Ext(file) != ".md" {
		return "only pages have headings"
	}
	if !slices.Contains(load(t, filepath.Join(root, file)).anchors(), u.Fragment) {
		return "the page has no such heading"
	}
	return ""
}

// anchors are the names of a page's headings, as GitHub makes them.
func (p page) anchors() []string {
	var names []string
	times := map[string]int{}
	for _, line := range p.prose() {
		m := heading.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		text := strings.NewReplacer("`", "", "*", "").Replace(linked.ReplaceAllString(m[1], "$1"))
		name := strings.ReplaceAll(noAnchor.ReplaceAllString(strings.ToLower(text), ""), " ", "-")
		if n := times[name]; n > 0 {
			names = append(names, name+"-"+strconv.Itoa(n))
		} else {
			names = append(names, name)
		}
		times[name]++
	}
	return names
}

func TestAnchors(t *testing.T) {
	p := page{lines: strings.Split("# What `sync` does, and why\n```\n# no heading\n```\n## [A link](x.md) & more\n## Same\n## Same\n## `retry.max`", "\n")}
	want := []string{"what-sync-does-and-why", "a-link--more", "same", "same-1", "retrymax"}
	if got := p.anchors(); !slices.Equal(got, want) {
		t.Errorf("anchors = %q, want %q", got, want)
	}
}

func TestFollowRefuses(t *testing.T) {
	for to, want := range map[string]string{
		"none.md":                  "there is no such file",
		"reports.md#nowhere":       "the page has no such heading",
		"#nowhere":                 "the page has no such heading",
		"../../x":                  "it leads out of the repository",
		"/docs/reports.md":         "it leads out of the repository",
		"http://example.com":       "want https or a path",
		"images#x":                 "only pages have headings",
		"reports.md#coverage":      "",
		"../README.md":             "",
		"https://example.com/a#b":  "",
		"../charts/sigsync":        "",
		"report-light.png#nowhere": "there is no such file",
	} {
		if got := follow(t, "docs/report.md", to); got != want {
			t.Errorf("follow(%s) = %q, want %q", to, got, want)
		}
	}
}

// TestTheIndexNamesEveryPage holds docs/README.md.
func TestTheIndexNamesEveryPage(t *testing.T) {
	index := strings.Join(load(t, filepath.Join(root, "docs/README.md")).lines, "\n")
	for _, p := range pages(t) {
		name, ok := strings.CutPrefix(p.name, "docs/")
		if ok && name != "README.md" && !strings.Contains(index, "]("+name+")") {
			t.Errorf("docs/README.md does not name %s", name)
		}
	}
}
