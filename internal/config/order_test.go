package config_test

import (
	"fmt"
	"strings"
	"testing"
)

// flow is a file with a pair on each line from line 3 on, from a notation such
// as "a>b x:b>c a>b,c".
func flow(notation string) string {
	file := version + "servers: {m: {url: \"http://a\"}, n: {url: \"http://a/\"}, o: {url: \"http://o\"}}\npairs:\n"
	for entry := range strings.FieldsSeq(notation) {
		ends, name := entry, ""
		if before, after, named := strings.Cut(entry, ":"); named {
			name, ends = before, after
		}
		source, targets, _ := strings.Cut(ends, ">")
		var list []string
		for target := range strings.SplitSeq(targets, ",") {
			list = append(list, endpoint(target))
		}
		file += fmt.Sprintf("  - {name: %q, source: %s, targets: [%s]}\n", name, endpoint(source), strings.Join(list, ", "))
	}
	return file
}

// endpoint is a repository, on server m unless another stands before a slash.
func endpoint(notation string) string {
	server, repository, found := strings.Cut(notation, "/")
	if !found {
		server, repository = "m", notation
	}
	return fmt.Sprintf("{server: %s, repository: %q}", server, repository)
}

func TestParseOrdersPairs(t *testing.T) {
	for _, tt := range []struct{ flow, want string }{
		{"a>b", "a-to-b"},
		{"c>d a>b", "c-to-d a-to-b"},
		{"a>b b>c c>d", "a-to-b b-to-c c-to-d"},
		{"c>d b>c a>b", "a-to-b b-to-c c-to-d"},
		{"x>y b>c a>b u>v", "x-to-y a-to-b b-to-c u-to-v"},
		{"b>d c>d a>b,c", "a-to-b b-to-d a-to-c c-to-d"},
		{"c>d b>c a>c", "b-to-c a-to-c c-to-d"},
		{"n/b>c m/a>b", "a-to-b b-to-c"},
		{"o/b>c m/a>b", "b-to-c a-to-b"},
		{"a>o/a", "a-to-a"},
	} {
		var got []string
		for _, p := range parse(t, flow(tt.flow)).Pairs {
			got = append(got, p.Name)
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("Parse(%s) pairs = %s, want %s", tt.flow, got, tt.want)
		}
	}
}

func TestParseProblemsBetweenPairs(t *testing.T) {
	testProblems(t, []problem{
		{"cycle", flow("a:p>q b:q>p"), "f:4: pairs[0]: expected pairs without a cycle, got a -> b -> a"},
		{"long cycle", flow("x>p a:p>q b:q>r c:r>p"), "f:5: pairs[1]: expected pairs without a cycle, got a -> b -> c -> a"},
		{"cycle after a chain", flow("d:p>z a:p>q b:q>p"), "f:6: pairs[2]: expected pairs without a cycle, got b -> a -> b"},
		{"two cycles", flow("a:p>q b:q>p c:x>y d:y>x"), "f:4: pairs[0]: expected pairs without a cycle, got a -> b -> a\nf:6: pairs[2]: expected pairs without a cycle, got c -> d -> c"},
		{"cycle under two names of a server", flow("a:m/p>q b:n/q>n/p"), "f:4: pairs[0]: expected pairs without a cycle, got a -> b -> a"},
		{"itself", flow("a>a"), "f:4: pairs[0].targets[0]: expected another repository than the source, got the same"},
		{"itself under another name", flow("a>b,n/a"), "f:4: pairs[0].targets[1]: expected another repository than the source, got the same"},
		{"equal ends", flow("a:p>q b:p>q"), "f:5: pairs[1].targets[0]: expected a target that no other pair with this source has, got that of pairs[0].targets[0]"},
		{"equal targets", flow("p>q,q"), "f:4: pairs[0].targets[1]: expected a target that no other pair with this source has, got that of pairs[0].targets[0]"},
		{"equal names", flow("a:p>q a:r>s"), `f:5: pairs[1].name: expected a name of its own, got "a", the name of pairs[0]`},
		{"default name taken", flow("p-to-q:r>s p>q"), `f:5: pairs[1].name: expected a name of its own, got "p-to-q", the name of pairs[0]`},
		{"equal repositories on two servers", flow("p>q,o/q"), "f:4: pairs[0].targets[1]: expected targets with different repository keys, which name their pairs: write a pair for each"},
		{"equal names of broken pairs", flow("a:p>q/x/y a:r>s"), `f:4: pairs[0].targets[0].server: expected one of m, n, o, got "q"
f:4: pairs[0].targets[0].repository: expected a repository key, got "x/y"
f:5: pairs[1].name: expected a name of its own, got "a", the name of pairs[0]`},
		{"no names of broken pairs", flow(">q >q"), `f:4: pairs[0].source.repository: expected a repository key, got ""
f:5: pairs[1].source.repository: expected a repository key, got ""`},
	})
}
