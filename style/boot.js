// Makes a page live: loads the client and hands every island on the page its element. Pages work
// without this file; `html[data-hydrated]` tells tests that it is done.
import init, * as client from "./client.js";

// Islands inside another island's children find its context through these.
const enclosing = [];

async function hydrate(island) {
  const start = client[island.dataset.component];
  if (!start) throw new Error(`The client has no island ${island.dataset.component}.`);
  enclosing.at(-1)?.();
  await start(island);
}

// From the outside in: an island renders before those among its children.
async function walk(element) {
  const tag = element.localName;
  if (tag === "leptos-island") await hydrate(element);
  if (tag === "leptos-children") enclosing.push(element.$$on_hydrate);
  for (const child of [...element.children]) await walk(child);
  if (tag === "leptos-children") enclosing.pop();
}

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

await init({ module_or_path: new URL("./client.wasm", import.meta.url) });
client.hydrate();
await walk(document.body);
document.documentElement.dataset.hydrated = "";
