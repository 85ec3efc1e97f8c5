import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { adminDeclarations } from '@sortition/contracts';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { CallerGone } from '../../../../runtime/grpc/caller-gone.js';
import { ApplyDeclaration } from '../../application/apply-declaration.js';
import { ExportDeclaration } from '../../application/export-declaration.js';
import { parseName } from '../../domain/resource-name.js';
import { authorOf } from './author-of.js';
import { plannedChange } from './planned-change.js';
import { requiredMessage } from './required-message.js';

@Controller()
export class DeclarationGrpc {
  constructor(
    private readonly apply: ApplyDeclaration,
    private readonly exported: ExportDeclaration,
  ) {}

  @GrpcMethod('DeclarationService', 'ApplyDeclaration')
  async applyDeclaration(
    @Payload() { parent, declaration, dryRun }: adminDeclarations.ApplyDeclarationRequest,
    @CurrentPrincipal() principal: Principal,
    @CallerGone() signal: AbortSignal,
  ): Promise<adminDeclarations.ApplyDeclarationResponse> {
    const { project } = parseName('project', parent, 'parent');
    const document: unknown = requiredMessage(declaration, 'declaration');
    const mode = dryRun ? 'rehearse' : 'apply';
    const changes = await this.apply.execute(authorOf(principal), { project, document, mode }, { signal });
    return { changes: changes.map(plannedChange) };
  }

  @GrpcMethod('DeclarationService', 'ExportDeclaration')
  async exportDeclaration(
    @Payload() { parent }: adminDeclarations.ExportDeclarationRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminDeclarations.ExportDeclarationResponse> {
    const { project } = parseName('project', parent, 'parent');
    return { declaration: { ...(await this.exported.execute(authorOf(principal), project)) } };
  }
}
