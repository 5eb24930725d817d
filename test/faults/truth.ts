import { announceResource, parseResource, toHex, viewDigests } from '#core';

/** One version as its source holds it: `Type/id/version`, and the digest of its exact view; a deletion has none. */
export interface TrueVersion {
  readonly name: string;
  readonly deleted: boolean;
  readonly exact: string | undefined;
}

/** Every version of the given resources, from the source's own instance histories. */
export async function truthOf(base: string, references: readonly string[]): Promise<readonly TrueVersion[]> {
  const versions: TrueVersion[] = [];
  for (const reference of references) {
    let url: string | undefined = `${base}/${reference}/_history`;
    while (url !== undefined) {
      const text = await (await fetch(url)).text();
      versions.push(...versionsIn(text, base));
      const { link = [] } = JSON.parse(text) as { link?: readonly { relation: string; url: string }[] };
      url = link.find(({ relation }) => relation === 'next')?.url;
    }
  }
  return versions;
}

function versionsIn(bundle: string, base: string): TrueVersion[] {
  return announceResource(parseResource(bundle), { base, copies: 'named' }).changes.map((change) => {
    switch (change.kind) {
      case 'content': {
        const { type, id, versionId } = change.resource;
        const exact = toHex(viewDigests(change.resource, base).exact);
        return { name: `${type}/${id!}/${versionId!}`, deleted: false, exact };
      }
      case 'deletion':
        return { name: `${change.type}/${change.id}/${change.version}`, deleted: true, exact: undefined };
      case 'named':
      case 'unreadable':
        throw new Error(`a history has an entry that is ${change.kind}`);
    }
  });
}
