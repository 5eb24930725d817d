/** Query parameters of one way to presign a URL: all `marks` must be there before any of `parameters` is dropped. */
interface SignatureScheme {
  readonly marks: readonly string[];
  readonly parameters: (name: string) => boolean;
}

const oneOf = (...names: readonly string[]) => {
  const known = new Set(names);
  return (name: string): boolean => known.has(name);
};

/** https://learn.microsoft.com/rest/api/storageservices: fields of service, account and user delegation SAS. */
const AZURE_SAS =
  'sv ss srt sr sp st se spr sip si sig skoid sktid skt ske sks skv saoid suoid scid sdd ses'.split(' ');

const SCHEMES: readonly SignatureScheme[] = [
  { marks: ['X-Amz-Signature'], parameters: (name) => name.startsWith('X-Amz-') },
  { marks: ['X-Goog-Signature'], parameters: (name) => name.startsWith('X-Goog-') },
  {
    marks: ['Signature', 'Key-Pair-Id'],
    parameters: oneOf('Expires', 'Signature', 'Key-Pair-Id', 'Policy'),
  },
  {
    marks: ['AWSAccessKeyId', 'Expires', 'Signature'],
    parameters: oneOf('AWSAccessKeyId', 'Expires', 'Signature'),
  },
  {
    marks: ['GoogleAccessId', 'Expires', 'Signature'],
    parameters: oneOf('GoogleAccessId', 'Expires', 'Signature'),
  },
  { marks: ['sig', 'sv'], parameters: oneOf(...AZURE_SAS) },
];
const WEB_URL = /^https?:\/\//i;

/**
 * The URL without the parameters that only sign it for a while (docs/spec/views.md): a source signs anew each time it
 * is asked. Anything else, and any URL without a complete signature, stays to the letter.
 */
export function withoutSignature(url: string): string {
  const fragment = url.indexOf('#');
  const end = fragment === -1 ? url.length : fragment;
  const query = url.indexOf('?');
  if (query === -1 || query > end || !WEB_URL.test(url)) return url;
  const parameters = url.slice(query + 1, end).split('&');
  const names = new Set(parameters.map(nameOf));
  const schemes = SCHEMES.filter(({ marks }) => marks.every((mark) => names.has(mark)));
  if (schemes.length === 0) return url;
  const kept = parameters.filter(
    (parameter) => !schemes.some((scheme) => scheme.parameters(nameOf(parameter))),
  );
  return url.slice(0, query) + (kept.length === 0 ? '' : `?${kept.join('&')}`) + url.slice(end);
}

function nameOf(parameter: string): string {
  const equals = parameter.indexOf('=');
  return equals === -1 ? parameter : parameter.slice(0, equals);
}
