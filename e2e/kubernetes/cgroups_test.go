//go:build k8s

package kubernetes_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// hierarchies are where control groups are: one of version 2, or one for each controller of version 1.
func hierarchies() []string {
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		return []string{"/sys/fs/cgroup"}
	}
	found, _ := filepath.Glob("/sys/fs/cgroup/*")
	return found
}

// makeCgroups makes the control group that the kubelet keeps all of its own below.
func makeCgroups(name string) error {
	var errs []error
	for _, hierarchy := range hierarchies() {
		if err := os.Mkdir(filepath.Join(hierarchy, name), 0o755); !errors.Is(err, fs.ErrExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// removeCgroups removes it again, once nothing runs in it: the machine's control groups are not the room's.
func removeCgroups(name string) {
	for _, hierarchy := range hierarchies() {
		var folders []string
		_ = filepath.WalkDir(filepath.Join(hierarchy, name), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				folders = append(folders, path)
			}
			return nil
		})
		for _, folder := range slices.Backward(folders) {
			if err := os.Remove(folder); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
	}
}
