package doctor

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/printable"
)

// right is something that an account may do in a repository, in the spelling of
// Artifactory's REST API.
type right string

const (
	read     right = "read"
	write    right = "write" // Deploy/Cache
	annotate right = "annotate"
	remove   right = "delete" // overwriting too
)

// Permission is a permission target: what the account may do in some
// repositories of one server, on all paths.
type Permission struct {
	// Server and URL are those of the configuration.
	Server, URL string
	// Name is that of the permission target.
	Name string
	// Account is whom it is for; Known tells that the configuration says so.
	Account string
	Known   bool
	// Repositories are sorted.
	Repositories []string
	rights       []right
}

// usualAccount is the name of an account that the configuration does not tell.
const usualAccount = "sigsync"

// Permissions returns the least that the accounts of Artifactory servers need for
// the pairs: Read on sources; Read and Deploy on targets; Annotate where tags are
// promoted; Delete where differences are mended. It asks no server.
func Permissions(servers []Server, pairs []Pair) []Permission {
	var all []Permission
	for _, s := range servers {
		if s.Artifactory != nil {
			all = append(all, permissionsOf(s, pairs)...)
		}
	}
	return all
}

func permissionsOf(s Server, pairs []Pair) []Permission {
	needed := map[string][]right{}
	need := func(e End, rights ...right) {
		for _, r := range rights {
			if e.Server == s.Name && !slices.Contains(needed[e.Repository], r) {
				needed[e.Repository] = append(needed[e.Repository], r)
			}
		}
	}
	for _, p := range pairs {
		need(p.Source, read)
		need(p.Target, read, write)
		if p.Transport == "promote" {
			need(p.Target, annotate)
		}
		if p.Overwrites {
			need(p.Target, remove)
		}
	}
	byName := map[string]*Permission{}
	var names []string
	for repository, rights := range needed {
		rights = inOrder(rights)
		name := nameOf(rights)
		if byName[name] == nil {
			names = append(names, name)
			byName[name] = &Permission{
				Server: s.Name, URL: s.URL, Name: name, rights: rights,
				Account: cmp.Or(printable.Line(s.Login.User), usualAccount), Known: s.Login.User != "",
			}
		}
		byName[name].Repositories = append(byName[name].Repositories, printable.Line(repository))
	}
	// From the least to the most.
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) })
	var all []Permission
	for _, name := range names {
		slices.Sort(byName[name].Repositories)
		all = append(all, *byName[name])
	}
	return all
}

func inOrder(rights []right) []right {
	var sorted []right
	for _, r := range []right{read, write, annotate, remove} {
		if slices.Contains(rights, r) {
			sorted = append(sorted, r)
		}
	}
	return sorted
}

// nameOf names a permission target after what it grants.
func nameOf(rights []right) string {
	words := []string{"sigsync"}
	for _, r := range rights {
		switch {
		case r == read && len(rights) > 1: // it goes without saying
		case r == write:
			words = append(words, "deploy")
		default:
			words = append(words, string(r))
		}
	}
	return strings.Join(words, "-")
}
