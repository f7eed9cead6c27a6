/** What a node costs that does nothing, and how soon it is ready: first start (with initdb), and any later one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { memoryNowOf } from '../bench-node.ts';
import { figure, type Figure } from '../figure.ts';

const PORT = 17_311;
const cli = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));

const startNode = async (folder: string): Promise<{ child: ReturnType<typeof spawn>; seconds: number }> => {
  const begin = performance.now();
  const child = spawn(
    process.execPath,
    [cli, 'node', '--organization', 'bench', '--data', folder, '--port', String(PORT)],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  for (;;) {
    const healthy = await fetch(`http://127.0.0.1:${PORT}/api/v1/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return { child, seconds: (performance.now() - begin) / 1_000 };
    if (child.exitCode !== null) throw new Error(`the node has ended with ${child.exitCode}`);
    await pause(20);
  }
};

const stopNode = async (child: ReturnType<typeof spawn>): Promise<void> => {
  child.kill('SIGTERM');
  await once(child, 'exit');
};

export const measureRest = async (): Promise<readonly Figure[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-bench-'));
  await chmod(folder, 0o755); // PostgreSQL runs as another user when the bench runs as root
  const data = join(folder, 'data');
  const cold = await startNode(data);
  await stopNode(cold.child);
  const warm = await startNode(data);
  await pause(10_000);
  const memory = await memoryNowOf(warm.child.pid ?? 0);
  await stopNode(warm.child);
  await rm(folder, { recursive: true });
  return [
    figure('rest.memory', memory, 'MB', 'under 150', 150),
    figure('rest.ready_cold', cold.seconds, 's', 'under 20', 20),
    figure('rest.ready_warm', warm.seconds, 's', 'under 5', 5),
  ];
};
