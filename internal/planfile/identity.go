package planfile

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// Identity tells configurations apart by what a plan depends on: the names of
// its pairs, the URLs of their servers and their repositories.
func Identity(pairs []Pair) oci.Digest {
	type identity struct {
		Name           string
		Source, Target End
	}
	all := make([]identity, len(pairs))
	for i, p := range pairs {
		all[i] = identity{p.Name, p.Source, p.Target}
	}
	text, _ := json.Marshal(all) // nothing in it can fail
	return oci.FromBytes(text)
}

// Place is a URL without its credentials.
func Place(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return "" // a configuration has none that is no URL
	}
	u.User = nil
	return u.String()
}

// Same returns nil where the configuration has all pairs of the plan as the plan
// has them; configured are the pairs of the configuration, without items. The
// error says what differs.
func (f *File) Same(configured []Pair) error {
	if err := f.same(configured); err != nil {
		return intake.Short(err)
	}
	return nil
}

func (f *File) same(configured []Pair) error {
	var names []string
	for _, p := range configured {
		names = append(names, p.Name)
	}
	var now []Pair
	for _, p := range f.Pairs {
		at := slices.Index(names, p.Name)
		if at < 0 {
			return fmt.Errorf("the plan is of another configuration: this one has no pair %q, but %s", p.Name, strings.Join(names, ", "))
		}
		for _, end := range []struct {
			side      string
			then, now End
		}{{"source", p.Source, configured[at].Source}, {"target", p.Target, configured[at].Target}} {
			if end.then != end.now {
				return fmt.Errorf("the plan is of another configuration: the %s of pair %q is %s now, and the plan has %s",
					end.side, p.Name, end.now, end.then)
			}
		}
		now = append(now, configured[at])
	}
	if Identity(now) != f.Configuration {
		return fmt.Errorf("the plan is of another configuration: its hash is %s, and this one's is %s",
			f.Configuration.Short(), Identity(now).Short())
	}
	return nil
}

// String names the repository, and where it is.
func (e End) String() string { return fmt.Sprintf("%s on %s (%s)", e.Repository, e.Server, e.URL) }
