package tree

import (
	"crypto/md5"  //nolint:gosec // Artifactory reports MD5 checksums beside the others
	"crypto/sha1" //nolint:gosec // Artifactory reports SHA-1 checksums beside the others
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"
)

// Checksums are the hexadecimal checksums that Artifactory keeps of a file.
type Checksums struct {
	SHA1, MD5, SHA256 string
}

// Item is a snapshot of one file or folder. Changing it changes nothing in the
// store, but for its properties, which are shared.
type Item struct {
	// Repo is the repository key.
	Repo string
	// Path is relative to the repository, without a leading slash; "" is the root.
	Path string
	// Folder tells a folder from a file.
	Folder bool
	// Size is in bytes; zero for folders.
	Size int64
	// Checksums are empty for folders.
	Checksums
	// Created, Modified and Updated are Artifactory's three timestamps. A copy
	// takes all of them from its source.
	Created, Modified, Updated time.Time
	CreatedBy, ModifiedBy      string
	// Properties maps a property key to its values. They are never written: who
	// wants others makes them anew.
	Properties map[string][]string

	content []byte
}

// Name is the last segment of the item's path.
func (i Item) Name() string { return i.Path[strings.LastIndexByte(i.Path, '/')+1:] }

// Dir is the item's path without its name; "" for items in the root.
func (i Item) Dir() string {
	if n := strings.LastIndexByte(i.Path, '/'); n >= 0 {
		return i.Path[:n]
	}
	return ""
}

// Renamed is the item with that value of a property, if it has the property.
func (i Item) Renamed(property, value string) Item {
	if _, ok := i.Properties[property]; ok {
		i.Properties = maps.Clone(i.Properties)
		i.Properties[property] = []string{value}
	}
	return i
}

func sumsOf(content []byte) Checksums {
	s1, m5, s256 := sha1.Sum(content), md5.Sum(content), sha256.Sum256(content) //nolint:gosec // see the imports
	return Checksums{
		SHA1:   hex.EncodeToString(s1[:]),
		MD5:    hex.EncodeToString(m5[:]),
		SHA256: hex.EncodeToString(s256[:]),
	}
}

func cloneProperties(p map[string][]string) map[string][]string {
	if p == nil {
		return nil
	}
	c := make(map[string][]string, len(p))
	for k, v := range p {
		c[k] = slices.Clone(v)
	}
	return c
}
