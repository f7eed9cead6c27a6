import { performance } from 'node:perf_hooks';
import { randomBytes } from 'node:crypto';
import { nativeCrypto as crypto } from '@suyuan/native-crypto';
import { makeGenesis, startNetwork } from './src/test-network.ts';
import { applyBlock, checkStatement } from './src/apply-block.ts';
import { appHashOf } from './src/ledger-state.ts';
import { changeTree, treeRoot } from './src/state-tree.ts';
import { encodeValue, tables } from './src/state-values.ts';
import { partCommitter, recordLeafHash, batchRoot } from './src/commitment.ts';
import { encodePayload, parsePayload, payloadLeafHasher } from './src/payload.ts';
import { encodeSnapshot, loadState, rowsOf } from './src/snapshot.ts';
const net = startNetwork(makeGenesis({ validators: ['mgmt','maker','cars','d4'] }));
const N=2000;
const st:Uint8Array[]=[]; for(let i=0;i<N;i++) st.push(net.sign('maker', net.batch('maker',['mgmt','cars'])));
console.log('statement bytes', st[0]!.length);
let t=performance.now(); for(const s of st.slice(0,1000)) checkStatement(crypto, net.state(), s); console.log('check us', (performance.now()-t));
t=performance.now(); let a = applyBlock(crypto, net.state(), {height:1, statements: st.slice(0,1000)}); appHashOf(crypto,a.state); console.log('applyBlock of 1000 us/stmt', performance.now()-t, a.entries.filter(e=>e.outcome.status!=='accepted').length);
t=performance.now(); a = applyBlock(crypto, a.state, {height:2, statements: st.slice(1000)}); appHashOf(crypto,a.state); console.log('2nd us/stmt', performance.now()-t);
const free={sha256:crypto.sha256, verifyEd25519:()=>true};
t=performance.now(); let b = applyBlock(free, net.state(), {height:1, statements: st.slice(0,1000)}); appHashOf(crypto,b.state); console.log('without sigs us/stmt', performance.now()-t);
// commitments
const text=randomBytes(220), salt=randomBytes(32), net32=randomBytes(32);
const commit=partCommitter(crypto, net32,'battery_pack');
for(let r=0;r<2;r++){t=performance.now(); for(let i=0;i<100000;i++) commit('public',salt,text); console.log('commit/s', 1e8/(performance.now()-t));}
const recs=Array.from({length:4096},()=>({publicSalt:salt,publicText:text,sharedSalt:salt,sharedText:text,privateCommitment:salt}));
for(let r=0;r<3;r++){ t=performance.now(); const p=encodePayload(recs); const t2=performance.now(); const q=parsePayload(p); const t3=performance.now(); const h=payloadLeafHasher(crypto,net32,'battery_pack'); const root=batchRoot(crypto, recs.map(h)); const t4=performance.now(); console.log('encode ms',t2-t,'parse',t3-t2,'leaves+root',t4-t3, 'rec/s', 4096e3/(t4-t3)); }
// big tree
globalThis.gc?.(); const m0=process.memoryUsage().heapUsed+process.memoryUsage().external;
t=performance.now();
let tree=net.state().tree; 
for(let blk=0;blk<100;blk++){ const ch=[]; for(let i=0;i<1000;i++){ const e=blk*1000+i; ch.push({key:'batch/'+e, value: encodeValue(tables.batch,{channel:1,recordKind:'battery_pack',reporter:'battery-maker',keyId:randomBytes(32),sequence:e+1,count:4096,root:randomBytes(32),height:e+1,createdAt:1795000000,voids:[]})}); } tree=changeTree(crypto.sha256,tree,ch); }
console.log('build 100k ms', performance.now()-t, 'value bytes', encodeValue(tables.batch,{channel:1,recordKind:'battery_pack',reporter:'battery-maker',keyId:randomBytes(32),sequence:1,count:4096,root:randomBytes(32),height:1,createdAt:1795000000,voids:[]}).length);
t=performance.now(); treeRoot(crypto.sha256,tree); console.log('first root ms',performance.now()-t);
globalThis.gc?.(); globalThis.gc?.(); const m1=process.memoryUsage().heapUsed+process.memoryUsage().external; console.log('MB', (m1-m0)/1e6);
let s={...net.state(), tree};
let h=s.height; const times=[];
for(let i=0;i<200;i++){ t=performance.now(); const r=applyBlock(crypto,s,{height:++h,statements:[st[i]!]}); appHashOf(crypto,r.state); times.push(performance.now()-t); s=r.state; }
times.sort((x,y)=>x-y); console.log('block of 1 at 100k: p50 ms', times[100], 'p99', times[198]);
t=performance.now(); const rows=rowsOf(s); console.log('rows ms',performance.now()-t); const ah=appHashOf(crypto,s); t=performance.now(); const l=loadState(crypto,{height:h,log:s.log,rows},ah); console.log('load ms',performance.now()-t,l.ok); t=performance.now(); const sn=encodeSnapshot(s); console.log('snapshot ms',performance.now()-t, sn.length);
