package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"github.com/sigsync/sigsync/internal/report"
)

// mostFindings is how many findings of one state the text form lists: more
// scroll past. The JSON form has all.
const mostFindings = 100

// output is where reports go, and in which form.
type output struct {
	format string
	files  []string
}

func (o *output) register(flags *pflag.FlagSet) {
	flags.StringVarP(&o.format, "output", "o", "text", "`form` of the report on standard output: text or json")
	flags.StringArrayVar(&o.files, "report", nil,
		"write the report to this `file` too, in the form of its ending: .txt or .json (may repeat)")
}

// check refuses what could not be written before anything else is done.
func (o *output) check() error {
	if !slices.Contains(formatNames(), o.format) {
		return usage(fmt.Errorf("--output %q: expected text or json", o.format))
	}
	for _, file := range o.files {
		if formatOf(file) == "" {
			return usage(fmt.Errorf("--report %s: expected a file that ends in .json or .txt", file))
		}
		if err := writable(file); err != nil {
			return failed(fmt.Errorf("--report %s: %w", file, err))
		}
	}
	return nil
}

// writable tells what stands in the way of a file, as far as can be told
// without writing.
func writable(file string) error {
	folder := filepath.Dir(file)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s", folder)
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return errors.New("there is something else than a file of that name")
	}
	return nil
}

// write puts the report everywhere. A file appears whole or not at all, and one
// that cannot be written does not keep the report from the others.
func (o *output) write(env environment, r *report.Report) error {
	var errs []error
	for _, file := range o.files {
		var b bytes.Buffer
		err := encode(&b, formatOf(file), r, report.TextOptions{})
		if err == nil {
			err = replace(file, b.Bytes())
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("write report %s: %w", file, err))
		}
	}
	errs = append(errs, encode(env.stdout, o.format, r, report.TextOptions{Colour: colourful(env), Most: mostFindings}))
	return errors.Join(errs...)
}

func encode(w io.Writer, format string, r *report.Report, o report.TextOptions) error {
	if format == "json" {
		return report.JSON(w, r)
	}
	return report.Text(w, r, o)
}

// replace writes beside the file and renames, so that nobody reads half of it.
func replace(file string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	_, err = temporary.Write(content)
	if closeErr := temporary.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(temporary.Name(), 0o644) //nolint:gosec // a report is for others to read
	}
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}
