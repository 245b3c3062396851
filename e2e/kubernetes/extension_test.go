//go:build k8s

package kubernetes_test

import "context"

// extensions is the group and version of the Prometheus Operator's kinds.
const extensions = "monitoring.coreos.com/v1"

// extend makes the kinds of the Prometheus Operator known. Their own definitions are not to be had here: these take any spec, so that
// such objects are accepted says that their names are right, and no more.
func (p *plane) extend(ctx context.Context) error {
	for plural, kind := range map[string]string{
		"servicemonitors": "ServiceMonitor", "podmonitors": "PodMonitor", "prometheusrules": "PrometheusRule",
	} {
		anything := map[string]any{"type": "object", "properties": map[string]any{
			"spec": map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true},
		}}
		if err := p.admin.create(ctx, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", object{
			"metadata": map[string]any{
				"name": plural + ".monitoring.coreos.com",
			},
			"spec": map[string]any{
				"group": "monitoring.coreos.com", "scope": "Namespaced",
				"names":    map[string]any{"plural": plural, "kind": kind},
				"versions": []any{map[string]any{"name": "v1", "served": true, "storage": true, "schema": map[string]any{"openAPIV3Schema": anything}}},
			},
		}); err != nil {
			return err
		}
	}
	return nil
}
