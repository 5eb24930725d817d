import { withoutSignature } from './presigned-url.js';

const AWS =
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Security-Token=t%2B%3D&X-Amz-Signature=abc';
const SAS =
  'sv=2024-11-04&ss=b&srt=o&sp=r&st=2026-01-01T00%3A00%3A00Z&se=2026-01-02T00%3A00%3A00Z&spr=https&sip=1.2.3.4&sr=b&sig=a%2Bb%3D&skoid=1&sktid=2&skt=3&ske=4&sks=b&skv=5';

describe('a presigned URL', () => {
  it.each([
    ['AWS, signature version 4', `https://b.s3.amazonaws.com/k?${AWS}`, 'https://b.s3.amazonaws.com/k'],
    [
      'AWS, among others',
      `https://h/k?x-id=GetObject&${AWS}&versionId=3#p`,
      'https://h/k?x-id=GetObject&versionId=3#p',
    ],
    [
      'Google, version 4',
      'https://storage.googleapis.com/b/k?X-Goog-Algorithm=a&X-Goog-Credential=c&X-Goog-Date=d&X-Goog-Expires=1&X-Goog-SignedHeaders=host&X-Goog-Signature=s',
      'https://storage.googleapis.com/b/k',
    ],
    [
      'CloudFront, as Medplum serves attachments',
      'https://storage.medplum.com/binary/1/2?Expires=1&Key-Pair-Id=K&Signature=s~-_',
      'https://storage.medplum.com/binary/1/2',
    ],
    [
      'CloudFront, with a policy',
      'http://d/k?a=%41&Policy=p&Signature=s&Key-Pair-Id=K&b',
      'http://d/k?a=%41&b',
    ],
    ['AWS, legacy', 'https://h/k?AWSAccessKeyId=a&Expires=1&Signature=s%2B', 'https://h/k'],
    [
      'Google, legacy',
      'https://h/k?generation=7&GoogleAccessId=a&Expires=1&Signature=s',
      'https://h/k?generation=7',
    ],
    [
      'Azure',
      `https://a.blob.core.windows.net/c/b?snapshot=1&${SAS}`,
      'https://a.blob.core.windows.net/c/b?snapshot=1',
    ],
    ['any case of the scheme', 'HTTPS://h/k?Signature=s&Key-Pair-Id=K', 'HTTPS://h/k'],
  ])('loses its signature: %s', (_, url, bare) => {
    expect(withoutSignature(url)).toBe(bare);
    expect(withoutSignature(bare)).toBe(bare);
  });

  it.each([
    ['no query', 'https://h/k'],
    ['an empty query', 'https://h/k?'],
    ['a date that signs nothing', 'https://h/k?X-Amz-Date=20260101T000000Z&X-Amz-Expires=1'],
    ['an expiry alone', 'https://h/k?Expires=1&Policy=p'],
    ['half of CloudFront', 'https://h/k?Signature=s&Expires=1'],
    ['half of the legacy parameters', 'https://h/k?AWSAccessKeyId=a&Signature=s'],
    ['half of Azure', 'https://h/k?sig=a&se=1'],
    ['another spelling', 'https://h/k?x-amz-signature=a&SIGNATURE=s&KEY-PAIR-ID=k'],
    ['a signature in the fragment', 'https://h/k#?Signature=s&Key-Pair-Id=K'],
    ['a signature in the path', 'https://h/Signature=s&Key-Pair-Id=K'],
    ['another scheme', 'urn:x?Signature=s&Key-Pair-Id=K'],
    ['a relative URL', 'Binary/1?Signature=s&Key-Pair-Id=K'],
    ['odd but unsigned', 'https://h/k?&&a=&=b&?c'],
  ])('stays to the letter with %s', (_, url) => {
    expect(withoutSignature(url)).toBe(url);
  });
});
