import type { assignment } from '@sortition/contracts';
import { DomainError } from '@sortition/kernel';

import type { Principal } from '../../../../runtime/auth/principal.js';
import type { NativeGrpcRegistry, UnaryHandler } from '../../../../runtime/grpc/native-grpc.js';
import { callerAddress } from '../../../../runtime/limits/caller-address.js';
import type { EvaluationLimits } from '../../../../runtime/limits/evaluation-limits.js';
import type { Environments } from '../../application/environments.js';
import type { EvaluateFlags } from '../../application/evaluate-flags.js';
import type { ExplainFlag } from '../../application/explain-flag.js';
import type { EnvironmentState } from '../../domain/environment-state.js';
import { environmentOf } from '../environment-of.js';
import { evaluatorOf, scopeOf } from '../scope-of.js';
import { whenDecided } from '../when-decided.js';
import { decisionMessage } from './decision-message.js';

/** Evaluations of one ResolveBatch at most. */
const MAX_BATCH = 1_000;

/** Serves AssignmentService, without a promise in the way of an environment that is at hand. */
export class AssignmentGrpc {
  constructor(
    private readonly environments: Environments,
    private readonly evaluate: EvaluateFlags,
    private readonly explain: ExplainFlag,
    private readonly limits: EvaluationLimits,
  ) {}

  register(registry: NativeGrpcRegistry): void {
    registry.unary<assignment.ResolveRequest, assignment.ResolveResponse>(
      '/sortition.assignment.v1.AssignmentService/Resolve',
      this.limited(({ request }, principal) =>
        this.withState(principal, (state) => this.resolve(request, principal, state)),
      ),
    );
    registry.unary<assignment.ResolveAllRequest, assignment.ResolveAllResponse>(
      '/sortition.assignment.v1.AssignmentService/ResolveAll',
      this.limited(({ request }, principal) =>
        this.withState(principal, (state) => this.resolveAll(request, principal, state)),
      ),
    );
    registry.unary<assignment.ResolveBatchRequest, assignment.ResolveBatchResponse>(
      '/sortition.assignment.v1.AssignmentService/ResolveBatch',
      this.limited(
        ({ request }, principal) =>
          request.requests.length === 0
            ? this.newestRevision(principal)
            : this.withState(principal, (state) => this.resolveBatch(request, principal, state)),
        ({ requests }) => Math.max(1, requests.length),
      ),
    );
    registry.unary<assignment.ExplainRequest, assignment.ExplainResponse>(
      '/sortition.assignment.v1.AssignmentService/Explain',
      ({ request }, principal) => this.explainOne(request, principal),
    );
  }

  /** Counts evaluations before they are made. */
  private limited<Request, Response>(
    handler: UnaryHandler<Request, Response>,
    amountOf: (request: Request) => number = () => 1,
  ): UnaryHandler<Request, Response> {
    return (call, principal) => {
      this.limits.take(principal, () => callerAddress(call.getPeer()), amountOf(call.request));
      return handler(call, principal);
    };
  }

  private resolve(
    { flag, context }: assignment.ResolveRequest,
    principal: Principal,
    state: EnvironmentState,
  ): assignment.ResolveResponse | Promise<assignment.ResolveResponse> {
    return whenDecided(this.evaluate.one(state, evaluatorOf(principal), flag, context), (decision) => ({
      decision: decisionMessage(flag, decision),
      revision: state.revision,
    }));
  }

  private resolveAll(
    { flags, context }: assignment.ResolveAllRequest,
    principal: Principal,
    state: EnvironmentState,
  ): assignment.ResolveAllResponse | Promise<assignment.ResolveAllResponse> {
    return whenDecided(this.evaluate.several(state, evaluatorOf(principal), flags, context), (decisions) => ({
      decisions: decisions.map(({ flag, decision }) => decisionMessage(flag, decision)),
      revision: state.revision,
    }));
  }

  private resolveBatch(
    { requests }: assignment.ResolveBatchRequest,
    principal: Principal,
    state: EnvironmentState,
  ): assignment.ResolveBatchResponse | Promise<assignment.ResolveBatchResponse> {
    if (requests.length > MAX_BATCH) throw batchTooLong(requests.length);
    const evaluator = evaluatorOf(principal);
    const answers = requests.map(({ flag, context }) =>
      whenDecided(this.evaluate.oneOrNotFound(state, evaluator, flag, context), (decision) =>
        decisionMessage(flag, decision),
      ),
    );
    const { revision } = state;
    // Only decisions that wait for stored assignments are promises.
    const decisions = answers.filter((answer): answer is assignment.Decision => !(answer instanceof Promise));
    if (decisions.length === answers.length) return { decisions, revision };
    return Promise.all(answers.map((answer) => Promise.resolve(answer))).then((all) => ({ decisions: all, revision }));
  }

  /** For evaluators that cannot hold a stream: they ask for nothing but whether something changed. */
  private async newestRevision(principal: Principal): Promise<assignment.ResolveBatchResponse> {
    const { organizationId } = principal;
    const { state } = await this.environments.loadNewest({ organizationId, environmentId: scopeOf(principal).id });
    return { decisions: [], revision: state.revision };
  }

  private async explainOne(
    request: assignment.ExplainRequest,
    principal: Principal,
  ): Promise<assignment.ExplainResponse> {
    const { flag, context, time } = request;
    const environment = environmentOf(request, principal);
    const { organizationId } = principal;
    const explained = await this.explain.execute({ organizationId, environment, flag, context, at: time });
    return {
      decision: decisionMessage(flag, explained.decision),
      // Through JSON, so that what is undefined is left out of the tree.
      explanation: JSON.parse(JSON.stringify(explained.explanation)) as Record<string, unknown>,
      revision: explained.state.revision,
    };
  }

  private withState<T>(principal: Principal, answer: (state: EnvironmentState) => T | Promise<T>): T | Promise<T> {
    const { id } = scopeOf(principal);
    const state = this.environments.current(id);
    if (state) return answer(state);
    return this.environments
      .load({ organizationId: principal.organizationId, environmentId: id })
      .then((loaded) => answer(loaded.state));
  }
}

function batchTooLong(length: number): DomainError {
  const message = `requests holds ${String(length)} evaluations; at most ${String(MAX_BATCH)} go together.`;
  return new DomainError('invalid', 'INVALID_ARGUMENT', message, {
    violations: [{ field: 'requests', description: `${String(length)} elements are more than ${String(MAX_BATCH)}` }],
  });
}
