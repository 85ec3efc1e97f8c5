import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('event_definition_version')
export class EventDefinitionVersionEntity {
  @PrimaryColumn('bigint', { generated: 'identity' })
  sequence!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  @Column('uuid', { name: 'resource_id' })
  resourceId!: string;

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
