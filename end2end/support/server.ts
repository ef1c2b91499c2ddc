// A server of the test's own: a fresh data folder, a free port, gone at the end.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Server = {
  url: string;
  /** Where it keeps its data. */
  data: string;
  /** What it has logged so far. */
  log: () => string;
  /** Ends the process as a power cut would, keeping the data. */
  kill: () => Promise<void>;
  /** Starts it again on the same data and port. */
  restart: () => Promise<void>;
  /** Ends it and removes its data. */
  stop: () => Promise<void>;
};

export async function startServer(options: { demo: boolean; origin?: string }): Promise<Server> {
  const program = process.env.FENFA_BIN;
  if (!program) throw new Error("FENFA_BIN names no program; `cargo xtask test e2e` sets it.");
  const data = await mkdtemp(join(tmpdir(), "fenfa-end2end-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let log = "";
  let child: ChildProcess | undefined;

  const start = async (demo: boolean) => {
    const args = ["serve", "--port", String(port), "--data", data, ...(demo ? ["--demo"] : [])];
    if (options.origin) args.push("--origin", options.origin);
    const { DATABASE_URL: _, ...env } = process.env;
    child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env });
    child.stdout?.on("data", (text) => (log += text));
    child.stderr?.on("data", (text) => (log += text));
    await healthy(url, child, () => log);
  };
  const kill = async () => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((done) => running.once("exit", done));
    running.kill("SIGKILL");
    await ended;
  };
  const stop = async () => {
    await kill();
    await rm(data, { recursive: true, force: true });
  };

  try {
    await start(options.demo);
  } catch (problem) {
    await stop();
    throw problem;
  }
  return { url, data, log: () => log, kill, restart: () => start(options.demo), stop };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => found(port));
    });
  });
}

async function healthy(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) {
      throw new Error(`The server ended with code ${child.exitCode}:\n${log()}`);
    }
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`The server did not answer within a minute:\n${log()}`);
}
