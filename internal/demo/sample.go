package demo

import (
	"context"
	"crypto/ecdsa"
	"net/http"

	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

// Image is one image of the sample with the manifests that people pull.
type Image struct {
	Image, Tag string
	Subjects   []Subject
	// Signed says whether each of the subjects has a signature.
	Signed bool
}

// Subject is a manifest of an image. Name says what it is: image, index, or
// the platform of an index's child.
type Subject struct {
	Name   string
	Digest digest.Digest
}

// PushSample pushes three images: one with a single manifest, one for two
// platforms, and one that nobody signs. The others are signed by the key.
func (r *Registry) PushSample(ctx context.Context, key *ecdsa.PrivateKey) ([]Image, error) {
	web, err := r.pushImage(ctx, "team/web", "1.0", "a web server")
	if err != nil {
		return nil, err
	}
	api, err := r.pushPlatforms(ctx, "team/api", "2.3", "amd64", "arm64")
	if err != nil {
		return nil, err
	}
	cli, err := r.pushImage(ctx, "tools/cli", "0.9", "a tool")
	if err != nil {
		return nil, err
	}
	web.Signed, api.Signed = true, true
	images := []Image{web, api, cli}
	return images, r.signAll(ctx, images, key)
}

func (r *Registry) pushImage(ctx context.Context, image, tag, content string) (Image, error) {
	pushed, err := r.Push(ctx, image, tag, v1.Platform{OS: "linux", Architecture: "amd64"}, content)
	return Image{Image: image, Tag: tag, Subjects: []Subject{{"image", pushed.Digest}}}, err
}

func (r *Registry) pushPlatforms(ctx context.Context, image, tag string, architectures ...string) (Image, error) {
	made := Image{Image: image, Tag: tag}
	var children []v1.Descriptor
	for _, architecture := range architectures {
		child, err := r.Push(ctx, image, "", v1.Platform{OS: "linux", Architecture: architecture}, "an API for "+architecture)
		if err != nil {
			return made, err
		}
		children = append(children, child)
		made.Subjects = append(made.Subjects, Subject{"linux/" + architecture, child.Digest})
	}
	index, err := r.PushIndex(ctx, image, tag, children)
	made.Subjects = append(made.Subjects, Subject{"index", index.Digest})
	return made, err
}

func (r *Registry) signAll(ctx context.Context, images []Image, key *ecdsa.PrivateKey) error {
	for _, i := range images {
		if !i.Signed {
			continue
		}
		for _, s := range i.Subjects {
			if err := r.Sign(ctx, i.Image, s.Digest, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// Promote promotes a tag to another repository of the server as a pipeline
// does, by copying, which leaves what is attached to the image behind.
func (r *Registry) Promote(ctx context.Context, image, tag, target string) error {
	body, err := encode("promotion", map[string]any{"targetRepo": target, "dockerRepository": image, "tag": tag, "copy": true})
	if err != nil {
		return err
	}
	_, _, err = r.send(ctx, http.MethodPost, r.URL+"/api/docker/"+r.Repository+"/v2/promote", "application/json", body)
	return err
}
