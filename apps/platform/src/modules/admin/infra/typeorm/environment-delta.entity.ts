import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('environment_delta')
export class EnvironmentDeltaEntity {
  @PrimaryColumn('uuid', { name: 'environment_id' })
  environmentId!: string;

  /** The driver returns bigint as text. */
  @PrimaryColumn('bigint')
  revision!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('bigint', { name: 'from_revision' })
  fromRevision!: string;

  @Column('text', { name: 'content_hash' })
  contentHash!: string;

  @Column('text')
  json!: string;
}
