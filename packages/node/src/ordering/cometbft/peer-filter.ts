// Who may connect to the CometBFT of a node: organisations of the network, by their transport keys. CometBFT asks the
// application before it takes a peer (spec/ordering.md, O14).
import { ResponseQuery } from 'cosmjs-types/tendermint/abci/types';

/** Whether a process with this node id may be a peer. */
export type MayConnect = (nodeId: string) => Promise<boolean>;

const ADDRESS_PATH = '/p2p/filter/addr/';
const ID_PATH = /^\/p2p\/filter\/id\/([0-9a-f]{40})$/u;

/** Answers a query of CometBFT; there are no other queries than those about peers. */
export async function answerQuery(path: string, mayConnect: MayConnect): Promise<ResponseQuery> {
  // Addresses are no proof of anything.
  if (path.startsWith(ADDRESS_PATH)) return ResponseQuery.fromPartial({});
  const id = ID_PATH.exec(path)?.[1];
  if (id === undefined) return ResponseQuery.fromPartial({ code: 1, log: 'ask the node' });
  if (await mayConnect(id)) return ResponseQuery.fromPartial({});
  return ResponseQuery.fromPartial({ code: 1, log: 'not a transport key of this network' });
}
