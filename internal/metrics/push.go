package metrics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/prometheus/client_golang/prometheus/push"
)

// Gateway is a Prometheus Pushgateway, where a run that ends leaves its metrics.
type Gateway struct {
	// URL is where it is served, with the path before /metrics, and with the user
	// and the password that it asks for: https://USER:PASSWORD@HOST/PREFIX.
	URL string
	// Job and Grouping name the group of metrics at the gateway.
	Job      string
	Grouping map[string]string
	// Client sends them; nil is a plain one. Its redirects are not followed.
	Client *http.Client
}

// Push adds the metrics to those of their group at the gateway: a metric that is
// not sent stays as it was, so a run that is no success leaves the last success
// alone. The context bounds it. No error shows the URL, which may hold a password.
func (m *Metrics) Push(ctx context.Context, g Gateway) error {
	at, err := url.Parse(g.URL)
	if err != nil || at.Host == "" {
		return errors.New("push metrics: the URL of the gateway is none") // err would repeat it
	}
	user := at.User
	at.User = nil
	to := push.New(at.String(), g.Job).Gatherer(m.own).Client(newMessenger(g.Client, user))
	if user != nil {
		password, _ := user.Password()
		to.BasicAuth(user.Username(), password)
	}
	for name, value := range g.Grouping {
		to.Grouping(name, value)
	}
	if err := to.AddContext(ctx); err != nil {
		return fmt.Errorf("push metrics to %s: %w", at.Host, err)
	}
	return nil
}
