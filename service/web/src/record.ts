/* One record: its pages with the boxes of its fields, the fields to look at, and what can be done next. */
import { Problem, get, isUnread, post } from "./api";
import type { Document, PaperType } from "./api";
import { byId, h, say, tag } from "./dom";
import { FieldForm } from "./fields";
import { drawPage, viewOf } from "./picture";
import { drawComplaints } from "./quality";
import { drawConfirmation, drawEvents, drawSteps, drawWay } from "./steps";
import { loadWords, t } from "./words";

const LOOK_AGAIN_MS = 1500;
const id = location.pathname.split("/").pop() ?? "";
let form: FieldForm | null = null;
let shown: Document | null = null;

function explain(problem: unknown): string {
  if (!(problem instanceof Problem)) return t("problem_network");
  return t(`problem_${problem.code}`, {}, t("problem_internal")) + (problem.message ? ` (${problem.message})` : "");
}

/* A step of the record: says what happens, and shows what came of it. */
async function step(words: string, work: () => Promise<unknown>): Promise<void> {
  const place = byId("record");
  const buttons = [...place.querySelectorAll("button")];
  buttons.forEach((button) => { button.disabled = true; });
  say(t(words));
  try {
    await work();
    await show();
    say(t(`${words}_done`));
    document.querySelector<HTMLElement>("#download, #certifier-name, h1")?.focus();
  } catch (problem) {
    say(explain(problem), true);
    buttons.forEach((button) => { button.disabled = false; });
  }
}

function confirm(): void {
  if (!form || !shown) return;
  if (form.unseen > 0) {
    say(t("left_n", { n: form.unseen }), true);
    form.focusUnseen();
    return;
  }
  const body = { version: shown.version, fields: form.edits, actor: "counter" };
  void step("confirming", () => post(`records/${id}/confirm`, body));
}

function certify(name: string, title: string): void {
  const record = shown;
  if (!record) return;
  void step("certifying", async () => {
    if (name !== "")
      await post(`records/${id}/compare`, { version: record.version, name, title, actor: "counter" });
    await post(`records/${id}/certify`, { actor: "counter" });
  });
}

function move(to: string, reason: string): void {
  if (shown) {
    const body = { version: shown.version, to, reason, actor: "counter" };
    void step("moving", () => post(`records/${id}/move`, body));
  }
}

function showLeft(): void {
  const left = document.getElementById("left");
  if (!left || !form) return;
  left.textContent = form.unseen > 0 ? t("left_n", { n: form.unseen }) : t("left_none");
  left.classList.toggle("confirm-ready", form.unseen === 0);
}

function drawHead(record: Document, type: PaperType | null): HTMLElement {
  const name = type ? t(`type_${type.id}`, {}, type.name) : t("title_record");
  return h("div", { class: "record-head" },
    h("h1", { class: "govuk-heading-l", tabindex: -1 }, name),
    h("p", { class: "quiet" }, tag(t(`state_${record.state}`), `state-${record.state}`),
      ` ${record.captures[0]?.file_name ?? ""}`, record.sample ? ` · ${t("sample")}` : ""),
    drawWay(record));
}

function draw(record: Document, type: PaperType | null): void {
  const views = record.pages.map((page) => viewOf(record.id, page));
  const drawn = views.map((view) => drawPage(view, t("page_n", { n: view.page.number })));
  form = type && new FieldForm(record, type, { views, layers: drawn.map((page) => page.boxes) },
                               () => document.getElementById("confirm")?.focus(), showLeft);
  const actions = { confirm, certify, move };
  const steps = drawSteps(record, actions);
  const pictures = h("div", { class: "pictures", tabindex: 0, role: "region", "aria-label": t("pages") },
    ...drawn.map((page) => h("figure", {}, page.drawing)));
  const open = record.state === "recognised"; /* the paper may still be at hand */
  byId("record").replaceChildren(drawHead(record, type), ...(open ? [drawComplaints(record) ?? ""] : []),
    h("div", { class: "columns" }, pictures,
      h("div", { class: "side" }, drawConfirmation(record, actions), record.copy || record.state === "confirmed" ? steps : null,
        form?.element ?? h("p", { class: "govuk-inset-text" }, t("reading_now")),
        record.copy || record.state === "confirmed" ? null : steps, drawEvents(record))));
  byId("record").removeAttribute("aria-busy");
  document.title = `${type?.name ?? t("title_record")} – truecopy`;
  showLeft();
}

async function show(): Promise<void> {
  const record = await get<Document>(`records/${id}`);
  const type = record.document_type ? await get<PaperType>(`types/${record.document_type}`) : null;
  shown = record;
  draw(record, type);
  if (isUnread(record.state)) window.setTimeout(() => void show(), LOOK_AGAIN_MS);
  else if (record.state === "recognised") form?.focusUnseen(null, { preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    confirm();
  }
});

await loadWords();
try {
  await show();
} catch (problem) {
  byId("record").replaceChildren(h("h1", { class: "govuk-heading-l" }, t("title_record")));
  say(explain(problem), true);
}
