// Every page that a person of the demo can reach by links is accessible in both themes, fits the
// screen, and has nothing going wrong behind it.
import { faults, shot } from "../support/look.ts";
import { people, signIn } from "../support/people.ts";
import { expect, hydrated, on, test } from "../support/test.ts";

/** Pages that differ only in ids are looked at once. */
function kind(path: string): string {
  return path
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}")
    .replace(/\/l\/[^/]+/, "/l/{token}")
    .replace(/\/(forms|design)\/[^/{]+/g, "/$1/{key}");
}

/** Links that do something else than show a page. */
const others = [/^\/files\//, /^\/assets\//, /^\/events\//, /\.(csv|fenfa|json)$/, /\/export/, /^\/sign-out/];

const walkers = ["operator", "provider", "developer", "customer", "otherCustomer", "employee"] as const;

for (const who of walkers) {
  test(`all pages of the ${who}`, on("desk-zh", "phone-en"), async ({ page, baseURL }) => {
    test.setTimeout(600_000);
    await signIn(page, people[who]);
    const waiting = ["/"];
    const seen = new Set<string>(["/"]);
    const problems: string[] = [];
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const answer = await page.goto(path);
      const name = kind(new URL(page.url()).pathname);
      if (answer && answer.status() >= 400) problems.push(`${path} answers ${answer.status()}`);
      await hydrated(page);
      problems.push(...(await faults(page)).map((fault) => `${name}: ${fault}`));
      await shot(page, `${who}${name.replaceAll("/", "_")}`);
      for (const link of await page.locator("main a[href], header a[href], nav a[href]").all()) {
        const target = new URL((await link.getAttribute("href")) ?? "", page.url());
        const known = kind(target.pathname);
        const isPage = target.origin === baseURL && !others.some((other) => other.test(target.pathname));
        if (isPage && !(await link.getAttribute("download")) && !seen.has(known)) {
          seen.add(known);
          waiting.push(target.pathname + target.search);
        }
      }
    }
    test.info().annotations.push({ type: "pages", description: [...seen].join(" ") });
    expect(problems).toEqual([]);
  });
}
