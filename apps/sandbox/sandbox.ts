import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { loadExamples } from './examples/example-loader.js';
import { Faults } from './faults/faults.js';
import { FHIR_JSON, sendAnswer } from './fhir/answer.js';
import { errorAnswer } from './fhir/fhir.service.js';
import { FhirStore } from './fhir/fhir.store.js';
import { OutcomeFilter } from './fhir/outcome.filter.js';
import { parseFormBody, parseJsonBody, parseResourceBody } from './fhir/request-body.js';
import { ServerAddress } from './fhir/server-address.js';
import { SandboxModule } from './sandbox.module.js';
import { settingsOf, type SandboxOptions, type SandboxSettings } from './sandbox.options.js';
import { Authorization } from './smart/authorization.js';
import { requireTokens } from './smart/require-token.js';
import { Bindings } from './subscriptions/websocket/bindings.js';
import { SubscriptionsService, type DeliveryReport } from './subscriptions/subscriptions.service.js';

const APP_OPTIONS = { logger: false, bodyParser: false, abortOnError: false } as const;

/** A FHIR server that runs. */
export interface Sandbox {
  /** The FHIR base URL, without a trailing slash. */
  readonly base: string;
  /** Loads HL7's examples, as `POST /sandbox/examples` does; answers their references. */
  load(count: number): Promise<readonly string[]>;
  deliveries(): DeliveryReport;
  /** How it misbehaves, to be changed while it runs. */
  readonly faults: Faults;
  close(): Promise<void>;
}

/**
 * Starts an in-memory FHIR R4 server. Without a journal it forgets everything when it is closed; with one it holds at
 * its next start what it held, Subscriptions included, but not the notifications that were still to be delivered.
 * Throws JournalError.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = settingsOf(options);
  const app = await createApp(settings);
  const store = app.get(FhirStore);
  const subscriptions = app.get(SubscriptionsService);
  if (settings.journal !== undefined) {
    await store.resume(settings.journal);
    await subscriptions.resume();
  }
  await loadExamples(store, settings.load);
  await listen(app, settings);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const address = app.get(ServerAddress);
  address.base = `http://${settings.host}:${port}/fhir`;
  app.get(Bindings).listen(app.getHttpServer());
  return {
    base: address.base,
    load: (count) => loadExamples(store, count),
    deliveries: () => subscriptions.report(),
    faults: app.get(Faults),
    async close() {
      subscriptions.close();
      app.get(Bindings).close();
      await app.close();
      await store.close();
    },
  };
}

async function createApp(settings: SandboxSettings): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter(serverOptions(settings));
  readBodies(adapter.getInstance());
  requireTokens(adapter.getInstance(), () => app.get(Authorization));
  const module = SandboxModule.with(settings);
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(
    module,
    adapter,
    APP_OPTIONS,
  );
  app.useGlobalFilters(new OutcomeFilter());
  return app;
}

function serverOptions({ bodyLimit }: SandboxSettings): FastifyServerOptions {
  return {
    bodyLimit,
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => sendAnswer(reply, errorAnswer(error)),
  };
}

/** Bodies are resources or search forms; Fastify answers 415 to the rest. */
function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const raw = { parseAs: 'buffer' } as const;
  server.addContentTypeParser<Buffer>([FHIR_JSON, 'application/json'], raw, (request, body, done) => {
    const parse = request.url.startsWith('/sandbox/') ? parseJsonBody : parseResourceBody;
    try {
      done(null, body.length === 0 ? undefined : parse(body));
    } catch (error) {
      done(error as Error);
    }
  });
  server.addContentTypeParser<Buffer>('application/x-www-form-urlencoded', raw, (_request, body, done) => {
    done(null, parseFormBody(body));
  });
}

async function listen(app: NestFastifyApplication, { host, port }: SandboxSettings): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await app.listen(0, host);
  }
}
