import {
  AbiDecodingDataSizeTooSmallError,
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  HttpRequestError,
  InsufficientFundsError,
  LimitExceededRpcError,
  NonceTooLowError,
  RpcRequestError,
  TimeoutError,
  TransactionTypeNotSupportedError,
} from 'viem';
import { getNodeError } from 'viem/utils';
import { PortError, type Advice } from '#ports';

/** Every way in which an EVM ledger fails. Public, stable. */
export type EvmLedgerErrorCode =
  /** The node does not answer, or cannot take the transaction now. */
  | 'LEDGER.UNAVAILABLE'
  /** The contract or the node refuses, for good. */
  | 'LEDGER.REFUSED'
  /** The contract holds this checkpoint already, or a later one: ask `latest` again. */
  | 'LEDGER.STALE'
  /** The account cannot pay for the transaction. */
  | 'LEDGER.UNFUNDED'
  /** The node is of another chain than the one configured. */
  | 'LEDGER.WRONG_CHAIN'
  /** There is no CheckpointRegistry at that address of that chain. */
  | 'LEDGER.NO_CONTRACT'
  /** The transaction is in a block, and did nothing. */
  | 'LEDGER.REVERTED'
  /** Another transaction took the nonce: this one can never be in a block. */
  | 'LEDGER.NONCE_USED';

const REVERTS: Readonly<Record<string, readonly [EvmLedgerErrorCode, Advice, string]>> = {
  StaleCheckpoint: ['LEDGER.STALE', 'retry', 'the contract holds this checkpoint or a later one'],
  ForkedCheckpoint: [
    'LEDGER.REFUSED',
    'stop',
    'the contract holds another root of the same size: the log forked',
  ],
  InconsistentCheckpoint: [
    'LEDGER.REFUSED',
    'stop',
    'the checkpoint is not consistent with the one that the contract holds',
  ],
  AccessControlUnauthorizedAccount: [
    'LEDGER.REFUSED',
    'stop',
    'the account may not submit: grant it SUBMITTER_ROLE',
  ],
};

const TOO_MANY_REQUESTS = 429;
const CREDENTIALS_REFUSED: readonly (number | undefined)[] = [401, 403];

export function ledgerFault(code: EvmLedgerErrorCode, message: string, advice: Advice): PortError {
  return new PortError(code, message, advice);
}

/**
 * Whatever the EVM client threw, as a port reports it. The original is not kept as its cause: it holds the node's
 * URL, which may hold a key, and the request.
 */
export function ledgerError(error: unknown): PortError {
  if (error instanceof PortError) return error;
  if (!(error instanceof BaseError))
    return ledgerFault('LEDGER.UNAVAILABLE', 'the node gave no usable answer', 'retry');
  return contractRefusal(error) ?? nodeRefusal(error) ?? unavailable(error);
}

/** Whether the node answered, if only to refuse. */
export function isAnswer(error: unknown): boolean {
  return error instanceof BaseError && error.walk((cause) => cause instanceof RpcRequestError) !== null;
}

/** Whether a call failed because what is at the address, if anything, has no such function. */
export function isOtherContract(error: unknown): boolean {
  return (
    error instanceof BaseError &&
    error.walk(
      (cause) =>
        cause instanceof ContractFunctionZeroDataError ||
        cause instanceof ContractFunctionRevertedError ||
        cause instanceof AbiDecodingDataSizeTooSmallError,
    ) !== null
  );
}

function contractRefusal(error: BaseError): PortError | undefined {
  if (error.walk((cause) => cause instanceof ContractFunctionZeroDataError))
    return ledgerFault(
      'LEDGER.NO_CONTRACT',
      'there is no CheckpointRegistry at the configured address',
      'stop',
    );
  const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  if (!(reverted instanceof ContractFunctionRevertedError)) return undefined;
  const known = REVERTS[reverted.data?.errorName ?? ''];
  return known
    ? ledgerFault(known[0], known[2], known[1])
    : ledgerFault('LEDGER.REFUSED', 'the contract refused the call', 'stop');
}

function nodeRefusal(error: BaseError): PortError | undefined {
  const answer = error.walk((cause) => cause instanceof RpcRequestError);
  if (!(answer instanceof RpcRequestError)) return undefined;
  const reason = getNodeError(answer, {});
  if (reason instanceof NonceTooLowError)
    return ledgerFault('LEDGER.NONCE_USED', 'another transaction has used the nonce', 'stop');
  if (reason instanceof InsufficientFundsError)
    return ledgerFault('LEDGER.UNFUNDED', 'the account has too little for gas', 'slow-down');
  if (reason instanceof TransactionTypeNotSupportedError)
    return ledgerFault('LEDGER.REFUSED', 'the chain takes no EIP-1559 transactions', 'stop');
  return undefined;
}

function unavailable(error: BaseError): PortError {
  const http = error.walk((cause) => cause instanceof HttpRequestError) as HttpRequestError | null;
  if (CREDENTIALS_REFUSED.includes(http?.status))
    return ledgerFault(
      'LEDGER.REFUSED',
      `the node refuses our requests with status ${http!.status!}`,
      'stop',
    );
  const limited =
    http?.status === TOO_MANY_REQUESTS || error.walk((cause) => cause instanceof LimitExceededRpcError);
  if (limited) return ledgerFault('LEDGER.UNAVAILABLE', 'the node limits our requests', 'slow-down');
  if (http) return ledgerFault('LEDGER.UNAVAILABLE', 'the node cannot be reached', 'retry');
  if (error.walk((cause) => cause instanceof TimeoutError))
    return ledgerFault('LEDGER.UNAVAILABLE', 'the node did not answer in time', 'retry');
  return ledgerFault('LEDGER.UNAVAILABLE', 'the node cannot take the request now', 'slow-down');
}
