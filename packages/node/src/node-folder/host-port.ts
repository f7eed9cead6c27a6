// `HOST:PORT` as people write it, IPv6 addresses in brackets.
import type { HostPort } from '../network-ordering.ts';

/** Reads `HOST:PORT`; undefined where it is something else. Port 0 is none that others could reach. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9._-]{1,253})):([1-9][0-9]{0,4})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

/** Writes it. */
export function encodeHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
