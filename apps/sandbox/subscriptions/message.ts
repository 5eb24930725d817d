/** One notification, as it goes over the wire. */
export interface Message {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Sends it once; resolves when the endpoint accepts (2xx, 3xx), else rejects with the reason in a few words. */
export async function sendMessage(message: Message, stopped: AbortSignal, timeoutMs: number): Promise<void> {
  const { method, url, headers, body } = message;
  const response = await fetch(url, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    ...(method !== 'DELETE' && { body }),
    redirect: 'manual',
    signal: AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]),
  });
  await response.body?.cancel();
  if (response.status >= 400) throw new Error(`the endpoint answered ${response.status}`);
}
