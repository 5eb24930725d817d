/** What an operator may set about intake. */
export abstract class IntakeSettings {
  abstract readonly maxBodyBytes: number;
  abstract readonly maxDepth: number;
  abstract readonly groupCommit: { readonly maxItems: number };
}
