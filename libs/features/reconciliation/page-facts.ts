import type { SourcePage } from '#ports';

/** A resource that a page holds, by name. */
export interface NamedVersion {
  readonly type: string;
  readonly id: string;
  readonly version: string | undefined;
}

/** What a page of a Bundle says besides its content. */
export interface PageFacts {
  readonly entries: number;
  /** The source's time when it answered (Bundle.meta.lastUpdated, else the header Date), as an ISO instant. */
  readonly answeredAt: string | undefined;
  /** The newest change among its entries. */
  readonly newest: string | undefined;
  readonly resources: readonly NamedVersion[];
}

interface Meta {
  readonly versionId?: unknown;
  readonly lastUpdated?: unknown;
}

interface Entry {
  readonly resource?: { readonly resourceType?: unknown; readonly id?: unknown; readonly meta?: Meta };
  readonly response?: { readonly lastModified?: unknown };
}

/** Names and times only, of whatever shape the page is; its content goes to the inbox as it came. */
export function pageFacts({ body, answeredAt }: Pick<SourcePage, 'body' | 'answeredAt'>): PageFacts {
  const { meta, entry } = JSON.parse(new TextDecoder().decode(body)) as { meta?: Meta; entry?: unknown };
  const entries = (Array.isArray(entry) ? entry : []) as readonly Entry[];
  const times = entries
    .map(({ resource, response }) => instant(resource?.meta?.lastUpdated) ?? instant(response?.lastModified))
    .filter((time) => time !== undefined);
  return {
    entries: entries.length,
    answeredAt: instant(meta?.lastUpdated) ?? answeredAt?.toISOString(),
    newest: times.reduce<string | undefined>(laterOf, undefined),
    resources: entries.flatMap(({ resource }) => named(resource)),
  };
}

export function laterOf(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}

function named(resource: Entry['resource']): NamedVersion[] {
  const { resourceType: type, id, meta } = resource ?? {};
  if (typeof type !== 'string' || typeof id !== 'string') return [];
  return [{ type, id, version: typeof meta?.versionId === 'string' ? meta.versionId : undefined }];
}

/** In one form, so that texts compare as times do. */
function instant(text: unknown): string | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
