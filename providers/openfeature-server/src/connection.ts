import { GeneralError, ProviderFatalError } from '@openfeature/server-sdk';

import { type Change, KeepCurrent, type UpdateSource } from './keep-current.js';
import type { ProviderSettings } from './provider-options.js';
import { isRefusedCredential, messageOf } from './rpc-failure.js';

/**
 * How a connection is lost:
 * - `now`: not connected any more, or after a start that went on without.
 * - `lasting`: still lost when the grace has passed.
 * - `refused`: the credential turns out to be refused, now or while it is lost.
 */
export type Loss = 'now' | 'lasting' | 'refused';

export const CLOSED_TOO_EARLY = 'The provider was closed before it was ready.';

export interface ConnectionListener {
  /** Connected for the first time; called before `start` resolves. */
  connected(): void;
  /** Connected again, or for the first time after a start that failed or went on without. */
  recovered(): void;
  /** Each loss is told once until it is connected again. */
  lost(message: string, loss: Loss): void;
  /** Flags changed since the start. */
  changed(change: Change): void;
}

/** What serves meanwhile when a start does not reach the platform. */
export interface Fallback {
  /** How long the platform is waited for all the same, in milliseconds. */
  readonly afterMs: number;
}

/** The connection to the platform from its start to its end, and what the OpenFeature lifecycle makes of it. */
export class Connection<Message> {
  private readonly keeping: KeepCurrent<Message>;
  private starting: Promise<void> | undefined;
  private settle: ((error?: Error) => void) | undefined;
  /** Of the start, and later of the grace. */
  private timer: NodeJS.Timeout | undefined;
  private isConnected = false;
  /** Whether the credential was refused since it was connected. */
  private isRefused = false;
  private hasStarted = false;
  private isClosed = false;
  private fallback: Fallback | undefined;
  private lastError: unknown;

  constructor(
    source: UpdateSource<Message>,
    private readonly settings: ProviderSettings,
    private readonly listener: ConnectionListener,
  ) {
    this.keeping = new KeepCurrent(source, settings, {
      current: (change) => this.current(change),
      lost: (error) => this.lost(error),
    });
  }

  /**
   * Resolves when connected; with a fallback also when the platform does not answer, and then `lost` follows. Calls
   * during a start share it.
   *
   * @throws ProviderFatalError when the credential is refused; GeneralError when the platform does not answer in time,
   *   while attempts go on, and when it is closed.
   */
  async start(fallback?: Fallback): Promise<void> {
    if (this.isClosed) throw new GeneralError(CLOSED_TOO_EARLY);
    if (this.isConnected) return;
    this.starting ??= this.startOnce(fallback).finally(() => {
      this.starting = undefined;
    });
    await this.starting;
  }

  /** Stops everything for good. Idempotent. */
  close(): void {
    this.isClosed = true;
    this.keeping.stop();
    clearTimeout(this.timer);
    this.settle?.(new GeneralError(CLOSED_TOO_EARLY));
  }

  private startOnce(fallback: Fallback | undefined): Promise<void> {
    this.fallback = fallback;
    const { initTimeoutMs } = this.settings;
    return new Promise((resolve, reject) => {
      this.after(Math.min(initTimeoutMs, fallback?.afterMs ?? initTimeoutMs), () => this.giveUpWaiting());
      this.settle = (error) => {
        clearTimeout(this.timer);
        this.settle = undefined;
        this.hasStarted = true;
        if (error) reject(error);
        else resolve();
      };
      this.keeping.start();
    });
  }

  private after(delayMs: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, delayMs);
  }

  private giveUpWaiting(): void {
    if (this.fallback) {
      this.startWithout();
      return;
    }
    const why = this.lastError === undefined ? 'no answer' : messageOf(this.lastError);
    const { target, initTimeoutMs } = this.settings;
    const waited = `within ${String(initTimeoutMs)} ms`;
    this.settle?.(new GeneralError(`No state from ${target} ${waited} (${why}). Attempts go on.`));
  }

  /** The start succeeds without the platform. The SDK tells READY first, so the loss is told a little later. */
  private startWithout(): void {
    this.settle?.();
    this.after(0, () => {
      if (!this.isConnected) this.tellLost('now');
    });
  }

  private current(change: Change): void {
    const isStart = this.settle !== undefined;
    if (!this.isConnected) {
      this.isConnected = true;
      this.isRefused = false;
      clearTimeout(this.timer);
      if (isStart) this.listener.connected();
      else if (this.hasStarted) this.listener.recovered();
      this.settle?.();
    }
    if (!isStart && change.length > 0) this.listener.changed(change);
  }

  private lost(error: unknown): void {
    this.lastError = error;
    const isRefused = isRefusedCredential(error);
    if (this.settle) {
      if (isRefused) {
        this.keeping.stop();
        this.settle(new ProviderFatalError(messageOf(error), { cause: error }));
      } else if (this.fallback) this.startWithout();
      return;
    }
    const isNews = this.isConnected || (isRefused && !this.isRefused);
    this.isConnected = false;
    this.isRefused ||= isRefused;
    if (isNews) this.tellLost(isRefused ? 'refused' : 'now');
  }

  private tellLost(loss: Loss): void {
    if (loss === 'now') {
      this.after(this.settings.staleGraceMs, () => this.tellLost('lasting'));
      this.timer?.unref();
    } else clearTimeout(this.timer);
    this.listener.lost(messageOf(this.lastError ?? 'no answer'), loss);
  }
}
