import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('environment')
export class EnvironmentEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  @Column('text')
  key!: string;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  /** The driver returns bigint as text. */
  @Column('bigint')
  revision!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
