import { buildConnector } from 'undici';
import { AddressRule } from '#platform';

/** Opens connections to public addresses, and to private ones of hosts that `privateHosts` names. */
export function checkedConnector(
  privateHosts: readonly string[],
  timeoutMs: number,
): buildConnector.connector {
  const rule = new AddressRule(privateHosts);
  const connect = buildConnector({ allowH2: false, timeout: timeoutMs, lookup: rule.lookup });
  return (options, callback) => {
    try {
      rule.require(options.hostname);
    } catch (error) {
      callback(error as Error, null);
      return;
    }
    connect(options, callback);
  };
}
