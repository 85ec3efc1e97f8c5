import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('environment_snapshot')
export class EnvironmentSnapshotEntity {
  @PrimaryColumn('uuid', { name: 'environment_id' })
  environmentId!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  /** The driver returns bigint as text. */
  @Column('bigint')
  revision!: string;

  @Column('text', { name: 'content_hash' })
  contentHash!: string;

  @Column('text')
  json!: string;
}
