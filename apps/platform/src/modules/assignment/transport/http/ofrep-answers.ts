import type { IncomingHttpHeaders } from 'node:http';

import type { Principal } from '../../../../runtime/auth/principal.js';
import type { EvaluateFlags, FlagDecision } from '../../application/evaluate-flags.js';
import type { EnvironmentState } from '../../domain/environment-state.js';
import { EXPOSURES_HEADER, type ReadExposures } from '../read-exposures.js';
import { evaluatorOf } from '../scope-of.js';
import { whenDecided } from '../when-decided.js';
import type { OfferedEventStreams } from './offered-event-streams.js';
import { ofrepContext } from './ofrep-context.js';
import { answerWithoutValue } from './answer-without-value.js';
import { matchesEtag, ofrepEtag } from './ofrep-etag.js';
import { ofrepItem } from './ofrep-item.js';
import { OfrepItemTexts } from './ofrep-item-texts.js';

/** In place of `If-None-Match`: with that, browsers ask for leave before each request. */
const OWN_IF_NONE_MATCH = 'sortition-if-none-match';

/** An answer of OFREP, whoever sends it. */
export interface OfrepAnswer {
  readonly status: number;
  /** JSON. Absent: the answer has no body. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who asks, and what is evaluated for them. */
export interface OfrepCaller {
  /** The API key, verified. */
  readonly apiKey: string;
  readonly principal: Principal;
  readonly state: EnvironmentState;
  readonly headers: IncomingHttpHeaders;
}

/** Answers evaluations as the OpenFeature Remote Evaluation Protocol 0.3.0 writes them. */
export class OfrepAnswers {
  private readonly textsInBulk = new OfrepItemTexts();
  /** Those of one flag name the state. */
  private readonly textsOfState = new WeakMap<EnvironmentState, OfrepItemTexts>();

  constructor(
    private readonly evaluate: EvaluateFlags,
    private readonly offered: OfferedEventStreams,
    private readonly exposures: ReadExposures,
  ) {}

  /**
   * Without a promise when nothing has to be looked up.
   *
   * @param body the request's, read.
   * @throws DomainError INVALID_ARGUMENT, FLAG_NOT_FOUND.
   */
  one({ principal, state, headers }: OfrepCaller, key: string, body: unknown): OfrepAnswer | Promise<OfrepAnswer> {
    const context = ofrepContext(body);
    return whenDecided(this.evaluate.one(state, evaluatorOf(principal), key, context), (decision) => {
      this.exposures.one(principal, key, decision, () => headers[EXPOSURES_HEADER]);
      if (decision.value === undefined && decision.errorCode === undefined) {
        const item = answerWithoutValue(ofrepItem(key, decision, setMetadataOf(state)), headers['user-agent']);
        return { status: 200, body: JSON.stringify(item) };
      }
      const { json, isFailure } = this.textsOf(state).of(key, decision, state.compiled.flag(key));
      return { status: isFailure ? 400 : 200, body: json };
    });
  }

  /** @throws DomainError INVALID_ARGUMENT. */
  all(caller: OfrepCaller, body: unknown): OfrepAnswer | Promise<OfrepAnswer> {
    const { principal, state } = caller;
    const context = ofrepContext(body);
    return whenDecided(this.evaluate.several(state, evaluatorOf(principal), [], context), (decisions) =>
      this.inBulk(caller, decisions),
    );
  }

  private inBulk(
    { apiKey, principal, state, headers: asked }: OfrepCaller,
    decisions: readonly FlagDecision[],
  ): OfrepAnswer {
    this.exposures.several(principal, decisions, () => asked[EXPOSURES_HEADER]);
    let flags = '';
    const digests: string[] = [];
    for (const { flag, decision } of decisions) {
      const { json, digest } = this.textsInBulk.of(flag, decision, state.compiled.flag(flag));
      flags += flags === '' ? json : `,${json}`;
      digests.push(digest);
    }
    const metadata = JSON.stringify(setMetadataOf(state));
    const rest = `"metadata":${metadata},"eventStreams":${JSON.stringify(this.offered.for(apiKey))}`;
    const { contentHash, revision } = state;
    const etag = ofrepEtag({ contentHash, revision, keySelector: principal.keySelector, digests, rest });
    const headers = { ETag: etag, 'Cache-Control': 'no-store' };
    const known = asked[OWN_IF_NONE_MATCH]?.toString() ?? asked['if-none-match'];
    if (matchesEtag(known, etag)) return { status: 304, headers };
    return { status: 200, body: `{"flags":[${flags}],${rest}}`, headers };
  }

  private textsOf(state: EnvironmentState): OfrepItemTexts {
    const known = this.textsOfState.get(state);
    if (known) return known;
    const texts = new OfrepItemTexts(setMetadataOf(state));
    this.textsOfState.set(state, texts);
    return texts;
  }
}

function setMetadataOf(state: EnvironmentState): Readonly<Record<string, string>> {
  return { flagSetId: state.flagSetId, version: String(state.revision) };
}
