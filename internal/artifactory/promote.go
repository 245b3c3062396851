package artifactory

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
)

// PromoteTag copies one tag with docker promotion, for editions without Copy
// Item. It is always a copy: without saying so, promotion moves.
func (c *Client) PromoteTag(ctx context.Context, from, to repository.Tag) error {
	if from.Image == "" || from.Tag == "" {
		// Without a tag the server would promote every tag of the image.
		return fmt.Errorf("promote %s: image and tag are needed", from.Repository)
	}
	body, err := json.Marshal(struct {
		TargetRepo             string `json:"targetRepo"`
		DockerRepository       string `json:"dockerRepository"`
		TargetDockerRepository string `json:"targetDockerRepository,omitempty"`
		Tag                    string `json:"tag"`
		TargetTag              string `json:"targetTag,omitempty"`
		Copy                   bool   `json:"copy"`
	}{to.Repository, from.Image, different(to.Image, from.Image), from.Tag, different(to.Tag, from.Tag), true})
	if err != nil {
		return fmt.Errorf("promote: %w", err)
	}
	_, err = c.fetch(ctx, request{
		operation: "promote", method: http.MethodPost, writes: true, accept: "*/*", contentType: "application/json",
		path: "api/docker/" + outbound.Escape(from.Repository) + "/v2/promote", body: string(body),
	})
	return blame(err)
}

func different(value, from string) string {
	if value == from {
		return ""
	}
	return value
}
