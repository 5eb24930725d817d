/** What the process tells its caller. Every command has the same three. */
export const EXIT = {
  done: 0,
  /** `attestry verify` alone: the evidence was read and checked, and does not hold. */
  notVerified: 1,
  /** Wrong usage, unusable input, or something that was needed refused or could not be reached. */
  unusable: 2,
} as const;
