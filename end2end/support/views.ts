// The views a story can be looked at in: screen, language, JavaScript. A test names those it wants:
//   test("…", on("phone-en", "desk-zh-plain"), async ({ page }) => …)
//   test("…", everywhere, async ({ page }) => …)
// A test that names none runs in `desk-zh`.

export type View = {
  name: ViewName;
  screen: "desk" | "phone";
  locale: "zh-CN" | "en-US";
  javaScript: boolean;
  grep: RegExp;
};

const names = [
  "desk-zh",
  "desk-en",
  "phone-zh",
  "phone-en",
  "desk-zh-plain",
  "desk-en-plain",
  "phone-zh-plain",
  "phone-en-plain",
] as const;

export type ViewName = (typeof names)[number];

/** `plain` means: with JavaScript off. */
export const views: View[] = names.map((name) => ({
  name,
  screen: name.startsWith("desk") ? "desk" : "phone",
  locale: name.includes("-zh") ? "zh-CN" : "en-US",
  javaScript: !name.endsWith("-plain"),
  grep: wanted(name),
}));

function wanted(name: ViewName): RegExp {
  const named = `@${name}(?![-\\w])|@everywhere`;
  const unnamed = `^(?!.*@(desk|phone|everywhere)).*$`;
  return new RegExp(name === "desk-zh" ? `${named}|${unnamed}` : named);
}

/** Runs a test in these views. */
export function on(...chosen: ViewName[]): { tag: string[] } {
  return { tag: chosen.map((name) => `@${name}`) };
}

/** Runs a test in all eight views. */
export const everywhere = { tag: ["@everywhere"] };

/** Both screens, both languages, with JavaScript. */
export const live = on("desk-zh", "desk-en", "phone-zh", "phone-en");

/** Each of the two values of each dimension, in four views instead of eight. */
export const crossed = on("desk-zh", "phone-en", "phone-zh-plain", "desk-en-plain");
