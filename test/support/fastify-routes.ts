/** The routes of Fastify's `printRoutes()`, which draws a tree: `GET /v1/sources`. */
export function routesOf(tree: string): string[] {
  const branch: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent, part, methods] = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \(([^)]+)\))?/.exec(line) ?? [];
    if (indent === undefined || part === undefined) return [];
    branch.length = indent.length / 4;
    branch.push(part);
    return (methods?.split(', ') ?? [])
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method} ${branch.join('')}`);
  });
}
