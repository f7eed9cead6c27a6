// How organisations found a network together or join one later, each on its own server: what `suyuan node init`,
// `node genesis`, `organization request` and `node join` do (docs/operations.md).
import { askNewPassword, firstAdministratorFileOf } from '../hosting/hosted-folder.ts';
import { prepareHosted, readAskedHosted } from '../hosting/prepare-hosted.ts';
import { checkJoin } from './check-join.ts';
import { foundNetwork, founderFileOf, initNode, readFounder } from './init-node.ts';
import { prepareJoiner, readAdmission, readJoinRequest, writeJoinRequest } from './late-joiner.ts';
import { makeNewKeys } from './new-keys.ts';
import { moveNode } from './move-node.ts';
import { orderNodeRebuild } from './order-rebuild.ts';
import { peersFileOf, readGenesisFile, readPeers } from './open-node-folder.ts';
import { encodePeers } from './peers-file.ts';

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
  readonly encodePeers: typeof encodePeers;
  readonly prepareJoiner: typeof prepareJoiner;
  readonly writeJoinRequest: typeof writeJoinRequest;
  readonly readJoinRequest: typeof readJoinRequest;
  readonly readAdmission: typeof readAdmission;
  readonly prepareHosted: typeof prepareHosted;
  readonly readAskedHosted: typeof readAskedHosted;
  readonly firstAdministratorFileOf: typeof firstAdministratorFileOf;
  readonly askNewPassword: typeof askNewPassword;
  readonly orderNodeRebuild: typeof orderNodeRebuild;
  readonly moveNode: typeof moveNode;
  readonly makeNewKeys: typeof makeNewKeys;
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
  encodePeers,
  prepareJoiner,
  writeJoinRequest,
  readJoinRequest,
  readAdmission,
  prepareHosted,
  readAskedHosted,
  firstAdministratorFileOf,
  askNewPassword,
  orderNodeRebuild,
  moveNode,
  makeNewKeys,
};
