/** The time of day, as a parameter. */
export abstract class Clock {
  abstract now(): Date;
}
