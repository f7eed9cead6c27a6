// The HTTP contract of a node: routes, problems, and the OpenAPI document generated from them.
export * from './problem.ts';
export * from './route.ts';
export * from './paging.ts';
export * from './accounts.ts';
export * from './node.ts';
export * from './organization.ts';
export * from './kinds.ts';
export * from './openapi.ts';
export * from './imports.ts';
export * from './import-rows.ts';
export * from './own-records.ts';
export * from './batches.ts';
export * from './reports.ts';
export * from './receipts.ts';
export * from './log.ts';
export * from './trace.ts';
export * from './events.ts';
