// Answers that are lost, or that somebody else gives in the server's place: what was typed is kept,
// and once the way is free the same press does it (ALL-4, ALL-5).
import { password, people } from "../support/people.ts";
import { drop, foreign, lose, test } from "../support/proxy.ts";
import { expect, hydrated } from "../support/test.ts";

const signingIn = { method: "POST", path: "/sign-in" };

for (const [name, fate] of Object.entries({ lose, drop, ...foreign })) {
  test(`all4 signing in: ${name}`, async ({ page, between, problems }) => {
    await page.goto("/sign-in");
    await hydrated(page);
    const login = page.getByLabel(/^邮箱或手机号/);
    await login.fill(people.customer);
    await page.getByLabel(/^密码/).fill(password);
    const rule = between.when(signingIn, fate);
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await expect(page.getByRole("alert").filter({ visible: true })).toContainText("您填写的内容都还在");
    await expect(login).toHaveValue(people.customer);
    const reached = between.seen(signingIn).some((asked) => asked.status !== undefined);
    expect(reached, "whether the server was reached").toBe(name === "lose");
    problems.length = 0;

    rule.lift();
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await expect(page).not.toHaveURL(/\/sign-in/);
  });
}
