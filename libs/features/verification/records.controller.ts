import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { HttpProblem, Permits } from '#platform';
import { RecordStore, type Obtained, type RecordSummary } from '#ports';
import { evidencePath, recordOf, type Standing, type VerdictRecord } from './verdict.js';
import { versionsSchema } from './verification.schemas.js';

/** More versions of one resource than this are not listed; the newest are. */
const LISTED_VERSIONS = 1_000;

/** One known version of a resource. */
interface KnownVersion extends VerdictRecord {
  readonly obtained: Obtained;
  readonly warnings: readonly string[];
  readonly standing: Standing;
  readonly index: number | null;
  readonly evidence: string | null;
}

@ApiTags('verification')
@Controller('v1/records')
export class RecordsController {
  constructor(private readonly records: RecordStore) {}

  @Get(':source/:type/:id')
  @Permits('verification')
  @ApiOperation({ summary: 'The known versions of a resource, newest first' })
  @ApiOkResponse({ schema: versionsSchema })
  @ApiResponse({ status: 404, description: 'no version of this resource is known' })
  async versions(
    @Param('source') source: string,
    @Param('type') type: string,
    @Param('id') id: string,
  ): Promise<{ versions: readonly KnownVersion[] }> {
    const versions = await this.records.versions({ source, type, id, limit: LISTED_VERSIONS });
    if (versions.length === 0)
      throw new HttpProblem(
        404,
        'RECORD.NOT_FOUND',
        'No version of this resource is known from this source.',
      );
    return { versions: versions.map(knownVersion) };
  }
}

function knownVersion(record: RecordSummary): KnownVersion {
  const { obtained, warnings, standing, index } = record;
  const known = { ...recordOf(record), obtained, warnings, standing };
  return { ...known, index: index ?? null, evidence: evidencePath(index) };
}
