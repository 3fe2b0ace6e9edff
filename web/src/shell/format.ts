// Numbers, dates and durations as docs/ui says them: 1,234; 2026年3月5日 周四; 3天前.
import { i18n } from "./i18n";

const locale = () => (i18n.language === "en" ? "en-GB" : i18n.language === "zh-Hant" ? "zh-TW" : "zh-CN");

export const count = (value: number) => Math.trunc(value).toLocaleString("en-US");

export function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) { size /= 1024; unit += 1; }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

export function date(instant: string): string {
  const day = new Date(instant);
  if (i18n.language === "en")
    return day.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  const week = i18n.language === "zh-Hant" ? "週" : "周";
  return `${day.getFullYear()}年${day.getMonth() + 1}月${day.getDate()}日 ${week}${"日一二三四五六"[day.getDay()]}`;
}

export function time(instant: string): string {
  return new Date(instant).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

export const dateTime = (instant: string) => `${date(instant)} ${time(instant)}`;

// Near what matters, far what does not: "刚刚", "5分钟前", "昨天 16:20", "3天前", then the date.
export function ago(instant: string, now = Date.now()): string {
  const then = new Date(instant).getTime();
  const seconds = Math.round((now - then) / 1000);
  if (seconds < 0) return ahead(instant, now);
  if (seconds < 45) return i18n.t("time.just_now");
  if (seconds < 3600) return i18n.t("time.minutes_ago", { count: Math.max(1, Math.round(seconds / 60)) });
  const days = calendarDays(then, now);
  if (days === 0) return i18n.t("time.hours_ago", { count: Math.round(seconds / 3600) });
  if (days === 1) return i18n.t("time.yesterday", { time: time(instant) });
  if (days < 7) return i18n.t("time.days_ago", { count: days });
  return date(instant);
}

export function ahead(instant: string, now = Date.now()): string {
  const then = new Date(instant).getTime();
  if (then <= now) return ago(instant, now);
  const days = calendarDays(now, then);
  if (days === 0) return i18n.t("time.today", { time: time(instant) });
  if (days === 1) return i18n.t("time.tomorrow", { time: time(instant) });
  if (days < 30) return i18n.t("time.in_days", { count: days });
  return date(instant);
}

function calendarDays(from: number, until: number): number {
  const midnight = (value: number) => { const day = new Date(value); day.setHours(0, 0, 0, 0); return day.getTime(); };
  return Math.round((midnight(until) - midnight(from)) / 86_400_000);
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return i18n.t("time.seconds", { count: Math.max(1, whole) });
  if (whole < 3600) return i18n.t("time.minutes", { count: Math.round(whole / 60) });
  return i18n.t("time.hours", { count: Number((whole / 3600).toFixed(1)) });
}

export const sortByText = (left: string, right: string) => left.localeCompare(right, locale());
