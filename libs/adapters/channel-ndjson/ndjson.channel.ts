import {
  announceResource,
  CoreError,
  ndjsonLines,
  parseResource,
  type JsonLimits,
  type OpeningRule,
} from '#core';
import { Channel, type Announcement, type Change, type NotificationContent, type Source } from '#ports';

/** Lines of files, each a resource or a Bundle: of an operator's, or of those that a source exported. */
export class NdjsonChannel extends Channel {
  constructor(
    override readonly via: 'import' | 'export',
    private readonly limits: JsonLimits,
  ) {
    super();
  }

  /** A line that cannot be understood costs none of the others; one that came alone is refused. */
  override read({ body }: NotificationContent, { base }: Source): Announcement {
    // The server that a file is from may be gone: what the file holds is all there is.
    const rule: OpeningRule = { base, copies: 'content' };
    const [first = new Uint8Array(), ...others] = ndjsonLines(body);
    if (others.length === 0) return announceResource(parseResource(first, this.limits), rule);
    const changes = [first, ...others].flatMap((line) => this.changesOf(line, rule));
    return { changes, unspecified: false, notice: undefined };
  }

  private changesOf(line: Uint8Array, rule: OpeningRule): readonly Change[] {
    try {
      return announceResource(parseResource(line, this.limits), rule).changes;
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      return [{ kind: 'unreadable', code: error.code, body: line }];
    }
  }
}
