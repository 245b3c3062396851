// Package access is the emulator's permission model: users and permission
// targets with path patterns, as Artifactory has them.
package access

import (
	"slices"

	"github.com/bmatcuk/doublestar/v4"
)

// Right is a set of rights on a path.
type Right uint8

// The rights that matter to a docker repository. Annotate is the right to set
// properties; Delete is also the right to overwrite.
const (
	Read Right = 1 << iota
	Annotate
	Deploy
	Delete

	All = Read | Annotate | Deploy | Delete
)

// Permission grants rights on the paths of some repositories.
type Permission struct {
	// Repositories are repository keys; "*" is every repository.
	Repositories []string
	// Include and Exclude are Ant patterns over paths; an empty Include is "**".
	Include, Exclude []string
	Rights           Right
}

// User is somebody who may log in.
type User struct {
	Name, Password string
	// Tokens are access tokens, taken as Bearer, as the password of Basic, and
	// in X-JFrog-Art-Api.
	Tokens []string
	// APIKey is taken in X-JFrog-Art-Api and as the password of Basic.
	APIKey string
	// Admin has every right everywhere.
	Admin       bool
	Permissions []Permission
}

// May tells whether the user has the rights on that path of that repository.
// Rights of several permissions add up.
func (u User) May(rights Right, repo, path string) bool {
	if u.Admin {
		return true
	}
	var has Right
	for _, p := range u.Permissions {
		if p.covers(repo) && p.matches(path) {
			has |= p.Rights
		}
	}
	return has&rights == rights
}

// MaySomewhere tells whether the user has the right on any path of that repository.
func (u User) MaySomewhere(right Right, repo string) bool {
	return u.Admin || slices.ContainsFunc(u.Permissions, func(p Permission) bool {
		return p.Rights&right == right && p.covers(repo)
	})
}

func (p Permission) covers(repo string) bool {
	return slices.Contains(p.Repositories, "*") || slices.Contains(p.Repositories, repo)
}

func (p Permission) matches(path string) bool {
	if slices.ContainsFunc(p.Exclude, match(path)) {
		return false
	}
	return len(p.Include) == 0 || slices.ContainsFunc(p.Include, match(path))
}

// match tests Ant patterns, whose ** and * mean what doublestar's do.
func match(path string) func(string) bool {
	return func(pattern string) bool {
		ok, err := doublestar.Match(pattern, path)
		return ok && err == nil
	}
}
