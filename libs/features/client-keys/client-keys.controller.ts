import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Permits } from '#platform';
import { ClientKeys } from '#ports';
import { jwksSchema } from './client-keys.schemas.js';

/** Where sources find the keys that we sign with: https://www.rfc-editor.org/rfc/rfc7517#section-5 */
@ApiTags('administration')
@Controller('.well-known')
@Permits('publication')
export class ClientKeysController {
  constructor(private readonly keys: ClientKeys) {}

  @Get('jwks.json')
  // Short, so that a new key is found soon after it was made.
  @Header('Cache-Control', 'public, max-age=300')
  @ApiOperation({
    summary: 'The public keys by which FHIR servers know this installation',
    description: 'A JSON Web Key Set, to be registered at sources that ask for SMART Backend Services.',
  })
  @ApiOkResponse({ schema: jwksSchema })
  async jwks(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }> {
    return { keys: await this.keys.publicKeys() };
  }
}
