/* What can be done with a record in its state: confirm, compare and certify, download; and what was done. */
import type { Document } from "./api";
import { h, tag } from "./dom";
import { keysOf, t, time } from "./words";

export interface Actions {
  confirm(): void;
  certify(name: string, title: string): void;
  move(to: string, reason: string): void;
}

const WAY = ["captured", "recognised", "confirmed", "compared", "sealed", "archived"];
const ORDER = ["received", "captured", "recognised", "confirmed", "compared", "prepared", "signed", "sealed", "archived",
               "delivered"];

/* A step that nobody took is not ticked: a copy can be certified without a person having confirmed the fields. */
export function drawWay(record: Document): HTMLElement {
  const at = ORDER.indexOf(record.state);
  return h("ol", { class: "way", "aria-label": t("way") }, ...WAY.map((step) => {
    const here = ORDER.indexOf(step);
    const skipped = step === "confirmed" && record.confirmations.length === 0;
    const passed = at >= here && at >= 0 && !skipped;
    const current = WAY.filter((name) => ORDER.indexOf(name) <= at).pop() === step;
    return h("li", { class: passed ? "way-passed" : "", "aria-current": current ? "step" : undefined },
             (passed ? "✓ " : "") + t(`way_${step}`));
  }));
}

/* Who held the original is remembered on this desk, as the same person certifies all day. */
function remembered(id: string, label: string, hint = ""): { box: HTMLElement; input: HTMLInputElement } {
  const input = h("input", { id, type: "text", class: "govuk-input", autocomplete: "off", required: true });
  input.value = localStorage.getItem(id) ?? "";
  input.addEventListener("change", () => localStorage.setItem(id, input.value));
  return { box: h("div", {}, h("label", { for: id, class: "govuk-label" }, label), hint, input), input };
}

function drawCertify(actions: Actions): HTMLElement {
  const name = remembered("certifier-name", t("compared_by"));
  const title = remembered("certifier-title", t("compared_title"));
  const held = h("input", { id: "held", type: "checkbox", class: "govuk-checkboxes__input", required: true });
  const form = h("form", { class: "certify" }, h("h2", { class: "govuk-heading-m" }, t("certify_title")), name.box, title.box,
    h("div", { class: "govuk-checkboxes" }, h("div", { class: "govuk-checkboxes__item" }, held,
      h("label", { for: "held", class: "govuk-label govuk-checkboxes__label" }, t("held_original")))),
    h("button", { type: "submit", class: "govuk-button" }, t("certify")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    actions.certify(name.input.value.trim(), title.input.value.trim());
  });
  return form;
}

function drawConfirm(actions: Actions): HTMLElement {
  return h("div", { class: "confirm" },
    h("p", { id: "left", class: "confirm-left" }),
    h("button", { id: "confirm", type: "button", class: "govuk-button", click: () => actions.confirm() }, t("confirm")),
    h("p", { class: "shortcuts quiet" }, h("kbd", {}, "Tab"), ` ${t("key_tab")} · `, h("kbd", {}, "Enter"), ` ${t("key_enter")} · `,
      h("kbd", {}, "Esc"), ` ${t("key_esc")} · `, h("kbd", {}, "Ctrl"), "+", h("kbd", {}, "Enter"), ` ${t("key_confirm")}`));
}

function drawCopy(record: Document): HTMLElement {
  return h("div", { class: "done" }, h("h2", { class: "govuk-heading-m" }, t("certified")),
    h("dl", { class: "facts" }, h("dt", {}, t("number")), h("dd", {}, record.number?.text ?? "–"),
      h("dt", {}, t("compared_by")), h("dd", {}, [record.comparison?.name, record.comparison?.title].filter(Boolean).join(", ") || "–"),
      h("dt", {}, t("signature_level")), h("dd", {}, record.level ? `PAdES B-${record.level}` : "–")),
    h("a", { id: "download", class: "govuk-button", href: `/api/v1/records/${record.id}/copy`, download: "" }, t("download")),
    h("p", {}, h("a", { class: "govuk-link", href: `/v/${record.id}` }, t("see_standing")), " · ",
      h("a", { class: "govuk-link", href: "/verify" }, t("nav_verify"))));
}

/* The ways out of the main road: a new scan, a refusal with its reason, a withdrawal. */
function drawOther(actions: Actions): HTMLElement {
  const reasons = h("select", { id: "reason", class: "govuk-select" },
    ...keysOf("reason_").map((code) => h("option", { value: code }, t(`reason_${code}`))));
  const button = (to: string, kind: string): HTMLElement =>
    h("button", { type: "button", class: `govuk-button ${kind}`, click: () => actions.move(to, reasons.value) }, t(`move_${to}`));
  return h("details", { class: "govuk-details" }, h("summary", { class: "govuk-details__summary" }, t("other_decisions")),
    h("div", { class: "govuk-details__text" }, h("label", { class: "govuk-label", for: "reason" }, t("reason")), reasons,
      h("div", { class: "govuk-button-group" }, button("rescan_asked", "govuk-button--secondary"),
        button("refused", "govuk-button--warning"), button("withdrawn", "govuk-button--secondary"))));
}

/* What a person presses after the fields; it stays in sight while they are worked through. */
export function drawConfirmation(record: Document, actions: Actions): HTMLElement | null {
  return record.state === "recognised" ? drawConfirm(actions) : null;
}

export function drawSteps(record: Document, actions: Actions): HTMLElement {
  const at = ORDER.indexOf(record.state);
  const open = at >= 0 && at < ORDER.indexOf("sealed");
  const certifies = record.grade === "certified";
  return h("div", { class: "steps" },
    certifies && record.state === "confirmed" && drawCertify(actions),
    open && at >= ORDER.indexOf("compared") &&
      h("button", { type: "button", class: "govuk-button", click: () => actions.certify("", "") }, t("go_on")),
    record.copy !== null && drawCopy(record),
    open && drawOther(actions));
}

export function drawEvents(record: Document): HTMLElement {
  return h("details", { class: "govuk-details" }, h("summary", { class: "govuk-details__summary" }, t("history")),
    h("ol", { class: "events" }, ...record.events.map((event) => h("li", {},
      h("time", { datetime: event.at }, time(event.at)), " ",
      event.to ? tag(t(`state_${event.to}`), `state-${event.to}`) : t(`event_${event.kind}`, {}, event.kind.replace(/_/g, " ")),
      ` ${t("by")} ${event.actor}`, event.reason ? ` – ${t(`reason_${event.reason}`, {}, event.reason)}` : ""))));
}
