import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseVerifierKey } from '#core';
import { witnessContract } from '../../../test/contracts/witness.contract.js';
import { SignedLog } from '../../../test/support/signed-log.js';
import { TestWitness } from '../../../test/support/test-witness.js';
import { HttpWitness } from './index.js';

describe('HttpWitness', () => {
  const started: TestWitness[] = [];
  afterEach(async () => {
    for (const witness of started.splice(0)) await witness.stop();
  });

  describe('as a Witness', () =>
    witnessContract(async () => {
      const log = new SignedLog('log.example/asked', 40);
      const asked = await TestWitness.start([log.verifierKey]);
      started.push(asked);
      const key = parseVerifierKey(asked.verifierKey);
      return { log, witness: new HttpWitness({ name: 'w1', key, url: `${asked.url}/` }) };
    }));

  describe('with a server that is no good witness', () => {
    const log = new SignedLog('log.example/asked', 10);
    const stranger = new SignedLog('stranger.example', 10);
    const key = parseVerifierKey(stranger.verifierKey);
    let server: Server;
    const ask = async (listener: RequestListener) => {
      server = createServer(listener).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const witness = new HttpWitness({ name: 'w1', key, url: `http://127.0.0.1:${port}` });
      return witness.addCheckpoint({ old: 0, proof: [], note: log.note(5) }, AbortSignal.timeout(500));
    };
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });
    const foreign = stranger.note(6).split('\n\n')[1]!;

    it.each<[string, number, string, string]>([
      ['nothing', 200, '', 'WITNESS.BAD_ANSWER'],
      ['noise', 200, '<html></html>\n', 'WITNESS.BAD_ANSWER'],
      ['its signature of another checkpoint', 200, foreign, 'WITNESS.BAD_ANSWER'],
      ['the signature of another key', 200, '— other.example AAAAAAA=\n', 'WITNESS.BAD_ANSWER'],
      ['a line that is not ended', 200, '— other.example AAAAAAA=', 'WITNESS.BAD_ANSWER'],
      ['without end', 200, 'x'.repeat(100_000), 'WITNESS.BAD_ANSWER'],
      ['409 without a size', 409, 'conflict\n', 'WITNESS.BAD_ANSWER'],
      ['409 with a size beyond all counting', 409, '9999999999999999\n', 'WITNESS.BAD_ANSWER'],
      ['302', 302, '', 'WITNESS.REFUSED'],
      ['403', 403, '', 'WITNESS.REFUSED'],
      ['429', 429, '', 'WITNESS.UNAVAILABLE'],
      ['503', 503, '', 'WITNESS.UNAVAILABLE'],
    ])('refuses %s', async (_, status, body, code) => {
      const answer = ask((request, response) => {
        request.resume();
        response.writeHead(status, { location: '/elsewhere' }).end(body);
      });
      await expect(answer).rejects.toMatchObject({ name: 'PortError', code });
    });

    it('gives a silent one up', async () => {
      await expect(ask(() => undefined)).rejects.toMatchObject({ code: 'WITNESS.UNAVAILABLE' });
    });
  });

  it('reports a server that is not there', async () => {
    const log = new SignedLog('log.example/asked', 10);
    const key = parseVerifierKey(log.verifierKey);
    const witness = new HttpWitness({ name: 'w1', key, url: 'http://127.0.0.1:1' });
    const answer = witness.addCheckpoint({ old: 0, proof: [], note: log.note(5) }, AbortSignal.timeout(5000));
    await expect(answer).rejects.toMatchObject({ code: 'WITNESS.UNAVAILABLE', advice: 'retry' });
  });
});
