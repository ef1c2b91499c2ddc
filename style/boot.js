// Makes a page live: loads the client and hands every island on the page its element. Pages work
// without this file, and so does an island whose part of the client cannot be loaded or fails: it
// stays as it was sent, is marked `data-plain`, and the page offers to be loaded again.
// `html[data-hydrated]` tells tests that everything is live.
let client;
let islands;

// What loads an island's chunks; begun once. Tells whether they are there.
const loading = new Map();
function loaded(island) {
  const name = island.dataset.component.replace(/_\d+$/, "");
  if (!loading.has(name)) loading.set(name, Promise.resolve(islands[name]?.()).then(() => true, failed));
  return loading.get(name);
}

// The browser itself tells of what it could not load, which is a `TypeError`; all else is a mistake.
function failed(error) {
  if (!(error instanceof TypeError)) reportError(error);
  return false;
}

// A panic is an uncaught error of WebAssembly, and what was called never answers.
let panicked = () => {};
addEventListener("error", ({ error }) => {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  panicked(false);
  offer();
});
// The client tells that the server has another version of it by now, or that a chunk is missing.
addEventListener("fenfa:outdated", () => offer());

// Islands inside another island's children find its context through these.
const enclosing = [];

// Tells whether the island is live.
function hydrate(island) {
  return new Promise((done) => {
    panicked = done;
    const start = client[island.dataset.component];
    if (!start) throw new Error(`The client has no island ${island.dataset.component}.`);
    enclosing.at(-1)?.();
    Promise.resolve(start(island)).then(() => done(true), (error) => done(mistaken(error)));
  }).catch(mistaken);
}

function mistaken(error) {
  reportError(error);
  return false;
}

let plain = 0;
function leave(island) {
  island.dataset.plain = "";
  plain += 1;
  offer();
}

// From the outside in: an island renders before those among its children.
async function walk(element) {
  const tag = element.localName;
  if (tag === "leptos-island" && !((await loaded(element)) && (await hydrate(element)))) leave(element);
  if (tag === "leptos-children") enclosing.push(element.$$on_hydrate);
  for (const child of [...element.children]) await walk(child);
  if (tag === "leptos-children") enclosing.pop();
}

// The quiet bar that offers to load the page again. A region that was there before it speaks is read
// out; and nothing moves while something is being pressed.
let offered = false;
async function offer() {
  if (offered) return;
  offered = true;
  const chinese = document.documentElement.lang.startsWith("zh");
  const bar = document.createElement("div");
  bar.setAttribute("role", "status");
  document.getElementById("main")?.prepend(bar);
  await new Promise((later) => setTimeout(later, 100));
  while (pressed) await new Promise((later) => addEventListener("pointerup", later, { once: true }));
  const text = document.createElement("span");
  text.textContent = chinese
    ? "页面有新版本或网络中断，按钮仍可使用；重新加载可恢复即时功能"
    : "There is a new version or the network is gone: buttons still work; load again to get everything";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm whitespace-nowrap";
  button.textContent = chinese ? "重新加载" : "Load again";
  button.addEventListener("click", () => location.reload());
  bar.className = "alert alert-warning alert-soft sticky top-2 z-30 mb-6 print:hidden";
  bar.append(text, button);
}

let pressed = false;
addEventListener("pointerdown", () => (pressed = true), true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (pressed = false), true);

// A menu closes with Escape, which gives the focus back to its button, and on a press elsewhere.
const menus = () => document.querySelectorAll("details.dropdown[open]");
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});
addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// Loads both scripts and has the chunks of all islands on their way as well.
async function scripts() {
  const [script, split] = await Promise.all([import("./client/client.js"), import("./client/split.js")]);
  client = script;
  islands = split.islands;
  found.forEach(loaded);
  return split;
}

// Whether what every page needs is there: forms, menus, and the ground of all islands.
async function begin() {
  try {
    const compiling = WebAssembly.compileStreaming(fetch(new URL("./client/client.wasm", import.meta.url)));
    const [module_or_path, split] = await Promise.all([compiling, scripts()]);
    await client.default({ module_or_path });
    split.begin();
  } catch (error) {
    return failed(error);
  }
  try {
    client.hydrate();
    return true;
  } catch (error) {
    return mistaken(error);
  }
}

const found = document.querySelectorAll("leptos-island");
if (await begin()) {
  await walk(document.body);
  document.documentElement.dataset[plain ? "partly" : "hydrated"] = "";
  if (!plain) performance.mark("hydrated");
} else {
  found.forEach(leave);
  offer();
}
