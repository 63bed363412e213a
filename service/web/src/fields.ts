/*
 * The fields of a record as a form that is worked with the keyboard: what needs a person stands first, each beside its
 * piece of the page; Enter says "this is right" and goes to the next one.
 */
import { needsPerson } from "./api";
import type { Document, Field, PaperType } from "./api";
import { h, tag } from "./dom";
import { drawBox, drawCrop } from "./picture";
import type { Box, View } from "./picture";
import { t } from "./words";

const LONG_VALUE = 48;
const EMPTY: Field = { as_printed: null, value: null, status: "missing", confidence: null, assurance: "machine",
                       page: null, evidence: [] };

export interface Sheet {
  views: View[];
  layers: SVGGElement[]; /* where the boxes of each page go */
}

export class FieldForm {
  readonly element = h("div", { class: "fields" });
  private readonly entries: Entry[];

  constructor(record: Document, type: PaperType, sheet: Sheet, private readonly done: () => void,
              private readonly changed: () => void) {
    const editable = record.state === "recognised";
    const known = new Set(type.fields.map((field) => field.key));
    const others = Object.keys(record.fields).filter((key) => !known.has(key)).map((key) => ({ key, name: key }));
    this.entries = [...type.fields, ...others].map(({ key, name }) =>
      new Entry(key, t(`field_${key}`, {}, name), record.fields[key] ?? EMPTY, editable, sheet, this));
    const waiting = this.entries.filter((entry) => entry.waits);
    this.add(t("fields_to_look_at", { n: waiting.length }), waiting);
    this.add(t(editable ? "fields_fine" : "fields_all", { n: this.entries.length - waiting.length }),
             this.entries.filter((entry) => !waiting.includes(entry)));
  }

  private add(title: string, entries: Entry[]): void {
    if (entries.length === 0) return;
    this.element.append(h("h2", { class: "govuk-heading-m" }, title),
                        h("ol", { class: "field-list" }, ...entries.map((entry) => entry.element)));
  }

  get unseen(): number { return this.entries.filter((entry) => entry.waits && !entry.seen).length; }

  /* What a person typed, in the API's shape. */
  get edits(): Record<string, { value: string | null; status: string }> {
    return Object.fromEntries(this.entries.filter((entry) => entry.isEdited).map((entry) => [entry.key, entry.edit]));
  }

  select(chosen: Entry): void {
    for (const entry of this.entries) entry.mark(entry === chosen);
  }

  focusUnseen(after: Entry | null = null, options: FocusOptions = {}): boolean {
    const start = after ? this.entries.indexOf(after) + 1 : 0;
    const order = [...this.entries.slice(start), ...this.entries.slice(0, start)];
    const next = order.find((entry) => entry.waits && !entry.seen);
    next?.focus(options);
    return next !== undefined;
  }

  accepted(entry: Entry): void {
    this.changed();
    if (!this.focusUnseen(entry)) this.done();
  }
}

class Entry {
  readonly element: HTMLElement;
  readonly waits: boolean;
  seen = false;
  private readonly before: string;
  private readonly input: HTMLInputElement | HTMLTextAreaElement | null;
  private readonly state: HTMLElement;
  private rect: SVGRectElement | null = null;

  constructor(readonly key: string, name: string, private readonly field: Field, editable: boolean, sheet: Sheet,
              private readonly form: FieldForm) {
    this.before = field.value ?? field.as_printed ?? "";
    this.waits = editable && needsPerson(field.status) && field.assurance !== "person";
    this.state = h("span", { class: "field-state" }, this.stateTag());
    this.input = editable ? this.makeInput(name) : null;
    const crop = this.drawOn(sheet, name);
    const label = this.input ? h("label", { for: `field-${key}` }, name) : h("span", { class: "field-name" }, name);
    this.element = h("li", { class: `field ${this.waits ? "field-waits" : ""}` },
      h("div", { class: "field-head" }, label, this.state), crop, this.input ?? h("p", { class: "field-value" }, this.before || "–"),
      h("p", { class: "field-evidence", id: `evidence-${key}` }, this.evidence()));
  }

  private makeInput(name: string): HTMLInputElement | HTMLTextAreaElement {
    const attributes = { id: `field-${this.key}`, class: "govuk-input", autocomplete: "off", spellcheck: "false",
                         "aria-describedby": `evidence-${this.key}` };
    const input = this.before.length > LONG_VALUE ? h("textarea", { ...attributes, rows: 2 })
                                                  : h("input", { ...attributes, type: "text" });
    input.value = this.before;
    input.title = name;
    input.addEventListener("focus", () => this.form.select(this));
    input.addEventListener("input", () => this.setSeen(input.value !== this.before));
    input.addEventListener("keydown", (event) => this.pressed(event as KeyboardEvent, input));
    return input;
  }

  private pressed(event: KeyboardEvent, input: HTMLInputElement | HTMLTextAreaElement): void {
    if (event.key === "Enter" && !event.ctrlKey && !event.isComposing) {
      event.preventDefault();
      this.setSeen(true);
      this.form.accepted(this);
    } else if (event.key === "Escape") {
      input.value = this.before;
      this.setSeen(false);
    }
  }

  private drawOn(sheet: Sheet, name: string): Element | null {
    const at = (this.field.page ?? 0) - 1;
    const view = sheet.views[at];
    const layer = sheet.layers[at];
    if (!view || !layer || !this.field.box) return null;
    const box = this.field.box as Box;
    this.rect = drawBox(box, this.field.status);
    this.rect.addEventListener("click", () => this.focus());
    layer.append(this.rect);
    return drawCrop(view, box, t("crop_of", { name }));
  }

  private stateTag(): HTMLElement {
    if (this.seen || this.field.assurance === "person") return tag(`✓ ${t("status_seen")}`, "seen");
    return tag(t(`status_${this.field.status}`), this.field.status);
  }

  private evidence(): string {
    const words = (this.field.evidence ?? []).map((code) => t(`evidence_${code}`, {}, code.replace(/_/g, " ")));
    const printed = this.field.as_printed && this.field.as_printed !== this.before
      ? `${t("as_printed")}: “${this.field.as_printed}”` : "";
    return [printed, ...words].filter((text) => text !== "").join(" · ");
  }

  private setSeen(seen: boolean): void {
    this.seen = seen;
    this.state.replaceChildren(this.stateTag());
    this.element.classList.toggle("field-seen", seen);
    this.rect?.classList.toggle("box-seen", seen);
  }

  get isEdited(): boolean {
    if (!this.input) return false;
    const unsure = this.waits && this.seen && this.field.status !== "check";
    return this.input.value.trim() !== this.before || unsure;
  }

  get edit(): { value: string | null; status: string } {
    const value = this.input?.value.trim() ?? "";
    return value === "" ? { value: null, status: "blank" } : { value, status: "sure" };
  }

  mark(chosen: boolean): void {
    this.element.classList.toggle("field-chosen", chosen);
    this.rect?.classList.toggle("box-chosen", chosen);
    if (chosen) this.rect?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  focus(options: FocusOptions = {}): void {
    this.form.select(this);
    this.input?.focus(options);
    if (!this.input) this.element.scrollIntoView({ block: "nearest" });
  }
}
