//go:build k8s

package kubernetes_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// sigsyncImage is the image that the chart names.
const sigsyncImage = "ghcr.io/sigsync/sigsync:0.1.0"

// The pods' network: each has a cable to the node, and the node is all that they reach.
const podNetwork = `{"cniVersion": "1.0.0", "name": "pods", "plugins": [{"type": "ptp", "ipMasq": false, "ipam": {"type": "host-local",
	"dataDir": %q, "ranges": [[{"subnet": "198.51.100.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}`

// containerdConfig has no registry: what is not imported is not there. Snapshots are copies, which any file system can keep. No
// process is spared more than containerd when memory runs out, for which root does not always have the capability.
const containerdConfig = `version = 2
root = %[1]q
state = "/run/containerd"
[grpc]
address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = %[2]q
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = %[3]q
`

const containerdSocket = "/run/containerd/containerd.sock"

// kubeletConfig turns off what is about a machine that is the cluster's alone: swap, room on the disk, rules of a firewall. Its API, by
// which kubectl reads logs, asks nobody who they are: only the room reaches it.
const kubeletConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix://` + containerdSocket + `
cgroupRoot: /%s
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
makeIPTablesUtilChains: false
localStorageCapacityIsolation: false
evictionHard: {memory.available: "0%%", imagefs.available: "0%%", nodefs.available: "0%%", nodefs.inodesFree: "0%%", imagefs.inodesFree: "0%%"}
imageGCHighThresholdPercent: 100
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
`

// startNode starts containerd, gives it the images, and starts the kubelet.
func (p *plane) startNode(ctx context.Context) error {
	networks := filepath.Join(p.dir, "networks")
	if err := os.Mkdir(networks, 0o700); err != nil {
		return err
	}
	for name, content := range map[string]string{
		"networks/pods.conflist": fmt.Sprintf(podNetwork, filepath.Join(p.dir, "addresses")),
		"containerd.toml":        fmt.Sprintf(containerdConfig, filepath.Join(p.dir, "containerd"), pauseImage, networks),
		"kubelet.yaml":           fmt.Sprintf(kubeletConfig, filepath.Base(p.dir)),
	} {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	containerd, err := exec.LookPath("containerd")
	if err != nil {
		return fmt.Errorf("find containerd, of Debian's package of that name: %w", err)
	}
	if err := p.run(ctx, p.containerdAnswers, containerd, "--config", "containerd.toml"); err != nil {
		return err
	}
	if err := p.importImages(ctx); err != nil {
		return err
	}
	return p.run(ctx, p.nodeReady, tool("kubelet"), "--config", "kubelet.yaml", "--kubeconfig", p.kubeconfig("system:node:"+nodeName),
		"--root-dir=/var/lib/kubelet", "--node-ip", nodeAddress, "--hostname-override", nodeName)
}

// importImages imports what writeImages wrote. An image of make image names its version alone, and gets the name that the chart has.
func (p *plane) importImages(ctx context.Context) error {
	if err := p.containerd(ctx, "images", "import", pauseTar); err != nil {
		return err
	}
	version, err := versionOf(filepath.Join(p.dir, sigsyncTar))
	if err != nil {
		return err
	}
	repository, _, _ := strings.Cut(sigsyncImage, ":")
	if err := p.containerd(ctx, "images", "import", "--base-name", repository, sigsyncTar); err != nil || version == "" {
		return err
	}
	return p.containerd(ctx, "images", "tag", repository+":"+version, sigsyncImage)
}

func (p *plane) containerdAnswers(ctx context.Context) error { return p.containerd(ctx, "version") }

// containerd asks it for something in the namespace of the kubelet.
func (p *plane) containerd(ctx context.Context, args ...string) error {
	command := exec.CommandContext(ctx, "ctr", append([]string{"--address", containerdSocket, "--namespace", "k8s.io"}, args...)...)
	command.Dir = p.dir
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("ctr %v: %w\n%s", args, err, said)
	}
	return nil
}

func (p *plane) nodeReady(ctx context.Context) error {
	node, err := p.admin.object(ctx, "/api/v1/nodes/"+nodeName)
	if err != nil {
		return err
	}
	if got := node.condition("Ready"); got != "True" {
		return fmt.Errorf("node is ready: %q", got)
	}
	return nil
}
