/** Before all tests: a data directory with the agents, which every test's server gets a copy of. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { binary, demoSite } from './paths.ts';

export const password = 'una-clave-de-prueba';

export const agents = {
  ana: { name: 'Ana Torres', role: 'agent', departments: 'soporte-tecnico' },
  beto: { name: 'Beto Ruiz', role: 'agent', departments: 'soporte-tecnico,soporte-contable' },
  luis: { name: 'Luis Herrera', role: 'agent', departments: 'ventas' },
  sofia: { name: 'Sofía Méndez', role: 'supervisor', departments: 'soporte-tecnico,soporte-contable,ventas' },
} as const;

export type Username = keyof typeof agents;

declare module 'vitest' {
  interface ProvidedContext {
    template: string;
  }
}

export default function setup(project: TestProject): () => void {
  const template = mkdtempSync(join(tmpdir(), 'ventanilla-template-'));
  for (const [username, { name, role, departments }] of Object.entries(agents)) {
    execFileSync(
      binary,
      [
        'agent',
        'add',
        username,
        '--name',
        name,
        '--role',
        role,
        '--departments',
        departments,
        '--password-stdin',
      ].concat(['--config', demoSite, '--data', template]),
      { input: password, stdio: ['pipe', 'ignore', 'pipe'] },
    );
  }
  project.provide('template', template);
  return () => rmSync(template, { recursive: true, force: true });
}
