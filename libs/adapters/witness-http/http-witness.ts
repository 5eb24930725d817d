import { CoreError, parseNote, signersOf, toBase64, type VerifierKey } from '#core';
import { PortError, Witness, type CosignRequest, type WitnessAnswer } from '#ports';
import { badAnswer, refused, unavailable } from './witness-http.errors.js';

/** A few lines of ML-DSA-44 cosignatures still fit. */
const MAX_ANSWER_BYTES = 64 * 1024;
const SIZE = /^(0|[1-9]\d{0,15})\n$/;

export interface HttpWitnessOptions {
  readonly name: string;
  readonly key: VerifierKey;
  /** Its submission prefix, an http(s) URL. */
  readonly url: string;
}

/** A witness that is asked over HTTP: https://c2sp.org/tlog-witness */
export class HttpWitness extends Witness {
  override readonly name: string;
  override readonly key: VerifierKey;
  private readonly url: string;

  constructor({ name, key, url }: HttpWitnessOptions) {
    super();
    this.name = name;
    this.key = key;
    this.url = `${url.replace(/\/+$/, '')}/add-checkpoint`;
  }

  override async addCheckpoint(request: CosignRequest, signal: AbortSignal): Promise<WitnessAnswer> {
    const { status, body } = await this.post(bodyOf(request), signal);
    if (status === 200) return { state: 'cosigned', lines: this.cosignatures(request.note, body) };
    if (status === 409) return { state: 'holds', size: sizeIn(body) };
    throw status >= 500 || status === 429 ? unavailable(String(status)) : refused(status);
  }

  private async post(body: string, signal: AbortSignal): Promise<{ status: number; body: string }> {
    try {
      const response = await fetch(this.url, { method: 'POST', body, signal, redirect: 'manual' });
      return { status: response.status, body: await textOf(response) };
    } catch (error) {
      throw error instanceof PortError ? error : unavailable(reasonOf(error));
    }
  }

  /** The lines of this witness's key; those of other keys are ignored, as the specification asks. */
  private cosignatures(note: string, answer: string): readonly string[] {
    const { text } = parseNote(note);
    const lines = answer.endsWith('\n') ? answer.slice(0, -1).split('\n') : [];
    try {
      const own = lines.filter((line) => this.isOwn(text, line));
      if (own.length > 0) return own;
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
    }
    throw badAnswer('it holds no cosignature of this checkpoint by the key of the witness');
  }

  /** Throws NOTE.MALFORMED, and NOTE.BAD_SIGNATURE when the line is the witness's own and wrong. */
  private isOwn(text: string, line: string): boolean {
    return signersOf(parseNote(`${text}\n${line}\n`), [this.key]).length > 0;
  }
}

function bodyOf({ old, proof, note }: CosignRequest): string {
  return `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`;
}

function sizeIn(body: string): number {
  const size = Number(SIZE.exec(body)?.[1]);
  if (!Number.isSafeInteger(size)) throw badAnswer('it refuses the size and tells none');
  return size;
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The type library gives the stream's chunks no type.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw badAnswer(`it exceeds ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString();
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
