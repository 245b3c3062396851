package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/sigsync/sigsync/internal/emulator"
)

// webhookFlags are one more subscription, to everything, beside those of a
// configuration.
type webhookFlags struct {
	url, secret, form  string
	sign, allowPrivate bool
}

func (f *webhookFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.url, "webhook", "", "URL that is sent every event of docker images")
	flags.StringVar(&f.secret, "webhook-secret", "", "secret that is sent with the events")
	flags.BoolVar(&f.sign, "webhook-sign", false, "sign the events with the secret instead of sending it")
	flags.StringVar(&f.form, "webhook-form", "", "form of the events: enveloped (the default) or flat")
	flags.BoolVar(&f.allowPrivate, "webhook-allow-private", false, "send events to loopback and private addresses too")
}

// apply adds what the flags say to the options.
func (f *webhookFlags) apply(o *emulator.Options) error {
	if f.form != "" {
		flat, ok := forms()[f.form]
		if !ok {
			return fmt.Errorf("read --webhook-form: unknown word %q", f.form)
		}
		o.Webhooks.Form.Flat = flat
	}
	o.Webhooks.AllowPrivate = o.Webhooks.AllowPrivate || f.allowPrivate
	if f.url != "" {
		one := subscription{Key: "command-line", URL: f.url, Secret: f.secret, Sign: f.sign}
		o.Subscriptions = append(o.Subscriptions, one.subscription())
	}
	return nil
}
