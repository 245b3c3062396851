package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
)

// world is a server in a process of its own, fresh for one run.
type world struct {
	addresses
	command *exec.Cmd
	input   io.Closer
}

func startWorld(ctx context.Context, c cell) (*world, error) {
	command, err := self(ctx, worldVariable, c)
	if err != nil {
		return nil, err
	}
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	said, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start server: %w", err)
	}
	w := &world{command: command, input: input}
	if err := json.NewDecoder(said).Decode(&w.addresses); err != nil {
		w.end()
		return nil, fmt.Errorf("start server: %w", err)
	}
	return w, nil
}

// end ends the server by its input, and waits for it.
func (w *world) end() {
	_ = w.input.Close()
	_ = w.command.Wait()
}

func (w *world) counters(ctx context.Context) (c counters, err error) {
	err = w.ask(ctx, http.MethodGet, "counters", nil, &c)
	return c, err
}

func (w *world) items(ctx context.Context) (i []promotion, err error) {
	err = w.ask(ctx, http.MethodGet, "items", nil, &i)
	return i, err
}

func (w *world) verdict(ctx context.Context, done []item) (v verdict, err error) {
	err = w.ask(ctx, http.MethodPost, "verdict", done, &v)
	return v, err
}

func (w *world) ask(ctx context.Context, method, what string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+w.Door+"/"+what, bytes.NewReader(body))
	if err != nil {
		return err
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("ask for %s: %w", what, err)
	}
	defer got.Body.Close()
	if got.StatusCode != http.StatusOK {
		return fmt.Errorf("ask for %s: status %d", what, got.StatusCode)
	}
	return json.NewDecoder(got.Body).Decode(answer)
}
