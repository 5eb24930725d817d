import { Option } from 'commander';
import { wholeNumber } from '../frame/whole-number.js';

/** The option that says how long to wait for each answer of a log's server. */
export function timeoutOption(): Option {
  return new Option('--timeout <seconds>', 'how long to wait for each answer, five times at most')
    .argParser(wholeNumber)
    .default(30);
}
