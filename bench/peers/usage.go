package main

import (
	"bytes"
	"os/exec"
	"syscall"
	"time"
)

// usage is what commands took: processor time of all, memory of the largest.
type usage struct {
	CPU    time.Duration `json:"cpu_ns"`
	Memory int64         `json:"memory_bytes"`
	// Failed is how many of them ended with an error, Complaint the end of what the
	// last of these said.
	Failed    int    `json:"failed,omitempty"`
	Complaint string `json:"complaint,omitempty"`
}

// add counts a command that has ended, and the commands that it waited for.
func (u *usage) add(c *exec.Cmd) {
	r, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return
	}
	u.CPU += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	u.Memory = max(u.Memory, r.Maxrss*1024)
}

// fail counts a command that failed.
func (u *usage) fail(said []byte) {
	u.Failed++
	said = bytes.TrimSpace(said)
	u.Complaint = string(said[max(0, len(said)-500):])
}
