/* The dialog for sound: which microphone, how loud it rings, and whether the desktop may tell. */

import { troubleText } from "./console_sound.js";

const at = (id) => document.getElementById(id);
const TRY_MS = 6000;
let settle = () => {};

export async function openSettings(headset, bell) {
  at("sound-trouble").hidden = true;
  at("volume").value = bell.volume;
  showNotify(bell);
  at("sound").showModal();
  await listMicrophones(headset);
  at("microphone").onchange = () => {
    headset.device = at("microphone").value;
    if (headset.microphone) {
      headset.closeMicrophone();
      headset.openMicrophone().catch(complain);
    }
  };
  at("volume").oninput = () => (bell.volume = at("volume").value);
  at("try-ring").onclick = () => bell.stroke();
  at("notify").onclick = async () => {
    await bell.askToNotify();
    showNotify(bell);
  };
  at("try-microphone").onclick = () => tryMicrophone(headset);
  at("sound").onclose = () => settle();
}

async function listMicrophones(headset) {
  const usual = new Option("いつものマイク", "");
  const found = await headset.microphones();
  at("microphone").replaceChildren(usual, ...found.map(({ id, name }) => new Option(name, id)));
  at("microphone").value = found.some(({ id }) => id === headset.device) ? headset.device : "";
}

async function tryMicrophone(headset) {
  if (headset.talking) return;
  settle();
  try {
    headset.on.tried = (level) => (at("try-level").value = level);
    await headset.openMicrophone();
    await listMicrophones(headset);
    const timer = setTimeout(() => settle(), TRY_MS);
    settle = () => {
      clearTimeout(timer);
      settle = () => {};
      headset.on.tried = null;
      at("try-level").value = 0;
      if (!headset.mouth) headset.closeMicrophone();
    };
  } catch (error) {
    complain(error);
  }
}

function complain(error) {
  at("sound-trouble").textContent = troubleText(error);
  at("sound-trouble").hidden = false;
}

function showNotify(bell) {
  const state = bell.mayNotify;
  at("notify").disabled = state !== "default";
  at("notify").textContent = { granted: "許可されています", denied: "ブラウザーで禁止されています" }[state] ?? "許可する";
}
