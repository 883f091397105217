export * from './chatlog.ts';
export * from './connection.ts';
export * from './guards.ts';
export * from './machine.ts';
export * from './outbox.ts';
export * from './protocol.ts';
export * from './storage.ts';
export * from './tabs.ts';
