// A file as the raw body of a POST. XMLHttpRequest, because fetch() tells no progress of what it sends.
import { i18n } from "@shell/i18n";
import { idempotencyKey, requestHeaders } from "./client";
import { Problem, problemFrom } from "./problem";

export interface Uploaded {
  id: string;
  name: string;
  bytes: number;
  kind: string;
}

export function upload(url: string, file: File, onProgress: (share: number) => void, method: "POST" | "PUT" = "POST"): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(requestHeaders(method)))
      request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.setRequestHeader("Idempotency-Key", idempotencyKey());
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new Problem("network", i18n.t("problem.upload_network")));
    request.onload = () => {
      let parsed: unknown = null;
      try { parsed = request.responseText ? JSON.parse(request.responseText) : null; } catch { parsed = null; }
      if (request.status >= 200 && request.status < 300) resolve(parsed as Uploaded);
      else reject(problemFrom(parsed, request.status, request.getResponseHeader("X-Request-Id") ?? ""));
    };
    request.send(file);
  });
}
