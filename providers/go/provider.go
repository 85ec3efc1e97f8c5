// Package sortition adds track() to an OpenFeature provider that evaluates flags of Sortition.
package sortition

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/open-feature/go-sdk/openfeature"
)

// Options of a Provider. URL and APIKey are required.
type Options struct {
	// URL is the base URL of the platform.
	URL string
	// APIKey is a key of kind "server".
	APIKey string
	// UnitAttributes are attributes of contexts that hold units, besides the targeting key.
	UnitAttributes []string
	// OnEventsLost is told of events that are missing from analysis: no-unit, invalid, full, refused, rejected,
	// quarantined or unsent. They are logged by default.
	OnEventsLost func(reason string, count int)
	// Timeout is the longest request. 5 seconds by default.
	Timeout time.Duration
}

// Provider evaluates with another provider and sends what is tracked.
type Provider struct {
	openfeature.FeatureProvider
	options Options
	queue   *eventQueue
	events  chan openfeature.Event
}

// New wraps a provider, for example that for OFREP.
func New(provider openfeature.FeatureProvider, options Options) *Provider {
	if options.OnEventsLost == nil {
		options.OnEventsLost = func(reason string, count int) {
			slog.Warn("Sortition lost events", "reason", reason, "count", count)
		}
	}
	if options.Timeout == 0 {
		options.Timeout = 5 * time.Second
	}
	url := strings.TrimRight(options.URL, "/") + "/v1/events"
	queue := newEventQueue(url, options.APIKey, options.Timeout, options.OnEventsLost)
	return &Provider{FeatureProvider: provider, options: options, queue: queue, events: make(chan openfeature.Event)}
}

// Init starts the wrapped provider.
func (p *Provider) Init(evaluationContext openfeature.EvaluationContext) error {
	if handler, ok := p.FeatureProvider.(openfeature.StateHandler); ok {
		return handler.Init(evaluationContext)
	}
	return nil
}

// Shutdown sends what waits, for 5 seconds at most. The provider takes no events after that.
func (p *Provider) Shutdown() {
	p.queue.close()
	if handler, ok := p.FeatureProvider.(openfeature.StateHandler); ok {
		handler.Shutdown()
	}
}

// EventChannel is that of the wrapped provider.
func (p *Provider) EventChannel() <-chan openfeature.Event {
	if handler, ok := p.FeatureProvider.(openfeature.EventHandler); ok {
		return handler.EventChannel()
	}
	return p.events
}

// Track records an event for the units of the context. It never blocks.
func (p *Provider) Track(_ context.Context, name string, evaluationContext openfeature.EvaluationContext, details openfeature.TrackingEventDetails) {
	units := map[string]string{}
	add := func(path string, unit any) {
		switch unit.(type) {
		case string, int, int32, int64, uint, uint32, uint64:
			if text := fmt.Sprint(unit); text != "" {
				units[path] = text
			}
		}
	}
	add("targetingKey", evaluationContext.TargetingKey())
	for _, path := range p.options.UnitAttributes {
		add(path, evaluationContext.Attribute(path))
	}
	if len(units) == 0 {
		p.options.OnEventsLost("no-unit", 1)
		return
	}
	p.queue.add(tracked{Name: name, Units: units, Value: details.Value(), Properties: details.Attributes()})
}
