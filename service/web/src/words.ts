/* The words of the page's language: one flat file a language, the same that the program's own templates use. */

export const language = document.documentElement.lang || "vi";
let words: Record<string, string> = {};

export async function loadWords(): Promise<void> {
  const answer = await fetch(`/static/words.${language}.json`);
  words = await answer.json();
}

/* The words of a key, {places} filled; the fallback, or the key, where there are none. */
export function t(key: string, places: Record<string, string | number> = {}, fallback = key): string {
  return (words[key] ?? fallback).replace(/\{(\w+)\}/g, (whole, name: string) => String(places[name] ?? whole));
}

/* Keys that start with the prefix, without it. */
export function keysOf(prefix: string): string[] {
  return Object.keys(words).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}

const times = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "short", timeStyle: "short" });

export function time(text: string | null): string {
  return text ? times.format(new Date(text)) : "";
}
