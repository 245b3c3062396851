package planfile

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// Read reads a plan that Encode wrote and somebody may have edited. Whatever it
// does not know is an error that says where: somebody relies on all of it.
func Read(r io.Reader) (*File, error) {
	raw, err := io.ReadAll(io.LimitReader(r, intake.PlanBytes+1))
	if err == nil {
		err = intake.Check("the file", len(raw), intake.PlanBytes, "bytes")
	}
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	var f File
	err = json.Unmarshal(raw, &f, json.RejectUnknownMembers(true))
	if other := schemaOf(raw); other != Schema && (err == nil || other != "") {
		return nil, fmt.Errorf("read plan: /schema: expected %s, the only one this program reads, got %.100q", Schema, other)
	}
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", intake.Short(located(raw, err)))
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("read plan: %w", intake.Short(err))
	}
	return &f, nil
}

// located says in words and with the line where text is not what it should be.
func located(raw []byte, err error) error {
	line := func(offset int64) int { return 1 + bytes.Count(raw[:min(int(offset), len(raw))], []byte("\n")) }
	if e, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("line %d, %s: %w", line(e.ByteOffset), cmp.Or(e.JSONPointer, "/"), e.Err)
	}
	if e, ok := errors.AsType[*json.SemanticError](err); ok {
		why := e.Err
		if why == nil {
			why = errors.New("expected another kind of value")
		}
		return fmt.Errorf("line %d, %s: %w", line(e.ByteOffset), cmp.Or(e.JSONPointer, "/"), why)
	}
	return err
}

// schemaOf is what a file says that it is; "" where it does not.
func schemaOf(raw []byte) string {
	var says struct {
		Schema string `json:"schema"`
	}
	_ = json.Unmarshal(raw, &says) // which is incomplete where raw is
	return says.Schema
}

func (f *File) check() error {
	if Identity(f.Pairs) != f.Configuration {
		return fmt.Errorf("/configuration: expected %s, the hash of the plan's pairs: somebody changed it, or a pair", Identity(f.Pairs))
	}
	names := map[string]bool{}
	for i := range f.Pairs {
		p, at := &f.Pairs[i], fmt.Sprintf("/pairs/%d", i)
		if p.Name == "" || names[p.Name] {
			return fmt.Errorf("%s/name: expected the name of another pair, got %q", at, p.Name)
		}
		names[p.Name] = true
		if err := p.check(at); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pair) check(at string) error {
	seen := map[key]int{}
	for i := range p.Items {
		item, at := &p.Items[i], fmt.Sprintf("%s/items/%d", at, i)
		if where, err := item.check(); err != nil {
			return fmt.Errorf("%s%s: %w", at, where, err)
		}
		if before, again := seen[item.key()]; again {
			return fmt.Errorf("%s: is about the same attachment as item %d", at, before)
		}
		seen[item.key()] = i
	}
	return nil
}

// check returns what is wrong with an item, and where in it.
func (i *Item) check() (where string, err error) {
	needed := errors.New("expected a digest")
	switch {
	case i.Image == "":
		return "/image", errors.New("expected an image path")
	case i.Subject.IsZero():
		return "/subject", needed
	case i.Attachment.Tag != "" && i.Attachment.Tag != cosign.Tag{Subject: i.Subject, Family: i.Family}.String():
		return "/attachment/tag", errors.New("expected the tag of the subject and the family, or nothing for a referrer")
	case !slices.Contains(mendable(), i.State):
		return "/state", fmt.Errorf("expected one of %v, got %s", mendable(), i.State)
	case !slices.Contains(Actions(), i.Action):
		return "/action", fmt.Errorf("expected one of %v, got %q", Actions(), i.Action)
	case !slices.Contains(Transports(), i.Transport):
		return "/transport", fmt.Errorf("expected one of %v, got %q", Transports(), i.Transport)
	case i.Source.Digest.IsZero():
		return "/source/digest", needed
	case i.Source.Image == "":
		return "/source/image", errors.New("expected an image path")
	case i.Target.Image != i.Image:
		return "/target/image", errors.New("expected the item's image")
	case i.Result.IsZero():
		return "/result", needed
	}
	return i.checkFiles()
}

// mendable are the states that something can be done about.
func mendable() []plan.State {
	return []plan.State{plan.Missing, plan.Partial, plan.Stale, plan.Diverged}
}

func (i *Item) checkFiles() (where string, err error) {
	seen := map[oci.Digest]bool{}
	for n, d := range i.Files {
		where := fmt.Sprintf("/files/%d", n)
		switch {
		case d.IsZero() || seen[d]:
			return where, errors.New("expected the digest of another file")
		case d == i.Result && n != len(i.Files)-1:
			return where, errors.New("the manifest comes last")
		}
		seen[d] = true
	}
	if len(i.Files) == 0 {
		return "/files", errors.New("expected the digests of files")
	}
	return "", nil
}
