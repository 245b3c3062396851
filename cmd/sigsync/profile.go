package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof" // it is served by profiles alone, on loopback, where asked for
	"net/netip"
	"os"
	"runtime"
	rpprof "runtime/pprof"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// profiles tell where the program spends time and memory. Their flags are hidden:
// they are for those who work on sigsync.
type profiles struct {
	processor, memory, address string

	recording *os.File // of the processor
	server    *http.Server
}

func (p *profiles) register(flags *pflag.FlagSet) {
	flags.StringVar(&p.processor, "cpuprofile", "", "write a profile of the processor to a `file`")
	flags.StringVar(&p.memory, "memprofile", "", "write a profile of the memory to a `file` at the end")
	flags.StringVar(&p.address, "pprof", "", "serve profiles at an `address` on loopback, as 127.0.0.1:6060")
	for _, name := range []string{"cpuprofile", "memprofile", "pprof"} {
		_ = flags.MarkHidden(name)
	}
}

// begin begins what the flags ask for.
func (p *profiles) begin(c *cobra.Command, _ []string) error {
	if p.processor != "" {
		f, err := os.Create(p.processor)
		if err != nil {
			return usage(err)
		}
		p.recording = f
		if err := rpprof.StartCPUProfile(f); err != nil {
			return failed(fmt.Errorf("profile the processor: %w", err))
		}
	}
	if p.address == "" {
		return nil
	}
	return p.serve(c.Context())
}

func (p *profiles) serve(ctx context.Context) error {
	if at, err := netip.ParseAddrPort(p.address); err != nil || !at.Addr().IsLoopback() {
		return usage(fmt.Errorf("--pprof %q: not an address on loopback with a port, as 127.0.0.1:6060", p.address))
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", p.address)
	if err != nil {
		return failed(fmt.Errorf("serve profiles: %w", err))
	}
	routes := http.NewServeMux()
	routes.HandleFunc("/debug/pprof/", pprof.Index)
	routes.HandleFunc("/debug/pprof/profile", pprof.Profile)
	routes.HandleFunc("/debug/pprof/trace", pprof.Trace)
	p.server = &http.Server{Handler: routes, ReadHeaderTimeout: time.Second}
	go func() { _ = p.server.Serve(l) }() // until end
	return nil
}

// end writes what was asked for. It may be called where nothing was begun.
func (p *profiles) end() error {
	var errs []error
	if p.server != nil {
		errs = append(errs, p.server.Close())
	}
	if p.recording != nil {
		rpprof.StopCPUProfile()
		errs = append(errs, p.recording.Close())
	}
	if p.memory != "" {
		errs = append(errs, p.writeMemory())
	}
	return errors.Join(errs...)
}

// writeMemory writes what is in use after a collection, and what was allocated
// since the program began.
func (p *profiles) writeMemory() error {
	f, err := os.Create(p.memory)
	if err != nil {
		return err
	}
	runtime.GC()
	return errors.Join(rpprof.WriteHeapProfile(f), f.Close())
}
