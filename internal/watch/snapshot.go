package watch

import (
	"crypto/sha256"
	"io"
	"os"

	"github.com/sigsync/sigsync/internal/intake"
)

// Snapshot is what files hold at one time, by their paths.
type Snapshot map[string]fingerprint

// fingerprint is of a file's content; zero where there is none to be read.
type fingerprint [sha256.Size]byte

// Look takes a snapshot. Of each file it reads as much as sigsync reads of any
// that configures it.
func Look(files ...string) Snapshot {
	seen := make(Snapshot, len(files))
	for _, file := range files {
		seen[file] = read(file)
	}
	return seen
}

func read(file string) fingerprint {
	f, err := os.Open(file) //nolint:gosec // the operator names the files
	if err != nil {
		return fingerprint{}
	}
	defer func() { _ = f.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, io.LimitReader(f, intake.ConfigurationBytes+1)); err != nil {
		return fingerprint{}
	}
	return fingerprint(hash.Sum(nil))
}

// differs tells whether a file of both is not what it was.
func (s Snapshot) differs(now Snapshot) bool {
	for file, was := range s {
		if is, watched := now[file]; watched && is != was {
			return true
		}
	}
	return false
}

// with adds the files that only later has.
func (s Snapshot) with(later Snapshot) Snapshot {
	for file, is := range later {
		if _, known := s[file]; !known {
			s[file] = is
		}
	}
	return s
}
