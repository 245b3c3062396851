package main

import (
	"fmt"
	"os"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/reconcile"
	"github.com/sigsync/sigsync/internal/verify"
)

// pairOf turns a configured pair into what a run does with it.
func pairOf(p config.Pair) (reconcile.Pair, error) {
	pair := reconcile.Pair{
		Name:    p.Name,
		Source:  reconcile.End{Server: p.Source.Server, Repository: p.Source.Repository},
		Target:  reconcile.End{Server: p.Target.Server, Repository: p.Target.Repository},
		Include: p.Images.Include, Exclude: p.Images.Exclude,
		Transport:  reconcile.Transport(p.Transport),
		Search:     search(p.Referrers),
		Difference: difference(p.OnDifference),
		Lonely:     p.AttestationOnly == config.AttestationOnlyCopy,
		Verify:     reconcile.Verify{Binding: p.Verify.Binding, KeepUnverified: p.Verify.KeepUnverified},
	}
	if p.Match == config.MatchDigest {
		pair.Match = plan.MatchDigest
	}
	for _, name := range p.Families {
		family, err := cosign.ParseFamily(string(name))
		if err != nil {
			return pair, fmt.Errorf("pair %s: %w", p.Name, err)
		}
		pair.Families = append(pair.Families, family)
	}
	var err error
	if pair.Verify.Keys, err = keyring(p.Verify.Keys); err != nil {
		return pair, fmt.Errorf("pair %s: verify.keys: %w", p.Name, err)
	}
	return pair, nil
}

func search(r config.Referrers) plan.Search {
	switch r {
	case config.ReferrersAlways:
		return plan.SearchAlways
	case config.ReferrersNever:
		return plan.SearchNever
	default:
		return plan.SearchAuto
	}
}

func difference(d config.OnDifference) plan.Difference {
	switch d {
	case config.DifferenceUpdate:
		return plan.DifferenceUpdate
	case config.DifferenceMerge:
		return plan.DifferenceMerge
	default:
		return plan.DifferenceReport
	}
}

// keyring reads public keys.
func keyring(files []string) (verify.Keyring, error) {
	var ring verify.Keyring
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		keys, err := verify.ParseKeys(file, content)
		if err != nil {
			return nil, err
		}
		ring = append(ring, keys...)
	}
	return ring, nil
}
