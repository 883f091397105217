// Runs one script in every workspace that has it, in the order of package.json, and stops at the first failure.
// (npm's own --workspaces also stops for a folder that is listed but not there yet.)
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const script = process.argv[2];
const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

for (const room of read('package.json').workspaces) {
  if (!existsSync(new URL(`${room}/package.json`, import.meta.url))) continue;
  if (!read(`${room}/package.json`).scripts?.[script]) continue;
  console.log(`> ${room}: ${script}`);
  const done = spawnSync('npm', ['run', '--silent', script], {
    cwd: new URL(`${room}/`, import.meta.url),
    stdio: 'inherit',
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}
