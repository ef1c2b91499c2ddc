// The people of the demo, and how they sign in.
import { type Page, expect } from "@playwright/test";
import { hydrated } from "./test.ts";

export const password = "fenfa-demo-2026";

/** Logins of the demo, by what their owners do. */
export const people = {
  operator: "operator@fenfa.example",
  /** Platform admins of the provider: one creates projects, the other may not open them. */
  provider: "zhou.ying@yunqi.example",
  colleague: "he.jun@yunqi.example",
  developer: "lin.xiao@yunqi.example",
  providerMember: "su.wen@yunqi.example",
  /** Admin and member of the first customer. */
  customer: "chen.mo@chengchuan.example",
  employee: "fang.lan@chengchuan.example",
  /** Admin, developer and member of the second customer. */
  otherCustomer: "xu.ning@hemu.example",
  otherDeveloper: "tang.yue@hemu.example",
  otherEmployee: "luo.fei@hemu.example",
} as const;

/** Signs in by the form and arrives at the workbench. */
export async function signIn(page: Page, login: string, secret: string = password): Promise<void> {
  await page.goto("/sign-in");
  await hydrated(page);
  await page.locator('input[autocomplete="username"]').fill(login);
  await page.locator('input[autocomplete="current-password"]').fill(secret);
  await page.locator('form:has([autocomplete="current-password"]) button').click();
  await expect(page).not.toHaveURL(/\/sign-in/);
  await hydrated(page);
}
