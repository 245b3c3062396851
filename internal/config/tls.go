package config

// TLS is how to check a server's certificate and which one to show to it.
// Empty file names mean the system's roots and no client certificate.
type TLS struct {
	// CAFile names a PEM file of certificates to trust besides the system's.
	CAFile string `yaml:"ca_file"`
	// CertFile and KeyFile name the PEM files of a client certificate; both
	// are set or none is.
	CertFile string `yaml:"cert_file"`
	KeyFile  string `yaml:"key_file"`
	// InsecureSkipVerify accepts any certificate.
	InsecureSkipVerify bool `yaml:"insecure_skip_verify"`
}

func (t TLS) check(key string, p *problems) {
	switch {
	case t.CertFile != "" && t.KeyFile == "":
		p.expected(child(key, "key_file"), "a file beside cert_file", t.KeyFile)
	case t.CertFile == "" && t.KeyFile != "":
		p.expected(child(key, "cert_file"), "a file beside key_file", t.CertFile)
	}
}
