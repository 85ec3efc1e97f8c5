package main

import (
	"context"

	"github.com/open-feature/go-sdk/openfeature"
)

type evaluation struct {
	Flag    string         `json:"flag"`
	Type    string         `json:"type"`
	Default any            `json:"default"`
	Context map[string]any `json:"context"`
}

type result struct {
	Value     any    `json:"value"`
	Variant   string `json:"variant,omitempty"`
	Reason    string `json:"reason,omitempty"`
	ErrorCode string `json:"errorCode,omitempty"`
	Message   string `json:"message,omitempty"`
}

func evaluate(client *openfeature.Client, asked evaluation) result {
	ctx, in := context.Background(), contextOf(asked.Context)
	switch asked.Type {
	case "boolean":
		details, _ := client.BooleanValueDetails(ctx, asked.Flag, asked.Default.(bool), in)
		return resultOf(details.Value, details.EvaluationDetails)
	case "string":
		details, _ := client.StringValueDetails(ctx, asked.Flag, asked.Default.(string), in)
		return resultOf(details.Value, details.EvaluationDetails)
	case "integer":
		details, _ := client.IntValueDetails(ctx, asked.Flag, int64(asked.Default.(float64)), in)
		return resultOf(details.Value, details.EvaluationDetails)
	case "double":
		details, _ := client.FloatValueDetails(ctx, asked.Flag, asked.Default.(float64), in)
		return resultOf(details.Value, details.EvaluationDetails)
	default:
		details, _ := client.ObjectValueDetails(ctx, asked.Flag, asked.Default, in)
		return resultOf(details.Value, details.EvaluationDetails)
	}
}

func resultOf(value any, details openfeature.EvaluationDetails) result {
	return result{value, details.Variant, string(details.Reason), string(details.ErrorCode), details.ErrorMessage}
}

func contextOf(attributes map[string]any) openfeature.EvaluationContext {
	rest := map[string]any{}
	targetingKey := ""
	for name, value := range attributes {
		if text, isText := value.(string); name == "targetingKey" && isText {
			targetingKey = text
		} else {
			rest[name] = value
		}
	}
	return openfeature.NewEvaluationContext(targetingKey, rest)
}
