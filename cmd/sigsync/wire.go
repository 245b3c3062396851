package main

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

// interruptGrace is how long copies under way may go on after an interrupt.
const interruptGrace = 10 * time.Second

func runID() string {
	var random [6]byte
	_, _ = rand.Read(random[:]) // never fails, says its documentation
	return time.Now().UTC().Format("20060102T150405Z-") + hex.EncodeToString(random[:])
}
