/* Questions to the server beside the socket: a session that is over leads to the login page. */

import { notice } from "./console_notices.js";

/* JSON, or null where there is none. */
export async function getJson(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (response.status === 401) location.assign("/login");
    return response.ok ? await response.json() : null;
  } catch {
    return null; // the socket's own notice tells of a lost connection
  }
}

/* Every form that htmx sends carries the page's token; what is refused is told without losing the form. */
export function askCsrf() {
  const token = document.querySelector("meta[name=csrf]").content;
  document.body.addEventListener("htmx:configRequest", ({ detail }) => (detail.headers["X-CSRF-Token"] = token));
  document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { status } = detail.xhr;
    if (status === 401) location.assign("/login");
    if (status < 400) return;
    if (detail.requestConfig.verb === "get" && status !== 401) return;
    detail.shouldSwap = false;
    const told = new DOMParser().parseFromString(detail.xhr.responseText, "text/html").body.textContent.trim();
    notice(told.slice(0, 300) || "保存できませんでした。もう一度お試しください。", "form");
  });
  document.body.addEventListener("htmx:sendError", () => notice("サーバーに届きませんでした。もう一度お試しください。", "form"));
}
