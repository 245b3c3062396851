package planfile

import (
	"fmt"
	"slices"
	"sync"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// Now is what a pair is like when its items are to be carried out.
type Now struct {
	// Plan is what is to be done now.
	Plan *plan.Plan
	// Transport tells how an action of it would go.
	Transport func(a *plan.Action) Transport
	// Target is what the target holds.
	Target *plan.Inventory
	// Selected tells whether the pair is about an image.
	Selected func(image string) bool

	places func() map[plan.Place]bool // of the target
}

const (
	refused     = "refused: "
	reasonDone  = "done already"
	reasonOther = "not in the plan that is carried out"
)

// Settle takes out of the plan of now everything that is not an item of the
// pair, just as it was planned. It returns what became of the items, one
// relation each: those that are still to be done have an action, those that are
// done already have none, and what is refused is held, with the reason. others counts the actions that no item is about.
func (p *Pair) Settle(now Now) (items *plan.Plan, others int) {
	now.places = sync.OnceValue(now.Target.Places)
	relations := map[key]*plan.Relation{}
	for _, r := range now.Plan.Relations {
		relations[keyOf(r)] = r
	}
	why := map[*plan.Action]string{}
	items = &plan.Plan{Subjects: now.Plan.Subjects, Prefixes: now.Plan.Prefixes, Counts: map[plan.State]int{}}
	for i := range p.Items {
		r := p.Items[i].settle(relations[p.Items[i].key()], now, why)
		items.Relations = append(items.Relations, r)
		items.Counts[r.State]++
	}
	now.Plan.Withhold(func(a *plan.Action) string {
		reason, ours := why[a]
		if !ours {
			others++
			return reasonOther
		}
		return reason
	})
	slices.SortStableFunc(items.Relations, (*plan.Relation).Compare)
	return items, others
}

// settle returns what became of an item, and notes why the action that is about
// it is refused, "" for not at all. r is how its attachment compares now, nil
// where there is nothing to be said of it.
func (i *Item) settle(r *plan.Relation, now Now, why map[*plan.Action]string) *plan.Relation {
	if done, state := i.done(r, now); done {
		told := i.told()
		told.State, told.Reason = state, reasonDone
		return told
	}
	refusal := i.refusal(r, now)
	if r != nil && r.Action != nil {
		why[r.Action] = refusal
	}
	if refusal == "" {
		return r
	}
	told := i.told()
	told.Held = refusal
	if r != nil && r.Attached() {
		told.State = r.State
	}
	return told
}

// done tells whether the target has what the item was to bring, and how it
// compares. Where the source has something else by now, that is another matter.
func (i *Item) done(r *plan.Relation, now Now) (bool, plan.State) {
	switch {
	case !now.Selected(i.Image):
		return false, 0
	case r == nil: // referrers that both sides have may not be compared
		return i.Attachment.Tag == "" && now.Target.HasManifest(i.Image, i.Result), plan.InSync
	case r.State == plan.InSync || r.State == plan.Ahead:
		return true, r.State
	case r.State == plan.Stale || r.State == plan.Diverged: // so it is whole
		there, _ := now.Target.ManifestOf(i.Image, cosign.Tag{Subject: i.Subject, Family: i.Family})
		return !r.Referrer && there == i.Result, r.State
	default:
		return false, 0
	}
}

// told is an item as the report tells it.
func (i *Item) told() *plan.Relation {
	return &plan.Relation{
		Image: i.Image, Tags: i.Tags, Subject: i.Subject, Family: i.Family, Referrer: i.Attachment.Tag == "",
		ArtifactType: i.Attachment.ArtifactType, Digest: i.Source.Digest, State: i.State,
	}
}

// refusal says why an item that is not done is not carried out; "" where it is.
func (i *Item) refusal(r *plan.Relation, now Now) string {
	switch {
	case !now.Selected(i.Image):
		return refused + "the pair leaves this image out now (images)"
	case r == nil || r.State == plan.Orphan || r.State == plan.Unsigned:
		if !now.places()[plan.Place{Image: i.Image, Digest: i.Subject}] {
			return refused + "the subject is not at the target any more"
		}
		return refused + "the source does not have it any more"
	case r.Action != nil:
		if why := i.differs(r.Action, now.Transport(r.Action)); why != "" {
			return refused + why
		}
		return ""
	case r.Held != "":
		return refused + r.Held
	default:
		return fmt.Sprintf("%sit is %s now, which is left alone: %s", refused, r.State, r.Reason)
	}
}

// differs says what is not as it was planned in an action; "" where that does
// the same. What is left of a copy that was cut short is the same.
func (i *Item) differs(a *plan.Action, by Transport) string {
	there, action := found(a), actionOf(a)
	rest := i.Action == Copy && action == Repair
	switch {
	case a.Source != i.Source.Digest || a.SourceImage != i.Source.Image:
		return fmt.Sprintf("the source has changed: it offers %s of %s now, and the plan has %s of %s",
			a.Source.Short(), a.SourceImage, i.Source.Digest.Short(), i.Source.Image)
	case there != i.Target.Digest && (!rest || there != i.Result):
		return fmt.Sprintf("the target has changed: it has %s now, and the plan found %s", shown(there), shown(i.Target.Digest))
	case action != i.Action && !rest:
		return fmt.Sprintf("the target has changed: this would be a %s now, and the plan has a %s", action, i.Action)
	case a.Manifest != i.Result:
		return fmt.Sprintf("it would become %s now, and the plan has %s", a.Manifest.Short(), i.Result.Short())
	case by != i.Transport:
		return fmt.Sprintf("the configuration has changed: it would go by %s now, and the plan has %s", by, i.Transport)
	}
	return i.differentFiles(a, action)
}

// differentFiles says how the files of an action differ. A repair may have been
// done in part.
func (i *Item) differentFiles(a *plan.Action, action Action) string {
	for _, f := range a.Files {
		if !slices.Contains(i.Files, f.Digest) {
			return fmt.Sprintf("the files have changed: %s is not in the plan", f.Digest.Short())
		}
	}
	if action != Repair && len(a.Files) != len(i.Files) {
		return fmt.Sprintf("the source has changed: it has %d of the %d files of the plan", len(a.Files), len(i.Files))
	}
	return ""
}

// shown names a manifest at the target.
func shown(d oci.Digest) string {
	if d.IsZero() {
		return "none"
	}
	return d.Short()
}
