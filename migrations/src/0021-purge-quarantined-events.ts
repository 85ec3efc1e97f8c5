import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lets the purge delete old quarantined events of all organizations. */
export class PurgeQuarantinedEvents1764000000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX quarantined_event_by_receipt ON quarantined_event (received_at)`);
    // It sees nothing that was received within a day, whatever retention it is told.
    for (const [name, command] of [
      ['purge_select', 'SELECT'],
      ['purge_delete', 'DELETE'],
    ]) {
      await runner.query(`
        CREATE POLICY ${name} ON quarantined_event FOR ${command}
        USING (
          (SELECT current_setting('sortition.quarantine_purge', true)) = 'on'
          AND received_at < statement_timestamp() - interval '1 day'
        )
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP POLICY purge_select ON quarantined_event`);
    await runner.query(`DROP POLICY purge_delete ON quarantined_event`);
    await runner.query(`DROP INDEX quarantined_event_by_receipt`);
  }
}
