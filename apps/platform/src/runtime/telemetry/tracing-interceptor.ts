import { ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** Records a server span around every RPC, continuing the caller's trace. Installed only when traces are exported. */
export const tracingInterceptor: ServerInterceptor = (method, call) => {
  const [, service = '', name = ''] = method.path.split('/');
  let span: Span | undefined;
  return new ServerInterceptingCall(call, {
    start: (next) => {
      next({
        onReceiveMetadata: (metadata, continueWith) => {
          const parent = propagation.extract(context.active(), metadata.getMap());
          span = trace.getTracer('sortition').startSpan(
            `${service}/${name}`,
            {
              kind: SpanKind.SERVER,
              attributes: { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': name },
            },
            parent,
          );
          context.with(trace.setSpan(parent, span), () => {
            continueWith(metadata);
          });
        },
        onReceiveMessage: (message, continueWith) => {
          within(span, () => {
            continueWith(message);
          });
        },
        onReceiveHalfClose: (continueWith) => {
          within(span, continueWith);
        },
        onCancel: () => {
          span?.end();
        },
      });
    },
    sendStatus: (outcome, next) => {
      span?.setAttribute('rpc.grpc.status_code', outcome.code);
      if (outcome.code !== status.OK) span?.setStatus({ code: SpanStatusCode.ERROR, message: outcome.details });
      span?.end();
      next(outcome);
    },
  });
};

function within(span: Span | undefined, work: () => void): void {
  if (span) context.with(trace.setSpan(context.active(), span), work);
  else work();
}
