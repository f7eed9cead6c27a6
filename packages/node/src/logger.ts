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

/** Bytes that wait while nothing can be written; what comes beyond is dropped. */
const WAITING_BYTES_MAX = 1_048_576;

/** Writes to a file that may be on a full disk: what cannot be written waits, and never ends the process. */
export function openLogDestination(fd: number): DestinationStream {
  const destination = pino.destination({ fd, sync: true, maxLength: WAITING_BYTES_MAX });
  destination.on('error', () => undefined); // there is nowhere else to say it
  return destination;
}

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
  return pino(options, destination ?? openLogDestination(2));
}
