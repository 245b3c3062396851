package main

import (
	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

// defaults is the server without a configuration. Its user sigsync has the
// least rights that copying signatures takes.
func defaults() emulator.Options {
	const password = "password"
	everywhere := func(rights access.Right) []access.Permission {
		return []access.Permission{{Repositories: []string{"*"}, Rights: rights}}
	}
	return emulator.Options{
		Users: []access.User{
			{Name: "admin", Password: password, Admin: true},
			{Name: "reader", Password: password, Permissions: everywhere(access.Read)},
			{Name: "promoter", Password: password, Permissions: everywhere(access.All)},
			{Name: "sigsync", Password: password, Permissions: everywhere(access.Read | access.Deploy)},
		},
		Repositories: []emulator.Repository{
			{Key: "docker-dev-local"},
			{Key: "docker-stage-local"},
			{Key: "docker-prod-local"},
			{Key: "docker-remote", Class: emulator.Remote},
			{
				Key: "docker", Class: emulator.Virtual, DefaultDeployment: "docker-dev-local",
				Members: []string{"docker-dev-local", "docker-stage-local", "docker-prod-local", "docker-remote"},
			},
		},
	}
}
