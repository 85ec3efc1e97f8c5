import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'result_snapshot' })
export class ResultSnapshotEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'result_snapshot_pkey' })
  id!: string;

  @Column({ name: 'organization_id', type: 'uuid' })
  organizationId!: string;

  @Column({ name: 'experiment_id', type: 'uuid' })
  experimentId!: string;

  @Column({ type: 'integer' })
  phase!: number;

  @Column({ name: 'computed_at', type: 'timestamptz' })
  computedAt!: Date;

  @Column({ type: 'timestamptz' })
  watermark!: Date;

  @Column({ type: 'jsonb' })
  document!: object;
}
