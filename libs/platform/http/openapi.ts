import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** What the OpenAPI document says of itself. */
interface ApiDescription {
  readonly title: string;
  readonly description: string;
  readonly version: string;
}

/**
 * Serves the OpenAPI document at `/openapi.json` and a page to read it at `/docs`, whose files all come from this
 * server. To be called before the application listens. Both are open to whoever reaches the port: they hold no data.
 */
export function serveOpenApi(
  app: NestFastifyApplication,
  { title, description, version }: ApiDescription,
): void {
  const head = new DocumentBuilder().setTitle(title).setDescription(description).setVersion(version).build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, head), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: title,
    // No badge from the validator's web site.
    swaggerOptions: { validatorUrl: null },
  });
}
