/* What the console knows, folded from the switchboard's news (bot/operators/messages.py): no page, no socket, no clock.
   A Snapshot replaces everything but the words, which only grow. */

export function emptyState() {
  return { me: "", operators: new Map(), calls: new Map(), ringing: new Map(), over: new Map(), words: new Map() };
}

/* Folds one message in, in place. Returns what the page must do beyond drawing: [{sign, …}]. */
export function fold(state, news) {
  const folding = FOLDING[news.kind];
  return folding ? (folding(state, news) ?? []) : [];
}

const FOLDING = {
  Snapshot(state, { me, operators, calls, ringing }) {
    const signs = [];
    const mine = mineOf(state);
    state.me = me;
    state.operators = new Map(operators.map((operator) => [operator.key, operator]));
    state.calls = new Map(calls.map((call) => [call.call_id, call]));
    for (const id of state.ringing.keys()) if (!ringing.includes(id)) state.ringing.delete(id);
    for (const id of ringing) if (!state.ringing.has(id)) signs.push(...rings(state, id, "", 0));
    for (const call of mine) if (!state.calls.has(call.call_id)) signs.push(ended(state, call));
    return [...signs, { sign: "fresh" }];
  },
  CallChanged(state, { call }) {
    const before = state.calls.get(call.call_id);
    state.calls.set(call.call_id, call);
    const left = before && isMine(state, before) && !isMine(state, call);
    return left ? [{ sign: "left", call }] : [];
  },
  CallEnded(state, { call_id, why }) {
    const call = state.calls.get(call_id);
    state.ringing.delete(call_id);
    state.calls.delete(call_id);
    if (!call) return [{ sign: "over", id: call_id, why, mine: false }];
    return [{ ...ended(state, call), why }];
  },
  OperatorChanged(state, { operator }) {
    state.operators.set(operator.key, operator);
  },
  Rang(state, { call_id, reason, until }) {
    return rings(state, call_id, reason, until);
  },
  RingStopped(state, { call_id, why, by }) {
    const rang = state.ringing.delete(call_id);
    return rang ? [{ sign: "stopped", id: call_id, why, by }] : [];
  },
  Taken(state, { call_id, mode }) {
    state.ringing.delete(call_id);
    const call = state.calls.get(call_id);
    // The card itself follows; until then this much is certain.
    if (call && !isMine(state, call)) state.calls.set(call_id, { ...call, operator: state.me, where: "operator", mode });
    else if (call) state.calls.set(call_id, { ...call, mode });
    return [{ sign: "taken", id: call_id, mode }];
  },
  Refused(_state, { call_id, why }) {
    return [{ sign: "refused", id: call_id, why }];
  },
  Said(state, { call_id, n, at, who, text, partial }) {
    const words = state.words.get(call_id) ?? new Map();
    state.words.set(call_id, words);
    const known = words.get(n);
    if (known && !known.partial && partial) return [];
    words.set(n, { n, at, who, text, partial });
    return [{ sign: "said", id: call_id, n, who, text, partial }];
  },
};

function rings(state, id, reason, until) {
  const known = state.ringing.get(id);
  state.ringing.set(id, { reason: reason || known?.reason || "", until: until || known?.until || 0 });
  return known ? [] : [{ sign: "rang", id, reason }];
}

function ended(state, call) {
  state.over.set(call.call_id, call);
  return { sign: "over", id: call.call_id, why: "", mine: isMine(state, call) };
}

/* Does this operator have the call (or is asked about it in a warm transfer)? */
export function isMine(state, call) {
  if (call.consulting === state.me && state.me) return true;
  return call.operator === state.me && ["operator", "held", "returning"].includes(call.where);
}

export function mineOf(state) {
  return [...state.calls.values()].filter((call) => isMine(state, call));
}

/* Calls in the order of the list: ringing here (who has waited longest first), mine, the others. */
export function listed(state) {
  const byAge = (one, other) => one.began - other.began;
  const waits = (call) => call.waiting_since ?? call.began;
  const all = [...state.calls.values()];
  const ringing = all.filter((call) => state.ringing.has(call.call_id)).sort((one, other) => waits(one) - waits(other));
  const mine = mineOf(state).filter((call) => !state.ringing.has(call.call_id)).sort(byAge);
  const others = all.filter((call) => !ringing.includes(call) && !mine.includes(call)).sort(byAge);
  return { ringing, mine, others };
}

export function wordsOf(state, id) {
  return [...(state.words.get(id)?.values() ?? [])].sort((one, other) => one.n - other.n);
}
