import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { bodyOf, Permits, RawBody, Receives, sourceSchema } from '#platform';
import { shownSource, type ShownRegistration, type ShownSource } from './shown-source.js';
import { declarationSchema, registeredSourceSchema, shownSourceSchema } from './sources.schemas.js';
import { SourcesService } from './sources.service.js';

@ApiTags('administration')
@Controller('v1/sources')
@Permits('administration')
export class SourcesController {
  constructor(private readonly sources: SourcesService) {}

  @Post()
  @HttpCode(200)
  @Receives(['application/json'], 'verification')
  @ApiOperation({
    summary: 'Declare a source, and register its Subscriptions at the FHIR server',
    description:
      'Declaring a name again replaces its declaration. The secret is kept encrypted and never shown.',
  })
  @ApiBody({ schema: declarationSchema })
  @ApiOkResponse({ schema: registeredSourceSchema })
  @ApiResponse({ status: 400, description: 'not JSON' })
  @ApiResponse({ status: 409, description: 'another name is declared for this base URL' })
  @ApiResponse({ status: 422, description: 'not a declaration: the message names each fault' })
  @ApiResponse({ status: 502, description: 'the FHIR server refused the Subscription' })
  @ApiResponse({ status: 503, description: 'the FHIR server cannot be reached; the source stays declared' })
  async add(@RawBody() body: Uint8Array): Promise<ShownRegistration> {
    const { source, subscriptions } = await this.sources.add(
      bodyOf(sourceSchema, body, 'SOURCE.INVALID_DECLARATION'),
    );
    return { ...shownSource(source), subscriptions };
  }

  @Get()
  @ApiOperation({ summary: 'The declared sources' })
  @ApiOkResponse({ schema: { type: 'array', items: shownSourceSchema } })
  async list(): Promise<readonly ShownSource[]> {
    return (await this.sources.list()).map(shownSource);
  }
}
