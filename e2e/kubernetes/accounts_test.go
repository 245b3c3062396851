//go:build k8s

package kubernetes_test

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// account is who logs in with a token.
type account struct{ name, token, group string }

// accounts are the programs' own, with the rights that Kubernetes gives each, and before them one that may do everything.
var accounts = []account{
	{"admin", rand.Text(), "system:masters"},
	{"system:kube-controller-manager", rand.Text(), ""},
	{"system:kube-scheduler", rand.Text(), ""},
	{"system:node:" + nodeName, rand.Text(), "system:nodes"},
}

const accountsFile = "accounts.csv"

// kubeconfig has a place for the server's certificate and for the token.
const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: ` + serverURL + `, certificate-authority-data: %s}}]
users: [{name: u, user: {token: %s}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`

// writeAccounts writes the accounts for the API server, and for each a file to log in with.
func writeAccounts(dir string, authority []byte) error {
	var lines strings.Builder
	for _, a := range accounts {
		fmt.Fprintf(&lines, "%s,%s,%s,%q\n", a.token, a.name, a.name, a.group)
		login := fmt.Sprintf(kubeconfig, base64.StdEncoding.EncodeToString(authority), a.token)
		if err := os.WriteFile(filepath.Join(dir, a.name+".kubeconfig"), []byte(login), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, accountsFile), []byte(lines.String()), 0o600)
}
