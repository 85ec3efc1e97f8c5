import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableList;
import dev.openfeature.contrib.providers.flagd.Config;
import dev.openfeature.contrib.providers.flagd.FlagdOptions;
import dev.openfeature.contrib.providers.flagd.FlagdProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProvider;
import dev.openfeature.contrib.providers.ofrep.OfrepProviderOptions;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.ImmutableTrackingEventDetails;
import dev.openfeature.sdk.MutableStructure;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.ProviderEvent;
import dev.openfeature.sdk.ProviderState;
import dev.openfeature.sdk.Structure;
import dev.openfeature.sdk.Value;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Evaluates flags with OpenFeature's providers for Java; the README beside this folder has the protocol. */
public final class Runner {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private record Session(Client client, List<String> events) {}

  private final Map<String, Session> sessions = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    Runner runner = new Runner();
    PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Map<String, Object> answer;
      try {
        answer = runner.answer(JSON.readValue(line, OBJECT));
      } catch (Exception error) {
        answer = Map.of("error", error.toString());
      }
      out.println(JSON.writeValueAsString(answer));
    }
    System.exit(0);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> answer(Map<String, Object> asked) {
    String name = (String) asked.get("session");
    if (asked.get("do").equals("open")) return open(name, asked);
    Session session = sessions.get(name);
    switch ((String) asked.get("do")) {
      case "evaluate":
        List<Map<String, Object>> evaluations = (List<Map<String, Object>>) asked.get("evaluations");
        return Map.of("results", evaluations.stream().map(each -> evaluate(session.client(), each)).collect(Collectors.toList()));
      case "events":
        synchronized (session.events()) {
          List<String> taken = new ArrayList<>(session.events());
          session.events().clear();
          return Map.of("events", taken);
        }
      case "track":
        Number value = (Number) asked.get("value");
        session.client().track((String) asked.get("name"), contextOf((Map<String, Object>) asked.get("context")), new ImmutableTrackingEventDetails(value));
        return Map.of("tracked", true);
      default:
        return Map.of();
    }
  }

  private Map<String, Object> open(String name, Map<String, Object> asked) {
    Client client = OpenFeatureAPI.getInstance().getClient(name);
    List<String> events = new ArrayList<>();
    for (ProviderEvent event : ProviderEvent.values()) {
      client.on(event, details -> {
        synchronized (events) {
          events.add(event.name());
        }
      });
    }
    sessions.put(name, new Session(client, events));
    try {
      OpenFeatureAPI.getInstance().setProviderAndWait(name, providerOf(asked));
    } catch (RuntimeException error) {
      return Map.of("error", String.valueOf(error.getMessage()));
    }
    ProviderState state = client.getProviderState();
    return state == ProviderState.READY ? Map.of("ready", true) : Map.of("error", "the provider is " + state);
  }

  private static FeatureProvider providerOf(Map<String, Object> asked) {
    String host = (String) asked.get("host");
    String key = (String) asked.get("key");
    String protocol = (String) asked.get("protocol");
    if (protocol.equals("ofrep")) {
      return OfrepProvider.constructProvider(
          OfrepProviderOptions.builder()
              .baseUrl("http://" + host + ":" + asked.get("httpPort"))
              .headers(ImmutableMap.of("Authorization", ImmutableList.of("Bearer " + key)))
              .build());
    }
    boolean isInProcess = protocol.equals("flagd-in-process");
    return new FlagdProvider(
        FlagdOptions.builder()
            .resolverType(isInProcess ? Config.Resolver.IN_PROCESS : Config.Resolver.RPC)
            .host(host)
            .port((Integer) asked.get("grpcPort"))
            .defaultAuthority(key)
            .deadline(10_000)
            .build());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> evaluate(Client client, Map<String, Object> asked) {
    String flag = (String) asked.get("flag");
    Object fallback = asked.get("default");
    EvaluationContext context = contextOf((Map<String, Object>) asked.get("context"));
    return switch ((String) asked.get("type")) {
      case "boolean" -> resultOf(client.getBooleanDetails(flag, (Boolean) fallback, context));
      case "string" -> resultOf(client.getStringDetails(flag, (String) fallback, context));
      case "integer" -> resultOf(client.getIntegerDetails(flag, ((Number) fallback).intValue(), context));
      case "double" -> resultOf(client.getDoubleDetails(flag, ((Number) fallback).doubleValue(), context));
      default -> resultOf(client.getObjectDetails(flag, valueOf(fallback), context));
    };
  }

  private static Map<String, Object> resultOf(FlagEvaluationDetails<?> details) {
    Map<String, Object> result = new HashMap<>();
    Object value = details.getValue();
    result.put("value", value instanceof Value wrapped ? plain(wrapped) : value);
    result.put("variant", details.getVariant());
    result.put("reason", details.getReason());
    result.put("errorCode", details.getErrorCode() == null ? null : details.getErrorCode().name());
    result.put("message", details.getErrorMessage());
    return result;
  }

  private static EvaluationContext contextOf(Map<String, Object> attributes) {
    Map<String, Value> rest = new HashMap<>();
    attributes.forEach((name, value) -> rest.put(name, valueOf(value)));
    Object key = attributes.get("targetingKey");
    if (!(key instanceof String text)) return new ImmutableContext(rest);
    rest.remove("targetingKey");
    return new ImmutableContext(text, rest);
  }

  @SuppressWarnings("unchecked")
  private static Value valueOf(Object value) {
    if (value instanceof Boolean flag) return new Value(flag);
    if (value instanceof String text) return new Value(text);
    if (value instanceof Integer number) return new Value(number);
    if (value instanceof Long number) return new Value(number);
    if (value instanceof Number number) return new Value(number.doubleValue());
    if (value instanceof List<?> list) return new Value(list.stream().map(Runner::valueOf).collect(Collectors.toList()));
    if (value instanceof Map<?, ?> map) {
      MutableStructure structure = new MutableStructure();
      ((Map<String, Object>) map).forEach((name, each) -> structure.add(name, valueOf(each)));
      return new Value(structure);
    }
    return new Value();
  }

  private static Object plain(Value value) {
    if (value == null || value.isNull()) return null;
    if (value.isStructure()) {
      Map<String, Object> map = new HashMap<>();
      Structure structure = value.asStructure();
      structure.keySet().forEach(name -> map.put(name, plain(structure.getValue(name))));
      return map;
    }
    if (value.isList()) return value.asList().stream().map(Runner::plain).collect(Collectors.toList());
    return value.asObject();
  }
}
