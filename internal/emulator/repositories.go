package emulator

import (
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/access"
)

// cacheSuffix makes the key of a remote repository's cache.
const cacheSuffix = "-cache"

// repositories are the configured repositories in their configured order.
type repositories []Repository

func (rs repositories) find(key string) (Repository, bool) {
	n := slices.IndexFunc(rs, func(r Repository) bool { return r.Key == key })
	if n < 0 {
		return Repository{}, false
	}
	return rs[n], true
}

// holder returns the configuration behind a key of the storage, which is a
// remote repository's for its cache, and whether the key is such a cache.
func (rs repositories) holder(key string) (r Repository, cache, ok bool) {
	if r, ok = rs.find(key); ok {
		return r, false, r.Class == Local || r.Class == Federated
	}
	remote, isCache := strings.CutSuffix(key, cacheSuffix)
	r, ok = rs.find(remote)
	return r, true, ok && isCache && r.Class == Remote
}

// readFrom lists the keys of the storage that reads of a repository look into.
func (rs repositories) readFrom(key string) []string {
	if r, ok := rs.find(key); ok {
		return rs.storage(r)
	}
	if _, _, ok := rs.holder(key); ok {
		return []string{key}
	}
	return nil
}

func (rs repositories) storage(r Repository) []string {
	switch r.Class {
	case Remote:
		return []string{r.Key + cacheSuffix}
	case Virtual:
		var keys []string
		for _, member := range r.Members {
			keys = append(keys, rs.readFrom(member)...)
		}
		return keys
	default:
		return []string{r.Key}
	}
}

// deployTo is the key of the storage that uploads to a repository go to; "" for none.
func (rs repositories) deployTo(key string) string {
	r, _ := rs.find(key)
	switch r.Class {
	case Virtual:
		return r.DefaultDeployment
	case Remote:
		return ""
	default:
		return r.Key
	}
}

// all lists every key of the storage.
func (rs repositories) all() []string {
	var keys []string
	for _, r := range rs {
		if r.Class != Virtual {
			keys = append(keys, rs.storage(r)...)
		}
	}
	return keys
}

// admits applies the include and exclude patterns of a repository to a path
// in it. A repository's root is always let in.
func (rs repositories) admits(key, path string) bool {
	r, _, _ := rs.holder(key)
	patterns := access.User{Permissions: []access.Permission{
		{Repositories: []string{"*"}, Include: r.Includes, Exclude: r.Excludes, Rights: access.Read},
	}}
	return path == "" || patterns.May(access.Read, key, path)
}

// packageType is the repository's package type, spelled as in configurations.
func (r Repository) packageType() string {
	if r.PackageType == "" {
		return "docker"
	}
	return r.PackageType
}

func (r Repository) isDocker() bool { return r.packageType() != "generic" }

// class is the repository's kind, spelled as in configurations.
func (r Repository) class() string {
	return [...]string{"local", "remote", "virtual", "federated"}[r.Class]
}
