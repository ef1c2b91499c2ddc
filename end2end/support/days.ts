// Days counted from today, for forms that take only days to come, or only days that were.

/** The day so many days from now, as people in Shanghai write it in a form. */
export function inDays(count: number): string {
  const day = new Date(Date.now() + count * 86_400_000);
  return day.toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
}
