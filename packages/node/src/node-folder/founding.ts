// How organisations found a network together, each on its own server: what `suyuan node init`, `node genesis` and
// `node join` do (docs/operations.md).
import { checkJoin } from './check-join.ts';
import { foundNetwork, founderFileOf, initNode, readFounder } from './init-node.ts';
import { peersFileOf, readGenesisFile, readPeers } from './open-node-folder.ts';

/** Everything of it. */
export interface Founding {
  readonly initNode: typeof initNode;
  readonly founderFileOf: typeof founderFileOf;
  readonly readFounder: typeof readFounder;
  readonly foundNetwork: typeof foundNetwork;
  readonly checkJoin: typeof checkJoin;
  readonly readGenesisFile: typeof readGenesisFile;
  readonly readPeers: typeof readPeers;
  readonly peersFileOf: typeof peersFileOf;
}

/** All of it. */
export const founding: Founding = {
  initNode,
  founderFileOf,
  readFounder,
  foundNetwork,
  checkJoin,
  readGenesisFile,
  readPeers,
  peersFileOf,
};
