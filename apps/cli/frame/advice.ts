/** What to do next, by code or by family of codes, where the error itself does not say. */
const ADVICE: Readonly<Record<string, string>> = {
  CANONICAL: 'Attestry accepts no such JSON anywhere: have it put right where it was made.',
  'CANONICAL.TOO_DEEP': 'No FHIR resource is nested like that.',
  CONFIG: 'docs/operations/configuration.md lists every key.',
  'DATA.IN_USE':
    'Stop that process, or choose another folder with --data. If it is no attestry, remove the file.',
  'EVIDENCE.MALFORMED': 'Get the evidence anew; the API answers it at /v1/evidence/{index}.',
  'INPUT.EMPTY': 'Was the right file given, and does the command before the pipe write anything?',
  'INPUT.MISSING': 'Check the path; - is standard input.',
  'INPUT.TOO_LARGE': 'A resource has at most 16 MiB; many of them go one a line (NDJSON).',
  'INPUT.UNREADABLE': 'Give a file that you may read; - is standard input.',
  'KEY.INVALID': 'A private key is 32 bytes in hexadecimal, on one line.',
  'LEDGER.UNAVAILABLE': 'Is the --rpc URL right, and does its node run?',
  'LEDGER.UNFUNDED': "Send the key's account something to pay for gas.",
  NOTE: 'attestry keys show prints a verifier key as it is to be given.',
  POLICY: 'https://c2sp.org/tlog-policy says how such a file is written.',
  'RESOURCE.NOT_A_RESOURCE':
    'A FHIR resource names its resourceType; attestry canonical --view none takes any JSON.',
  SYSTEM: 'Check the path, and that you may use it.',
  'WITNESS.NO_LOG': 'Name one with --log, or several in a file with --config.',
  TRUST: 'docs/spec/evidence.md says what a trust file holds.',
};

export function adviceOn(code: string): string | undefined {
  return ADVICE[code] ?? ADVICE[code.slice(0, code.indexOf('.'))];
}
