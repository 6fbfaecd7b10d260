/* Playing what was recorded: one clip at a time, stopped by the same button. */

let player = null;

/* `row` holds the button; it is marked while its clip plays. */
export async function playClip(address, row) {
  const again = player?.row === row;
  stop();
  if (again) return;
  const audio = new Audio(address);
  player = { audio, row };
  row.classList.add("playing");
  audio.onended = audio.onerror = () => player?.audio === audio && stop(audio.error ? "録音がありません" : "");
  await audio.play().catch(() => {});
}

function stop(why = "") {
  if (!player) return;
  player.audio.pause();
  player.row.classList.remove("playing");
  if (why) player.row.title = why;
  player = null;
}
