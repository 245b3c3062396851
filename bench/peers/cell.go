package main

import (
	"fmt"
	"time"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
	"github.com/sigsync/sigsync/internal/emulator/delay"
	"github.com/sigsync/sigsync/internal/emulator/seed"
)

// The repositories and the account of every estate.
const (
	sourceKey = "source"
	targetKey = "target"
	user      = "admin"
	password  = "password"
)

// cell is an estate, and how far away it is.
type cell struct {
	// Size is the number of signed images. Every one of them is promoted.
	Size int `json:"size"`
	// Missing is the percentage of signatures that the target lacks.
	Missing float64 `json:"missing_percent"`
	// Latency is what the server waits before each answer.
	Latency time.Duration `json:"latency_ns"`
	// Mount has the server take a blob that another repository holds; else who
	// copies through the registry API has to send it.
	Mount bool `json:"mount"`
	// Traps makes it the small estate of what is easily done wrong, instead.
	Traps bool `json:"traps,omitempty"`
}

func (c cell) String() string {
	if c.Traps {
		return "traps"
	}
	return fmt.Sprintf("%d signatures, %g %% missing, %s", c.Size, c.Missing, c.Latency)
}

// tagsOf is how many tags an image path has: ten where the estate is small, and
// fifty else.
func tagsOf(size int) int {
	tags := 10
	if size >= 5000 {
		tags = 50
	}
	return max(1, min(tags, size))
}

func (c cell) estate() seed.Estate {
	tags := tagsOf(c.Size)
	return seed.Estate{
		Images: c.Size / tags, TagsPerImage: tags, SignedShare: 1, PromotedShare: 1, CopiedShare: 1 - c.Missing/100,
		Seed: 1, Source: sourceKey, Target: targetKey,
	}
}

// server is an emulator with what the cell describes.
func (c cell) server() (*emulator.Server, error) {
	s, err := emulator.New(emulator.Options{
		Repositories: []emulator.Repository{{Key: sourceKey, Referrers: c.Traps}, {Key: targetKey, Referrers: c.Traps}},
		Users:        []access.User{{Name: user, Password: password, Admin: true}},
		Latency:      c.Latency,
		Wait:         new(delay.Clock).Wait,
		Quirks:       emulator.Quirks{BlobMount: c.Mount},
	})
	if err != nil {
		return nil, err
	}
	if c.Traps {
		setTraps(s.Tree())
	} else {
		c.estate().Fill(s.Tree())
	}
	return s, nil
}
