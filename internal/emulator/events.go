package emulator

import (
	"context"
	"path"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/promotion"
	"github.com/sigsync/sigsync/internal/emulator/tree"
	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// newWebhooks makes what sends the server's events.
func newWebhooks(o Options) *webhook.Sender {
	options := o.Webhooks
	if options.Seed == 0 {
		options.Seed = o.Seed
	}
	if options.Origin == "" {
		options.Origin = platform(o)
	}
	return webhook.NewSender(options, o.Subscriptions...)
}

// platform is the URL of the whole platform: the base URL without the context path.
func platform(o Options) string {
	base := strings.TrimRight(o.BaseURL, "/")
	return strings.TrimSuffix(base, contextPath(o.ContextPath))
}

// Delivered waits until every event that was sent so far is delivered or given
// up. Events of an answered request are sent. The error is that of a context
// that ended before.
func (s *Server) Delivered(ctx context.Context) error {
	return s.webhooks.Delivered(ctx) //nolint:wrapcheck // says it all
}

// Attempts returns the newest attempts to deliver an event, the oldest first.
func (s *Server) Attempts() []webhook.Attempt { return s.webhooks.Attempts() }

// Close gives up the events that are under way, and returns when no goroutine of
// the server is left. Requests are still answered; their events are lost.
func (s *Server) Close() { s.webhooks.Close() }

// manifestChanged sends the event of a manifest that was put or deleted.
func (s *Server) manifestChanged(c docker.Change) {
	e, ok := s.event(c.Manifest, c.Content, c.By)
	if !ok {
		return
	}
	e.Type = webhook.Pushed
	if c.Deleted {
		e.Type = webhook.Deleted
	}
	s.webhooks.Send(e)
}

// promoted sends an event for every tag of a promotion that came to its end.
// The repository is the source; copy and move send the same (facts 8).
func (s *Server) promoted(request promotion.Request, outcome promotion.Outcome, by string) {
	for _, tag := range outcome.Tags {
		if e, ok := s.event(tag.Manifest, tag.Content, by); ok {
			e.Type, e.TargetRepo, e.TargetTag = webhook.Promoted, request.TargetRepo, tag.Target
			s.webhooks.Send(e)
		}
	}
}

// event describes a manifest. It is not ok if that has no event at all: below
// no image and tag, or known by its digest only on servers that are silent about those.
func (s *Server) event(manifest tree.Item, content []byte, by string) (webhook.Event, bool) {
	folder := manifest.Dir()
	image, tag := path.Dir(folder), path.Base(folder)
	if image == "." {
		return webhook.Event{}, false
	}
	if strings.HasPrefix(tag, "sha256:") || strings.HasPrefix(tag, "sha256__") {
		switch s.options.Webhooks.ByDigest {
		case webhook.NoEvent:
			return webhook.Event{}, false
		case webhook.EmptyTag:
			tag = ""
		case webhook.DigestAsTag:
		}
	}
	repository, cache, _ := s.repositories.holder(manifest.Repo)
	e := webhook.Event{
		Repo: manifest.Repo, Cache: cache, Path: manifest.Path, SHA256: manifest.SHA256, Size: manifest.Size,
		Image: image, Tag: tag, Platforms: platforms(content), ImageType: "docker", By: by,
	}
	if repository.packageType() == "oci" {
		e.ImageType = "oci"
	}
	return e, true
}

// platforms are those that an index lists; an image's own is not told.
func platforms(content []byte) []webhook.Platform {
	m, err := docker.ParseManifest(content, "")
	if err != nil {
		return nil
	}
	var found []webhook.Platform
	for _, child := range m.Children {
		if child.Platform != nil {
			found = append(found, webhook.Platform{Architecture: child.Platform.Architecture, OS: child.Platform.OS})
		}
	}
	return found
}

// manifests are the manifests at and below a path of a docker repository, as
// they are told of when they are deleted.
func (s *Server) manifests(repo, below string) []docker.Change {
	var found []docker.Change
	if r, _, ok := s.repositories.holder(repo); !ok || !r.isDocker() {
		return nil
	}
	s.tree.Walk(repo, below, func(i tree.Item) bool {
		if !i.Folder && (i.Name() == docker.ManifestFile || i.Name() == docker.ListFile) {
			content, _ := s.tree.Content(repo, i.Path)
			found = append(found, docker.Change{Deleted: true, Manifest: i, Content: content})
		}
		return true
	})
	return found
}
