/* The dialogs: each is asked for and answers once, with null when it was given up. Native <dialog>, so that focus stays
   inside and comes back. */

const at = (id) => document.getElementById(id);

for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close(""));
}

function ask(dialog, answer) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "go" ? answer() : null), { once: true });
  });
}

/* Dialogs about a call that has gone are of no use any more. */
export function closeDialogs() {
  for (const id of ["pass", "give", "end"]) if (at(id).open) at(id).close("");
}

export function anyOpen() {
  return Boolean(document.querySelector("dialog[open]"));
}

export function askEnd() {
  return ask(at("end"), () => true);
}

/* {instruction, note} */
export function askGiveBack() {
  const form = at("give").querySelector("form");
  form.reset();
  return ask(at("give"), () => ({ instruction: form.elements.instruction.value, note: at("give-note").value.trim() }));
}

/* {to, warm}; `colleagues`: [{key, name, state, free}]; `number`: digits to begin with; `dials`: the call's line can ring
   a telephone for us to speak with first. */
export function askPass(colleagues, number = "", dials = false) {
  const dialog = at("pass");
  const form = dialog.querySelector("form");
  form.reset();
  form.dataset.dials = dials ? "yes" : "no";
  at("pass-trouble").hidden = true;
  at("pass-people").replaceChildren(...colleagues.map(choice));
  at("pass-number").value = number;
  const first = form.querySelector("input[name=to]:not(:disabled)");
  (number || !colleagues.length ? at("pass-by-number") : first).checked = true;
  showWays();
  return ask(dialog, () => {
    const to = form.elements.to.value;
    return { to: to === "#" ? digits() : to, warm: form.elements.way.value === "warm" };
  });
}

function digits() {
  return at("pass-number").value.normalize("NFKC").replace(/[^0-9*#+]/g, "");
}

/* Not every line can ring a telephone beside its call: there a call goes on to a number at once only. */
function showWays() {
  const form = at("pass").querySelector("form");
  const { way } = form.elements;
  const blind = at("pass-by-number").checked && form.dataset.dials === "no";
  for (const radio of way) if (radio.value === "warm") radio.disabled = blind;
  if (blind) way.value = "blind";
  at("pass-blind").hidden = !blind;
}

at("pass").addEventListener("change", showWays);
at("pass-number").addEventListener("input", () => {
  at("pass-by-number").checked = true;
  showWays();
});
at("pass")
  .querySelector("form")
  .addEventListener("submit", (event) => {
    if (event.submitter?.value !== "go" || !at("pass-by-number").checked || digits()) return;
    event.preventDefault();
    at("pass-trouble").textContent = "電話番号か内線番号を入れてください。";
    at("pass-trouble").hidden = false;
    at("pass-number").focus();
  });

function choice({ key, name, state, free }) {
  const label = document.createElement("label");
  const radio = document.createElement("input");
  const text = document.createElement("span");
  const small = document.createElement("small");
  label.className = "choice";
  radio.type = "radio";
  radio.name = "to";
  radio.value = key;
  radio.disabled = !free;
  small.textContent = state;
  text.append(name, small);
  label.append(radio, text);
  return label;
}
