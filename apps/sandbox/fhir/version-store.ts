import type { WithId } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';

export type Interaction = 'create' | 'update' | 'delete';

/** One version of one resource; a deletion is a version without a resource. */
export interface ResourceVersion {
  readonly type: string;
  readonly id: string;
  /** '1', '2', … counted for each resource, deletions included; or a UUID. */
  readonly versionId: string;
  /** FHIR instant. */
  readonly lastUpdated: string;
  readonly interaction: Interaction;
  readonly resource: WithId<Resource> | undefined;
}

/** Every version ever written, in the order of writing: the server's only memory. */
export class VersionStore {
  private readonly written: ResourceVersion[] = [];
  private readonly byResource = new Map<string, ResourceVersion[]>();

  get size(): number {
    return this.written.length;
  }

  append(version: ResourceVersion): void {
    const key = `${version.type}/${version.id}`;
    const versions = this.byResource.get(key);
    if (versions) versions.push(version);
    else this.byResource.set(key, [version]);
    this.written.push(version);
  }

  /** All versions of one resource, oldest first; empty when it never existed. */
  of(type: string, id: string): readonly ResourceVersion[] {
    return this.byResource.get(`${type}/${id}`) ?? [];
  }

  /** The newest version of one resource, deletion or not. */
  newest(type: string, id: string): ResourceVersion | undefined {
    return this.of(type, id).at(-1);
  }

  /** The version before another one of the same resource. */
  before({ type, id, versionId }: ResourceVersion): ResourceVersion | undefined {
    const versions = this.of(type, id);
    return versions[versions.findLastIndex((version) => version.versionId === versionId) - 1];
  }

  /** The newest version of every resource, deletions included. */
  newestOfAll(): readonly ResourceVersion[] {
    return [...this.byResource.values()].flatMap((versions) => versions.slice(-1));
  }

  /** Versions of every resource written at or after position `from`, oldest first. */
  since(from: number): readonly ResourceVersion[] {
    return this.written.slice(from);
  }

  /** Forgets what was written at or after position `from`; answers it. */
  truncate(from: number): readonly ResourceVersion[] {
    const undone = this.written.splice(from);
    for (const { type, id } of undone) this.byResource.get(`${type}/${id}`)?.pop();
    return undone;
  }
}
