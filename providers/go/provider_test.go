package sortition

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/open-feature/go-sdk/openfeature"
)

// run passes what is sent to the platform that SORTITION_URL names, after so many refusals.
type run struct {
	mutex    sync.Mutex
	refusals int
	batches  [][]map[string]any
	lost     []string
	client   *openfeature.Client
}

func start(t *testing.T, refusals int, key string) *run {
	t.Helper()
	platform := os.Getenv("SORTITION_URL")
	if platform == "" {
		t.Skip("SORTITION_URL names no platform: npm run clients:packages")
	}
	r := &run{refusals: refusals}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, incoming *http.Request) {
		body, _ := io.ReadAll(incoming.Body)
		var batch struct{ Events []map[string]any }
		_ = json.Unmarshal(body, &batch)
		r.mutex.Lock()
		r.batches = append(r.batches, batch.Events)
		r.refusals--
		isRefused := r.refusals >= 0
		r.mutex.Unlock()
		if isRefused {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		request, _ := http.NewRequest(incoming.Method, platform+incoming.URL.Path, bytes.NewReader(body))
		request.Header = incoming.Header.Clone()
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		w.WriteHeader(response.StatusCode)
		_, _ = io.Copy(w, response.Body)
	}))
	t.Cleanup(proxy.Close)
	options := Options{URL: proxy.URL, APIKey: key, UnitAttributes: []string{"account"}}
	options.OnEventsLost = func(reason string, count int) {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.lost = append(r.lost, fmt.Sprintf("%s %d", reason, count))
	}
	if err := openfeature.SetProviderAndWait(New(openfeature.NoopProvider{}, options)); err != nil {
		t.Fatal(err)
	}
	r.client = openfeature.NewDefaultClient()
	return r
}

func (r *run) track(name, unit string, details openfeature.TrackingEventDetails) {
	attributes := map[string]any{}
	if unit != "" {
		attributes["account"] = 7
	}
	r.client.Track(context.Background(), name, openfeature.NewEvaluationContext(unit, attributes), details)
}

func key() string { return os.Getenv("SORTITION_SERVER_KEY") }

func TestSendsUnitsValueAndProperties(t *testing.T) {
	r := start(t, 0, key())
	r.track("purchase", "user-1", openfeature.NewTrackingEventDetails(49.9).Add("currency", "EUR"))
	openfeature.Shutdown()

	got, _ := json.Marshal(r.batches[0][0]["tracked"])
	want := `{"name":"purchase","properties":{"currency":"EUR"},"units":{"account":"7","targetingKey":"user-1"},"value":49.9}`
	if string(got) != want || len(r.lost) != 0 {
		t.Fatalf("sent %s, lost %v", got, r.lost)
	}
}

func TestTriesAgainWithTheSameIDs(t *testing.T) {
	r := start(t, 2, key())
	r.track("purchase", "user-1", openfeature.TrackingEventDetails{})
	openfeature.Shutdown()

	if len(r.batches) != 3 || r.batches[0][0]["id"] != r.batches[2][0]["id"] || len(r.lost) != 0 {
		t.Fatalf("sent %v, lost %v", r.batches, r.lost)
	}
}

func TestSendsAllAtShutdownInBatches(t *testing.T) {
	r := start(t, 0, key())
	for number := range 250 {
		r.track("many", fmt.Sprintf("user-%d", number), openfeature.TrackingEventDetails{})
	}
	openfeature.Shutdown()

	ids := map[any]bool{}
	for _, batch := range r.batches {
		if len(batch) > 100 {
			t.Fatalf("a batch of %d", len(batch))
		}
		for _, event := range batch {
			ids[event["id"]] = true
		}
	}
	if len(ids) != 250 {
		t.Fatalf("%d events", len(ids))
	}
}

func TestTellsWhatIsLost(t *testing.T) {
	r := start(t, 1_000, key())
	r.track("nobody", "", openfeature.TrackingEventDetails{})
	r.track("infinite", "u", openfeature.NewTrackingEventDetails(math.Inf(1)))
	r.track("away", "u", openfeature.TrackingEventDetails{})
	began := time.Now()
	openfeature.Shutdown()

	if !slices.Equal(r.lost, []string{"no-unit 1", "invalid 1", "unsent 1"}) || time.Since(began) > 7*time.Second {
		t.Fatalf("lost %v after %s", r.lost, time.Since(began))
	}
}

func TestTellsOfRefusals(t *testing.T) {
	r := start(t, 0, "sor_server_000000000000_wrong")
	r.track("purchase", "u", openfeature.TrackingEventDetails{})
	openfeature.Shutdown()

	if !slices.Equal(r.lost, []string{"refused 1"}) {
		t.Fatalf("lost %v", r.lost)
	}
}

func TestHoldsSoManyEvents(t *testing.T) {
	r := start(t, 1_000, key())
	for range 10_001 {
		r.track("many", "u", openfeature.TrackingEventDetails{})
	}
	openfeature.Shutdown()

	if !slices.Equal(r.lost, []string{"full 1", "unsent 10000"}) {
		t.Fatalf("lost %v", r.lost)
	}
}
