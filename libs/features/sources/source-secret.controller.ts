import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { bodyOf, Permits, RawBody, Receives, wholeObject } from '#platform';
import { shownSource, type ShownRegistration, type ShownSource } from './shown-source.js';
import { registeredSourceSchema, secretSchema, shownSourceSchema } from './sources.schemas.js';
import { SourcesService } from './sources.service.js';

const rotation = z.strictObject({
  secret: z.string().regex(/^.{16,}$/, 'expected one line of at least 16 characters'),
});

/** Replaces the secret by which a source proves itself, without losing a notification. */
@ApiTags('administration')
@Controller('v1/sources')
@Permits('administration')
export class SourceSecretController {
  constructor(private readonly sources: SourcesService) {}

  @Post(':source/secret')
  @HttpCode(200)
  @Receives(['application/json'], 'verification')
  @ApiOperation({
    summary: 'Give a source a new secret, and register its Subscriptions with it',
    description: 'The secret before it is accepted, too, until the rotation is finished.',
  })
  @ApiBody({ schema: wholeObject({ secret: secretSchema }) })
  @ApiOkResponse({ schema: registeredSourceSchema })
  @ApiResponse({ status: 400, description: 'not JSON' })
  @ApiResponse({ status: 404, description: 'no such source' })
  @ApiResponse({ status: 422, description: 'not a secret' })
  @ApiResponse({ status: 502, description: 'the FHIR server refused the Subscription' })
  @ApiResponse({ status: 503, description: 'the FHIR server cannot be reached; both secrets are accepted' })
  async rotate(@Param('source') name: string, @RawBody() body: Uint8Array): Promise<ShownRegistration> {
    const { secret } = bodyOf(rotation, body, 'SOURCE.INVALID_SECRET');
    const { source, subscriptions } = await this.sources.rotate(name, secret);
    return { ...shownSource(source), subscriptions };
  }

  @Post(':source/secret/finish')
  @HttpCode(200)
  @ApiOperation({ summary: 'Accept only the new secret from now on; doing so twice changes nothing' })
  @ApiOkResponse({ schema: shownSourceSchema })
  @ApiResponse({ status: 404, description: 'no such source' })
  async finish(@Param('source') name: string): Promise<ShownSource> {
    return shownSource(await this.sources.finishRotation(name));
  }
}
