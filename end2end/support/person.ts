// A person at a screen, who does and sees things in the language of the run. Words are given in both
// languages, `["登录", "Sign in"]`, or once where they are content that people typed.
import { type Locator, type Page, expect } from "@playwright/test";
import { axe, shot } from "./look.ts";
import { hydrated } from "./test.ts";

export type Words = string | readonly [zh: string, en: string];

/** A file to be uploaded. */
export type Upload = { name: string; mimeType: string; buffer: Buffer };

/** How many pages were kept as pictures, which so stay in the order of the story. */
let shown = 0;

/** For a regular expression in a locator, which takes no quotes. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/['"]/g, ".");
}

export class Person {
  constructor(
    readonly page: Page,
    readonly locale: string,
    /** Where the person looks; the whole page at first. */
    readonly place: Locator = page.locator("body"),
  ) {}

  /** The words in the language of the run. */
  say(words: Words): string {
    if (typeof words === "string") return words;
    return this.locale.startsWith("zh") ? words[0] : words[1];
  }

  /** What can be pressed begins with the words: a number for screen readers may follow. */
  private begins(words: Words): RegExp {
    return new RegExp(`^\\s*${escaped(this.say(words))}(?![\\p{L}\\p{N}])`, "u");
  }

  /** Labels are the words, and perhaps a mark that the field is required or optional. */
  private labelled(words: Words): RegExp {
    return new RegExp(`^\\s*${escaped(this.say(words))}\\s*($|[(（*])`, "u");
  }

  /** The same person, looking at one part of the page only. */
  within(place: Locator): Person {
    return new Person(this.page, this.locale, place);
  }

  /** Looks at the row or card of a list that holds the text. */
  row(text: string | RegExp): Person {
    return this.within(this.place.locator("tr, li, article").filter({ hasText: text }).last());
  }

  /** Looks at the group of controls under a legend. */
  group(words: Words): Person {
    return this.within(this.place.getByRole("group", { name: this.labelled(words) }));
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await hydrated(this.page);
  }

  /** Does something that ends on a newly loaded page, and waits for it. */
  async goes(act: () => Promise<void>): Promise<void> {
    const loaded = this.page.waitForEvent("load");
    await act();
    await loaded;
    await hydrated(this.page);
  }

  /** Does something that shows another step, which with scripts is no other page, and waits for its
   * heading. */
  async steps(act: () => Promise<void>, heading: Words): Promise<void> {
    await act();
    await expect(this.page.getByRole("heading", { level: 1, name: this.say(heading) })).toBeVisible();
    await hydrated(this.page);
  }

  button(words: Words): Locator {
    return this.place.getByRole("button", { name: this.begins(words) });
  }

  link(words: Words): Locator {
    return this.place.getByRole("link", { name: this.begins(words) });
  }

  field(words: Words): Locator {
    return this.place.getByLabel(this.labelled(words));
  }

  /** Presses a button whose form is accepted. */
  async press(words: Words): Promise<void> {
    await this.goes(() => this.button(words).click());
  }

  /** Presses a button whose form is refused: the summary takes the focus, and the reason is shown. */
  async isRefused(button: Words, reason: Words): Promise<void> {
    await this.button(button).click();
    await expect(this.place.getByRole("alert").filter({ visible: true })).toBeVisible();
    await hydrated(this.page);
    await this.sees(reason);
  }

  async follow(words: Words): Promise<void> {
    await this.goes(() => this.link(words).first().click());
  }

  /** Opens what is folded. */
  async unfold(words: Words): Promise<void> {
    await this.place.locator("summary").filter({ hasText: this.begins(words) }).click();
  }

  /** Opens a menu that is a sign; its name says what it is. */
  async unfoldMenu(words: Words): Promise<void> {
    await this.place.locator(`summary[aria-label^="${this.say(words)}"]`).filter({ visible: true }).first().click();
  }

  async fill(words: Words, value: string): Promise<void> {
    await this.field(words).fill(value);
  }

  async choose(words: Words, option: Words): Promise<void> {
    const field = this.field(words);
    const value = await field.locator("option").filter({ hasText: this.say(option) }).first().getAttribute("value");
    await field.selectOption(value ?? "");
  }

  /** Chooses what stands beside a box or a radio button. */
  async tick(words: Words): Promise<void> {
    const label = this.place.locator("label").filter({ has: this.page.getByText(this.say(words), { exact: true }) });
    await label.locator("input").check();
  }

  async attach(words: Words, files: Upload | Upload[] | string[]): Promise<void> {
    await this.field(words).setInputFiles(files);
  }

  async sees(...all: Words[]): Promise<void> {
    for (const words of all) {
      const shown = this.place.getByText(this.say(words)).filter({ visible: true });
      await expect(shown.first(), `${this.page.url()} shows “${this.say(words)}”`).toBeVisible();
    }
  }

  async doesNotSee(...all: Words[]): Promise<void> {
    for (const words of all) await expect(this.place.getByText(this.say(words))).toHaveCount(0);
  }

  /** What a field that is there to be copied holds. */
  async copies(words: Words): Promise<string> {
    return this.field(words).first().inputValue();
  }

  /** The page is accessible in both themes and fits the screen; FENFA_SHOTS keeps pictures of it. */
  async findsItGood(): Promise<void> {
    await axe(this.page);
    await shot(this.page, `story-${String(shown++).padStart(3, "0")}`);
  }
}
