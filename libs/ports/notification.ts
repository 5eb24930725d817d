import { concatBytes, utf8, type Interaction } from '#core';

/** The way by which something came from a source. */
export type Via = 'rest-hook' | 'topic' | 'websocket' | 'history' | 'search' | 'events' | 'import' | 'export';

/** What is known of a delivery besides its body: hints, never trusted on their own. */
export interface NotificationHint {
  /** Absent: rest-hook. */
  readonly via?: Via;
  /** Whether the sender's own signature covers the body. */
  readonly signed?: boolean;
  readonly interaction?: Interaction;
  /** `Type/id` of a resource that the sender says is deleted. */
  readonly deleted?: string;
  /** `Type/id` in the URL that the sender called, or of the one resource that a history is of. */
  readonly named?: string;
}

/** A notification as it is sealed in the inbox. */
export interface NotificationContent {
  readonly hint: NotificationHint;
  /** The raw body as received. */
  readonly body: Uint8Array;
}

/** The context that a notification of a source is sealed under. */
export const notificationContext = (sourceId: number): string => `notification of source ${sourceId}`;

/** One byte string: the hint's length in 4 bytes (big endian), the hint as JSON, the body. */
export function encodeNotification({ hint, body }: NotificationContent): Uint8Array {
  const head = utf8(JSON.stringify(hint));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length);
  return concatBytes(length, head, body);
}

/** The reverse of {@link encodeNotification}; for bytes that were sealed, hence ours. */
export function decodeNotification(bytes: Uint8Array): NotificationContent {
  const headLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const head = new TextDecoder().decode(bytes.subarray(4, 4 + headLength));
  return { hint: JSON.parse(head) as NotificationHint, body: bytes.subarray(4 + headLength) };
}
