package emulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// validate returns every problem of the options at once.
func (o Options) validate() error {
	var problems []error
	seen := map[string]bool{}
	for _, r := range o.Repositories {
		keys := []string{r.Key}
		if r.Class == Remote {
			keys = append(keys, r.Key+cacheSuffix)
		}
		for _, key := range keys {
			if seen[key] {
				problems = append(problems, fmt.Errorf("repository %q: key used twice", key))
			}
			seen[key] = true
		}
		problems = append(problems, r.validate(), o.validateMembers(r))
	}
	problems = append(problems, o.validateUsers(), o.validateSubscriptions())
	if err := o.Webhooks.Validate(); err != nil {
		problems = append(problems, fmt.Errorf("webhooks: %w", err))
	}
	if o.ReferrersPage < 0 {
		problems = append(problems, fmt.Errorf("referrers page: %d is no number of entries", o.ReferrersPage))
	}
	if status := o.Quirks.CatalogStatus; status != 0 && (status < 400 || status > 599) {
		problems = append(problems, fmt.Errorf("catalog status: %d is no refusal", status))
	}
	return errors.Join(problems...)
}

func (r Repository) validate() error {
	switch {
	case r.Key == "" || strings.ContainsAny(r.Key, "/:;? "):
		return fmt.Errorf("repository %q: not a key", r.Key)
	case !slices.Contains([]string{"", "docker", "oci", "generic"}, r.PackageType):
		return fmt.Errorf("repository %q: unknown package type %q", r.Key, r.PackageType)
	case r.Class < Local || r.Class > Federated:
		return fmt.Errorf("repository %q: unknown class %d", r.Key, r.Class)
	case r.Class != Virtual && (len(r.Members) > 0 || r.DefaultDeployment != ""):
		return fmt.Errorf("repository %q: only virtual repositories have members", r.Key)
	}
	for _, pattern := range slices.Concat(r.Includes, r.Excludes) {
		if !doublestar.ValidatePattern(pattern) {
			return fmt.Errorf("repository %q: bad pattern %q", r.Key, pattern)
		}
	}
	return nil
}

// validateMembers checks that a virtual repository's members are repositories
// that hold files: virtual ones of virtual ones are left to the real server.
func (o Options) validateMembers(r Repository) error {
	for _, key := range r.Members {
		if m, ok := o.repository(key); !ok || m.Class == Virtual {
			return fmt.Errorf("repository %q: member %q is not a local, remote or federated repository", r.Key, key)
		}
	}
	if r.DefaultDeployment == "" {
		return nil
	}
	m, _ := o.repository(r.DefaultDeployment)
	if !slices.Contains(r.Members, r.DefaultDeployment) || m.Class == Remote {
		return fmt.Errorf("repository %q: default deployment %q is not a local member", r.Key, r.DefaultDeployment)
	}
	return nil
}

func (o Options) repository(key string) (Repository, bool) {
	n := slices.IndexFunc(o.Repositories, func(r Repository) bool { return r.Key == key })
	if n < 0 {
		return Repository{}, false
	}
	return o.Repositories[n], true
}

func (o Options) validateSubscriptions() error {
	seen := map[string]bool{}
	for _, subscription := range o.Subscriptions {
		if err := subscription.Validate(); err != nil {
			return fmt.Errorf("webhooks: %w", err)
		}
		if seen[subscription.Key] {
			return fmt.Errorf("webhooks: subscription %q: key used twice", subscription.Key)
		}
		seen[subscription.Key] = true
	}
	return nil
}

func (o Options) validateUsers() error {
	seen := map[string]bool{anonymousName: true}
	for _, u := range o.Users {
		if u.Name == "" || seen[u.Name] {
			return fmt.Errorf("user %q: name empty or used twice", u.Name)
		}
		seen[u.Name] = true
	}
	for _, i := range o.OIDC {
		if i.User == anonymousName || !seen[i.User] || i.Provider == "" || i.Token == "" || i.Lifetime < 0 {
			return fmt.Errorf("identity token of provider %q for user %q: needs a provider, a token and a user that exists", i.Provider, i.User)
		}
	}
	return nil
}
