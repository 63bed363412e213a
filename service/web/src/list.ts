/* The list of records: hand in captures, see what waits for a person, search. */
import { Problem, get, isUnread, upload } from "./api";
import type { Document, PaperType, Row } from "./api";
import { byId, h, say, tag } from "./dom";
import { complaintsOf } from "./quality";
import { keysOf, loadWords, t, time } from "./words";

const LOOK_AGAIN_MS = 2000;
const SEARCH_AFTER_MS = 300;
const PAGE_LENGTH = 25;

const filter = { q: "", state: "", type: "" };
const typeNames = new Map<string, string>();
let cursors: string[] = []; /* of the pages before and this one */
let timer = 0;

/* ---- Handing in ---- */

function explain(problem: unknown): string {
  if (!(problem instanceof Problem)) return t("problem_network");
  return t(`problem_${problem.code}`, {}, problem.message || t("problem_internal"));
}

/* Says beside the file what is wrong with its capture, as soon as it was read: the citizen still stands there. */
async function watchQuality(id: string, item: HTMLElement): Promise<void> {
  for (;;) {
    const record = await get<Document>(`records/${id}`);
    if (!isUnread(record.state)) {
      item.append(...complaintsOf(record).map((words) => h("p", { class: "upload-flaw problem" }, words)));
      return;
    }
    await new Promise((resolve) => { window.setTimeout(resolve, LOOK_AGAIN_MS); });
  }
}

async function handIn(file: File, items: HTMLElement): Promise<void> {
  const bar = h("progress", { max: 1, value: 0, "aria-label": file.name });
  const result = h("span", { class: "quiet" });
  const item = h("li", {}, h("span", { class: "upload-name" }, file.name), bar, result);
  items.append(item);
  try {
    const { papers } = await upload(file, (share) => { bar.value = share; });
    bar.remove();
    papers.forEach((paper, i) => {
      if (i > 0) result.append(" · ");
      result.append(h("a", { class: "govuk-link", href: `/records/${paper.id}` },
                      t(paper.existing ? "upload_known" : "upload_done") + (papers.length > 1 ? ` (${i + 1})` : "")));
      if (!paper.existing) watchQuality(paper.id, item).catch(() => undefined); /* the list says when the server is away */
    });
  } catch (problem) {
    bar.remove();
    result.className = "problem";
    result.textContent = explain(problem);
  }
}

async function handInAll(files: Iterable<File>, items: HTMLElement): Promise<void> {
  items.replaceChildren();
  for (const file of files) await handIn(file, items);
  cursors = [];
  await show();
}

function drawUpload(): void {
  const items = h("ul", { class: "uploads", "aria-live": "polite" });
  const input = h("input", { type: "file", id: "captures", multiple: true, class: "upload-input govuk-visually-hidden",
                             accept: ".jpg,.jpeg,.png,.tif,.tiff,.webp,.heic,.heif,.pdf,image/jpeg,image/png,image/tiff,image/webp,image/heic,application/pdf" });
  input.addEventListener("change", () => void handInAll([...(input.files ?? [])], items));
  const area = byId("upload");
  area.append(input, h("label", { for: "captures", class: "upload-label" },
    h("span", { class: "upload-button" }, t("upload")), h("span", { class: "quiet" }, t("upload_hint"))), items);
  for (const name of ["dragover", "dragenter"])
    area.addEventListener(name, (event) => { event.preventDefault(); area.classList.add("upload-over"); });
  area.addEventListener("dragleave", () => area.classList.remove("upload-over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("upload-over");
    if (event.dataTransfer) void handInAll([...event.dataTransfer.files], items);
  });
}

/* ---- Filter ---- */

function restart(): void {
  cursors = [];
  void show();
}

function select(id: string, label: string, options: [string, string][], change: (value: string) => void): HTMLElement {
  const list = h("select", { id, class: "govuk-select" },
                 ...options.map(([value, text]) => h("option", { value }, text)));
  list.addEventListener("change", () => { change(list.value); restart(); });
  return h("div", {}, h("label", { class: "govuk-label", for: id }, label), list);
}

async function drawFilter(): Promise<void> {
  const q = h("input", { id: "q", type: "search", class: "govuk-input", autocomplete: "off" });
  let typing = 0;
  q.addEventListener("input", () => {
    window.clearTimeout(typing);
    typing = window.setTimeout(() => { filter.q = q.value.trim(); restart(); }, SEARCH_AFTER_MS);
  });
  const states = keysOf("state_").map((state): [string, string] => [state, t(`state_${state}`)]);
  const { types } = await get<{ types: { id: string; name: string }[] }>("types");
  for (const type of types) typeNames.set(type.id, t(`type_${type.id}`, {}, type.name));
  const form = byId("filter");
  form.append(h("div", { class: "filter-text" }, h("label", { class: "govuk-label", for: "q" }, t("search")), q),
    select("state", t("state"), [["", t("any")], ...states], (value) => { filter.state = value; }),
    select("type", t("type"), [["", t("any")], ...typeNames], (value) => { filter.type = value; }));
  form.addEventListener("submit", (event) => { event.preventDefault(); restart(); });
}

/* Each state's number, and their sum; a state is a way to filter by it. */
async function drawCounts(): Promise<void> {
  const counts = await get<Record<string, number>>("counts");
  const choose = (state: string): void => {
    filter.state = state;
    (byId("state") as HTMLSelectElement).value = state;
    restart();
  };
  const one = (state: string, text: string, count: number): HTMLElement =>
    h("button", { type: "button", class: "count", "aria-pressed": String(filter.state === state),
                  click: () => choose(state) }, h("b", {}, String(count)), " ", text);
  byId("counts").replaceChildren(one("", t("total"), counts["total"] ?? 0),
    ...Object.entries(counts).filter(([state, count]) => state !== "total" && (count > 0 || state === filter.state))
      .map(([state, count]) => one(state, t(`state_${state}`), count)));
}

/* ---- Records ---- */

async function typeName(type: string | null): Promise<string> {
  if (!type) return "";
  if (!typeNames.has(type)) {
    const named = t(`type_${type}`, {}, "") || (await get<PaperType>(`types/${type}`)).name;
    typeNames.set(type, named);
  }
  return typeNames.get(type) ?? type;
}

function fieldsOf(row: Row): HTMLElement {
  if (isUnread(row.state)) return tag(t("reading"), "work");
  const waiting = row.fields_check + row.fields_missing;
  if (row.state !== "recognised") return h("span", { class: "quiet" }, t("fields_n", { n: row.fields_sure + waiting }));
  return waiting > 0 ? tag(t("to_look_at", { n: waiting }), "check") : tag(t("all_sure"), "sure");
}

async function drawRow(row: Row): Promise<HTMLElement> {
  const type = await typeName(row.document_type);
  const cell = (label: string, ...content: (Node | string)[]): HTMLElement =>
    h("td", { "data-label": label }, ...content);
  return h("tr", {},
    h("th", { scope: "row" }, h("a", { class: "govuk-link", href: `/records/${row.id}` }, type || row.file_name || row.id),
      h("span", { class: "file-name quiet" }, type ? row.file_name ?? "" : "")),
    cell(t("state"), tag(t(`state_${row.state}`), `state-${row.state}`)),
    cell(t("fields"), fieldsOf(row)),
    cell(t("number"), row.number ?? "–"),
    cell(t("pages"), String(row.pages)),
    cell(t("received_at"), time(row.created_at)));
}

function drawPaging(next: string | null): HTMLElement {
  const button = (text: string, click: () => void): HTMLElement =>
    h("button", { type: "button", class: "govuk-button govuk-button--secondary", click }, text);
  return h("div", { class: "paging" },
    cursors.length > 0 && button(t("newer"), () => { cursors.pop(); void show(); }),
    next !== null && button(t("older"), () => { cursors.push(next); void show(); }));
}

async function drawRecords(): Promise<boolean> {
  const query = new URLSearchParams({ limit: String(PAGE_LENGTH) });
  if (filter.q) query.set("q", filter.q);
  if (filter.state) query.set("state", filter.state);
  if (filter.type) query.set("document_type", filter.type);
  const before = cursors[cursors.length - 1];
  if (before) query.set("before", before);
  const list = await get<{ records: Row[]; next: string | null }>(`records?${query}`);
  const rows = await Promise.all(list.records.map(drawRow));
  const head = ["paper", "state", "fields", "number", "pages", "received_at"];
  byId("records").replaceChildren(rows.length === 0 ? h("p", { class: "govuk-body" }, t("no_records")) :
    h("table", { class: "govuk-table records" }, h("caption", { class: "govuk-visually-hidden" }, t("title_index")),
      h("thead", {}, h("tr", {}, ...head.map((key) => h("th", { scope: "col" }, t(key))))),
      h("tbody", {}, ...rows)), drawPaging(list.next));
  return list.records.some((row) => isUnread(row.state));
}

async function show(): Promise<void> {
  window.clearTimeout(timer);
  try {
    const [, reading] = await Promise.all([drawCounts(), drawRecords()]);
    say(reading ? t("reading_now") : "");
    if (reading) timer = window.setTimeout(() => void show(), LOOK_AGAIN_MS);
  } catch (problem) {
    say(explain(problem), true);
    timer = window.setTimeout(() => void show(), 5 * LOOK_AGAIN_MS);
  }
}

await loadWords();
drawUpload();
await drawFilter().catch((problem) => say(explain(problem), true));
await show();
