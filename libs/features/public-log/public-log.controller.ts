import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  encodeEntries,
  HASH_LENGTH,
  parseTilePath,
  sha256,
  TILE_WIDTH,
  toHex,
  utf8,
  type TilePath,
} from '#core';
import { CONFIG, HttpProblem, Permits, type ServerConfig } from '#platform';
import { LogStore, shownHead } from '#ports';

/** All of the path that follows `tile/`. */
type TileRequest = FastifyRequest<{ Params: { '*': string } }>;

/** What a tile holds never changes. */
const FOREVER = 'public, max-age=31536000, immutable';

/** The log as C2SP tlog-tiles serves it: https://c2sp.org/tlog-tiles */
@ApiTags('log')
@Controller('log')
@Permits('log')
export class PublicLogController {
  constructor(
    private readonly log: LogStore,
    @Inject(CONFIG) private readonly config: Pick<ServerConfig, 'witnessing'>,
  ) {}

  @Get('checkpoint')
  @ApiOperation({ summary: 'The newest checkpoint, a signed note with the cosignatures known so far' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiResponse({ status: 304, description: 'it is the one that If-None-Match names' })
  @ApiResponse({ status: 404, description: 'the log has no entry yet, or none that is witnessed' })
  async checkpoint(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const head = await shownHead(this.log, this.config.witnessing.mode);
    if (!head)
      throw new HttpProblem(
        404,
        'LOG.EMPTY',
        'The log has no entry yet, or none that is witnessed: its first checkpoint comes with it.',
      );
    // Of the note, not of the size: cosignatures may come later.
    const etag = `"${toHex(sha256(utf8(head.note)))}"`;
    reply.header('Cache-Control', 'no-cache').header('ETag', etag);
    if (names(request.headers['if-none-match'], etag)) await reply.status(304).send();
    else await reply.type('text/plain; charset=utf-8').send(head.note);
  }

  @Get('tile/*')
  @ApiOperation({
    summary: 'A tile of hashes, or a bundle of entries',
    description: '`tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`, N as `x001/x234/067`.',
  })
  @ApiParam({ name: 'path', schema: { type: 'string', example: '0/000.p/17' } })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 404, description: 'not a tile path, or the log has not grown so far' })
  async tile(@Req() request: TileRequest, @Res() reply: FastifyReply): Promise<void> {
    const place = parseTilePath(`tile/${request.params['*']}`);
    const content = place.kind === 'entries' ? await this.entries(place) : await this.hashes(place);
    if (!content) throw new HttpProblem(404, 'LOG.NO_SUCH_TILE', 'The log has not grown so far.');
    await reply.header('Cache-Control', FOREVER).type('application/octet-stream').send(Buffer.from(content));
  }

  private async hashes(place: TilePath & { kind: 'hashes' }): Promise<Uint8Array | undefined> {
    const [tile] = await this.log.tiles([place]);
    const length = place.width * HASH_LENGTH;
    return tile && tile.length >= length ? tile.subarray(0, length) : undefined;
  }

  private async entries({ n, width }: TilePath & { kind: 'entries' }): Promise<Uint8Array | undefined> {
    const from = n * TILE_WIDTH;
    const entries = await this.log.entries(from, from + width);
    return entries.length === width ? encodeEntries(entries) : undefined;
  }
}

/** Whether an If-None-Match header names an entity tag (RFC 9110, section 13.1.2). */
function names(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
