package reconcile

import (
	"context"
	"fmt"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/plan"
)

// tags are names of tags by image.
type tags map[string]map[string]bool

func (t tags) add(image, name string) {
	if t[image] == nil {
		t[image] = map[string]bool{}
	}
	t[image][name] = true
}

// String says how many there are.
func (t tags) String() string {
	n := 0
	for _, names := range t {
		n += len(names)
	}
	return fmt.Sprintf("%s in %s", count(n, "new tag"), count(len(t), "image"))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// guard refuses a plan that makes tags where the target keeps a limited number
// of an image's tags: the server would remove others for them, images among
// them. It counts every tag, however few the image has today: one that is
// promoted tomorrow needs the place. A referrer under its digest takes none.
func (r *run) guard(ctx context.Context, p *checked, computed *plan.Plan, log logrus.FieldLogger) error {
	made := tags{}
	for _, a := range actions(computed) {
		if !a.Referrer && a.Brings() && !a.Overwrites() {
			made.add(a.TargetImage, a.Tag.String())
		}
	}
	if p.tagLimit > 0 {
		if err := r.addIndexes(ctx, p, computed, made); err != nil {
			return err
		}
	}
	switch {
	case p.tagLimit == 0 || len(made) == 0:
		return nil
	case p.tagLimit < 0:
		log.Infof("this account is not shown whether target %s keeps a limited number of tags (maxUniqueTags): "+
			"if it does, %s may push out older ones, images among them", p.target.Repository, made)
		return nil
	}
	what := fmt.Sprintf("target %s keeps %s of an image at the most (maxUniqueTags), and the plan has %s: "+
		"the server may remove older tags for them, images among them",
		p.target.Repository, count(p.tagLimit, "tag"), made)
	if r.Limits.AllowTagEviction {
		log.Warn(what + "; limits.allow_tag_eviction allows it")
		return nil
	}
	return fmt.Errorf("%s. Have maxUniqueTags of the repository set to 0, or set limits.allow_tag_eviction: true", what)
}

// addIndexes adds the tags of the referrers indexes that the plan makes where
// the target has no Referrers API. The API is a setting of the repository: one
// image tells.
func (r *run) addIndexes(ctx context.Context, p *checked, computed *plan.Plan, made tags) error {
	asked := false
	for _, a := range actions(computed) {
		if !a.Referrer || r.inventories[p.target].HasFallback(a.TargetImage, a.Tag.Subject) {
			continue
		}
		if !asked {
			_, supported, err := r.listed(ctx, p.target, a.TargetImage, a.Tag.Subject)
			if err != nil {
				return fmt.Errorf("whether referrers make tags in target %s could not be told: %w", p.target.Repository, err)
			}
			if supported {
				return nil
			}
			asked = true
		}
		made.add(a.TargetImage, cosign.FallbackTag(a.Tag.Subject))
	}
	return nil
}

func actions(computed *plan.Plan) []*plan.Action {
	var all []*plan.Action
	for _, g := range computed.Groups {
		all = append(all, g.Actions...)
	}
	return all
}
