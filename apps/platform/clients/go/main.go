// Evaluates flags with OpenFeature's providers for Go; the README beside this folder has the protocol.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	flagd "github.com/open-feature/go-sdk-contrib/providers/flagd/pkg"
	"github.com/open-feature/go-sdk-contrib/providers/ofrep"
	"github.com/open-feature/go-sdk/openfeature"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

type request struct {
	Do          string         `json:"do"`
	Session     string         `json:"session"`
	Protocol    string         `json:"protocol"`
	Host        string         `json:"host"`
	GrpcPort    uint16         `json:"grpcPort"`
	HttpPort    uint16         `json:"httpPort"`
	Key         string         `json:"key"`
	Name        string         `json:"name"`
	Value       float64        `json:"value"`
	Context     map[string]any `json:"context"`
	Evaluations []evaluation   `json:"evaluations"`
}

type session struct {
	client *openfeature.Client
	mutex  sync.Mutex
	events []string
}

const readyWithin = 15 * time.Second

func main() {
	sessions := map[string]*session{}
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			_ = out.Encode(map[string]any{"error": err.Error()})
			continue
		}
		_ = out.Encode(answer(sessions, asked))
	}
}

func answer(sessions map[string]*session, asked request) map[string]any {
	switch asked.Do {
	case "open":
		opened, err := open(asked)
		if opened != nil {
			sessions[asked.Session] = opened
		}
		if err != nil {
			return map[string]any{"error": err.Error()}
		}
		return map[string]any{"ready": true}
	case "evaluate":
		results := make([]result, len(asked.Evaluations))
		for index, each := range asked.Evaluations {
			results[index] = evaluate(sessions[asked.Session].client, each)
		}
		return map[string]any{"results": results}
	case "events":
		return map[string]any{"events": sessions[asked.Session].take()}
	case "track":
		details := openfeature.NewTrackingEventDetails(asked.Value)
		sessions[asked.Session].client.Track(context.Background(), asked.Name, contextOf(asked.Context), details)
		return map[string]any{"tracked": true}
	default:
		return map[string]any{}
	}
}

func open(asked request) (*session, error) {
	provider, err := providerOf(asked)
	if err != nil {
		return nil, err
	}
	opened := &session{client: openfeature.NewClient(asked.Session)}
	for _, event := range []openfeature.EventType{
		openfeature.ProviderReady, openfeature.ProviderConfigChange, openfeature.ProviderStale, openfeature.ProviderError,
	} {
		handler := func(openfeature.EventDetails) { opened.add(string(event)) }
		opened.client.AddHandler(event, &handler)
	}
	within, cancel := context.WithTimeout(context.Background(), readyWithin)
	defer cancel()
	return opened, openfeature.SetNamedProviderWithContextAndWait(within, asked.Session, provider)
}

func providerOf(asked request) (openfeature.FeatureProvider, error) {
	switch asked.Protocol {
	case "ofrep":
		return ofrep.NewProvider(fmt.Sprintf("http://%s:%d", asked.Host, asked.HttpPort), ofrep.WithBearerToken(asked.Key)), nil
	case "flagd":
		// The remote mode speaks Connect to the HTTP port, and has no place for the key but the selector.
		return flagd.NewProvider(flagd.WithRPCResolver(), flagd.WithHost(asked.Host), flagd.WithPort(asked.HttpPort), flagd.WithSelector(asked.Key))
	case "flagd-in-process":
		return flagd.NewProvider(flagd.WithInProcessResolver(), flagd.WithHost(asked.Host), flagd.WithPort(asked.GrpcPort),
			flagd.WithGrpcDialOptionsOverride([]grpc.DialOption{
				grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithAuthority(asked.Key),
			}))
	default:
		return nil, fmt.Errorf("no protocol %q", asked.Protocol)
	}
}

func (s *session) add(event string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.events = append(s.events, event)
}

func (s *session) take() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	taken := append([]string{}, s.events...)
	s.events = nil
	return taken
}
