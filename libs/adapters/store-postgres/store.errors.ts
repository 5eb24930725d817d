import { PortError } from '#ports';

/** What node-postgres and the sockets beneath it put on their errors. */
interface DriverError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
}

/** SQLSTATE classes and codes, and socket errors, after which the same statement may succeed on a new connection. */
const UNAVAILABLE =
  /^(?:08...|57P0[1-5]|53300|25P03|E(?:CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND))$/;
/** What node-postgres says, without any code, when a connection goes away or none can be had in time. */
const LOST = /connection (?:terminated|error|timeout)|not queryable|timeout exceeded|timeout expired/i;
/** Serialisation failure, deadlock, lock not available. */
const CONTENDED = /^(?:40001|40P01|55P03)$/;
/** Disk full, out of memory. */
const EXHAUSTED = /^53[12]00$/;

/**
 * The PortError for whatever a statement or a connection threw. A database's own message and detail may quote values,
 * so they are left behind: only SQLSTATE and constraint are kept.
 */
export function storeError(error: unknown): PortError {
  if (error instanceof PortError) return error;
  const { code, constraint, message } = (error ?? {}) as DriverError;
  const state = typeof code === 'string' ? code : '';
  if (UNAVAILABLE.test(state) || (state === '' && LOST.test(String(message))))
    return new PortError('STORE.UNAVAILABLE', `the database cannot be reached${because(state)}`, 'retry');
  if (CONTENDED.test(state))
    return new PortError('STORE.CONTENDED', `the database undid a transaction${because(state)}`, 'retry');
  if (EXHAUSTED.test(state))
    return new PortError(
      'STORE.EXHAUSTED',
      `the database is out of space or memory${because(state)}`,
      'slow-down',
    );
  if (constraint === 'anchor_under_way')
    return new PortError('ANCHOR.UNDER_WAY', 'another anchor of this ledger is under way', 'retry');
  const rule = typeof constraint === 'string' ? `, ${constraint}` : '';
  return new PortError('STORE.FAILED', `the database refused a statement${because(state + rule)}`, 'stop');
}

/** The database was migrated by a newer release than this one. */
export function newerDatabase(): PortError {
  return new PortError(
    'STORE.NEWER',
    'the database was migrated by a newer release of Attestry: run that release',
    'stop',
  );
}

/** The log on disk is not what it says it is: nothing may be added to it. */
export function brokenLog(what: string): PortError {
  return new PortError('STORE.BROKEN_LOG', what, 'stop');
}

function because(state: string): string {
  return state === '' ? '' : ` (${state})`;
}
