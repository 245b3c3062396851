package reconcile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
)

// checked is a pair whose repositories were looked at.
type checked struct {
	Pair
	// source and target are where the files are: a virtual target is its
	// default deployment repository, a remote source its cache.
	source, target End
	// tagLimit is how many tags of an image the target keeps; 0 is all, and
	// repository.UnknownTags what nobody told.
	tagLimit int
	part     part
	// err says why the pair cannot be done, of which sourceErr and targetErr are
	// what is wrong with either repository.
	err, sourceErr, targetErr error
}

// lookup is one repository as a pair names it, on one side.
type lookup struct {
	End
	side plan.Side
}

// found is the answer to a lookup.
type found struct {
	repository.Info
	err error
}

// preflight looks at every repository of every pair, each once. A listing
// cannot be trusted for that: a repository that does not exist, or that the
// account may not read, is listed as empty.
func (r *run) preflight(ctx context.Context) []*checked {
	ctx, done := r.phase(ctx, Preflight, "")
	defer done()
	answers := r.lookups(ctx)
	pairs := make([]*checked, len(r.Pairs))
	for i, p := range r.Pairs {
		source, target := answers[lookup{p.Source, plan.Source}], answers[lookup{p.Target, plan.Target}]
		pairs[i] = &checked{
			Pair:   p,
			source: End{p.Source.Server, source.Key},
			target: End{p.Target.Server, target.Key},
			err:    errors.Join(source.err, target.err),

			sourceErr: source.err, targetErr: target.err,
			tagLimit: target.MaxUniqueTags,
		}
		if pairs[i].err == nil {
			pairs[i].err = compatible(source.Info, target.Info, p)
		}
	}
	return inOrder(pairs)
}

func (r *run) lookups(ctx context.Context) map[lookup]found {
	var asked []lookup
	for _, p := range r.Pairs {
		for _, l := range []lookup{{p.Source, plan.Source}, {p.Target, plan.Target}} {
			if !slices.Contains(asked, l) {
				asked = append(asked, l)
			}
		}
	}
	answers := make([]found, len(asked))
	resolver := resolver{servers: r.Servers, registries: r.Registries, seen: map[End]*answer{}}
	workers := newTeam(r.Scan)
	for i, l := range asked {
		workers.Go(func() {
			info, err := resolver.resolve(ctx, l)
			if err != nil {
				err = fmt.Errorf("%s %s: %w", l.side, l.Repository, err)
			}
			answers[i] = found{info, err}
		})
	}
	workers.Wait()
	byLookup := make(map[lookup]found, len(asked))
	for i, l := range asked {
		byLookup[l] = answers[i]
	}
	return byLookup
}

// compatible refuses pairs that would not work on the server.
func compatible(source, target repository.Info, p Pair) error {
	switch {
	case source.PackageType != target.PackageType && p.Source.Server == p.Target.Server:
		return fmt.Errorf("source %s holds %s packages and target %s holds %s: both must be docker, or both oci",
			source.Key, source.PackageType, target.Key, target.PackageType)
	case source.Key == target.Key && p.Source.Server == p.Target.Server:
		return fmt.Errorf("source %s and target %s are the same repository %s", p.Source.Repository, p.Target.Repository, source.Key)
	}
	return nil
}

// resolver finds the repositories that hold the files. What pairs share is
// asked for once.
type resolver struct {
	servers    map[string]Server
	registries map[string]Registry
	mu         sync.Mutex
	seen       map[End]*answer
}

type answer struct {
	once sync.Once
	found
}

func (r *resolver) resolve(ctx context.Context, l lookup) (repository.Info, error) {
	if r.servers[l.Server] == nil {
		return r.registry(ctx, l.End)
	}
	info, err := r.look(ctx, l.End)
	if err != nil {
		return info, err
	}
	switch info.Class {
	case "local", "federated":
		return info, nil
	case "remote":
		if l.side == plan.Target {
			return info, errors.New("is a remote repository, which nothing can be copied to; name a local one")
		}
		// Its cache is what holds files; the server copies from it by that key.
		info.Key += "-cache"
		return info, r.readable(ctx, End{l.Server, info.Key})
	case "virtual":
		return r.virtual(ctx, l, info)
	default:
		return info, fmt.Errorf("has the class %q; expected a local, federated, remote or virtual repository", info.Class)
	}
}

// registry makes sure that a plain registry answers, once for all of its
// repositories: a prefix of image paths is not there by itself.
func (r *resolver) registry(ctx context.Context, e End) (repository.Info, error) {
	a := r.answer(End{Server: e.Server})
	a.once.Do(func() { a.err = advise(r.registries[e.Server].Ping(ctx)) })
	return repository.Info{Key: e.Repository, Class: "local", PackageType: "oci"}, a.err
}

func (r *resolver) virtual(ctx context.Context, l lookup, info repository.Info) (repository.Info, error) {
	if l.side == plan.Source {
		return info, errors.New("is a virtual repository, which may hide where a signature is; " +
			"name the local repositories behind it, as a pair each")
	}
	if info.DefaultDeployment == "" {
		return info, errors.New("is a virtual repository without a default deployment repository that this account can see; " +
			"name the local repository")
	}
	deployment, err := r.look(ctx, End{l.Server, info.DefaultDeployment})
	if err != nil {
		return info, fmt.Errorf("default deployment repository %s: %w", info.DefaultDeployment, err)
	}
	return deployment, nil
}

// look describes a repository and makes sure that it can be read.
func (r *resolver) look(ctx context.Context, e End) (repository.Info, error) {
	a := r.answer(e)
	a.once.Do(func() { a.Info, a.err = r.describe(ctx, e) })
	return a.Info, a.err
}

func (r *resolver) answer(e End) *answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, ok := r.seen[e]
	if !ok {
		a = &answer{}
		r.seen[e] = a
	}
	return a
}

func (r *resolver) describe(ctx context.Context, e End) (repository.Info, error) {
	info, err := r.servers[e.Server].Repository(ctx, e.Repository)
	switch {
	case errors.Is(err, oci.ErrNotFound):
		return info, fmt.Errorf("does not exist on server %s, or this account may not know of it: check the key: %w", e.Server, err)
	case err != nil:
		return info, advise(err)
	case info.PackageType != "docker" && info.PackageType != "oci":
		return info, fmt.Errorf("holds %q packages; expected a docker or oci repository", info.PackageType)
	case info.Class == "remote" || info.Class == "virtual":
		return info, nil
	}
	return info, r.readable(ctx, e)
}

func (r *resolver) readable(ctx context.Context, e End) error {
	return advise(r.servers[e.Server].Readable(ctx, e.Repository))
}

// advise puts before a refusal what to do about it.
func advise(err error) error {
	switch {
	case errors.Is(err, oci.ErrDenied), errors.Is(err, oci.ErrNotFound):
		return fmt.Errorf("cannot be read; grant this account Read on it: %w", err)
	case errors.Is(err, oci.ErrUnauthorized):
		return fmt.Errorf("the server does not accept the credentials; check the server's auth: %w", err)
	default:
		return err
	}
}
