import { CoreError } from '../core.errors.js';
import type { Statement } from './statement.js';

const DIGEST = /^[0-9a-f]{64}$/;
const ANYTHING = /./s;

/** What every statement says of itself. */
const ALWAYS = {
  source: /^https?:\/\/[^\s?#]*[^\s?#/]$/,
  fhirVersion: /^\d+\.\d+\.\d+(?:-[A-Za-z0-9.-]+)?$/,
  type: /^[A-Z][A-Za-z0-9]{0,63}$/,
  id: ANYTHING,
  version: ANYTHING,
  interaction: /^(?:create|update|delete)$/,
  observed: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
  salt: DIGEST,
} as const;

/** That a statement is one (docs/spec/statement.md). Throws STATEMENT.INVALID. */
export function checkStatement(statement: Statement): Statement {
  for (const name of Object.keys(ALWAYS) as (keyof typeof ALWAYS)[])
    check(name, statement[name], ALWAYS[name]);
  if (statement.lastUpdated !== undefined) check('lastUpdated', statement.lastUpdated, ANYTHING);
  const { exact, portable, elements } = statement;
  if (statement.interaction === 'delete') {
    if ((exact ?? portable ?? elements) !== undefined)
      throw invalid('interaction is a delete, which has neither views nor elements');
    return statement;
  }
  check('exact', exact, DIGEST);
  check('portable', portable, DIGEST);
  check('elements', elements?.root, DIGEST);
  if (!Number.isSafeInteger(elements?.count) || elements!.count < 1) throw invalid('elements is malformed');
  return statement;
}

function check(name: string, text: string | undefined, shape: RegExp): void {
  if (text === undefined || !shape.test(text) || !text.isWellFormed()) throw invalid(`${name} is malformed`);
}

function invalid(fault: string): CoreError {
  return new CoreError('STATEMENT.INVALID', `the statement's ${fault}`);
}
