import { Inject, Injectable } from '@nestjs/common';
import {
  consistencyFromTiles,
  formatTlogProof,
  inclusionFromTiles,
  tilesForConsistency,
  tilesForInclusion,
  toHex,
  type Evidence,
  type EvidenceAnchor,
} from '#core';
import { CONFIG, HttpProblem, type ServerConfig } from '#platform';
import {
  AnchorStore,
  LogStore,
  provingHead,
  readTiles,
  RecordStore,
  type Anchor,
  type LogHead,
} from '#ports';

/** Makes the self-contained document that proves a record version. */
@Injectable()
export class EvidenceService {
  constructor(
    private readonly records: RecordStore,
    private readonly log: LogStore,
    private readonly anchors: AnchorStore,
    @Inject(CONFIG) private readonly config: Pick<ServerConfig, 'ledgers' | 'witnessing'>,
  ) {}

  /** Evidence under the newest checkpoint, a witnessed one where there is, with one anchor for each ledger that has come far enough. */
  async at(index: number): Promise<Evidence> {
    const record = await this.records.atIndex(index);
    const head = await provingHead(this.log, this.config.witnessing.mode, index);
    if (!record || !head || index >= head.size)
      throw new HttpProblem(
        404,
        'EVIDENCE.NOT_FOUND',
        'The log has no entry of this index, or not under a witnessed checkpoint yet, or its statement is erased.',
      );
    const elements = Object.fromEntries(record.elements.map(({ name, leaf }) => [name, toHex(leaf)]));
    return {
      attestry: 1,
      statement: record.statement,
      opening: { salt: toHex(record.recordSalt), elements },
      index,
      proof: await this.proof(index, head),
      anchors: await this.anchorsOver(index, head),
    };
  }

  private async proof(index: number, head: LogHead): Promise<string> {
    const tiles = await readTiles(this.log, tilesForInclusion(index, head.size));
    const hashes = inclusionFromTiles(index, head.size, tiles);
    return formatTlogProof({ index, hashes, checkpoint: head.note });
  }

  private async anchorsOver(index: number, head: LogHead): Promise<readonly EvidenceAnchor[]> {
    const anchors: EvidenceAnchor[] = [];
    for (const anchor of await this.anchors.covering(index)) {
      const described = await this.describe(anchor, head);
      if (described) anchors.push(described);
    }
    return anchors;
  }

  private async describe(anchor: Anchor, head: LogHead): Promise<EvidenceAnchor | undefined> {
    const { ledger, size, root, state, facts } = anchor;
    const kind = this.config.ledgers.find(({ name }) => name === ledger)?.kind;
    if (!kind || !facts || (state !== 'included' && state !== 'final') || size > head.size) return undefined;
    const tiles = await readTiles(this.log, tilesForConsistency(size, head.size));
    const consistency = consistencyFromTiles(size, head.size, tiles).map(toHex);
    return { ledger, kind, state, size, root: toHex(root), consistency, facts };
  }
}
