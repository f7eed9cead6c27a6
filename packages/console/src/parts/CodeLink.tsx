/** A code that leads to its trace. */
import { Link } from '@tanstack/react-router';

export const CodeLink = ({ code }: { readonly code: string }) => (
  <Link
    to="/trace"
    search={{ code }}
    style={{ fontFamily: 'ui-monospace, monospace', fontSize: 13, overflowWrap: 'anywhere' }}
  >
    {code}
  </Link>
);
