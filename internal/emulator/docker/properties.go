package docker

import (
	"encoding/json"
	"strings"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

// properties are what the server sets on the manifest file, by its bytes and
// those of its config.
func (m Manifest) properties(at Place, config []byte) map[string][]string {
	d := m.Digest
	p := map[string][]string{
		"docker.manifest":          {at.Reference},
		"docker.manifest.digest":   {d},
		"docker.manifest.type":     {m.MediaType},
		"docker.repoName":          {at.Image},
		"artifactory.content-type": {m.MediaType},
		"sha256":                   {strings.TrimPrefix(d, digestPrefix)},
	}
	if m.Config != nil {
		p["docker.config.media.type"] = []string{m.Config.MediaType}
		m.imageProperties(config, p)
	}
	if t := m.artifactType(); t != "" {
		p["oci.artifact.type"] = []string{t}
	}
	return p
}

func (m Manifest) artifactType() string {
	if m.ArtifactType == "" && m.Config != nil {
		return m.Config.MediaType
	}
	return m.ArtifactType
}

// imageProperties adds what an image's config tells. Configs of other artifacts tell nothing.
func (m Manifest) imageProperties(config []byte, p map[string][]string) {
	if t := m.Config.MediaType; t != v1.MediaTypeImageConfig && t != dockerConfig {
		return
	}
	var image struct {
		Architecture string `json:"architecture"`
		OS           string `json:"os"`
		Config       struct {
			Labels map[string]string `json:"Labels"`
		} `json:"config"`
	}
	if json.Unmarshal(config, &image) != nil {
		return // the server takes such an image all the same
	}
	if image.Architecture != "" {
		p["docker.architecture"] = []string{image.Architecture}
	}
	if image.OS != "" {
		p["docker.os"] = []string{image.OS}
	}
	for k, v := range image.Config.Labels {
		p["docker.label."+k] = []string{v}
	}
}
