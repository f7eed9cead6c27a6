// For browser tests: finds the Chromium of this computer and starts it for one demonstration, made for the test run
// and gone with it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, smallDemonstration, startDemonstration } from '@suyuan/node';
import type { DemoOrganization } from '@suyuan/node';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

const whichOf = (name: string): string | undefined => {
  try {
    return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
};

/** The Chromium to test with: SUYUAN_CHROMIUM, else the distribution's; undefined when there is none. */
export function findChromium(): string | undefined {
  const named = process.env['SUYUAN_CHROMIUM'];
  if (named !== undefined) return named;
  if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium';
  return names.map(whichOf).find((path) => path !== undefined && path !== '');
}

/** A browser in front of a demonstration. */
export interface Stage extends AsyncDisposable {
  readonly manager: DemoOrganization;
  readonly maker: DemoOrganization;
  /** A fresh browser profile: nobody is signed in. */
  open(options?: VisitOptions): Promise<Visit>;
}

/** How a visit begins. */
export interface VisitOptions {
  /** Pixels; a laptop's unless given. */
  readonly width?: number;
  /** Cookies of an earlier visit, to go on as that person. */
  readonly storageState?: StorageState;
}

/** Cookies and storage of a browser profile. */
export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** One browser profile with one page. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** What the browser's console complained about, but for answers that the test expects (401, 409). */
  readonly complaints: readonly string[];
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
];

function listen(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning';
    if (isComplaint && !/the server responded with a status of 401/u.test(message.text())) {
      complaints.push(message.text());
    }
  });
  return complaints;
}

async function openVisit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const { width = 1280, storageState } = options;
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height: 860 },
    locale: 'zh-CN',
    ...(storageState === undefined ? {} : { storageState }),
    timezoneId: 'Asia/Shanghai',
    acceptDownloads: true,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  return { page, complaints: listen(page), [Symbol.asyncDispose]: async () => await context.close() };
}

/** Starts a demonstration and the browser. */
export async function openStage(executablePath: string): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'suyuan-console-'));
  await chmod(dataDir, 0o755); // the database's own user goes through it where tests run as root
  const settings = readSettings({ SUYUAN_LOG: 'silent' }, { dataDir, port: 0 });
  const demonstration = await startDemonstration({ ...smallDemonstration, settings });
  const browser = await chromium.launch({ executablePath, args: flags });
  const [manager, maker] = demonstration.document.organizations;
  if (manager === undefined || maker === undefined)
    throw new Error('the demonstration has three organisations');
  return {
    manager,
    maker,
    open: async (options = {}) => await openVisit(browser, options),
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await demonstration.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
