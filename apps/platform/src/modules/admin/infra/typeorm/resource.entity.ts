import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('resource')
export class ResourceEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  @Column('uuid', { name: 'environment_id', nullable: true })
  environmentId!: string | null;

  @Column('text')
  kind!: string;

  @Column('text')
  key!: string;

  @Column('jsonb')
  definition!: object;

  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
