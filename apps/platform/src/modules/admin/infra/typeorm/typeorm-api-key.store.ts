import { In, IsNull, MoreThan, type EntityManager, type Repository } from 'typeorm';

import type { ApiKeyStore } from '../../application/admin-database.js';
import type { PageQuery } from '../../application/page.js';
import type { ApiKey } from '../../domain/api-key.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { EnvironmentEntity } from './environment.entity.js';
import { ProjectEntity } from './project.entity.js';

/** {@link ApiKeyStore} in PostgreSQL. */
export class TypeormApiKeyStore implements ApiKeyStore {
  private readonly rows: Repository<ApiKeyEntity>;

  constructor(
    private readonly manager: EntityManager,
    private readonly organizationId: string,
  ) {
    this.rows = manager.getRepository(ApiKeyEntity);
  }

  async create({ environment, expiresAt, revokedAt, ...key }: ApiKey, secretHash: Buffer): Promise<void> {
    await this.rows.insert({
      ...key,
      organizationId: this.organizationId,
      secretHash,
      environmentId: environment?.id ?? null,
      expiresAt: expiresAt ?? null,
      revokedAt: revokedAt ?? null,
    });
  }

  async find(selector: string): Promise<ApiKey | undefined> {
    const found = await this.withEnvironments(await this.rows.findBy({ selector }));
    return found[0];
  }

  async list({ after, limit }: PageQuery): Promise<readonly ApiKey[]> {
    const where = after === undefined ? {} : { selector: MoreThan(after) };
    return this.withEnvironments(await this.rows.find({ where, order: { selector: 'ASC' }, take: limit }));
  }

  async revoke(selector: string, at: Date): Promise<void> {
    await this.rows.update({ selector, revokedAt: IsNull() }, { revokedAt: at });
  }

  private async withEnvironments(rows: readonly ApiKeyEntity[]): Promise<readonly ApiKey[]> {
    const ids = rows.flatMap(({ environmentId }) => environmentId ?? []);
    const environments = await this.manager.getRepository(EnvironmentEntity).findBy({ id: In(ids) });
    const projects = await this.manager
      .getRepository(ProjectEntity)
      .findBy({ id: In(environments.map(({ projectId }) => projectId)) });
    const scopes = new Map(
      environments.map(({ id, key, projectId }) => {
        const project = projects.find((each) => each.id === projectId)?.key ?? '';
        return [id, { id, key, project }];
      }),
    );
    return rows.map(({ id, selector, kind, displayName, environmentId, expiresAt, revokedAt, createdAt }) => ({
      id,
      selector,
      kind,
      displayName,
      environment: environmentId === null ? undefined : scopes.get(environmentId),
      expiresAt: expiresAt ?? undefined,
      revokedAt: revokedAt ?? undefined,
      createdAt,
    }));
  }
}
