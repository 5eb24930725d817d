import { Body, Controller, Get, Header, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Authorization, TokenRefused, type TokenRequest } from './authorization.js';

/** What a SMART client needs: the server's configuration and its token endpoint. */
@Controller('fhir')
export class SmartController {
  constructor(@Inject(Authorization) private readonly authorization: Authorization) {}

  /** https://hl7.org/fhir/smart-app-launch/conformance.html */
  @Get('.well-known/smart-configuration')
  configuration(): object {
    return {
      token_endpoint: this.authorization.tokenEndpoint,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
      scopes_supported: ['system/*.rs', 'system/*.cruds'],
      capabilities: ['permission-v2', 'client-confidential-asymmetric'],
    };
  }

  @Post('auth/token')
  @Header('cache-control', 'no-store')
  async token(@Body() body: TokenRequest | undefined, @Res() reply: FastifyReply): Promise<void> {
    try {
      await reply.status(200).send(await this.authorization.issue(body ?? {}));
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      await reply.status(400).send({ error: error.error });
    }
  }
}
