import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { loadServerConfig } from '../config/load-config.js';
import { createHttpApp } from '../http/create-http-app.js';
import { PlatformModule } from '../platform.module.js';
import { AccessPolicy, TrustedNetworkPolicy } from './access-policy.js';
import { type Permission, PERMISSION, Permits } from './permits.decorator.js';

const config = loadServerConfig({
  environment: { ATTESTRY_PROFILE: 'test', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
});

@Controller('open')
@Permits('evidence')
class DeclaredController {
  @Get()
  whole(): string {
    return 'whole';
  }

  @Get('inner')
  @Permits('administration')
  inner(): string {
    return 'inner';
  }
}

@Controller('shut')
class UndeclaredController {
  @Get()
  nobody(): string {
    return 'nobody';
  }

  @Get('declared')
  @Permits('log')
  declared(): string {
    return 'declared';
  }
}

@Module({ imports: [PlatformModule.forRoot(config)], controllers: [DeclaredController] })
class DeclaredModule {}

@Module({
  imports: [PlatformModule.forRoot(config)],
  controllers: [DeclaredController, UndeclaredController],
})
class UndeclaredModule {}

describe('permissions', () => {
  let app: NestFastifyApplication | undefined;
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  async function status(path: string): Promise<number> {
    return (await app!.inject({ method: 'GET', url: path })).statusCode;
  }

  it('stop the start when a route declares none', async () => {
    app = await createHttpApp(UndeclaredModule);
    await expect(app.init()).rejects.toThrow(
      'These routes declare no permission; give each a @Permits(…): UndeclaredController.nobody',
    );
  });

  it('are asked of the policy, the route before its controller', async () => {
    app = await createHttpApp(DeclaredModule);
    const policy = app.get(AccessPolicy);
    const asked: Permission[] = [];
    policy.permits = (permission: Permission, request: FastifyRequest) => {
      asked.push(permission);
      return Promise.resolve(request.headers['x-role'] === permission);
    };
    await app.init();
    expect(await status('/open')).toBe(403);
    expect(await status('/open/inner')).toBe(403);
    expect(asked).toEqual(['evidence', 'administration']);
    const answer = await app.inject({ url: '/open/inner', headers: { 'x-role': 'administration' } });
    expect(answer.payload).toBe('inner');
    expect((await app.inject({ url: '/open' })).json()).toEqual({
      error: { code: 'ACCESS.DENIED', message: 'The caller may not do this.', advice: 'stop' },
    });
  });

  it('deny a route that lost its declaration, whatever the policy says', async () => {
    app = await createHttpApp(DeclaredModule);
    expect(app.get(AccessPolicy)).toBeInstanceOf(TrustedNetworkPolicy);
    await app.init();
    expect(await status('/open')).toBe(200);
    Reflect.deleteMetadata(PERMISSION, DeclaredController);
    try {
      expect(await status('/open')).toBe(403);
      expect(await status('/open/inner')).toBe(200);
    } finally {
      Reflect.defineMetadata(PERMISSION, 'evidence', DeclaredController);
    }
  });
});
