// How the stories are run: Chromium of the operating system, and the matrix of views they choose from.
import { defineConfig, devices } from "@playwright/test";
import type { Options } from "./support/test.ts";
import { views } from "./support/views.ts";

const phone = { ...devices["Pixel 7"], viewport: { width: 390, height: 844 } };
const desk = { ...devices["Desktop Chrome"], viewport: { width: 1440, height: 900 } };

export default defineConfig<Options, object>({
  testDir: "tests",
  outputDir: "results",
  forbidOnly: !!process.env.CI,
  // A test that passes only sometimes is broken.
  retries: 0,
  workers: Number(process.env.FENFA_WORKERS ?? 2),
  fullyParallel: false,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    timezoneId: "Asia/Shanghai",
    contextOptions: { reducedMotion: "reduce" },
    trace: process.env.FENFA_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.FENFA_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: views.map((view) => ({
    name: view.name,
    grep: view.grep,
    use: {
      ...(view.screen === "phone" ? phone : desk),
      locale: view.locale,
      javaScriptEnabled: view.javaScript,
    },
  })),
});
