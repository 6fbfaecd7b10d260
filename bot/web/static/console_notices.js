/* Short messages over the page. One of the same `key` replaces the one before. */

const GONE_AFTER_MS = 8000;
const place = document.getElementById("notices");
const shown = new Map();

/* `stays`: until it is closed or forgotten; `again`: a function for a button. */
export function notice(text, key = text, { stays = false, again = null } = {}) {
  forgetNotice(key);
  const box = document.createElement("p");
  const words = document.createElement("span");
  box.className = "notice";
  words.textContent = text;
  box.append(words);
  if (again) box.append(button("ここで使う", again));
  box.append(button("閉じる", () => forgetNotice(key)));
  place.append(box);
  shown.set(key, { box, timer: stays ? null : setTimeout(() => forgetNotice(key), GONE_AFTER_MS) });
}

export function forgetNotice(key) {
  const { box, timer } = shown.get(key) ?? {};
  clearTimeout(timer);
  box?.remove();
  shown.delete(key);
}

function button(label, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.addEventListener("click", act);
  return element;
}
