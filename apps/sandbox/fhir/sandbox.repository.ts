import { randomUUID } from 'node:crypto';
import {
  badRequest,
  gone,
  notFound,
  OperationOutcomeError,
  preconditionFailed,
  type SearchRequest,
  type WithId,
} from '@medplum/core';
import {
  FhirRepository,
  MemoryRepository,
  type CreateResourceOptions,
  type DeleteResourceOptions,
  type ReadHistoryOptions,
  type UpdateResourceOptions,
} from '@medplum/fhir-router';
import type { Bundle, Reference, Resource, ResourceType } from '@medplum/fhirtypes';
import { FHIR_ID, isResourceType, isSearchParameter, loadDefinition } from '../r4/definitions.js';
import { asR4 } from '../subscriptions/topic/r5-subscription.js';
import { instanceHistory } from './history-bundle.js';
import { errorOutcome, unknownType } from './outcomes.js';
import type { Interaction, ResourceVersion, VersionStore } from './version-store.js';

/** Refuses a resource before it is stored, by throwing OperationOutcomeError. */
export type ResourceCheck = (resource: Resource) => void;

export interface RepositorySettings {
  /** Versions are counted from 1, or named by UUIDs as Medplum does. */
  readonly versionIds: 'numbers' | 'uuids';
  /** Entries in one page of a search, at most. */
  readonly pageSize: number;
}

/**
 * The repository behind the router: versions as a real server keeps them (deletions included, content as it was
 * received), with Medplum's MemoryRepository as the index that searches run on.
 */
export class SandboxRepository extends FhirRepository {
  private readonly index = new MemoryRepository();

  constructor(
    private readonly versions: VersionStore,
    private readonly clock: () => Date,
    private readonly check: ResourceCheck,
    private readonly settings: RepositorySettings,
  ) {
    super();
  }

  override setMode(): void {
    // One memory serves readers and writers.
  }

  override generateId(): string {
    return randomUUID();
  }

  override async createResource<T extends Resource>(
    resource: T,
    options?: CreateResourceOptions,
  ): Promise<WithId<T>> {
    const id = options?.assignedId && resource.id ? resource.id : this.generateId();
    return this.write('create', { ...resource, id });
  }

  /** Creates the resource when there is none of that id: https://hl7.org/fhir/R4/http.html#upsert */
  override async updateResource<T extends Resource>(
    resource: T,
    options?: UpdateResourceOptions,
  ): Promise<WithId<T>> {
    if (!FHIR_ID.test(resource.id ?? ''))
      throw new OperationOutcomeError(badRequest('The id is not a FHIR id'));
    const current = this.versions.newest(resource.resourceType, resource.id!)?.resource;
    if (options?.ifMatch !== undefined && current?.meta?.versionId !== options.ifMatch)
      throw new OperationOutcomeError(preconditionFailed);
    return this.write(current ? 'update' : 'create', resource as WithId<T>);
  }

  /** Deleting what is not there succeeds and writes nothing: https://hl7.org/fhir/R4/http.html#delete */
  override async deleteResource(type: string, id: string, options?: DeleteResourceOptions): Promise<void> {
    known(type);
    const current = this.versions.newest(type, id)?.resource;
    if (options?.ifMatch !== undefined && current?.meta?.versionId !== options.ifMatch)
      throw new OperationOutcomeError(preconditionFailed);
    if (!current) return;
    this.versions.append({
      type,
      id,
      interaction: 'delete',
      resource: undefined,
      ...this.nextVersion(type, id),
    });
    await this.index.expungeResource(type, id);
  }

  override readResource<T extends Resource>(type: string, id: string): Promise<WithId<T>> {
    return promised(() => present<T>(this.versions.newest(known(type), id)));
  }

  override readVersion<T extends Resource>(type: string, id: string, version: string): Promise<WithId<T>> {
    return promised(() =>
      present<T>(this.versions.of(known(type), id).find(({ versionId }) => versionId === version)),
    );
  }

  override readHistory<T extends Resource>(
    type: string,
    id: string,
    options?: ReadHistoryOptions,
  ): Promise<Bundle<WithId<T>>> {
    const query = { count: options?.limit, offset: options?.offset };
    return promised(() => instanceHistory(this.versions.of(known(type), id), query) as Bundle<WithId<T>>);
  }

  override async readReference<T extends Resource>(reference: Reference<T>): Promise<WithId<T>> {
    const [type, id, ...more] = reference.reference?.split('/') ?? [];
    if (!type || !id || more.length > 0)
      throw new OperationOutcomeError(badRequest('Not a relative reference'));
    return this.readResource<T>(type, id);
  }

  override async readReferences<T extends Resource>(
    references: readonly Reference<T>[],
  ): Promise<(T | Error)[]> {
    const reads = await Promise.allSettled(references.map((reference) => this.readReference(reference)));
    return reads.map((read) => (read.status === 'fulfilled' ? read.value : (read.reason as Error)));
  }

  override async search<T extends Resource>(request: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
    requireSearchable(request);
    const { pageSize } = this.settings;
    const limited = { ...request, count: Math.min(request.count ?? pageSize, pageSize) };
    const found = await this.index.search(limited).catch(refuseSearch);
    const entry = (found.entry ?? []).map(({ search, resource }) => ({
      fullUrl: `${resource!.resourceType}/${resource!.id}`,
      ...(search && { search }),
      resource: this.versions.newest(resource!.resourceType, resource!.id)!.resource as WithId<T>,
    }));
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      ...(found.total !== undefined && { total: found.total }),
      entry,
    };
  }

  override searchByReference(): Promise<never> {
    return Promise.reject(
      new OperationOutcomeError(errorOutcome('not-supported', 'GraphQL is not supported')),
    );
  }

  override patchResource(): Promise<never> {
    return Promise.reject(new OperationOutcomeError(errorOutcome('not-supported', 'PATCH is not supported')));
  }

  /** All or nothing: what `callback` wrote is undone when it throws. The caller holds the store's lock. */
  override async withTransaction<TResult>(
    callback: (repository: this) => Promise<TResult>,
  ): Promise<TResult> {
    const before = this.versions.size;
    try {
      return await callback(this);
    } catch (error) {
      await this.undo(before);
      throw error;
    }
  }

  /** Forgets what was written at or after position `before`. */
  async undo(before: number): Promise<void> {
    for (const { type, id } of this.versions.truncate(before)) await this.reindex(type, id);
  }

  /** Makes versions searchable that came into the store by another way. */
  async reindexAll(): Promise<void> {
    for (const { type, id } of this.versions.newestOfAll()) await this.reindex(type, id);
  }

  private async write<T extends Resource>(interaction: Interaction, received: WithId<T>): Promise<WithId<T>> {
    const { resourceType: type, id, meta, ...content } = received;
    known(type);
    if (meta !== undefined && (typeof meta !== 'object' || Array.isArray(meta)))
      throw new OperationOutcomeError(badRequest('meta is not an object'));
    const version = this.nextVersion(type, id);
    const resource = {
      resourceType: type,
      id,
      meta: { ...meta, ...version },
      ...content,
    } as unknown as WithId<T>;
    this.check(resource);
    this.versions.append({ type, id, interaction, resource, ...version });
    await this.reindex(type, id);
    return resource;
  }

  private nextVersion(type: string, id: string): { versionId: string; lastUpdated: string } {
    return {
      versionId:
        this.settings.versionIds === 'uuids' ? randomUUID() : String(this.versions.of(type, id).length + 1),
      lastUpdated: this.clock().toISOString(),
    };
  }

  private async reindex(type: string, id: string): Promise<void> {
    await this.index.expungeResource(type, id);
    const resource = this.versions.newest(type, id)?.resource;
    if (resource) await this.index.withSeeding(() => this.index.createResource(asR4(resource)));
  }
}

/** The type itself, if R4 has it; throws OperationOutcomeError (404). */
function known(type: string): ResourceType {
  if (!isResourceType(type)) throw new OperationOutcomeError(unknownType);
  return type;
}

/** The resource of a version; throws OperationOutcomeError: 404 without a version, 410 for a deletion. */
function present<T extends Resource>(version: ResourceVersion | undefined): WithId<T> {
  if (!version) throw new OperationOutcomeError(notFound);
  if (!version.resource) throw new OperationOutcomeError(gone);
  return version.resource as WithId<T>;
}

function promised<T>(read: () => T): Promise<T> {
  return new Promise((resolve) => resolve(read()));
}

/** The evaluation's own errors quote the content of resources. */
function refuseSearch(error: unknown): never {
  if (error instanceof OperationOutcomeError) throw error;
  throw new OperationOutcomeError(badRequest('The search could not be evaluated'));
}

/** The index finds nothing by a parameter that it cannot evaluate: better to say so. */
function requireSearchable(request: SearchRequest): void {
  const type = known(request.resourceType);
  loadDefinition(type);
  for (const { code } of request.filters ?? []) {
    if (!isSearchParameter(type, code))
      throw new OperationOutcomeError(badRequest('A search parameter is unknown or not supported here'));
  }
}
