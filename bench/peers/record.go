package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// record is one run as it was measured: nothing in it is made up to the whole.
type record struct {
	Cell    cell      `json:"cell"`
	Peer    string    `json:"peer"`
	Repeat  int       `json:"repeat"`
	Began   time.Time `json:"began"`
	Version string    `json:"version"`
	Machine machine   `json:"machine"`
	// Wall is by the clock around the run.
	Wall time.Duration `json:"wall_ns"`
	// Bare is what a request takes a bare client; 0 where nobody looked.
	Bare time.Duration `json:"bare_ns,omitempty"`
	usage
	outcome
	// Floor is the memory below which the peer's peak cannot be seen.
	Floor   int64    `json:"floor_bytes"`
	Server  counters `json:"server"`
	Verdict verdict  `json:"verdict"`
}

// load reads what is recorded; a file that is not there has nothing.
func load(file string) ([]record, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []record
	for d := json.NewDecoder(bufio.NewReader(f)); d.More(); {
		var r record
		if err := d.Decode(&r); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		all = append(all, r)
	}
	return all, nil
}

// save adds one record to the file.
func save(file string, r record) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}
