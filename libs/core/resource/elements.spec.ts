import fc from 'fast-check';
import {
  concatBytes,
  elementLeaves,
  elementSalt,
  elementTree,
  exactElements,
  exactView,
  hmacSha256,
  leafHash,
  parseJson,
  parseResource,
  toHex,
  treeHash,
  utf8,
  type JsonObject,
} from '#core';

const SALT = Uint8Array.from({ length: 32 }, (_, at) => at);
const elementsOf = (text: string) => exactElements(parseResource(text));

describe('elements', () => {
  it('are the members of the exact view, primitives with their siblings, sorted by name', () => {
    const text = `{"resourceType":"Patient","name":[{"family":"A"}],"birthDate":"1970-01-01","_gender":{"id":"g"},
      "_birthDate":{"extension":[]},"Zed":{"a":1.0},"_Zed":1,"meta":{"versionId":"1"},"é":"ü"}`;
    expect(elementsOf(text)).toEqual([
      { name: 'Zed', json: '{"Zed":{"a":1.0},"_Zed":1}' },
      { name: 'birthDate', json: '{"_birthDate":{"extension":[]},"birthDate":"1970-01-01"}' },
      { name: 'gender', json: '{"_gender":{"id":"g"}}' },
      { name: 'name', json: '{"name":[{"family":"A"}]}' },
      { name: 'resourceType', json: '{"resourceType":"Patient"}' },
      { name: 'é', json: '{"é":"ü"}' },
    ]);
  });

  it('take one underscore off, and no name for another', () => {
    expect(elementsOf('{"resourceType":"P","__a":1,"_a":2,"a":3,"_":4,"":5,"__proto__":6}')).toEqual([
      { name: '', json: '{"":5,"_":4}' },
      { name: '_a', json: '{"__a":1}' },
      { name: '_proto__', json: '{"__proto__":6}' },
      { name: 'a', json: '{"_a":2,"a":3}' },
      { name: 'resourceType', json: '{"resourceType":"P"}' },
    ]);
  });

  it('hold every member of the exact view exactly once', () => {
    const value = fc.jsonValue({ maxDepth: 2 }).map((json) => JSON.stringify(json));
    const members = fc.uniqueArray(
      fc.tuple(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.nat(2), value),
      {
        selector: ([name, underscores]) => '_'.repeat(underscores) + name,
      },
    );
    fc.assert(
      fc.property(members, (drawn) => {
        const own = drawn.map(
          ([name, underscores, json]) => `${JSON.stringify('_'.repeat(underscores) + name)}:${json}`,
        );
        const resource = parseResource(`{${['"resourceType":"Patient"', ...own].join(',')}}`);
        const elements = exactElements(resource);
        const held = elements.flatMap(({ json }) => [...(parseJson(json) as JsonObject).keys()]);
        expect(held.toSorted()).toEqual(
          [...(parseJson(exactView(resource)) as JsonObject).keys()].toSorted(),
        );
        expect(elements.map(({ name }) => name)).toEqual(
          [...new Set(elements.map(({ name }) => name))].toSorted(),
        );
      }),
    );
  });
});

describe('element leaves', () => {
  const elements = elementsOf('{"resourceType":"Patient","id":"p1","birthDate":"1970-01-01","active":true}');

  it('are salted by name under the record salt, and make an RFC 6962 tree', () => {
    const leaves = elementLeaves(elements.toReversed(), SALT);
    expect(leaves.map(({ name }) => name)).toEqual(['active', 'birthDate', 'id', 'resourceType']);
    const salt = hmacSha256(SALT, 'element:birthDate');
    expect(toHex(elementSalt(SALT, 'birthDate'))).toBe(toHex(salt));
    expect(toHex(leaves[1]!.leaf)).toBe(
      toHex(leafHash(concatBytes(salt, utf8('{"birthDate":"1970-01-01"}')))),
    );
    expect(elementTree(leaves)).toEqual({ count: 4, root: toHex(treeHash(leaves.map(({ leaf }) => leaf))) });
  });

  it('differ everywhere under another record salt, and in one place for another value', () => {
    const hex = (salt: Uint8Array, text: string) =>
      elementLeaves(elementsOf(text), salt).map(({ leaf }) => toHex(leaf));
    const text = '{"resourceType":"Patient","id":"p1","active":true}';
    const leaves = hex(SALT, text);
    const otherSalt = hex(SALT.toReversed(), text);
    expect(leaves.filter((leaf, at) => leaf === otherSalt[at])).toEqual([]);
    const otherValue = hex(SALT, text.replace('true', 'false'));
    expect(leaves.map((leaf, at) => leaf === otherValue[at])).toEqual([false, true, true]);
  });
});
