/* The public API as the pages use it (schemas/api/openapi.yaml). */

export type Status = "sure" | "check" | "missing" | "blank" | "illegible" | "handwritten";

export interface Field {
  as_printed: string | null;
  value: string | null;
  status: Status;
  confidence: number | null;
  assurance: "machine" | "person" | "cross_checked";
  page: number | null;
  box?: [number, number, number, number];
  evidence: string[] | null;
}

export interface Page {
  number: number;
  width: number;
  height: number;
  orientation?: number;
  turns?: number;
  quality?: { complaints?: { code: string; place: string }[] };
}

export interface RecordEvent {
  at: string;
  kind: string;
  from: string | null;
  to: string | null;
  actor: string;
  reason: string | null;
}

export interface Document {
  id: string;
  state: string;
  grade: string;
  version: number;
  document_type: string | null;
  sample: boolean;
  level: string | null;
  created_at: string;
  captures: { file_name: string | null; sha256: string; size: number }[];
  pages: Page[];
  fields: Record<string, Field>;
  number: { text: string } | null;
  confirmations: { actor: string; at: string }[];
  comparison: { name: string | null; title: string | null } | null;
  copy: { sha256: string; size: number } | null;
  events: RecordEvent[];
}

export interface Row {
  id: string;
  state: string;
  document_type: string | null;
  number: string | null;
  created_at: string;
  title: string | null;
  file_name: string | null;
  fields_sure: number;
  fields_check: number;
  fields_missing: number;
  pages: number;
}

export interface PaperType {
  id: string;
  name: string;
  fields: { key: string; name: string }[];
}

/* An RFC 9457 answer. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, detail: string) {
    super(detail);
  }
}

export function problemOf(status: number, text: string): Problem {
  try {
    const body = JSON.parse(text);
    return new Problem(status, body.code ?? "internal", body.detail ?? body.title ?? "");
  } catch {
    return new Problem(status, "network", "");
  }
}

async function read<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw problemOf(answer.status, await answer.text());
  return (await answer.json()) as T;
}

export async function get<T>(path: string): Promise<T> {
  return read<T>(await fetch(`/api/v1/${path}`));
}

/* A step with a key of its own: sent again by a browser, it still happens once. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  return read<T>(await fetch(`/api/v1/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
    body: JSON.stringify(body),
  }));
}

/* Several cards on a scanner's glass are several papers. */
export interface Received { papers: { id: string; existing: boolean }[] }

export function upload(file: File, progress: (share: number) => void): Promise<Received> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/captures?file_name=${encodeURIComponent(file.name)}&capture_mode=file`);
    request.upload.onprogress = (event) => progress(event.loaded / Math.max(1, event.total));
    request.onload = () => request.status < 300 ? resolve(JSON.parse(request.responseText))
                                                : reject(problemOf(request.status, request.responseText));
    request.onerror = () => reject(new Problem(0, "network", ""));
    request.send(file);
  });
}

export const isUnread = (state: string): boolean => state === "received" || state === "captured";
/* What a person has to look at. */
export const needsPerson = (status: Status): boolean => status !== "sure" && status !== "blank";
