package reconcile

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

// copier copies attachments of one pair: inside their server where it can, else
// it has them carried.
type copier struct {
	*run
	writer   Writer
	server   Server
	pair     *checked
	attempts int
	pause    func(ctx context.Context, attempts int, asked time.Duration) error
	log      logrus.FieldLogger
	carrier  *carrier
	// promoting tells that the server's edition refused Copy Item once.
	promoting *atomic.Bool
}

// copy carries out one action: blobs first, the manifest last, so that nobody
// ever finds a manifest whose blobs are still to come.
func (c *copier) copy(ctx context.Context, a *plan.Action) error {
	log := c.log.WithFields(logrus.Fields{
		"repository": c.pair.target.Repository, "image": a.TargetImage, "subject": a.Tag.Subject.Short(), "tag": a.Tag.String(),
	})
	err := c.transport(ctx, a)
	if err != nil {
		log.WithError(err).Warn("attachment not copied")
		return err
	}
	log.Debug("attachment copied")
	return nil
}

func (c *copier) transport(ctx context.Context, a *plan.Action) error {
	if c.byRegistry(c.pair, a) {
		return c.carrier.carry(ctx, a)
	}
	if c.pair.Transport == TransportPromote || c.pair.Transport == TransportAuto && c.promoting.Load() {
		return c.promote(ctx, a)
	}
	for _, f := range a.Files {
		err := c.file(ctx, a, f)
		if errors.Is(err, oci.ErrUnsupported) && c.pair.Transport == TransportAuto {
			if !c.promoting.Swap(true) {
				c.log.Info("this server's edition refuses Copy Item: tags are promoted instead")
			}
			return c.promote(ctx, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// file copies one file. An answer that was lost is settled by looking at the
// target, once the server was left alone for as long as it wants: a copy that is
// sent again over what it brought would need the right to delete, and would
// overwrite. A refusal is looked into too: another run may just have copied it.
func (c *copier) file(ctx context.Context, a *plan.Action, f plan.File) error {
	from := repository.File{Repository: c.pair.source.Repository, Path: scan.AttachmentPath(a.SourceImage, a.Tag, f)}
	to := c.at(a, f)
	for attempt := 1; ; attempt++ {
		err := c.writer.CopyFile(ctx, from, to, attempt)
		if err == nil || ctx.Err() != nil || final(err) {
			return err
		}
		asked, passing := open(err)
		if passing && attempt < c.attempts {
			c.log.WithFields(logrus.Fields{"operation": "copy", "attempt": attempt}).WithError(err).
				Warn("copy is looked into, and may be repeated")
			if err := c.pause(ctx, attempt, asked); err != nil {
				return err
			}
		}
		there, lookErr := c.there(ctx, to, f.Digest)
		switch {
		case there:
			return nil
		case !passing || attempt >= c.attempts:
			return err
		case lookErr != nil:
			return fmt.Errorf("%w; and looking whether it arrived: %w", err, lookErr)
		}
	}
}

// final tells a refusal that says nothing about the file.
func final(err error) bool {
	return errors.Is(err, oci.ErrUnsupported) || errors.Is(err, oci.ErrUnauthorized)
}

// there tells whether the file with that content is at the target. A file with
// other content is an error: it must not be written over.
func (c *copier) there(ctx context.Context, at repository.File, want oci.Digest) (bool, error) {
	got, err := c.server.FileDigest(ctx, at)
	switch {
	case errors.Is(err, oci.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case got != want:
		return false, fmt.Errorf("%s holds %s now, not %s", at.Path, got.Short(), want.Short())
	}
	return true, nil
}

// promote copies the whole tag. It replaces what is at the target's tag, so it
// is for tags that are not there at all. An answer that was lost is settled by
// looking here too.
func (c *copier) promote(ctx context.Context, a *plan.Action) error {
	if a.Mend == plan.Repair {
		return errors.New("it is at the target in part, and promotion would replace it; delete the tag at the target by hand")
	}
	from := repository.Tag{Repository: c.pair.source.Repository, Image: a.SourceImage, Tag: a.Tag.String()}
	to := repository.Tag{Repository: c.pair.target.Repository, Image: a.TargetImage, Tag: a.Tag.String()}
	for attempt := 1; ; attempt++ {
		// Promotion replaces a tag without asking: what came since the listing is left alone.
		manifest := plan.File{Digest: a.Manifest, Manifest: true}
		if there, err := c.there(ctx, c.at(a, manifest), a.Manifest); there || err != nil {
			return err
		}
		err := c.writer.PromoteTag(ctx, from, to)
		if err == nil || ctx.Err() != nil || final(err) {
			return err
		}
		asked, passing := open(err)
		again := passing && attempt < c.attempts
		if again {
			c.log.WithFields(logrus.Fields{"operation": "promote", "attempt": attempt}).WithError(err).
				Warn("promotion is looked into, and may be repeated")
			if err := c.pause(ctx, attempt, asked); err != nil {
				return err
			}
		}
		switch {
		case c.allThere(ctx, a):
			return nil
		case !again:
			return err
		}
	}
}

func (c *copier) allThere(ctx context.Context, a *plan.Action) bool {
	for _, f := range a.Files {
		there, err := c.there(ctx, c.at(a, f), f.Digest)
		if err != nil || !there {
			return false
		}
	}
	return true
}

// at is where a file of an action belongs at the target.
func (c *copier) at(a *plan.Action, f plan.File) repository.File {
	return repository.File{Repository: c.pair.target.Repository, Path: scan.AttachmentPath(a.TargetImage, a.Tag, f)}
}

// open tells whether an error leaves open what the server did, and how long the
// server wants to be left alone.
func open(err error) (asked time.Duration, passing bool) {
	p, ok := errors.AsType[Passing](err)
	if !ok || !p.Passing() {
		return 0, false
	}
	return p.RetryAfter(), true
}
