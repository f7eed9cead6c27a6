// The end of the certificate that others see at an address, whoever ends HTTPS there, the node itself or its proxy
// (spec/monitoring.md, MO15). Nothing is sent over the connection, so whom the certificate belongs to is not checked.
import { connect } from 'node:tls';

/** Milliseconds for the handshake. */
const TIMEOUT_MS = 5_000;

/** Milliseconds since 1970; undefined where nobody answers, or not by HTTPS. */
export async function readCertificateEnd(address: string): Promise<number | undefined> {
  const { protocol, hostname, port } = new URL(address);
  if (protocol !== 'https:') return undefined;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return await new Promise((resolve) => {
    const socket = connect({
      host,
      port: port === '' ? 443 : Number(port),
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      // Also of a certificate that has ended, or that this machine does not trust, the end is of interest.
      rejectUnauthorized: false,
      timeout: TIMEOUT_MS,
    });
    const end = (untilMs: number | undefined): void => {
      socket.destroy();
      resolve(untilMs);
    };
    socket
      .once('secureConnect', () => {
        const untilMs = Date.parse(socket.getPeerCertificate().valid_to);
        end(Number.isNaN(untilMs) ? undefined : untilMs);
      })
      .once('timeout', () => end(undefined))
      .once('error', () => end(undefined));
  });
}
