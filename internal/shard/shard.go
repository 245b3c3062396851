package shard

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Shard is one of the parts of a run. The zero value is a run that is not divided.
type Shard struct {
	// Index counts from 0 to Count-1. Count is 0 where the run is not divided.
	Index, Count int
}

// Whole tells whether all of the work is the shard's.
func (s Shard) Whole() bool { return s.Count <= 1 }

// Owns tells whether what has that name, an image path, is the shard's.
func (s Shard) Owns(name string) bool { return s.Whole() || Of(name, s.Count) == s.Index }

// String is the shard as Parse takes it, "3/8"; "" where the run is not divided.
func (s Shard) String() string {
	if s.Count == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}

// Of returns which of count shards has a name: the first eight bytes of the
// SHA-256 of the name, big-endian, modulo count. That never changes: processes of
// other versions and on other machines divide the same. SHA-256 is the same
// everywhere and will be, which maphash and the hashes of maps are not, and it
// spreads names alike for any count, where the low bits of FNV, for one, are those
// of few letters. It takes less time than reading the name from a listing.
func Of(name string, count int) int {
	if count <= 1 {
		return 0
	}
	sum := sha256.Sum256([]byte(name))
	return int(binary.BigEndian.Uint64(sum[:8]) % uint64(count)) //nolint:gosec // it is less than count
}
