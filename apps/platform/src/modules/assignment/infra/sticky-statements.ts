/**
 * The variants that units keep, and a new expiry for those due for one. A row that another reader is renewing is left to
 * it. Parameters: environment, materializations, unit digests, now, renew what expires before, new expiry.
 */
export const LOOK_UP = `
  WITH asked AS (
    SELECT materialization, unit_digest, ordinal
    FROM unnest($2::text[], $3::bytea[]) WITH ORDINALITY AS keys (materialization, unit_digest, ordinal)
  ), due AS (
    SELECT kept.materialization, kept.unit_digest
    FROM sticky_assignment kept JOIN asked USING (materialization, unit_digest)
    WHERE kept.environment_id = $1 AND kept.expires_at > $4 AND kept.expires_at < $5
    FOR UPDATE OF kept SKIP LOCKED
  ), renewed AS (
    UPDATE sticky_assignment kept SET expires_at = $6
    FROM due
    WHERE kept.environment_id = $1
      AND kept.materialization = due.materialization AND kept.unit_digest = due.unit_digest
  )
  SELECT asked.ordinal::int AS ordinal, kept.variant
  FROM sticky_assignment kept JOIN asked USING (materialization, unit_digest)
  WHERE kept.environment_id = $1 AND kept.expires_at > $4
`;

/**
 * Stores first assignments; only an expired one is replaced. Parameters: environment, organization, materializations,
 * unit digests, variants, now, expiry.
 */
export const STORE = `
  INSERT INTO sticky_assignment AS kept
    (environment_id, organization_id, materialization, unit_digest, variant, expires_at)
  SELECT $1, $2, materialization, unit_digest, variant, $7
  FROM unnest($3::text[], $4::bytea[], $5::text[]) AS given (materialization, unit_digest, variant)
  ON CONFLICT (environment_id, materialization, unit_digest)
  DO UPDATE SET variant = excluded.variant, expires_at = excluded.expires_at
  WHERE kept.expires_at <= $6
`;

/** Removes expired assignments, those that expired first before others. Parameter: how many at most. */
export const REMOVE_EXPIRED = `
  WITH expired AS (
    SELECT environment_id, materialization, unit_digest
    FROM sticky_assignment
    WHERE expires_at <= statement_timestamp()
    ORDER BY expires_at
    LIMIT $1
  ), removed AS (
    DELETE FROM sticky_assignment kept
    USING expired
    WHERE kept.environment_id = expired.environment_id
      AND kept.materialization = expired.materialization AND kept.unit_digest = expired.unit_digest
      AND kept.expires_at <= statement_timestamp()
    RETURNING 1
  )
  SELECT count(*)::int AS removed FROM removed
`;
