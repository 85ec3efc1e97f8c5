import { once } from 'node:events';

import type { Metadata, ServiceError } from '@grpc/grpc-js';
import type { adminDeclarations } from '@sortition/contracts';
import type { JsonObject } from '@sortition/kernel';

import { rpcFailure } from './rpc-failure.js';

/** Longest time for applying or exporting a project. A call that is given up changes nothing. */
const DECLARATION_MS = 30 * 60_000;
const CHUNK_BYTES = 256 * 1024;

type Client = adminDeclarations.DeclarationServiceClient;

/** What to apply, and where. */
export interface DeclarationApplication {
  /** Resource name of the project. */
  readonly parent: string;
  readonly declaration: JsonObject;
  readonly dryRun: boolean;
}

/**
 * Sends a declaration in parts and gathers the plan.
 *
 * @throws RpcFailure; then nothing was changed.
 */
export async function appliedDeclaration(
  client: Client,
  { parent, declaration, dryRun }: DeclarationApplication,
  metadata: Metadata,
  target: string,
  onProgress?: (progress: adminDeclarations.DeclarationProgress) => void,
): Promise<readonly adminDeclarations.Change[]> {
  const call = client.streamApplyDeclaration(metadata, { deadline: Date.now() + DECLARATION_MS });
  const ended = new AbortController();
  const changes: adminDeclarations.Change[] = [];
  const send = async (): Promise<void> => {
    call.write({ part: { $case: 'target', value: { parent, dryRun } } });
    const json = Buffer.from(JSON.stringify(declaration));
    for (let start = 0; start < json.length && !ended.signal.aborted; start += CHUNK_BYTES) {
      const value = json.subarray(start, start + CHUNK_BYTES);
      if (!call.write({ part: { $case: 'chunk', value } })) await once(call, 'drain', { signal: ended.signal });
    }
    call.end();
  };
  // The platform may refuse before it has read everything; that answer counts.
  send().catch(() => undefined);
  try {
    for await (const { part } of call as AsyncIterable<adminDeclarations.StreamApplyDeclarationResponse>) {
      if (part?.$case === 'progress') onProgress?.(part.value);
      if (part?.$case === 'plan') changes.push(...part.value.changes);
    }
    return changes;
  } catch (error) {
    throw failureOf(error, target);
  } finally {
    ended.abort();
    call.cancel();
  }
}

/** Reads a project's declaration. @throws RpcFailure */
export async function exportedDeclaration(
  client: Client,
  parent: string,
  metadata: Metadata,
  target: string,
): Promise<JsonObject> {
  const call = client.streamExportDeclaration({ parent }, metadata, { deadline: Date.now() + DECLARATION_MS });
  const chunks: Uint8Array[] = [];
  try {
    for await (const { chunk } of call as AsyncIterable<adminDeclarations.StreamExportDeclarationResponse>) {
      chunks.push(chunk);
    }
  } catch (error) {
    throw failureOf(error, target);
  } finally {
    call.cancel();
  }
  // The platform sends one JSON object.
  return JSON.parse(Buffer.concat(chunks).toString()) as JsonObject;
}

function failureOf(error: unknown, target: string): unknown {
  return error instanceof Error && 'details' in error ? rpcFailure(error as ServiceError, target) : error;
}
