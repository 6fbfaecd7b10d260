/* One-letter keys. They never work while something is being typed, with Ctrl, Alt or Meta held, or over a dialog, and
   can be switched off (WCAG 2.1.4). */

const KEPT = "denwaban.keys";
const TYPING = "input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]";

export function keysUsed() {
  return localStorage.getItem(KEPT) !== "off";
}

export function useKeys(on) {
  localStorage.setItem(KEPT, on ? "on" : "off");
}

/* `keys`: {letter: function}. */
export function listen(keys) {
  document.addEventListener("keydown", (event) => {
    const { key, target, repeat, isComposing, ctrlKey, metaKey, altKey } = event;
    if (isComposing || ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return;
    if (target.closest?.(TYPING)) {
      if (key === "Escape") target.blur();
      return;
    }
    const act = keys[key.length === 1 ? key.toLowerCase() : key];
    if (!act || repeat || (!keysUsed() && key !== "?")) return;
    if (act() !== false) event.preventDefault();
  });
}
