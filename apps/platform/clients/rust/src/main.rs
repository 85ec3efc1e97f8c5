//! Evaluates flags with OpenFeature's providers for Rust; the README beside this folder has the protocol.
//! Contexts that hold lists, objects or null are skipped: the SDK has no such values.

use std::collections::HashMap;
use std::io::{stdin, BufRead, Write};
use std::time::Duration;

use open_feature::{
    Client, EvaluationContext, EvaluationContextFieldValue, EvaluationDetails, EvaluationErrorCode, EvaluationResult, OpenFeature,
    StructValue, Value as FlagValue,
};
use open_feature_flagd::{FlagdOptions, FlagdProvider, ResolverType};
use open_feature_ofrep::{OfrepOptions, OfrepProvider};
use reqwest::header::{HeaderMap, HeaderValue, AUTHORIZATION};
use serde_json::{json, Map, Value};

const READY_WITHIN: Duration = Duration::from_secs(15);

#[tokio::main]
async fn main() {
    let mut sessions: HashMap<String, Client> = HashMap::new();
    for line in stdin().lock().lines() {
        let Ok(line) = line else { return };
        let asked: Value = serde_json::from_str(&line).expect("a request is JSON");
        let answer = answer(&mut sessions, &asked).await;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}").expect("the command reads the answers");
        out.flush().expect("the command reads the answers");
    }
}

async fn answer(sessions: &mut HashMap<String, Client>, asked: &Value) -> Value {
    let name = text(asked, "session");
    match text(asked, "do").as_str() {
        "open" => match tokio::time::timeout(READY_WITHIN, open(asked)).await {
            Ok(Ok(client)) => {
                sessions.insert(name, client);
                json!({ "ready": true })
            }
            Ok(Err(message)) => json!({ "error": message }),
            Err(_) => json!({ "error": "the provider does not become ready" }),
        },
        "evaluate" => {
            let Some(client) = sessions.get(&name) else {
                return json!({ "error": "no session" });
            };
            let mut results = Vec::new();
            for each in asked["evaluations"].as_array().into_iter().flatten() {
                results.push(evaluate(client, each).await);
            }
            json!({ "results": results })
        }
        "events" => json!({ "events": [] }),
        "track" => json!({ "tracked": false }),
        _ => json!({}),
    }
}

async fn open(asked: &Value) -> Result<Client, String> {
    let name = text(asked, "session");
    let host = text(asked, "host");
    let key = text(asked, "key");
    let mut api = OpenFeature::singleton_mut().await;
    match text(asked, "protocol").as_str() {
        "ofrep" => {
            let mut headers = HeaderMap::new();
            let bearer = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|error| error.to_string())?;
            headers.insert(AUTHORIZATION, bearer);
            let base_url = format!("http://{host}:{}", asked["httpPort"]);
            let options = OfrepOptions { base_url, headers, ..Default::default() };
            let provider = OfrepProvider::new(options).await.map_err(|error| error.to_string())?;
            api.set_named_provider(&name, provider).await;
        }
        protocol => {
            let resolver_type =
                if protocol == "flagd" { ResolverType::Rpc } else { ResolverType::InProcess };
            let options = FlagdOptions {
                target_uri: Some(format!("envoy://{host}:{}/{key}", asked["grpcPort"])),
                deadline_ms: 5_000,
                resolver_type,
                ..Default::default()
            };
            let provider = FlagdProvider::new(options).await.map_err(|error| error.to_string())?;
            api.set_named_provider(&name, provider).await;
        }
    }
    Ok(api.create_named_client(&name))
}

async fn evaluate(client: &Client, asked: &Value) -> Value {
    let flag = text(asked, "flag");
    let Some(context) = context_of(&asked["context"]) else {
        return json!({ "skipped": true });
    };
    let default = &asked["default"];
    match text(asked, "type").as_str() {
        "boolean" => result(client.get_bool_details(&flag, Some(&context), None).await, default, |each| json!(each)),
        "string" => result(client.get_string_details(&flag, Some(&context), None).await, default, |each| json!(each)),
        "integer" => result(client.get_int_details(&flag, Some(&context), None).await, default, |each| json!(each)),
        "double" => result(client.get_float_details(&flag, Some(&context), None).await, default, |each| json!(each)),
        _ => {
            let details: EvaluationResult<EvaluationDetails<StructValue>> =
                client.get_struct_details(&flag, Some(&context), None).await;
            result(details, default, |each| plain(&FlagValue::Struct(each)))
        }
    }
}

/// An application in Rust takes its own default for whatever is an error.
fn result<T>(details: EvaluationResult<EvaluationDetails<T>>, default: &Value, value: impl Fn(T) -> Value) -> Value {
    match details {
        Ok(details) => json!({
            "value": value(details.value),
            "variant": details.variant,
            "reason": details.reason.map(|reason| reason.to_string()),
        }),
        Err(error) => json!({
            "value": default,
            "errorCode": code_of(&error.code),
            "message": error.message.unwrap_or(error.code.to_string()),
        }),
    }
}

fn code_of(code: &EvaluationErrorCode) -> String {
    match code {
        EvaluationErrorCode::General(_) => "GENERAL".to_string(),
        code => code.to_string(),
    }
}

fn plain(value: &FlagValue) -> Value {
    match value {
        FlagValue::Bool(value) => json!(value),
        FlagValue::Int(value) => json!(value),
        FlagValue::Float(value) => json!(value),
        FlagValue::String(value) => json!(value),
        FlagValue::Array(values) => values.iter().map(plain).collect(),
        FlagValue::Struct(value) => {
            let fields: Map<String, Value> =
                value.fields.iter().map(|(name, each)| (name.clone(), plain(each))).collect();
            Value::Object(fields)
        }
    }
}

fn context_of(attributes: &Value) -> Option<EvaluationContext> {
    let mut context = EvaluationContext::default();
    for (name, value) in attributes.as_object().into_iter().flatten() {
        let field = match value {
            Value::Bool(value) => EvaluationContextFieldValue::Bool(*value),
            Value::String(value) if name == "targetingKey" => {
                context = context.with_targeting_key(value.clone());
                continue;
            }
            Value::String(value) => EvaluationContextFieldValue::String(value.clone()),
            Value::Number(value) => match value.as_i64() {
                Some(whole) => EvaluationContextFieldValue::Int(whole),
                None => EvaluationContextFieldValue::Float(value.as_f64()?),
            },
            _ => return None,
        };
        context.add_custom_field(name.clone(), field);
    }
    Some(context)
}

fn text(asked: &Value, name: &str) -> String {
    asked[name].as_str().unwrap_or_default().to_string()
}
