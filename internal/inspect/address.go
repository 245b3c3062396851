package inspect

import (
	"net/netip"
	"net/url"
)

// Address is how docker clients find a server.
type Address struct {
	// Host has the port where that is not the usual one.
	Host string
	// HTTP tells that it speaks no TLS, Local that it is this machine: notation
	// wants to be told of either, cosign of others only.
	HTTP, Local bool
}

// AddressOf returns that of a server's URL. For Artifactory it is that of the
// repository path method: the repository is the first part of the image's name.
func AddressOf(server string) Address {
	u, err := url.Parse(server)
	if err != nil {
		return Address{}
	}
	return Address{Host: u.Host, HTTP: u.Scheme == "http", Local: loopback(u.Hostname())}
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
