package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

//go:embed playbook.yaml
var playbook string

//go:embed image.yaml
var imageTasks string

// runAnsible runs one playbook over the images. It reads all tasks of all images
// before the first one, so that a run cannot be cut short as a loop is: it is
// handed as many images as it may be expected to finish in the time.
func runAnsible(ctx context.Context, d *desk) (outcome, error) {
	items := d.items
	if few := max(2, int(d.limit/time.Second)); !d.traps {
		items = items[:min(few, len(items))]
	}
	variables, err := json.Marshal(map[string]any{
		"artifactory": "http://" + d.host + "/artifactory", "source": sourceKey, "target": targetKey,
		"user": user, "password": password, "images": items,
	})
	if err != nil {
		return outcome{}, err
	}
	files := map[string]string{"playbook.yaml": playbook, "image.yaml": imageTasks, "variables.json": string(variables)}
	for name, content := range files {
		if err := d.write(name, content); err != nil {
			return outcome{}, err
		}
	}
	o := outcome{Items: len(d.items), Done: len(items), Cut: len(items) < len(d.items)}
	if o.Cut {
		o.reached = items
	}
	o.Begun, err = d.play(ctx)
	return o, err
}

// play runs the playbook, and tells how long it took until the first image's turn.
func (d *desk) play(ctx context.Context) (begun time.Duration, err error) {
	var said, complaint bytes.Buffer
	c := d.command(ctx, "-i", "localhost,", "-e", "@variables.json", "playbook.yaml")
	c.Env = append(c.Env, "PYTHONUNBUFFERED=1", "ANSIBLE_NOCOLOR=1", "ANSIBLE_LOCALHOST_WARNING=false")
	out, err := c.StdoutPipe()
	if err != nil {
		return 0, err
	}
	c.Stderr = &complaint
	began := time.Now()
	if err := c.Start(); err != nil {
		return 0, fmt.Errorf("start ansible-playbook: %w", err)
	}
	lines := bufio.NewScanner(io.TeeReader(out, &said))
	for lines.Scan() {
		if begun == 0 && strings.HasPrefix(lines.Text(), "TASK [Promote]") {
			begun = time.Since(began)
		}
	}
	_, _ = io.Copy(&said, out) // what is behind a line that is too long: nobody may wait for a reader
	ended := c.Wait()
	d.add(c)
	if ended != nil {
		d.fail(append(said.Bytes(), complaint.Bytes()...))
	}
	return begun, ctx.Err()
}
