import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { adminAudit } from '@sortition/contracts';
import { invalidArgument } from '@sortition/declaration';

import { CurrentPrincipal } from '../../../../runtime/auth/current-principal.js';
import type { Principal } from '../../../../runtime/auth/principal.js';
import { ListAuditEntries } from '../../application/list-audit-entries.js';
import { authorOf } from './author-of.js';

@Controller()
export class AuditGrpc {
  constructor(private readonly list: ListAuditEntries) {}

  @GrpcMethod('AuditService', 'ListAuditEntries')
  async listAuditEntries(
    @Payload() { resource, pageSize: size, pageToken: token }: adminAudit.ListAuditEntriesRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<adminAudit.ListAuditEntriesResponse> {
    if (resource.includes('\0')) throw invalidArgument('resource', resource, 'must hold no NUL');
    const { items, nextToken } = await this.list.execute(authorOf(principal), resource || undefined, { size, token });
    return {
      auditEntries: items.map(({ before, after, ...entry }) => ({
        ...entry,
        before: jsonOf(before),
        after: jsonOf(after),
      })),
      nextPageToken: nextToken,
    };
  }
}

function jsonOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}
