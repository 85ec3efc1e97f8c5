import { Buffer } from 'node:buffer';
import { once } from 'node:events';

import type { ServerWritableStream } from '@grpc/grpc-js';
import { Controller, Inject, type OnModuleInit } from '@nestjs/common';
import { adminDeclarations } from '@sortition/contracts';
import { invalidArgument, readDocumentInSteps } from '@sortition/declaration';
import { DomainError } from '@sortition/kernel';

import type { Principal } from '../../../../runtime/auth/principal.js';
import { NATIVE_GRPC_REGISTRY, type NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import { inTurns } from '../../../../runtime/in-turns.js';
import { ApplyDeclaration } from '../../application/apply-declaration.js';
import { ExportDeclaration } from '../../application/export-declaration.js';
import { parseName } from '../../domain/resource-name.js';
import { authorOf } from './author-of.js';
import { plannedChange } from './planned-change.js';

type ApplyRequest = adminDeclarations.StreamApplyDeclarationRequest;
type ApplyResponse = adminDeclarations.StreamApplyDeclarationResponse;
type ExportCall = ServerWritableStream<
  adminDeclarations.StreamExportDeclarationRequest,
  adminDeclarations.StreamExportDeclarationResponse
>;

/** Largest document, in bytes of JSON: more than 60,000 plain flags with two environments. */
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** Lines of a plan in one message. */
const PLAN_LINES = 500;

/** Declarations of any size: in parts, with progress, and undone when the caller goes away. */
@Controller()
export class DeclarationStreamGrpc implements OnModuleInit {
  constructor(
    @Inject(NATIVE_GRPC_REGISTRY) private readonly registry: NativeGrpcRegistry,
    private readonly apply: ApplyDeclaration,
    private readonly exported: ExportDeclaration,
  ) {}

  onModuleInit(): void {
    this.registry.duplex<ApplyRequest, ApplyResponse>(
      '/sortition.admin.v1.DeclarationService/StreamApplyDeclaration',
      (bytes) => adminDeclarations.StreamApplyDeclarationRequest.decode(bytes),
      (requests, principal, signal, write) => this.take(requests, principal, signal, write),
    );
    this.registry.serverStream<
      adminDeclarations.StreamExportDeclarationRequest,
      adminDeclarations.StreamExportDeclarationResponse
    >('/sortition.admin.v1.DeclarationService/StreamExportDeclaration', (call, principal) =>
      this.send(call, principal),
    );
  }

  private async take(
    requests: AsyncIterable<ApplyRequest>,
    principal: Principal,
    signal: AbortSignal,
    write: (message: ApplyResponse) => Promise<void>,
  ): Promise<void> {
    const { target, json } = await received(requests);
    const { project } = parseName('project', target.parent, 'target.parent');
    const mode = target.dryRun ? 'rehearse' : 'apply';
    const document = await inTurns(readDocumentInSteps(json, 'json', 'chunk'), signal);
    const changes = await this.apply.execute(
      authorOf(principal),
      { project, document, mode },
      { signal, onProgress: (progress) => void write({ part: { $case: 'progress', value: progress } }) },
    );
    for (let start = 0; start < changes.length; start += PLAN_LINES) {
      const lines = changes.slice(start, start + PLAN_LINES).map(plannedChange);
      await write({ part: { $case: 'plan', value: { changes: lines } } });
    }
  }

  private async send(call: ExportCall, principal: Principal): Promise<void> {
    const { project } = parseName('project', call.request.parent, 'parent');
    const document = Buffer.from(JSON.stringify(await this.exported.execute(authorOf(principal), project)));
    for (let start = 0; start < document.length && !call.cancelled; start += CHUNK_BYTES) {
      const chunk = document.subarray(start, start + CHUNK_BYTES);
      if (!call.write({ chunk })) await Promise.race([once(call, 'drain'), once(call, 'cancelled')]);
    }
    call.end();
  }
}

/** Reads the parts to their end. @throws DomainError INVALID_ARGUMENT, MESSAGE_TOO_LARGE. */
async function received(
  requests: AsyncIterable<ApplyRequest>,
): Promise<{ readonly target: adminDeclarations.DeclarationTarget; readonly json: string }> {
  let target: adminDeclarations.DeclarationTarget | undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const { part } of requests) {
    if (part?.$case === 'target' && !target && bytes === 0) target = part.value;
    else if (part?.$case === 'chunk' && target) chunks.push(part.value);
    else throw invalidArgument('part', part?.$case, 'must be the target first, and chunks after it');
    bytes += chunks.at(-1)?.length ?? 0;
    if (bytes > MAX_DOCUMENT_BYTES) throw tooLarge();
  }
  if (!target) throw invalidArgument('target', undefined, 'must come first');
  return { target, json: Buffer.concat(chunks).toString() };
}

function tooLarge(): DomainError {
  const limit = `must be at most ${String(MAX_DOCUMENT_BYTES)} bytes of JSON`;
  return new DomainError('too-large', 'MESSAGE_TOO_LARGE', `The declaration ${limit}; apply it in several files.`, {
    violations: [{ field: 'chunk', description: limit }],
  });
}
