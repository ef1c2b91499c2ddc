// Measures how soon the first page of a purchase can be seen and used: in Chromium with an empty cache
// and the processor slowed four times. `node timing.mjs URL` of a server that serves the demo; prints
// the medians in milliseconds as JSON.
import { chromium } from "@playwright/test";

const RUNS = 7;
const [base] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.FENFA_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** Makes a link that nobody has bought by, as a provider does. */
async function link() {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: base });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.locator('input[autocomplete="username"]').fill("zhou.ying@yunqi.example");
  await page.locator('input[autocomplete="current-password"]').fill("fenfa-demo-2026");
  await page.locator('form:has([autocomplete="current-password"]) button').click();
  await page.goto("/manage/provider/projects?state=approved");
  await page.locator('a[href$="/links"]').first().click();
  await page.locator('input[name="application"]:enabled').first().check();
  await page.locator('button[value="create"]').click();
  const made = await page.locator('input[readonly][value*="/l/"]').first().inputValue();
  await context.close();
  const { pathname, search } = new URL(made, base);
  return pathname + search;
}

async function measured(path) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN", baseURL: base });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.goto(path);
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  const times = await page.evaluate(async () => {
    const interactive = performance.getEntriesByName("hydrated")[0].startTime;
    const lcp = await new Promise((found) => {
      const observer = new PerformanceObserver((list) => found(list.getEntries().at(-1).startTime));
      observer.observe({ type: "largest-contentful-paint", buffered: true });
    });
    return { lcp, interactive };
  });
  await context.close();
  return times;
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  const path = await link();
  // The first page of a browser that has just started waits for more than itself.
  await measured(path);
  const all = [];
  for (let run = 0; run < RUNS; run += 1) all.push(await measured(path));
  const of = (name) => median(all.map((times) => times[name]));
  console.log(JSON.stringify({ lcp: of("lcp"), interactive: of("interactive") }));
} finally {
  await browser.close();
}
