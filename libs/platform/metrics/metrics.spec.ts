import { Metrics, OPEN } from './metrics.js';

describe('Metrics', () => {
  const metrics = new Metrics();

  async function lines(name: string): Promise<string[]> {
    return (await metrics.read()).text.split('\n').filter((line) => line.startsWith(`attestry_${name}`));
  }

  it('counts by labels that were declared, and anything else as other', async () => {
    const counter = metrics.counter('tried_total', 'Tries', { outcome: ['won', 'lost'] });
    counter.add({ outcome: 'won' });
    counter.add({ outcome: 'won' }, 2);
    counter.add({ outcome: 'mrs-doe' as 'won' });
    expect(await lines('tried_total')).toEqual([
      'attestry_tried_total{outcome="won"} 3',
      'attestry_tried_total{outcome="other"} 1',
    ]);
  });

  it('measures and sets, with and without labels', async () => {
    metrics.histogram('took_seconds', 'Time', { route: OPEN }, [1, 2]).observe({ route: '/a' }, 1.5);
    metrics.gauge('depth', 'Depth', {}).set({}, 4);
    expect(await lines('took_seconds_bucket')).toContain('attestry_took_seconds_bucket{le="2",route="/a"} 1');
    expect(await lines('depth')).toEqual(['attestry_depth 4']);
  });

  it('refuses a name in use', () => {
    metrics.gauge('once', 'Once', {});
    expect(() => metrics.gauge('once', 'Twice', {})).toThrow(/already been registered/);
  });
});
