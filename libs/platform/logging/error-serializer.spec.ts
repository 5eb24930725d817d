import { PortError } from '#ports';
import { loggedError } from './error-serializer.js';

const MARK = 'mrs-doe';

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('loggedError', () => {
  it('drops what a stranger quotes, and keeps where it happened', () => {
    const logged = loggedError(thrown(() => JSON.parse(`{"name":"${MARK}"`)));
    expect(logged.type).toBe('SyntaxError');
    expect(logged.message).toBeUndefined();
    expect(logged.frames?.length).toBeGreaterThan(0);
    expect(JSON.stringify(logged)).not.toContain(MARK);
  });

  it('is not fooled by a message that looks like frames', () => {
    const message = `no\n    at ${MARK} (file.ts:1:1)\n    at ${MARK}:1:1`;
    expect(JSON.stringify(loggedError(new Error(message)))).not.toContain(MARK);
    const changed = new Error(message);
    changed.message = 'something else';
    expect(JSON.stringify(loggedError(changed))).not.toContain(MARK);
  });

  it('keeps our own messages, and the causes below them without theirs', () => {
    const cause = Object.assign(new Error(`value ${MARK}`), { code: '22P02', detail: MARK });
    const error = new PortError('STORE.UNAVAILABLE', 'The database cannot be reached.', 'retry', { cause });
    const logged = loggedError(error);
    expect(logged).toMatchObject({
      type: 'PortError',
      code: 'STORE.UNAVAILABLE',
      message: 'The database cannot be reached.',
      cause: { type: 'Error', code: '22P02' },
    });
    expect(JSON.stringify(logged)).not.toContain(MARK);
  });

  it('keeps the address of a system error', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    });
    expect(loggedError(error).message).toBe('connect ECONNREFUSED 127.0.0.1:5432');
  });

  it('says only the type of what is no error, and ends on causes that go round', () => {
    expect(loggedError(MARK)).toEqual({ type: 'string' });
    expect(loggedError(null)).toEqual({ type: 'object' });
    expect(loggedError(Object.assign(Object.create(null) as object, { message: MARK, stack: MARK }))).toEqual(
      { type: 'Error' },
    );
    const round = new Error('a');
    round.cause = round;
    expect(JSON.stringify(loggedError(round)).length).toBeLessThan(20_000);
  });
});
