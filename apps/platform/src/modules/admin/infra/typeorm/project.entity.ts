import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('project')
export class ProjectEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('text')
  key!: string;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  /** Differs after every write; null before the first. */
  @Column({ type: 'uuid', name: 'state_id', nullable: true, insert: false, update: false, select: false })
  stateId?: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
