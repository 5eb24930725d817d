import { Injectable } from '@nestjs/common';
import { Clock } from '#ports';

/** The machine's time of day. */
@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
