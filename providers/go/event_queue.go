package sortition

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	capacity     = 10_000
	batchSize    = 100
	flushEvery   = time.Second
	closeWithin  = 5 * time.Second
	firstRetry   = 250 * time.Millisecond
	longestRetry = 30 * time.Second
	closingRetry = 200 * time.Millisecond
)

type tracked struct {
	Name       string            `json:"name"`
	Units      map[string]string `json:"units"`
	Value      float64           `json:"value"`
	Properties map[string]any    `json:"properties,omitempty"`
}

// eventQueue holds events until the platform has them. It sends a batch at a time, again with the same ids while the
// platform does not answer.
type eventQueue struct {
	url, apiKey string
	client      *http.Client
	onLost      func(reason string, count int)

	mutex    sync.Mutex
	waiting  []json.RawMessage
	isClosed bool

	full, closing, done chan struct{}
	ctx                 context.Context
	giveUp              context.CancelFunc
}

func newEventQueue(url, apiKey string, timeout time.Duration, onLost func(string, int)) *eventQueue {
	ctx, giveUp := context.WithCancel(context.Background())
	q := &eventQueue{
		url: url, apiKey: apiKey, onLost: onLost, client: &http.Client{Timeout: timeout}, ctx: ctx, giveUp: giveUp,
		full: make(chan struct{}, 1), closing: make(chan struct{}), done: make(chan struct{}),
	}
	go q.run()
	return q
}

func (q *eventQueue) add(event tracked) {
	now := time.Now().UTC().Format(time.RFC3339Nano)
	body, err := json.Marshal(map[string]any{"id": newID(), "time": now, "tracked": event})
	reason := ""
	q.mutex.Lock()
	switch {
	case err != nil:
		reason = "invalid"
	case q.isClosed:
		reason = "unsent"
	case len(q.waiting) >= capacity:
		reason = "full"
	default:
		q.waiting = append(q.waiting, body)
		if len(q.waiting) >= batchSize {
			select {
			case q.full <- struct{}{}:
			default:
			}
		}
	}
	q.mutex.Unlock()
	if reason != "" {
		q.onLost(reason, 1)
	}
}

// close sends what waits, for 5 seconds at most. What is left is unsent.
func (q *eventQueue) close() {
	q.mutex.Lock()
	wasClosed := q.isClosed
	q.isClosed = true
	q.mutex.Unlock()
	if wasClosed {
		return
	}
	close(q.closing)
	timer := time.AfterFunc(closeWithin, q.giveUp)
	<-q.done
	timer.Stop()
	q.giveUp()
	if unsent := len(q.waiting); unsent > 0 {
		q.waiting = nil
		q.onLost("unsent", unsent)
	}
}

func (q *eventQueue) run() {
	defer close(q.done)
	failures := 0
	for {
		pause, full := flushEvery, q.full
		if failures > 0 {
			pause, full = retryAfter(failures), nil
		}
		timer := time.NewTimer(pause)
		isClosing := false
		select {
		case <-timer.C:
		case <-full:
		case <-q.closing:
			isClosing = true
			if failures > 0 {
				time.Sleep(closingRetry)
			}
		}
		timer.Stop()
		for failures = q.sendAll(failures); isClosing && failures > 0 && q.ctx.Err() == nil; failures = q.sendAll(failures) {
			time.Sleep(closingRetry)
		}
		if isClosing {
			return
		}
	}
}

// sendAll sends batches until none waits or one fails. Returns the failures in a row.
func (q *eventQueue) sendAll(failures int) int {
	for {
		q.mutex.Lock()
		batch := q.waiting[:min(batchSize, len(q.waiting))]
		q.mutex.Unlock()
		if len(batch) == 0 {
			return 0
		}
		lost, ok := q.send(batch)
		if !ok {
			return failures + 1
		}
		failures = 0
		q.mutex.Lock()
		q.waiting = append([]json.RawMessage(nil), q.waiting[len(batch):]...)
		q.mutex.Unlock()
		for reason, count := range lost {
			q.onLost(reason, count)
		}
	}
}

// send returns what was lost, and whether the platform answered.
func (q *eventQueue) send(batch []json.RawMessage) (map[string]int, bool) {
	body, err := json.Marshal(map[string]any{"events": batch, "sentAt": time.Now().UTC()})
	if err != nil {
		return map[string]int{"invalid": len(batch)}, true
	}
	request, err := http.NewRequestWithContext(q.ctx, http.MethodPost, q.url, bytes.NewReader(body))
	if err != nil {
		return map[string]int{"refused": len(batch)}, true
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+q.apiKey)
	response, err := q.client.Do(request)
	if err != nil {
		return nil, false
	}
	defer response.Body.Close()
	status := response.StatusCode
	if status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status >= 500 {
		return nil, false
	}
	if status >= 300 {
		return map[string]int{"refused": len(batch)}, true
	}
	var answer struct{ Results []struct{ Status string } }
	if json.NewDecoder(response.Body).Decode(&answer) != nil {
		return nil, false
	}
	lost := map[string]int{}
	for _, result := range answer.Results {
		reason := strings.ToLower(strings.TrimPrefix(result.Status, "EVENT_STATUS_"))
		if reason == "rejected" || reason == "quarantined" {
			lost[reason]++
		}
	}
	return lost, true
}

// retryAfter is exponential, capped, and anywhere between half and all of that.
func retryAfter(failures int) time.Duration {
	longest := min(longestRetry, firstRetry<<min(failures-1, 10))
	return longest/2 + time.Duration(mathrand.Int64N(int64(longest/2)+1))
}

// newID is a UUID of version 4.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // It does not fail.
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
