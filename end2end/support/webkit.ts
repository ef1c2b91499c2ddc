// WebKit, the engine of the browsers on iPhones, driven over the W3C WebDriver protocol: Playwright
// brings a WebKit of its own only as a download, the operating system has one with a driver.
import { type ChildProcess, spawn } from "node:child_process";
import { expect } from "@playwright/test";
import { freePort } from "./server.ts";

/** An element of the page, by the driver's name for it. */
export type Element = { readonly id: string };

/** What the driver answers for an element. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
/** How long something that is bound to come may take, and how often it is looked for. */
const PATIENCE = { timeout: 15_000, intervals: [100] };

/** What can be pressed; a redesign may make a button of a link. */
const PRESSABLE = "main :is(button, a[href], summary, input[type=submit], [role=button], [role=link])";
const FIELDS = "main :is(input, textarea, select)";

export class WebKit {
  private constructor(
    private readonly driver: string,
    private readonly session: string,
    private readonly processes: ChildProcess[],
  ) {}

  /** Starts a driver with a browser whose page is as large as said, on a screen that nobody sees. */
  static async start(size: { width: number; height: number }): Promise<WebKit> {
    const processes: ChildProcess[] = [];
    try {
      const screen = spawn("Xvfb", ["-displayfd", "3", "-nolisten", "tcp", "-screen", "0", "1600x1200x24"], {
        stdio: ["ignore", "ignore", "ignore", "pipe"],
        detached: true,
      });
      processes.push(screen);
      const display = await said(screen);
      const port = await freePort();
      const program = process.env.FENFA_WEBKIT ?? "/usr/bin/WebKitWebDriver";
      // This browser asks for the operating system's language; here it has none, and Fenfa speaks Chinese.
      const env = { ...process.env, DISPLAY: `:${display}`, GDK_BACKEND: "x11", LC_ALL: "C.UTF-8" };
      processes.push(spawn(program, [`--port=${port}`], { stdio: "ignore", detached: true, env }));
      const driver = `http://127.0.0.1:${port}`;
      await expect(async () => {
        await command(driver, "GET", "/status");
      }).toPass(PATIENCE);
      // Without its tool bar the window becomes as narrow as a phone.
      const options = { args: ["--automation", "--full-screen"] };
      const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
      const { sessionId } = await command<{ sessionId: string }>(driver, "POST", "/session", { capabilities });
      const webkit = new WebKit(driver, sessionId, processes);
      await webkit.ask("POST", "/window/rect", { x: 0, y: 0, ...size });
      await expect
        .poll(() => webkit.execute("return [innerWidth, innerHeight]"), PATIENCE)
        .toEqual([size.width, size.height]);
      return webkit;
    } catch (problem) {
      end(processes);
      throw problem;
    }
  }

  /** Ends the browser, its driver and its screen. */
  async stop(): Promise<void> {
    try {
      await this.ask("DELETE", "");
    } finally {
      end(this.processes);
    }
  }

  private ask<T = unknown>(method: string, path: string, body?: object): Promise<T> {
    return command<T>(this.driver, method, `/session/${this.session}${path}`, body);
  }

  async navigate(url: string): Promise<void> {
    await this.ask("POST", "/url", { url });
  }

  async refresh(): Promise<void> {
    await this.ask("POST", "/refresh", {});
  }

  url(): Promise<string> {
    return this.ask("GET", "/url");
  }

  /** Runs the body of a function in the page. */
  execute<T = unknown>(script: string, ...args: unknown[]): Promise<T> {
    const given = args.map((one) => (isElement(one) ? { [ELEMENT]: one.id } : one));
    return this.ask("POST", "/execute/sync", { script, args: given });
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from(await this.ask<string>("GET", "/screenshot"), "base64");
  }

  async findAll(selector: string): Promise<Element[]> {
    const found = await this.ask<Record<string, string>[]>("POST", "/elements", { using: "css selector", value: selector });
    return found.map((element) => ({ id: element[ELEMENT] ?? "" }));
  }

  /** The first element that is shown and whose name, as it is told to people who do not see it,
   * begins with the words. */
  async find(selector: string, words: string): Promise<Element> {
    const names: string[] = [];
    for (const element of await this.findAll(selector)) {
      // What is not shown has no name.
      if (!(await this.isShown(element))) continue;
      const name = (await this.name(element)).trim();
      names.push(name);
      const rest = name.startsWith(words) ? name.slice(words.length) : undefined;
      if (rest !== undefined && !/^[\p{L}\p{N}]/u.test(rest)) return element;
    }
    throw new Error(`nothing shown at ${await this.url()} is called “${words}”, of: ${names.join(", ")}`);
  }

  name(element: Element): Promise<string> {
    return this.ask("GET", `/element/${element.id}/computedlabel`);
  }

  isShown(element: Element): Promise<boolean> {
    return this.ask("GET", `/element/${element.id}/displayed`);
  }

  text(element: Element): Promise<string> {
    return this.ask("GET", `/element/${element.id}/text`);
  }

  async click(element: Element): Promise<void> {
    await this.ask("POST", `/element/${element.id}/click`, {});
  }

  /** Types in the place of what stands there. */
  async type(element: Element, text: string): Promise<void> {
    await this.ask("POST", `/element/${element.id}/clear`, {});
    await this.ask("POST", `/element/${element.id}/value`, { text });
  }

  /** Presses what is called so, as soon as it is there and live. */
  async press(words: string): Promise<void> {
    await this.soon(PRESSABLE, words, (element) => this.click(element));
  }

  /** Fills in the field that is called so, as soon as it is there and live. */
  async fill(words: string, text: string): Promise<void> {
    await this.soon(FIELDS, words, (element) => this.type(element, text));
  }

  /** Waits until the page shows the words. */
  async sees(...all: string[]): Promise<void> {
    for (const words of all) {
      const shown = () => this.execute<string>("return document.body.innerText");
      await expect.poll(shown, { message: `the page shows “${words}”`, ...PATIENCE }).toContain(words);
    }
  }

  /** Does something with an element. What the driver refuses, because a page is just leaving or the
   * element is covered, was not done and is done again. */
  private async soon(selector: string, words: string, act: (element: Element) => Promise<void>): Promise<void> {
    await expect(async () => {
      const element = await this.find(selector, words);
      const live = "return arguments[0].ownerDocument.documentElement.hasAttribute('data-hydrated')";
      expect(await this.execute(live, element), "the page is live").toBe(true);
      await act(element);
    }).toPass(PATIENCE);
  }
}

function isElement(value: unknown): value is Element {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string";
}

async function command<T>(driver: string, method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${driver}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } };
  if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
  return value;
}

/** The first line that a screen says on its fourth channel: its number. */
function said(screen: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    screen.once("error", failed);
    screen.once("exit", (code) => failed(new Error(`Xvfb ended with code ${code}`)));
    screen.stdio[3]?.once("data", (text) => found(String(text).trim()));
  });
}

/** Each process leads a group, in which its children are as well. */
function end(processes: ChildProcess[]): void {
  for (const { pid } of processes.toReversed()) {
    try {
      if (pid) process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
