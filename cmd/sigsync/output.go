package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/sigsync/sigsync/internal/report"
)

// output is where reports go, and in which form.
type output struct {
	format string
	files  []string
}

func (o *output) register(flags *pflag.FlagSet) {
	o.registerFormat(flags)
	flags.StringArrayVar(&o.files, "report", nil,
		"write the report to this `file` too, in the form of its ending: "+either(endings())+" (may repeat)")
}

func (o *output) registerFormat(flags *pflag.FlagSet) {
	flags.StringVarP(&o.format, "output", "o", formats()[0].name, "`form` of the report on standard output: "+either(formatNames()))
}

// check refuses what could not be written, or would take the place of something
// else, before anything else is done.
func (o *output) check(env environment, others ...claim) error {
	if formatNamed(o.format) == nil {
		return usage(fmt.Errorf("--output %q: expected %s", o.format, either(formatNames())))
	}
	for _, file := range o.files {
		if formatOf(file) == nil {
			return usage(fmt.Errorf("--report %s: expected a file that ends in %s", file, either(endings())))
		}
		if err := writable(env, file); err != nil {
			return failed(fmt.Errorf("--report %s: %w", file, err))
		}
		if what := claimed(file, others); what != "" {
			return usage(fmt.Errorf("--report %s: that is %s", file, what))
		}
	}
	return nil
}

// write puts the report everywhere. A file appears whole or not at all, and one
// that cannot be written does not keep the report from the others.
func (o *output) write(env environment, r *report.Report) error {
	var errs []error
	for _, file := range o.files {
		var b bytes.Buffer
		err := formatOf(file).encode(&b, r, report.TextOptions{})
		if err == nil {
			err = replace(file, b.Bytes())
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("write report %s: %w", file, err))
		}
	}
	errs = append(errs, o.print(env, r))
	return errors.Join(errs...)
}

// print puts the report on standard output.
func (o *output) print(env environment, r *report.Report) error {
	return formatNamed(o.format).encode(env.stdout, r, report.TextOptions{Colour: colourful(env), Most: mostFindings})
}
