import { readFaults, type FaultOptions } from './faults/fault.settings.js';
import { DEFAULT_DELIVERY, HAPI_DELIVERY, type DeliverySettings } from './subscriptions/delivery-queue.js';
import type { NotificationShape } from './subscriptions/topic/notification-bundle.js';
import type { RestHookStyle } from './subscriptions/rest-hook.js';

export interface SandboxOptions {
  /** The interface to listen on. */
  readonly host?: string;
  /** 0, or a port that is taken, means any free one. */
  readonly port?: number;
  /** How many of HL7's examples to hold from the start. */
  readonly load?: number;
  /** A file that holds every version, so that a restart forgets none; made when absent. */
  readonly journal?: string;
  /** Largest request body, in bytes. */
  readonly bodyLimit?: number;
  readonly delivery?: Partial<DeliverySettings>;
  /** How it misbehaves from the start. */
  readonly faults?: FaultOptions;
  /** Whose rest-hook notifications it sends; `medplum` unless told. */
  readonly style?: RestHookStyle;
  /** In whose shape topic-based notifications are sent; `r4`, the Backport's, unless told. */
  readonly notificationShape?: NotificationShape;
  /** Whether topic-based Subscriptions have `$events`; they have unless told. */
  readonly eventsOperation?: boolean;
  /** How versions are named; `numbers` unless told. */
  readonly versionIds?: 'numbers' | 'uuids';
  /** Whether there is history of a type and of everything, as well as of one resource; there is unless told. */
  readonly systemHistory?: boolean;
  /** Resources in one file of a Bulk Data export, at most; 1000 unless told. */
  readonly exportFileSize?: number;
  /** How long a WebSocket stays bound to a Subscription; an hour unless told. */
  readonly bindingLifetimeMs?: number;
  /** URL of the JWKS of the one client (SMART Backend Services); without it nobody is asked who they are. */
  readonly requireToken?: string;
  /** How long an access token lasts, in seconds; 300 unless told. */
  readonly tokenLifetimeS?: number;
  /** Entries in one page of a search or of history, at most; 1000 unless told. */
  readonly pageSize?: number;
}

export interface SandboxSettings extends Required<
  Omit<SandboxOptions, 'journal' | 'delivery' | 'requireToken'>
> {
  readonly journal: string | undefined;
  readonly requireToken: string | undefined;
  readonly delivery: DeliverySettings;
}

/** Throws TypeError for faults that are none. */
export function settingsOf(options: SandboxOptions): SandboxSettings {
  const style = options.style ?? 'medplum';
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    load: options.load ?? 0,
    journal: options.journal,
    bodyLimit: options.bodyLimit ?? 16 * 1024 * 1024,
    delivery: { ...DEFAULT_DELIVERY, ...(style === 'hapi' && HAPI_DELIVERY), ...options.delivery },
    faults: readFaults(options.faults ?? {}),
    style,
    notificationShape: options.notificationShape ?? 'r4',
    eventsOperation: options.eventsOperation ?? true,
    versionIds: options.versionIds ?? 'numbers',
    systemHistory: options.systemHistory ?? true,
    exportFileSize: options.exportFileSize ?? 1000,
    bindingLifetimeMs: options.bindingLifetimeMs ?? 3_600_000,
    requireToken: options.requireToken,
    tokenLifetimeS: options.tokenLifetimeS ?? 300,
    pageSize: options.pageSize ?? 1000,
  };
}
