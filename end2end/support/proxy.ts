// A proxy between a browser and a server of the test's own that does what proxies and networks do:
// answers in the server's place, breaks connections before or after the server was reached, is slow.
import { type IncomingMessage, type ServerResponse, createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { test as base } from "./test.ts";

/** Which requests are meant. */
export type Which = { method?: string; path?: string | RegExp } | ((asked: Asked) => boolean);

/** What becomes of a request. */
export type Fate =
  /** It is passed on, and the answer comes back. */
  | { kind: "pass" }
  /** It is passed on with another path or other headers, or its answer comes back with others. */
  | { kind: "alter"; path?: string; asks?: Record<string, string>; answers?: Record<string, string> }
  /** It is answered here, and does not reach the server. */
  | { kind: "answer"; status: number; type: string; body: string; headers?: Record<string, string> }
  /** The connection breaks before it reaches the server. */
  | { kind: "drop" }
  /** The server does what it is asked for, and the connection breaks before its answer is back. */
  | { kind: "lose" }
  /** It waits for so many milliseconds, or until something has happened, and goes on. */
  | { kind: "delay"; until: number | Promise<unknown>; then: Fate };

/** A request that came by. */
export type Asked = {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingMessage["headers"];
  /** What was typed into its form, where it brings one without files; complete once it was passed on. */
  body: string;
  /** What became of it. */
  fate: Fate["kind"];
  /** What the server answered, once it did; nothing where it was not reached. */
  status?: number;
};

export const pass: Fate = { kind: "pass" };
type Altered = Extract<Fate, { kind: "alter" }>;
export const alter = (how: Omit<Altered, "kind">): Altered => ({ kind: "alter", ...how });
export const drop: Fate = { kind: "drop" };
export const lose: Fate = { kind: "lose" };
export const delay = (until: number | Promise<unknown>, then: Fate = pass): Fate => ({ kind: "delay", until, then });
export const answer = (status: number, type: string, body: string, headers?: Record<string, string>): Fate => ({
  kind: "answer",
  status,
  type,
  body,
  ...(headers && { headers }),
});

const html = (status: number, words: string, headers?: Record<string, string>) =>
  answer(
    status,
    "text/html",
    `<html><head><title>${words}</title></head><body><center><h1>${words}</h1></center><hr><center>nginx</center></body></html>`,
    headers,
  );

/** What proxies, gateways and networks answer in a server's place. */
export const foreign = {
  tooLarge: html(413, "413 Request Entity Too Large"),
  tooMany: html(429, "429 Too Many Requests", { "retry-after": "1" }),
  badGateway: html(502, "502 Bad Gateway"),
  unavailable: html(503, "503 Service Temporarily Unavailable", { "retry-after": "1" }),
  gatewayTimeout: html(504, "504 Gateway Time-out"),
  /** The page of a network that wants people to sign in with it first. */
  portal: answer(
    200,
    "text/html; charset=utf-8",
    '<!DOCTYPE html><title>Wi-Fi</title><form action="/portal"><h1>请先登录网络</h1><input name="phone"><button>上网</button></form>',
  ),
} as const;

export type Proxy = {
  /** The address for browsers. */
  url: string;
  /** All requests so far, in order. */
  log: Asked[];
  /** The requests so far that are meant. */
  seen: (which: Which) => Asked[];
  /** From now on, so many times or until the rule is lifted, this becomes of such requests; the
   * newest rule comes first. Browsers send a request anew by themselves when an idle connection
   * breaks, so a rule that is to hold for what a person does is better lifted than counted. */
  when: (which: Which, fate: Fate, times?: number) => { lift: () => void };
  stop: () => Promise<void>;
};

/** Starts a proxy in front of a server. The host that browsers name is passed on, so that the server
 * takes the proxy's address for its own. */
export async function startProxy(target: string): Promise<Proxy> {
  const log: Asked[] = [];
  let rules: { which: Which; fate: Fate; times: number }[] = [];

  const server = createServer((request, response) => {
    const asked: Asked = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body: "", fate: "pass" };
    if (request.headers["content-type"] === "application/x-www-form-urlencoded") {
      request.on("data", (piece: Buffer) => (asked.body += piece.toString("latin1")));
      request.pause();
    }
    const rule = rules.findLast(({ which }) => isMeant(asked, which));
    if (rule && --rule.times === 0) rules = rules.filter((one) => one !== rule);
    const fate = rule?.fate ?? pass;
    asked.fate = fate.kind;
    log.push(asked);
    meet(target, asked, fate, request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    seen: (which) => log.filter((asked) => isMeant(asked, which)),
    when: (which, fate, times = Infinity) => {
      const rule = { which, fate, times };
      rules.push(rule);
      return { lift: () => void (rules = rules.filter((one) => one !== rule)) };
    },
    stop: async () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

function isMeant(asked: Asked, which: Which): boolean {
  if (typeof which === "function") return which(asked);
  const [path = ""] = asked.path.split("?");
  const here = which.path === undefined || (typeof which.path === "string" ? which.path === path : which.path.test(asked.path));
  return here && (which.method === undefined || which.method === asked.method);
}

async function meet(target: string, asked: Asked, fate: Fate, request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (fate.kind) {
    case "pass":
    case "alter":
      return forward(target, asked, fate, request, response, (answer) => {
        const other = fate.kind === "alter" ? fate.answers : {};
        // Each request has a connection of its own: what breaks is this request and no other.
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...other, connection: "close" });
        answer.pipe(response);
      });
    case "lose":
      return forward(target, asked, fate, request, response, (answer) => {
        answer.resume().once("end", () => request.socket.destroy());
      });
    case "answer":
      // The whole request is taken first: browsers that are still sending hear no answer.
      request.resume().once("end", () => {
        response.writeHead(fate.status, { "content-type": fate.type, ...fate.headers, connection: "close" });
        response.end(fate.body);
      });
      return;
    case "drop":
      request.resume().once("end", () => request.socket.destroy());
      return;
    case "delay": {
      const { until } = fate;
      await (typeof until === "number" ? new Promise((later) => setTimeout(later, until)) : until);
      return meet(target, asked, fate.then, request, response);
    }
  }
}

function forward(
  target: string,
  asked: Asked,
  fate: Fate,
  request: IncomingMessage,
  response: ServerResponse,
  back: (answer: IncomingMessage) => void,
): void {
  const { connection: _, ...own } = request.headers;
  const other = fate.kind === "alter" ? fate : alter({});
  const headers = { ...own, ...other.asks };
  const onward = ask(new URL(other.path ?? asked.path, target), { method: asked.method, headers, agent: false });
  onward.once("response", (answer) => {
    asked.status = answer.statusCode ?? 0;
    answer.once("error", () => request.socket.destroy());
    back(answer);
  });
  onward.once("error", () => request.socket.destroy());
  // Whoever leaves is not waited for.
  response.once("close", () => onward.destroy());
  request.pipe(onward);
}

/** The `test` of stories in which something lies between the browsers and the worker's server. */
export const test = base.extend<{ between: Proxy }>({
  between: async ({ server }, use) => {
    const proxy = await startProxy(server.url);
    await use(proxy);
    await proxy.stop();
  },

  baseURL: async ({ between }, use) => use(between.url),

  // What the proxy does to a request is no fault behind the scenes.
  problems: async ({ problems, between }, use) => {
    await use(problems);
    const provoked = between.log.filter((asked) => asked.fate !== "pass").map((asked) => `${between.url}${asked.path}`);
    const others = problems.filter((problem) => !provoked.some((url) => problem.endsWith(url)));
    problems.splice(0, problems.length, ...others);
  },
});
