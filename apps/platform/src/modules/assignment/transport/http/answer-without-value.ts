import type { OfrepItem } from './ofrep-item.js';

/**
 * An answer without a value, so that the caller's client takes the application's default and reports no error; by the
 * protocol leaving the value out is enough, which these clients do not know:
 *
 * - the provider for Go (0.1.7) reports TYPE_MISMATCH, but for the reason DISABLED;
 * - the provider for Python (0.3.0) reports GENERAL where there is no variant, of whatever text.
 *
 * They name themselves by their HTTP library alone. Answers with a value, and failures, stay as they are.
 */
export function answerWithoutValue(item: OfrepItem, userAgent: string | undefined): OfrepItem {
  if ('errorCode' in item || item.value !== undefined || userAgent === undefined) return item;
  if (userAgent.startsWith('Go-http-client/')) return { ...item, reason: 'DISABLED' };
  if (userAgent.startsWith('python-requests/')) return { ...item, variant: '' };
  return item;
}
