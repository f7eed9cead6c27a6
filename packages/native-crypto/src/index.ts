export { nativeCrypto } from './native-crypto.ts';
export { generateSeed, nativeSigner } from './native-signer.ts';
