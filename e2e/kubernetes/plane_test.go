//go:build k8s

package kubernetes_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// nodeName is the only node's.
const nodeName = "node"

// plane is a running cluster of one node.
type plane struct {
	dir string
	// admin may do everything.
	admin     *client
	processes []*process
}

// startPlane starts a cluster whose state is in the folder. The plane is to be stopped, also where there is an error.
func startPlane(ctx context.Context, dir string) (*plane, error) {
	p := &plane{dir: dir}
	authority, err := writeCertificates(dir)
	if err != nil {
		return p, err
	}
	if err := writeAccounts(dir, authority); err != nil {
		return p, err
	}
	p.admin = newClient(serverURL, accounts[0].token, authority)
	for _, start := range []func(context.Context) error{p.startServer, p.extend, p.startControllers, p.startNode} {
		if err := start(ctx); err != nil {
			return p, err
		}
	}
	return p, nil
}

// stop ends the programs, the last one first: an API server whose etcd is gone takes a minute to end.
func (p *plane) stop() {
	for _, process := range slices.Backward(p.processes) {
		process.stop()
	}
}

// showLogs writes what the programs said last.
func (p *plane) showLogs(w io.Writer) {
	for _, process := range p.processes {
		process.showLog(w)
	}
}

// kubeconfig is the file with which a program logs in as an account.
func (p *plane) kubeconfig(account string) string { return filepath.Join(p.dir, account+".kubeconfig") }

// run starts one of the programs and waits until it is ready.
func (p *plane) run(ctx context.Context, ready func(context.Context) error, path string, args ...string) error {
	started, err := startProcess(p.dir, path, args...)
	if err != nil {
		return err
	}
	p.processes = append(p.processes, started)
	return started.await(ctx, ready)
}

// The room's network is its own: no port is taken.
const serverPort, serverURL, etcdURL = "6443", "https://127.0.0.1:6443", "http://127.0.0.1:2379"

func (p *plane) startServer(ctx context.Context) error {
	if err := p.run(ctx, answers(etcdURL+"/health"), tool("etcd"), "--data-dir", filepath.Join(p.dir, "etcd"),
		"--listen-client-urls", etcdURL, "--advertise-client-urls", etcdURL, "--listen-peer-urls", "http://127.0.0.1:2380",
		"--unsafe-no-fsync"); err != nil {
		return err
	}
	return p.run(ctx, p.admin.ready, tool("kube-apiserver"), "--etcd-servers", etcdURL,
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port", serverPort, "--endpoint-reconciler-type=none",
		"--tls-cert-file", serverCertificate, "--tls-private-key-file", serverKey, "--service-cluster-ip-range=10.0.0.0/24",
		"--service-account-issuer", issuer, "--service-account-key-file", accountKey, "--service-account-signing-key-file", accountKey,
		"--token-auth-file", accountsFile, "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
		"--kubelet-preferred-address-types=InternalIP")
}

func (p *plane) startControllers(ctx context.Context) error {
	login := p.kubeconfig("system:kube-controller-manager")
	if err := p.run(ctx, answers("https://127.0.0.1:10257/healthz"), tool("kube-controller-manager"), "--kubeconfig", login,
		"--authentication-kubeconfig", login, "--authorization-kubeconfig", login, "--bind-address=127.0.0.1", "--leader-elect=false",
		"--root-ca-file", serverCertificate, "--service-account-private-key-file", accountKey, "--use-service-account-credentials"); err != nil {
		return err
	}
	login = p.kubeconfig("system:kube-scheduler")
	return p.run(ctx, answers("https://127.0.0.1:10259/healthz"), tool("kube-scheduler"), "--kubeconfig", login,
		"--authentication-kubeconfig", login, "--authorization-kubeconfig", login, "--bind-address=127.0.0.1", "--leader-elect=false")
}

// tool is where the Makefile puts a program.
func tool(name string) string { return filepath.Join(os.Getenv("SIGSYNC_TOOLS"), name) }
