/* Asking for the microphone, and why it may not be had. */

/* `reason`: insecure, denied, absent, taken or microphone (anything else). */
export class Trouble extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/* A MediaStream for speech on a telephone; `deviceId` "" = the usual one. Raises Trouble. */
export async function openMicrophone(deviceId = "") {
  if (!window.isSecureContext || !navigator.mediaDevices) throw new Trouble("insecure");
  const speech = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    // `ideal`: a headset that was unplugged must not keep anybody from speaking.
    return await navigator.mediaDevices.getUserMedia({
      audio: deviceId ? { ...speech, deviceId: { ideal: deviceId } } : speech,
    });
  } catch (error) {
    const reasons = { NotAllowedError: "denied", NotFoundError: "absent", NotReadableError: "taken" };
    throw new Trouble(reasons[error.name] ?? "microphone");
  }
}

/* Loudness as a person sees it: 0 at −60 dB, 1 at full scale. */
export function loudness(level) {
  return level > 0 ? Math.max(0, Math.min(1, 1 + Math.log10(level) / 3)) : 0;
}
