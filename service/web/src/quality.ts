/* What to tell the person who captures a paper, while it is still at hand: why a page had better be captured again. */
import type { Document } from "./api";
import { h } from "./dom";
import { t } from "./words";

export function complaintsOf(record: Document): string[] {
  return record.pages.flatMap((page) => (page.quality?.complaints ?? []).map(({ code, place }) => {
    const words = t(`flaw_${code}`, { place: t(`place_${place}`) });
    return record.pages.length > 1 ? t("flaw_on_page", { n: page.number, words }) : words;
  }));
}

export function drawComplaints(record: Document): HTMLElement | null {
  const complaints = complaintsOf(record);
  return complaints.length === 0 ? null : h("div", { class: "complaints" },
    h("h2", { class: "govuk-heading-s" }, t("capture_again")),
    h("ul", { class: "govuk-list" }, ...complaints.map((words) => h("li", {}, words))));
}
