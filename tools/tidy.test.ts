/**
 * Reads the repository as text and refuses what the compiler and the linter can't see: imports against the table of
 * layers, impure calls in pure packages, spec rules without a test.
 */
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { layers } from './layers.ts';
import { withLayersTable } from './layers-table.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
/** Tests and what only tests use: `x.test.ts`, `test-x.ts`, `testing/`. */
const isTest = (path: string): boolean => /\.test\.tsx?$|(^|\/)(testing\/|test-[^/]*\.ts$)/u.test(path);
const sourcesOf = (layer: string): string[] =>
  tracked.filter((path) => path.startsWith(`packages/${layer}/src/`) && /\.tsx?$/u.test(path));

const importPattern = /(?:from\s+|import\s+|import\()\s*'(?<specifier>[^'\n]+)'/gu;
const importsOf = (text: string): string[] =>
  [...text.matchAll(importPattern)].map((match) => match.groups?.['specifier'] ?? '');

/** `@scope/name/deep` to `@scope/name`, `name/deep` to `name`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\.localeCompare\(|\bIntl\.|\.toLocale[A-Z]/u;

describe('layers', () => {
  it('every package is in the table', () => {
    const folders = new Set(
      tracked.filter((path) => path.startsWith('packages/')).map((path) => path.split('/')[1]),
    );
    expect([...folders].toSorted()).toEqual(layers.map((layer) => layer.name).toSorted());
  });

  it.each(layers)('$name imports only what its layer allows', (layer) => {
    const wrong: string[] = [];
    for (const path of sourcesOf(layer.name).filter((file) => !isTest(file))) {
      for (const specifier of importsOf(read(path))) {
        if (specifier.startsWith('.')) continue;
        const name = packageOf(specifier);
        const allowed = name.startsWith('@suyuan/')
          ? specifier === name && layer.ours.includes(name.slice('@suyuan/'.length))
          : name.startsWith('node:')
            ? !layer.pure
            : layer.others === 'any' || layer.others.includes(name);
        if (!allowed) wrong.push(`${path}: ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(layers)('$name leaves its own folder only through the entries of other packages', (layer) => {
    const wrong = sourcesOf(layer.name)
      .filter((path) => !isTest(path))
      .flatMap((path) =>
        importsOf(read(path))
          .filter((specifier) => specifier.startsWith('.'))
          .filter((specifier) => {
            const resolved = new URL(specifier, `file:///${path}`).pathname.slice(1);
            return !resolved.startsWith(`packages/${layer.name}/src/`);
          })
          .map((specifier) => `${path}: ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe('documents', () => {
  it('ARCHITECTURE.md shows the table of layers as it is', () => {
    expect(read('ARCHITECTURE.md')).toBe(withLayersTable(read('ARCHITECTURE.md')));
  });

  it('docs/dependencies.md names every dependency', () => {
    const listed = read('docs/dependencies.md');
    const manifests = tracked.filter((path) => /^(packages\/[^/]+\/)?package\.json$/u.test(path));
    const named = manifests.flatMap((path) => {
      const manifest: { dependencies?: object; devDependencies?: object } = JSON.parse(read(path));
      return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    });
    const missing = [...new Set(named)].filter(
      (name) =>
        !name.startsWith('@suyuan/') && !name.startsWith('@types/') && !listed.includes(`\`${name}\``),
    );
    expect(missing).toEqual([]);
  });
});

describe('purity', () => {
  it.each(layers.filter((layer) => layer.pure))('$name has no clock, no randomness, no locale', (layer) => {
    const wrong = sourcesOf(layer.name)
      .filter((path) => !isTest(path))
      .flatMap((path) =>
        read(path)
          .split('\n')
          .map((line, index) => ({ line, place: `${path}:${index + 1}` }))
          .filter(({ line }) => !/^\s*(\/\/|\*|\/\*)/u.test(line) && impure.test(line))
          .map(({ place }) => place),
      );
    expect(wrong).toEqual([]);
  });
});

describe('spec', () => {
  const titles = tracked.filter(isTest).map(read).join('\n');
  const rules = tracked
    .filter((path) => /^spec\/.*\.md$/u.test(path))
    .flatMap((path) =>
      [...read(path).matchAll(/\*\*(?<rule>[A-Z]+\d+)\.\*\*/gu)].map((match) => ({
        path,
        rule: match.groups?.['rule'] ?? '',
      })),
    );

  it('every numbered rule is named in the title of a test', () => {
    const untested = rules.filter(({ rule }) => !titles.includes(`[${rule}]`));
    expect(untested).toEqual([]);
  });

  it('every number stands for one rule', () => {
    const seen = rules.map(({ rule }) => rule);
    expect(seen.filter((rule, index) => seen.indexOf(rule) !== index)).toEqual([]);
  });
});

describe('shape', () => {
  it('no file is a drawer for leftovers', () => {
    const drawers = /(^|\/)(utils?|helpers?|misc|common)\.tsx?$/u;
    expect(tracked.filter((path) => drawers.test(path))).toEqual([]);
  });

  it('the lockfile names no address of a registry', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/u);
  });
});
