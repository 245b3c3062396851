//go:build k8s

package kubernetes_test

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// nodeAddress is the node's, on the room's loopback interface: a kubelet takes none of 127.0.0.0/8. It is one of those that are
// for documentation, and nobody's.
const nodeAddress = "192.0.2.1"

// furnish makes the room's loopback interface usable, and covers the folders that a kubelet and containerd write to wherever they
// are told to write.
func furnish() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("part from the mounts of the machine: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount proc: %w", err)
	}
	for _, folder := range []string{"/run", "/var/log", "/var/lib/kubelet"} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := unix.Mount("tmpfs", folder, "tmpfs", 0, "mode=755"); err != nil {
			return fmt.Errorf("cover %s: %w", folder, err)
		}
	}
	// The kubelet's mounts have to reach containerd's containers.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""); err != nil {
		return fmt.Errorf("share the room's mounts: %w", err)
	}
	if err := unix.Sethostname([]byte(nodeName)); err != nil {
		return fmt.Errorf("name the node: %w", err)
	}
	return address()
}

// address turns the loopback interface on and gives it the node's address beside its own.
func address() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(socket) }()
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, lo); err != nil {
		return fmt.Errorf("turn lo on: %w", err)
	}
	second, err := unix.NewIfreq("lo:1")
	if err != nil {
		return err
	}
	if err := second.SetInet4Addr([]byte{192, 0, 2, 1}); err != nil {
		return err
	}
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFADDR, second); err != nil {
		return fmt.Errorf("give lo the address %s: %w", nodeAddress, err)
	}
	return nil
}
