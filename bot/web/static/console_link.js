/* The console's socket: orders out, news in, sound both ways; comes back by itself when it was lost.
   Closed with 4401 (session over), 4403 (may not), 4409 (opened elsewhere) it stays closed. */

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const LOOK_EVERY_MS = 3000;
const SILENT_MS = 10000; // the server says Alive every three seconds: without any word for so long the connection is dead
const FINAL = { 4401: "session", 4403: "forbidden", 4409: "elsewhere" };

export class Link {
  /* `on`: {news(message), sound(buffer), state("open" | "lost" | "session" | "forbidden" | "elsewhere")} */
  constructor(on) {
    this.on = on;
    this.wait = FIRST_WAIT_MS;
    this.heardAt = 0;
    setInterval(() => this.look(), LOOK_EVERY_MS);
    addEventListener("online", () => this.again());
    this.open();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/console/line`);
    this.socket = socket;
    this.final = "";
    this.heardAt = performance.now();
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.take(data);
    socket.onclose = ({ code }) => socket === this.socket && this.closed(code);
  }

  take(data) {
    this.heardAt = performance.now();
    if (data instanceof ArrayBuffer) return this.on.sound(data);
    const news = JSON.parse(data);
    if (news.kind === "Alive") return this.order("Alive"); // here and not by a timer: those stand still in the background
    if (news.kind === "Snapshot") {
      this.wait = FIRST_WAIT_MS;
      this.on.state("open");
    }
    return this.on.news(news);
  }

  closed(code) {
    this.final = FINAL[code] ?? "";
    this.on.state(this.final || "lost");
    if (this.final) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  /* At once instead of after the wait. */
  again() {
    if (this.socket.readyState === WebSocket.CLOSED) {
      clearTimeout(this.timer);
      this.open();
    }
  }

  look() {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (performance.now() - this.heardAt > SILENT_MS) {
      const dead = this.socket;
      this.socket = null; // its own farewell may take minutes
      dead.close();
      this.socket = dead;
      dead.onclose = null;
      dead.onmessage = null;
      this.closed(1006);
    }
  }

  /* False: there is no connection, and nothing was sent. */
  order(kind, fields = {}) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ kind, ...fields }));
    return true;
  }

  voice(pcm) {
    // What piles up here would be heard late: better a gap.
    if (this.socket.readyState === WebSocket.OPEN && this.socket.bufferedAmount < 16000) this.socket.send(pcm);
  }
}
