// Package kubernetes holds the tests of the chart on a real cluster of one node: etcd, the API server, the controller manager, the
// scheduler, a kubelet and containerd, of which nothing but this package's process knows. They need root on Linux, for the cluster
// gets a network, mounts and processes of its own: make k8s.
//
// SIGSYNC_TOOLS names the folder that holds the programs; containerd, runc and the CNI plugins are Debian's. SIGSYNC_IMAGE names
// the image as the absolute path of a tarball; without it, one is made of what go build gives.
package kubernetes
