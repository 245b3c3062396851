package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

func newDemo(env environment) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show the whole story on a built-in emulator of Artifactory",
		Long: `demo starts an emulator of Artifactory on loopback, pushes images to a dev repository,
signs them with a key that it makes, promotes them, and then does what you would do:
audit, sync, audit, verify. It reaches nothing but itself and leaves nothing behind.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := demonstrate(cmd.Context(), env); err != nil {
				return failed(fmt.Errorf("demo: %w", err))
			}
			return nil
		},
	}
}

// The repositories and accounts of the demonstration. sigsync's account may
// read and deploy; without the right to delete it could not overwrite anything
// if it tried.
const (
	demoDev, demoProd = "docker-dev-local", "docker-prod-local"
	demoPassword      = "demo"
)

func demoServer() (*emulator.Server, error) {
	may := func(rights access.Right, keys ...string) access.Permission {
		return access.Permission{Repositories: keys, Rights: rights}
	}
	server, err := emulator.New(emulator.Options{
		Repositories: []emulator.Repository{{Key: demoDev}, {Key: demoProd}},
		Users: []access.User{
			{Name: "ci", Password: demoPassword, Permissions: []access.Permission{may(access.All, demoDev)}},
			{Name: "release", Password: demoPassword, Permissions: []access.Permission{may(access.All, demoDev, demoProd)}},
			{Name: "sigsync", Password: demoPassword, Permissions: []access.Permission{
				may(access.Read, demoDev), may(access.Read|access.Deploy, demoProd),
			}},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("start emulator: %w", err)
	}
	return server, nil
}

// serveDemo serves a handler on a free port of loopback until stop is called.
func serveDemo(ctx context.Context, handler http.Handler) (url string, stop func(), err error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with Close
	}()
	return "http://" + listener.Addr().String() + "/artifactory", func() {
		_ = server.Close()
		<-done
	}, nil
}
