// The figures of one node for Prometheus. Labels are route ids and codes, never texts of users.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Figures of a node; slices add their own to `registry`. */
export interface Metrics {
  readonly registry: Registry;
  readonly requestSeconds: Histogram<'route' | 'method' | 'status'>;
  readonly problems: Counter<'code'>;
  readonly records: Counter<'kind' | 'step'>;
  readonly height: Gauge;
  readonly logSize: Gauge;
  readonly splitViews: Counter<'signer'>;
  readonly statementsRefused: Counter<'door' | 'code'>;
  readonly payloadsRefused: Counter<'sender' | 'code'>;
}

/** New figures. `withProcess`: memory, event loop and the like of the process, for one node of it. */
export function createMetrics(organization: string, withProcess: boolean): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ organization });
  if (withProcess) collectDefaultMetrics({ register: registry, prefix: 'suyuan_' });
  const registers = [registry];
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'suyuan_http_request_seconds',
      help: 'Time to answer an HTTP request',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    problems: new Counter({
      name: 'suyuan_http_problems_total',
      help: 'Problem answers by code',
      labelNames: ['code'],
      registers,
    }),
    records: new Counter({
      name: 'suyuan_records_total',
      help: 'Records that reached a step (staged, reported, held)',
      labelNames: ['kind', 'step'],
      registers,
    }),
    height: new Gauge({ name: 'suyuan_height', help: 'Height of the last applied block', registers }),
    splitViews: new Counter({
      name: 'suyuan_split_views_total',
      help: 'Validators caught signing two different logs',
      labelNames: ['signer'],
      registers,
    }),
    statementsRefused: new Counter({
      name: 'suyuan_statements_refused_total',
      help: 'Statements that may not be ordered, by where they came in (check, proposal) and code',
      labelNames: ['door', 'code'],
      registers,
    }),
    payloadsRefused: new Counter({
      name: 'suyuan_payloads_refused_total',
      help: 'Payloads of other organisations that were refused, by sender and code',
      labelNames: ['sender', 'code'],
      registers,
    }),
    logSize: new Gauge({ name: 'suyuan_log_size', help: 'Entries in the log', registers }),
  };
}
