package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// desk is where a peer works in one run: a folder that is its home, logins in it,
// the server, and the promoted tags in an order that is the same for all peers, and
// another for each repetition.
type desk struct {
	dir    string
	binary string
	host   string
	traps  bool
	items  []item
	limit  time.Duration
	whole  time.Duration
	// accepts is an exit code that is no failure, beside zero.
	accepts int
	usage
}

// outcome is how far a run came, beside what it took.
type outcome struct {
	// Done is how many of the items a run got to, Items how many there were.
	Done  int `json:"done"`
	Items int `json:"items"`
	// Cut tells that it was ended before it had done all.
	Cut bool `json:"cut,omitempty"`
	// Begun is how long it took before the first item, where that is known.
	Begun time.Duration `json:"begun_ns,omitempty"`
	// Unjudged tells that it is not known to which images a cut run got.
	Unjudged bool   `json:"unjudged,omitempty"`
	reached  []item // nil where it is not known, or all
}

func newDesk(dir, binary, host string, items []promotion, repeat int) (*desk, error) {
	login := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	d := &desk{dir: dir, binary: binary, host: host, items: spread(items, repeat)}
	err := d.write("config.json", fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, host, login))
	return d, err
}

// spread makes a random order in which the images that lack something are spread
// evenly: a loop that is ended has done as large a share of them as there are.
func spread(all []promotion, repeat int) []item {
	random := rand.New(rand.NewPCG(1, uint64(repeat))) //nolint:gosec // an order, not a secret
	var lacking, others []item
	for _, at := range random.Perm(len(all)) {
		if all[at].Lacks {
			lacking = append(lacking, all[at].item)
		} else {
			others = append(others, all[at].item)
		}
	}
	items := make([]item, 0, len(all))
	share, placed := float64(len(lacking))/float64(max(1, len(all))), 0
	for n := range all {
		if float64(n+1)*share >= float64(placed)+0.5 && placed < len(lacking) {
			items = append(items, lacking[placed])
			placed++
		} else {
			items = append(items, others[n-placed])
		}
	}
	return items
}

func (d *desk) write(name, content string) error {
	return os.WriteFile(filepath.Join(d.dir, name), []byte(content), 0o600)
}

// source and target give references as the registry API has them.
func (d *desk) source(image, reference string) string {
	return reach(d.host, sourceKey, image, reference)
}
func (d *desk) target(image, reference string) string {
	return reach(d.host, targetKey, image, reference)
}

func reach(host, key, image, reference string) string {
	return host + "/" + key + "/" + image + ":" + reference
}

// suffixes are the kinds of attachments that are wanted. Estates have signatures alone.
func (d *desk) suffixes() []string {
	if d.traps {
		return []string{".sig", ".att"}
	}
	return []string{".sig"}
}

func (d *desk) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, d.binary, args...)
	c.Dir = d.dir
	c.Env = append(os.Environ(), "HOME="+d.dir, "DOCKER_CONFIG="+d.dir, "XDG_CONFIG_HOME="+d.dir, "XDG_CACHE_HOME="+d.dir)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 2 * time.Second
	return c
}

// run runs the peer's program, counts what it took, and returns what it printed
// and its exit code.
func (d *desk) run(ctx context.Context, args ...string) (string, int, error) {
	var out, said bytes.Buffer
	c := d.command(ctx, args...)
	c.Stdout, c.Stderr = &out, &said
	if err := c.Run(); c.ProcessState == nil {
		return "", 0, err
	}
	d.add(c)
	if code := c.ProcessState.ExitCode(); code != 0 && code != d.accepts && ctx.Err() == nil {
		d.fail(append(out.Bytes(), said.Bytes()...))
	}
	return out.String(), c.ProcessState.ExitCode(), nil
}

// all runs one command that does the whole work, and ends it at the limit.
func (d *desk) all(ctx context.Context, limit time.Duration, args ...string) (outcome, error) {
	within, stop := ctx, context.CancelFunc(func() {})
	if limit > 0 {
		within, stop = context.WithTimeout(ctx, limit)
	}
	defer stop()
	_, _, err := d.run(within, args...)
	o := outcome{Done: len(d.items), Items: len(d.items)}
	if errors.Is(within.Err(), context.DeadlineExceeded) {
		o.Cut, o.Done = true, 0
		return o, ctx.Err()
	}
	return o, errors.Join(err, ctx.Err())
}

// least is how many items a loop does at least: so many that what a tenth of them
// lacks is among them.
const least = 10

// loop does one item after the other, and some at least, until the limit.
func (d *desk) loop(ctx context.Context, one func(context.Context, item) error) (outcome, error) {
	o := outcome{Items: len(d.items)}
	began := time.Now()
	for n, i := range d.items {
		if n >= least && time.Since(began) > d.limit && !d.traps {
			o.Cut = true
			break
		}
		if err := errors.Join(one(ctx, i), ctx.Err()); err != nil {
			return o, err
		}
		o.Done++
	}
	if o.Cut {
		o.reached = d.items[:o.Done]
	}
	return o, nil
}

// largest is the most memory that this process had. A child has it for a moment,
// too, and its own peak cannot be seen below.
func largest() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Maxrss * 1024
}
