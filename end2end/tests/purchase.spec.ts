// The purchase without a pointer: every step is reached with Tab and taken with Enter, and the focus goes
// where the eyes have to be (PUR-1 to PUR-3).
import type { Page } from "@playwright/test";
import { newLink } from "../support/links.ts";
import { password, people } from "../support/people.ts";
import { expect, hydrated, on, test } from "../support/test.ts";

/** Presses Tab until the focus is on what is named so. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const at = document.activeElement;
      const label = at instanceof HTMLInputElement ? at.labels?.[0]?.textContent : at?.textContent;
      return label?.trim() ?? "";
    });
    if (focused.startsWith(name)) return;
    passed.push(focused.slice(0, 20));
  }
  throw new Error(`Tab does not reach “${name}”; it passed ${passed.join(" | ")}`);
}

/** The heading of the step that is shown now has the focus. */
async function arrives(page: Page, heading: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1, name: heading })).toBeFocused();
}

test("pur1 pur3 an app is bought by keyboard alone, after a slip", on("desk-zh", "phone-zh"), async ({ page, visitor }) => {
  const link = await newLink(await visitor(), "zh-CN");
  await page.goto(link);
  await hydrated(page);
  await tabTo(page, "登录并继续");
  await page.keyboard.press("Enter");
  await arrives(page, "登录");
  await tabTo(page, "邮箱或手机号");
  await page.keyboard.type(people.customer);
  await tabTo(page, "密码");
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ visible: true })).toBeFocused();
  await tabTo(page, "密码");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await arrives(page, "选择购买的组织");
  await tabTo(page, "澄川环保工程");
  await page.keyboard.press("Enter");
  await arrives(page, "确认购买");
  await tabTo(page, "购买应用");
  await page.keyboard.press("Enter");
  await arrives(page, "购买完成");
  expect(new URL(page.url()).pathname).toBe(`${link}/done`);
});
