// The `test` that all stories use: a server for each worker, and pages that fail the test on what
// nobody may see: console errors, uncaught errors, broken files, answers with 5xx.
import {
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  expect,
  test as base,
} from "@playwright/test";
import { type Server, startServer } from "./server.ts";

export { expect };
export { crossed, everywhere, live, on } from "./views.ts";

export type Options = {
  /** Whether the worker's server has the demo loaded: `test.use({ demo: false })`. */
  demo: boolean;
};

type Fixtures = {
  /** Opens a page in a context of its own: another person, another device. */
  visitor: (options?: BrowserContextOptions) => Promise<Page>;
  /** Problems seen so far; a test that provokes one takes it out again. */
  problems: string[];
  /** Starts a further, empty or demo, server that only this test uses. */
  ownServer: (options?: Partial<Options> & { origin?: string }) => Promise<Server>;
};

type WorkerFixtures = Options & { server: Server };

export const test = base.extend<Fixtures, WorkerFixtures>({
  demo: [true, { option: true, scope: "worker" }],

  server: [
    async ({ demo }, use) => {
      const server = await startServer({ demo });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  problems: async ({}, use) => {
    const problems: string[] = [];
    await use(problems);
    expect(problems, "nothing goes wrong behind the scenes").toEqual([]);
  },

  // Both name the servers, so that these outlive the pages that still listen to them.
  page: async ({ page, problems, ownServer: _ }, use) => {
    watch(page.context(), problems);
    await use(page);
  },

  visitor: async ({ browser, problems, baseURL, ownServer: _ }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      // Screen, language and the rest come from the project.
      const context = await browser.newContext({ baseURL, ...options });
      contexts.push(context);
      watch(context, problems);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  ownServer: async ({}, use) => {
    const servers: Server[] = [];
    await use(async (options = {}) => {
      const server = await startServer({ ...options, demo: options.demo ?? false });
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.stop();
  },
});

/** Collects what goes wrong in all pages of a context. */
function watch(context: BrowserContext, problems: string[]): void {
  // Whoever goes elsewhere means it.
  context.on("dialog", (dialog) => dialog.accept());
  context.on("weberror", (error) => problems.push(`uncaught: ${error.error().message}`));
  context.on("console", (message) => {
    // That a request was refused is judged below, by its status.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      problems.push(`console: ${message.text()} (${message.location().url})`);
    }
  });
  context.on("response", (response) => {
    const request = response.request();
    const asks = request.resourceType() === "document" || request.method() !== "GET";
    // Pages, commands and what scripts ask for may be refused; the files that a page is made of may not.
    const file = !asks && !/^\/(api|events)\//.test(new URL(request.url()).pathname);
    if (response.status() >= 500 || (file && response.status() >= 400)) {
      problems.push(`${response.status()} ${response.url()}`);
    }
  });
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    // Leaving a page ends what it still loads; with JavaScript off, preloaded scripts are not wanted.
    if (!reason.includes("ERR_ABORTED") && (usesJavaScript() || reason !== "csp")) problems.push(`${reason} ${request.url()}`);
  });
}

/** False in the `plain` views. */
export function usesJavaScript(): boolean {
  return test.info().project.use.javaScriptEnabled !== false;
}

/** Waits until the islands of the page are live; without JavaScript there is nothing to wait for. */
export async function hydrated(page: Page): Promise<void> {
  if (!usesJavaScript()) return;
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}
