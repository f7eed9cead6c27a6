// Structured logs: JSON lines without credentials, addresses without their query.
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** How much is logged; `silent` for tests. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';

const redacted = [
  'password',
  '*.password',
  'authorization',
  '*.authorization',
  'cookie',
  '*.cookie',
  'token',
  '*.token',
  'key',
  '*.key',
  'req.headers',
  'headers["set-cookie"]',
];

/** A logger that writes to `destination`, standard error unless said, so that standard output stays for results. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redacted, censor: '[redacted]' },
    serializers: {
      req: (request: { method?: string; url?: string; ip?: string }) => ({
        method: request.method,
        path: request.url?.split('?', 1)[0],
        ip: request.ip,
      }),
      res: (reply: { statusCode?: number }) => ({ status: reply.statusCode }),
      err: pino.stdSerializers.err,
      error: pino.stdSerializers.err,
    },
  };
  return pino(options, destination ?? pino.destination({ fd: 2, sync: true }));
}
