/** What the process tells its caller. Every command has the same three. */
export const EXIT = {
  done: 0,
  /** `attestry verify` and `attestry log audit` alone: what was read and checked does not hold. */
  notVerified: 1,
  /** Wrong usage, unusable input, or something that was needed refused or could not be reached. */
  unusable: 2,
} as const;
