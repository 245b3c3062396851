package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"

	"github.com/sigsync/sigsync/internal/emulator/webhook"
)

// subscriptionsPath is below no context path: it belongs to the Event service.
const subscriptionsPath = "/event/api/v1/subscriptions"

// subscriptionLimit is the size in bytes above which a subscription is refused.
const subscriptionLimit = 1 << 20

// subscriptions answers the Event service's API of webhooks, for admins only.
// Secrets are taken, and never shown.
func (s *Server) subscriptions(c *call) error {
	if !c.caller.Admin {
		return refuse(http.StatusForbidden, "Permission Denied")
	}
	if c.address.path == "" {
		return c.byMethod(map[string]func(*call) error{http.MethodGet: s.listSubscriptions, http.MethodPost: s.addSubscription})
	}
	return c.byMethod(map[string]func(*call) error{
		http.MethodGet: s.showSubscription, http.MethodPut: s.replaceSubscription, http.MethodDelete: s.removeSubscription,
	})
}

func (c *call) byMethod(answers map[string]func(*call) error) error {
	answer, ok := answers[c.r.Method]
	if !ok {
		return methodNotAllowed()
	}
	return answer(c)
}

func (s *Server) listSubscriptions(c *call) error {
	all := []webhook.Subscription{}
	for _, one := range s.webhooks.Subscriptions() {
		all = append(all, one.Public())
	}
	reply(c.w, http.StatusOK, "application/json", all)
	return nil
}

func (s *Server) showSubscription(c *call) error {
	all := s.webhooks.Subscriptions()
	n := slices.IndexFunc(all, func(one webhook.Subscription) bool { return one.Key == c.address.path })
	if n < 0 {
		return subscriptionNotFound()
	}
	reply(c.w, http.StatusOK, "application/json", all[n].Public())
	return nil
}

func (s *Server) addSubscription(c *call) error {
	one, err := readSubscription(c, "")
	if err != nil {
		return err
	}
	if err := s.webhooks.Add(one); err != nil {
		return refuse(http.StatusBadRequest, "subscription %q: %v", one.Key, err)
	}
	reply(c.w, http.StatusCreated, "application/json", one.Public())
	return nil
}

func (s *Server) replaceSubscription(c *call) error {
	one, err := readSubscription(c, c.address.path)
	if err != nil {
		return err
	}
	if !s.webhooks.Replace(one) {
		return subscriptionNotFound()
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) removeSubscription(c *call) error {
	if !s.webhooks.Remove(c.address.path) {
		return subscriptionNotFound()
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// readSubscription reads a subscription from the body. A key in the path
// stands above that in the body.
func readSubscription(c *call, key string) (webhook.Subscription, error) {
	var one webhook.Subscription
	content, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, subscriptionLimit))
	if err != nil {
		return one, refuse(http.StatusBadRequest, "Bad subscription: %v", err)
	}
	if err := json.Unmarshal(content, &one); err != nil {
		return one, refuse(http.StatusBadRequest, "Bad subscription: %v", err)
	}
	if key != "" {
		one.Key = key
	}
	if err := one.Validate(); err != nil {
		return one, refuse(http.StatusBadRequest, "%v", err)
	}
	return one, nil
}

func subscriptionNotFound() error {
	return refuse(http.StatusNotFound, "Subscription not found")
}
